/** Where the values of a chart lie on its axis. */
import type { Summary } from "../results.ts";

export interface Axis {
  readonly type: "log" | "linear" | "symlog";
  /** For "symlog": where it turns from linear to logarithmic. */
  readonly constant?: number;
  readonly least: number;
  readonly greatest: number;
  readonly ticks: number[];
}

/** From zero where it is wanted or little is spanned; else logarithmic, between powers of ten. */
export function axisOf(values: readonly Summary[], isFromZero = false): Axis {
  const least = Math.min(...values.map(({ least }) => least));
  const greatest = Math.max(...values.map(({ greatest }) => greatest));
  if (isFromZero || least <= 0 || greatest < 10 * least) return fromZero(greatest);
  const exponents = range(Math.floor(Math.log10(least)), Math.ceil(Math.log10(greatest)));
  const ticks = exponents.map((exponent) => Number(`1e${exponent}`));
  return { type: "log", least: ticks[0]!, greatest: ticks.at(-1)!, ticks };
}

/** Between what was measured, with a tick at each; there is room for a zero. */
export function axisBetween(ticks: number[]): Axis {
  const [least, greatest] = [Math.min(...ticks), Math.max(...ticks)];
  if (least === 0) return { type: "symlog", constant: 16, least, greatest, ticks };
  return { type: "log", least, greatest, ticks };
}

/** How far along the axis a value is, from 0 to 1. */
export function placeOn({ type, least, greatest }: Axis, value: number): number {
  const of = type === "log" ? Math.log10 : Number;
  return (of(value) - of(least)) / (of(greatest) - of(least));
}

/** At most five steps of 1, 2 or 5 times a power of ten. */
function fromZero(greatest: number): Axis {
  const rough = Math.max(greatest, Number.MIN_VALUE) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((it) => it * power).find((it) => it >= rough)!;
  const ticks = range(0, Math.ceil(greatest / step)).map((i) => Number((i * step).toPrecision(6)));
  return { type: "linear", least: 0, greatest: ticks.at(-1)!, ticks };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
