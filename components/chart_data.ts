import type { LatencyPoint } from "../lib/inspect/mod.ts";

/** Columns as uPlot takes them: seconds since 1970, p50 and p99 in ms, `null` where none was acked. */
export type ChartData = [
  seconds: number[],
  p50: (number | null)[],
  p99: (number | null)[],
];

/** The last `span` whole seconds before `now` (ms), one column a second, gaps included. */
export function chartData(series: readonly LatencyPoint[], now: number, span: number): ChartData {
  const end = Math.floor(now / 1000);
  const bySecond = new Map(series.map((point) => [point.second, point]));
  const data: ChartData = [[], [], []];
  for (let second = end - span; second < end; second++) {
    const point = bySecond.get(second);
    data[0].push(second);
    data[1].push(point?.p50 ?? null);
    data[2].push(point?.p99 ?? null);
  }
  return data;
}

/** Places of values that stand alone between gaps, where a line would not be seen. */
export function lonely(values: readonly (number | null)[]): number[] {
  const isGap = (at: number): boolean => (values[at] ?? null) === null;
  const places: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (!isGap(at) && isGap(at - 1) && isGap(at + 1)) places.push(at);
  }
  return places;
}

/** The place of the last value, −1 when all are gaps. */
export function lastPlace(values: readonly (number | null)[]): number {
  return values.findLastIndex((value) => value !== null);
}
