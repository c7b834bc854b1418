import type { LinkRow, RoundTrip } from "../../lib/inspect/mod.ts";

/** Round trips over time, as a chart has them: without a value where the tunnel went down. */
export interface RoundTripLine {
  /** Since 1970, ascending. */
  readonly seconds: readonly number[];
  readonly values: readonly (number | null)[];
}

/** `trips` and `links`: in any order; of those since `from`, in seconds since 1970. */
export function roundTripLine(
  trips: readonly RoundTrip[],
  links: readonly LinkRow[],
  from: number,
): RoundTripLine {
  const points = [
    ...trips.map(({ ts, ms }) => ({ second: ts / 1000, value: ms })),
    ...links.flatMap(({ endTs }) => endTs === null ? [] : [{ second: endTs / 1000, value: null }]),
  ].filter(({ second }) => second >= from).sort((a, b) => a.second - b.second);
  return {
    seconds: points.map(({ second }) => second),
    values: points.map(({ value }) => value),
  };
}

/** `null` of none. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
