import type { Values } from "./values.ts";

/** A colour of the page, by its name in `assets/styles.css`. */
export type LineColor = "awake" | "accent" | "asleep" | "warn" | "bad" | "muted";

/** One line of a chart, told from the others by its colour and its dashes. */
export interface Line {
  readonly label: string;
  readonly color: LineColor;
  /** Lengths of strokes and gaps, in pixels. Default: no gaps. */
  readonly dash?: readonly number[];
  /** One for each of the chart's seconds. */
  readonly values: Values;
}

/** What is drawn. */
export interface Picture {
  /** Since 1970, ascending. */
  readonly seconds: readonly number[];
  readonly lines: readonly Line[];
  /** The stretch of time that is shown, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly format: (value: number | null) => string;
  /** Values apart by powers of ten are all to be seen. Those must be greater than 0. */
  readonly isLog?: boolean;
}
