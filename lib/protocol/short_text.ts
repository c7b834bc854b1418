/** Up to here a text of ASCII is cheaper to read by hand. */
const SHORT_TEXT = 64;
/** A power of two. */
const SLOTS = 256;

/** Texts that were read lately, each where its hash says. */
const lately: string[] = new Array(SLOTS).fill("");

/**
 * The text of `length` bytes from `at` on, when it is short and ASCII; else `undefined`.
 *
 * Ids, paths and the names of headers come with every request again: to see that a text is one that
 * came before is cheaper than to make another of it.
 */
export function shortText(frame: Uint8Array, at: number, length: number): string | undefined {
  if (length > SHORT_TEXT) return undefined;
  let hash = length;
  for (let i = at; i < at + length; i++) {
    const byte = frame[i]!;
    if (byte >= 0x80) return undefined;
    hash = Math.imul(hash, 31) + byte | 0;
  }
  const slot = hash & SLOTS - 1;
  const text = lately[slot]!;
  if (isAt(frame, at, length, text)) return text;
  const bytes = frame.subarray(at, at + length);
  return lately[slot] = Reflect.apply(String.fromCharCode, null, bytes);
}

function isAt(frame: Uint8Array, at: number, length: number, text: string): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (frame[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
