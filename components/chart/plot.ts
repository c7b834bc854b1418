import type UPlot from "uplot";
import type { Picture } from "./picture.ts";
import { linearRange, logRange, lonely, type Values } from "./values.ts";

/** A picture on the page. */
export interface Plot {
  /** Draws what `picture` tells now. */
  redraw(): void;
  /** Points at a place of the seconds; −1: at none. */
  point(place: number): void;
  remove(): void;
}

/** Charts of one page point at the same time. */
const TOGETHER = "page";

/**
 * Draws into the element, and anew when its size or the reader's colours change. `pointed` is told
 * the place of the second that the reader points at, `null` for none.
 */
export function plot(
  uPlot: typeof UPlot,
  element: HTMLElement,
  picture: () => Picture,
  pointed: (place: number | null) => void,
): Plot {
  const data = (): UPlot.AlignedData => {
    const { seconds, lines } = picture();
    return [[...seconds], ...lines.map(({ values }) => [...values])];
  };
  const draw = (): UPlot => {
    const chart = new uPlot(optionsFor(element, picture), data(), element);
    chart.hooks.setCursor = [({ cursor: { left = -1, idx } }) => pointed(left < 0 ? null : idx!)];
    return chart;
  };
  const labels = (): string => picture().lines.map(({ label }) => label).join();
  let chart = draw();
  let drawn = labels();
  const anew = (): void => {
    chart.destroy();
    chart = draw();
    drawn = labels();
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const resized = new ResizeObserver(() => chart.setSize(sizeOf(element)));
  dark.addEventListener("change", anew);
  resized.observe(element);
  return {
    redraw: () => labels() === drawn ? chart.setData(data()) : anew(),
    point: (place) => {
      const second = picture().seconds[place];
      const left = second === undefined ? -10 : chart.valToPos(second, "x");
      chart.setCursor({ left, top: second === undefined ? -10 : 0 });
    },
    remove: () => {
      dark.removeEventListener("change", anew);
      resized.disconnect();
      chart.destroy();
    },
  };
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: element.clientWidth, height: Math.max(60, element.clientHeight) };
}

function optionsFor(element: HTMLElement, picture: () => Picture): UPlot.Options {
  const { lines, format, isLog = false } = picture();
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const grid = { stroke: color("line"), width: 1 };
  const axis = {
    stroke: color("muted"),
    grid,
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  return {
    ...sizeOf(element),
    cursor: { y: false, points: { size: 7 }, drag: { x: false }, sync: { key: TOGETHER } },
    legend: { show: false },
    padding: [8, 10, 0, 0],
    scales: {
      x: { range: () => [picture().from, picture().to] },
      y: {
        distr: isLog ? 3 : 1,
        range: (_chart, min, max) => isLog ? logRange(min, max) : linearRange(max),
      },
    },
    axes: [
      { ...axis, space: 70, size: 24, values: "{HH}:{mm}:{ss}" },
      {
        ...axis,
        size: 56,
        space: 26,
        values: (_chart, splits) => splits.map((value) => value === null ? "" : format(value)),
        ...(isLog && { filter: powersOfTen, grid: { ...grid, filter: powersOfTen } }),
      },
    ],
    series: [
      {},
      ...lines.map(({ color: name, dash, label }): UPlot.Series => ({
        label,
        stroke: color(name),
        width: 1.5,
        ...(dash !== undefined && { dash: [...dash] }),
        points: {
          show: true,
          size: 5,
          fill: color(name),
          filter: (chart, series) => lonely(chart.data[series] as Values),
        },
      })),
    ],
  };
}

/** Between them a scale of powers has eight more, which need no line and no name. */
function powersOfTen(_chart: UPlot, splits: readonly number[]): (number | null)[] {
  return splits.map((value) => Number.isInteger(Math.log10(value)) ? value : null);
}
