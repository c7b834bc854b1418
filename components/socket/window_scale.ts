/** Indexes of a window, from left to right: as much as shows everything that is under way. */
export interface Scale {
  /** The index at the left end, which nothing is before. It may be less than 0. */
  readonly from: number;
  /** The one at the right end. */
  readonly to: number;
}

const SPACE = 65_536;
/** Indexes that are shown at least. */
const FEWEST = 16;
/** What is under way takes this share of the picture at most. */
const SHARE = 0.8;

/**
 * A scale on which all of these indexes lie. They wrap: what lies less than half the space behind the
 * last one comes before it, with a number below 0 where the last one has wrapped since.
 */
export function scaleOf(indexes: readonly (number | null)[], last: number): Scale {
  const behind = indexes.map((index) => index === null ? 0 : last - onScale(index, last));
  const span = Math.max(FEWEST, Math.ceil(Math.max(0, ...behind) / SHARE));
  return { from: last - span, to: last };
}

/** An index as a number on the line that ends near `last`. */
export function onScale(index: number, last: number): number {
  const behind = (last - index) & 0xffff;
  return behind < SPACE / 2 ? last - behind : last + SPACE - behind;
}

/** Where an index lies, in percent from the left. */
export function percentOf(index: number, { from, to }: Scale): number {
  const at = (onScale(index, to) - from) / (to - from) * 100;
  return Math.round(Math.min(100, Math.max(0, at)) * 100) / 100;
}

/** Where the indexes begin with 0 again, in percent; `null` where that is not in the picture. */
export function wrapOf({ from, to }: Scale): number | null {
  return from < 0 && to >= 0 ? Math.round(-from / (to - from) * 10_000) / 100 : null;
}

/** An index as it stands on the tunnel. */
export function indexAt(at: number): number {
  return at & 0xffff;
}
