/** Values of a line, `null` where there is none. */
export type Values = readonly (number | null)[];

/** Places of values that stand alone between gaps, where a line would not be seen. */
export function lonely(values: Values): number[] {
  const isGap = (at: number): boolean => (values[at] ?? null) === null;
  const places: number[] = [];
  for (let at = 0; at < values.length; at++) {
    if (!isGap(at) && isGap(at - 1) && isGap(at + 1)) places.push(at);
  }
  return places;
}

/** The last place at which one of the lines has a value, −1 when none has. */
export function lastPlace(lines: readonly Values[]): number {
  return Math.max(-1, ...lines.map((values) => values.findLastIndex((value) => value !== null)));
}

/** The greatest value, `null` when there is none. */
export function greatest(values: Values): number | null {
  let most: number | null = null;
  for (const value of values) if (value !== null && (most === null || value > most)) most = value;
  return most;
}

/** From 0 to a little above the greatest value. */
export function linearRange(most: number | null): [number, number] {
  return [0, Math.max(1, (most ?? 0) * 1.1)];
}

/** Whole powers of ten around the values. */
export function logRange(least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || most <= 0) return [0.1, 10];
  const low = Math.floor(Math.log10(least > 0 ? least : most));
  const high = Math.ceil(Math.log10(most));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}
