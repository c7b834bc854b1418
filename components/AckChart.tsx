import { useEffect, useRef } from "preact/hooks";
import type UPlot from "uplot";
import type { Snapshot } from "../lib/inspect/mod.ts";
import { chartData, lastPlace, lonely } from "./chart_data.ts";
import { formatClock, formatMs } from "./format.ts";

/** Seconds that the chart shows. */
const SPAN = 300;

/**
 * Latency over the last five minutes: p50 and p99 of each second. Of acks; seen from a runner, of the
 * commits that they leave with.
 */
export function AckChart({ series, now, atRunner }: {
  series: Snapshot["latencySeries"];
  now: number;
  atRunner: boolean;
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  const latest = useRef({ series, now });
  latest.current = { series, now };
  const second = Math.floor(now / 1000);

  useEffect(() => {
    const element = place.current!;
    let gone = false;
    let drawn: (() => void) | undefined;
    import("uplot").then(({ default: uPlot }) => {
      if (!gone) drawn = keepDrawn(uPlot, element, chart, () => dataOf(latest.current));
    });
    return () => {
      gone = true;
      drawn?.();
    };
  }, []);

  useEffect(() => {
    if (chart.current === null) return;
    chart.current.setData(dataOf(latest.current));
    showLatest(chart.current);
  }, [second, series]);

  return (
    <div class="relative flex min-h-0 grow flex-col px-2 pt-2" data-testid="ack-chart">
      <div ref={place} class="min-h-0 grow" aria-hidden="true" />
      {series.length === 0 && (
        <p class="text-muted pointer-events-none absolute inset-0 flex items-center justify-center px-6 text-center text-xs">
          {atRunner
            ? "Each commit counts here: how long until the gateway says that it is durable. Its acks leave then."
            : "Each acked message counts here: how long from the tunnel to durable, and known to be."}
        </p>
      )}
      <p class="sr-only">{summaryOf(series, atRunner ? "commits" : "acks")}</p>
    </div>
  );
}

function dataOf(
  { series, now }: { series: Snapshot["latencySeries"]; now: number },
): UPlot.AlignedData {
  return chartData(series, now, SPAN) as UPlot.AlignedData;
}

function summaryOf(series: Snapshot["latencySeries"], of: "acks" | "commits"): string {
  const last = series.at(-1);
  if (last === undefined) return `There were no ${of} in the last five minutes`;
  return `In the last second with ${of}: p50 ${formatMs(last.p50)}, p99 ${formatMs(last.p99)}`;
}

/** Draws, and draws anew when the colours change; fits the size. Returns how to take it away. */
function keepDrawn(
  uPlot: typeof UPlot,
  element: HTMLElement,
  chart: { current: UPlot | null },
  data: () => UPlot.AlignedData,
): () => void {
  const draw = (): void => {
    chart.current?.destroy();
    chart.current = new uPlot(optionsFor(element), data(), element);
    showLatest(chart.current);
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const resized = new ResizeObserver(() => chart.current?.setSize(sizeOf(element)));
  draw();
  dark.addEventListener("change", draw);
  resized.observe(element);
  return () => {
    dark.removeEventListener("change", draw);
    resized.disconnect();
    chart.current?.destroy();
    chart.current = null;
  };
}

/** While nobody points at a second, the legend tells of the last one with an ack. */
function showLatest(chart: UPlot): void {
  if ((chart.cursor.left ?? -1) >= 0) return;
  chart.setLegend({ idx: lastPlace(chart.data[1] as (number | null)[]) });
}

/** Room for the legend, which uPlot puts below the plot it is given the height of. */
const LEGEND_PX = 28;

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return {
    width: element.clientWidth,
    height: Math.max(80, element.clientHeight - LEGEND_PX),
  };
}

function optionsFor(element: HTMLElement): UPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: color("muted"),
    grid: { stroke: color("line"), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const line = (label: string, stroke: string): UPlot.Series => ({
    label,
    stroke,
    width: 1.5,
    value: (_chart, value) => formatMs(value ?? null),
    points: {
      show: true,
      size: 5,
      fill: stroke,
      filter: (chart, series) => lonely(chart.data[series] as (number | null)[]),
    },
  });
  return {
    ...sizeOf(element),
    cursor: { y: false, points: { size: 7 } },
    legend: { live: true },
    scales: { y: { range: (_chart, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] } },
    axes: [
      { ...axis, space: 80, size: 28, values: "{HH}:{mm}:{ss}" },
      {
        ...axis,
        size: 56,
        values: (_chart, splits) => splits.map((value) => formatMs(value)),
      },
    ],
    series: [
      {
        // Without an ack there is no second to tell of.
        value: (_chart, second) => typeof second === "number" ? formatClock(second * 1000) : "—",
      },
      line("p50", color("awake")),
      line("p99", color("accent")),
    ],
  };
}
