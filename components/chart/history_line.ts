import type { HistoryRow } from "../../lib/inspect/mod.ts";
import type { Line } from "./picture.ts";

/** A line, and what it reads of a step. */
export interface HistoryLine extends Omit<Line, "values"> {
  readonly read: (row: HistoryRow) => number | null;
}

export const DASHED = [6, 3];
export const DOTTED = [2, 3];
