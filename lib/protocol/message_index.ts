import type { MessageIndex } from "./ids.ts";

/**
 * Serial-number arithmetic over the 16-bit message index (RFC 1982, `SERIAL_BITS` = 16).
 *
 * Two indexes compare only at distances up to 32 767. Every window in `lib/delivery` is capped
 * there, so that the undefined distance of 32 768 is never asked about.
 */
export const INDEX_SPACE = 65_536;
/** The greatest distance at which two indexes still compare. */
export const MAX_DISTANCE = 32_767;

/** Brands a number as an index, wrapping it into 0 to 65 535. */
export function messageIndex(value: number): MessageIndex {
  return (value & 0xffff) as MessageIndex;
}

/** The index `steps` after `index`. */
export function advance(index: MessageIndex, steps = 1): MessageIndex {
  return ((index + steps) & 0xffff) as MessageIndex;
}

/**
 * How far `to` lies after `from`: −32 768 to 32 767, where a negative distance means before.
 * The result −32 768 is the one that RFC 1982 leaves undefined.
 */
export function distance(from: MessageIndex, to: MessageIndex): number {
  return ((to - from) << 16) >> 16;
}

/** Whether `a` comes after `b`. False for equal indexes and at the undefined distance. */
export function isAfter(a: MessageIndex, b: MessageIndex): boolean {
  return distance(b, a) > 0;
}
