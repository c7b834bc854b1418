import type { HistoryRow } from "../../lib/inspect/mod.ts";

/** The steps that have begun since, oldest first; as they are told they come in any order. */
export function rowsSince(rows: readonly HistoryRow[], second: number): HistoryRow[] {
  return rows.filter((row) => row.second >= second).sort((a, b) => a.second - b.second);
}

/** How many a second, in this step. */
export function perSecond({ seconds }: HistoryRow, count: number | null): number | null {
  return count === null ? null : count / seconds;
}

/** Of all steps together, `null` when it is not known of one. */
export function sumOf(
  rows: readonly HistoryRow[],
  read: (row: HistoryRow) => number | null,
): number | null {
  return rows.map(read).reduce(
    (sum, count) => sum === null || count === null ? null : sum + count,
    0,
  );
}

/** Of all causes together. */
export function inAll(causes: HistoryRow["sleeps"] | HistoryRow["wakes"]): number {
  return Object.values(causes).reduce((sum, count) => sum + count, 0);
}
