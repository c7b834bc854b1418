import { allocate, keptCopy } from "./slab.ts";

/** Up to here a text of ASCII is cheaper to write by hand. */
const SHORT_TEXT = 64;

const encoder = new TextEncoder();

/**
 * The text in UTF-8; a lone surrogate becomes U+FFFD. The bytes of a short text are cut from the slab
 * of {@link allocate}: a buffer of its own costs more than all else that a short message does.
 */
export function textBytes(text: string): Uint8Array {
  const { length } = text;
  if (length > SHORT_TEXT || !isAscii(text)) return encoder.encode(text);
  const bytes = allocate(length);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The same as bytes that may be kept, as with {@link keptCopy}. */
export function keptText(text: string): Uint8Array {
  const bytes = textBytes(text);
  return bytes.buffer.byteLength === bytes.length ? bytes : keptCopy(bytes);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}
