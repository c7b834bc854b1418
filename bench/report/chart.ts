/** Charts as SVG that is read on a light page and on a dark one, the same bytes on every machine. */
import * as vega from "vega";
import { compile, type Config, type TopLevelSpec } from "vega-lite";
import type { Summary } from "../results.ts";
import { amount } from "./amount.ts";
import { type Axis, axisBetween, axisOf, placeOn } from "./axis.ts";

/** Whose figure it is: it chooses the colour. */
export type Kind = "limit" | "ours" | "theirs" | "both";

export interface Bar {
  readonly label: string;
  readonly kind: Kind;
  readonly value: Summary;
}

export interface BarPanel {
  /** With its unit. */
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Also where they are far apart: next to nothing is what is to be seen. */
  readonly fromZero?: boolean;
}

export interface Line {
  readonly label: string;
  readonly kind: Kind;
  /** By rising x. */
  readonly points: readonly { readonly x: number; readonly value: Summary }[];
}

export interface LinePanel {
  /** What goes up, with its unit. */
  readonly title: string;
  /** What goes right, with its unit. */
  readonly across: string;
  readonly lines: readonly Line[];
}

type Panels = Extract<TopLevelSpec, { concat: unknown }>["concat"];
type Layer = Extract<Panels[number], { layer: unknown }>["layer"][number];

/** Okabe and Ito's, which the colour-blind tell apart, and lighter ones of them on a dark page. */
const STYLE = `<style>
:root{--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--limit:#7d8590;--ours:#0072b2;--theirs:#d55e00;--both:#00805c}
@media(prefers-color-scheme:dark){:root{--ink:#f0f6fc;--soft:#9198a1;--line:#3d444d;--limit:#9198a1;--ours:#56b4e9;--theirs:#f08c3a;--both:#2fc79a}}
</style>`;

const FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif";
const FONT_SIZE = 12;
const KINDS: readonly Kind[] = ["limit", "ours", "theirs", "both"];
const COLOUR = {
  field: "kind",
  type: "nominal",
  scale: { domain: [...KINDS], range: KINDS.map((kind) => `var(--${kind})`) },
  legend: null,
} as const;

/** Its types leave it out. */
const { textMetrics } = vega as unknown as {
  textMetrics: {
    width(item: { fontSize?: number; fontWeight?: number }, text: unknown): number;
  };
};
// By rule and never by a font: another machine has others. This is enough for a wide one.
textMetrics.width = ({ fontSize = FONT_SIZE, fontWeight = 400 }, text) =>
  String(text).length * fontSize * (fontWeight > 400 ? 0.7 : 0.62);

/** Panels side by side, of the same bars from above to below. */
export function barChart(panels: readonly BarPanel[]): Promise<string> {
  return draw(panels.map(({ title, bars, fromZero }, i) => {
    const axis = axisOf(bars.map(({ value }) => value), fromZero);
    const across = { type: "quantitative", ...withAxis(axis), title: null } as const;
    const y = {
      field: "label",
      type: "nominal",
      sort: null,
      axis: i === 0 ? { domain: false, ticks: false, labelLimit: 0 } : null,
      title: null,
    } as const;
    return {
      title,
      width: 220,
      height: { step: 24 },
      data: {
        values: bars.map(({ label, kind, value }) => ({
          label,
          kind,
          ...value,
          from: axis.least,
          text: amount(value.median),
        })),
      },
      layer: [
        {
          mark: { type: "bar", height: 13, cornerRadiusEnd: 2 },
          encoding: {
            y,
            x: { field: "from", ...across },
            x2: { field: "median" },
            color: COLOUR,
          },
        },
        {
          mark: { type: "rule", color: "var(--ink)", strokeWidth: 1 },
          encoding: { y, x: { field: "least", ...across }, x2: { field: "greatest" } },
        },
        {
          mark: { type: "text", align: "left", dx: 6, color: "var(--ink)" },
          encoding: { y, x: { field: "greatest", ...across }, text: { field: "text" } },
        },
      ],
    };
  }));
}

const LINES = { width: 210, height: 180 };

/**
 * Panels side by side, each with its axes. They have the same lines: the last names them, and a line
 * that is alone is named above all.
 */
export function lineChart(panels: readonly LinePanel[]): Promise<string> {
  const [only, ...others] = panels[0]!.lines;
  const isAlone = others.length === 0;
  return draw(
    panels.map(({ title, across, lines }, i) => {
      const points = lines.flatMap(({ label, kind, points }) =>
        points.map(({ x, value }) => ({ label, kind, x, ...value }))
      );
      const acrossAxis = axisBetween([...new Set(points.map(({ x }) => x))]);
      const axis = axisOf(points);
      const x = {
        field: "x",
        type: "quantitative",
        ...withAxis(acrossAxis, across),
        title: across,
      } as const;
      const y = { type: "quantitative", ...withAxis(axis), title: null } as const;
      return {
        title,
        ...LINES,
        data: { values: points },
        layer: [
          {
            mark: { type: "rule", strokeWidth: 1.5, opacity: 0.55 },
            encoding: {
              x,
              y: { field: "least", ...y },
              y2: { field: "greatest" },
              color: COLOUR,
            },
          },
          ...lines.map(({ label }, nth): Layer => ({
            transform: [{ filter: { field: "label", equal: label } }],
            mark: {
              type: "line",
              strokeWidth: 2,
              strokeDash: DASHES[sameKindBefore(lines, nth) % DASHES.length]!,
              point: { size: 28, filled: true },
            },
            encoding: { x, y: { field: "median", ...y }, color: COLOUR },
          })),
          ...(isAlone || i < panels.length - 1 ? [] : labelsOf(lines, axis)).map((datum) => ({
            data: { values: [datum] },
            mark: { type: "text", align: "left", baseline: "middle", fontWeight: 600 } as const,
            encoding: {
              x: { value: LINES.width + 10 },
              y: { value: datum.y },
              text: { field: "label" },
              color: COLOUR,
            } as const,
          })),
        ],
      };
    }),
    isAlone ? { text: only!.label, color: `var(--${only!.kind})` } : undefined,
  );
}

/** Lines of one kind have one colour. */
const DASHES = [[], [6, 3], [2, 3]];

function sameKindBefore(lines: readonly Line[], nth: number): number {
  return lines.slice(0, nth).filter(({ kind }) => kind === lines[nth]!.kind).length;
}

/** Names at the ends of their lines, apart from each other, with their places in pixels. */
function labelsOf(lines: readonly Line[], axis: Axis) {
  const labels = lines
    .map(({ label, kind, points }) => ({
      label,
      kind,
      y: LINES.height * (1 - placeOn(axis, points.at(-1)!.value.median)),
    }))
    .sort((a, b) => a.y - b.y);
  const apart = 1.3 * FONT_SIZE;
  let free = LINES.height - apart * (labels.length - 1);
  for (const label of labels) {
    label.y = Math.min(label.y, free);
    free += apart;
  }
  let above = -Infinity;
  for (const label of labels) above = label.y = Math.max(label.y, above + apart);
  return labels;
}

function withAxis({ type, constant, least, greatest, ticks }: Axis, title = "") {
  return {
    scale: {
      type,
      ...(constant !== undefined && { constant }),
      domainMin: least,
      domainMax: greatest,
      nice: false,
    },
    axis: {
      values: ticks,
      // The ends of a row of ticks are what is looked for.
      labelOverlap: "greedy",
      labelExpr: title.includes("bytes") ? BYTES : NUMBER,
    },
  } as const;
}

/** With spaces between thousands. */
const NUMBER = "replace(format(datum.value, ','), /,/g, ' ')";
const BYTES = "datum.value >= 1048576 ? datum.value / 1048576 + ' Mi' " +
  ": datum.value >= 1024 ? datum.value / 1024 + ' Ki' : datum.value";

async function draw(
  panels: Panels,
  title?: { readonly text: string; readonly color: string },
): Promise<string> {
  const { spec } = compile({
    concat: panels,
    columns: 3,
    config: CONFIG,
    ...(title !== undefined && { title: { ...title, anchor: "start", frame: "bounds" } }),
  });
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  const short = svg
    .replace(/^<svg[^>]*>/, (open) => `${open}${STYLE}`)
    // In tags, not in texts; nobody sees a hundredth of a pixel.
    .replace(/\d+\.\d{3,}(?=[^<>]*>)/g, (number) => String(Number(Number(number).toFixed(2))));
  return `${short}\n`;
}

const CONFIG: Config = {
  background: "transparent",
  aria: false,
  font: FONT,
  view: { stroke: null },
  concat: { spacing: 28 },
  title: {
    anchor: "start",
    frame: "group",
    color: "var(--ink)",
    fontSize: 13,
    fontWeight: 600,
    offset: 12,
  },
  text: { fontSize: FONT_SIZE },
  axis: {
    domain: false,
    ticks: false,
    labelFlush: false,
    labelColor: "var(--soft)",
    labelFontSize: 11,
    labelPadding: 6,
    titleColor: "var(--soft)",
    titleFontSize: FONT_SIZE,
    titleFontWeight: 400,
    gridColor: "var(--line)",
  },
  axisY: { grid: true },
  axisX: { grid: true },
  axisBand: { grid: false },
};
