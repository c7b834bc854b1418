import type { Secrets } from "../secrets.ts";

/** What is kept of a message's payload: text, or the bytes of what is not text. */
export type Payload = string | Uint8Array;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
/** A buffer of its own costs more than the bytes in it. Measured in `tests/cost/capture_test.ts`. */
const BUFFER_BYTES = 200;
const TEXT_BYTES = 24;
/** A text with one of these takes two bytes for each of its characters. */
const WIDE = /[\u0100-\uffff]/;

/**
 * A copy of the first `most` bytes of a message, as much as are whole characters, without secrets.
 * A copy, as the bytes are cut from a slab that frames share.
 */
export function keptPayload(
  { data, binary }: { readonly data: Uint8Array; readonly binary: boolean },
  most: number,
  secrets: Secrets,
): Payload {
  const part = data.length <= most ? data : data.subarray(0, binary ? most : wholeText(data, most));
  if (!binary) return secrets.json(decoder.decode(part));
  if (!isJsonLike(part)) return part.slice();
  const text = decoder.decode(part);
  const safe = secrets.json(text);
  return safe === text ? part.slice() : encoder.encode(safe);
}

/** Bytes of memory that it takes, at most. */
export function payloadCost(payload: Payload | null): number {
  if (payload === null) return 0;
  if (typeof payload !== "string") return BUFFER_BYTES + payload.length;
  return TEXT_BYTES + payload.length * (WIDE.test(payload) ? 2 : 1);
}

/** The payload as text, whatever it was sent as. */
export function payloadText(payload: Payload): string {
  return typeof payload === "string" ? payload : decoder.decode(payload);
}

/** Many a client sends its JSON as bytes. */
function isJsonLike(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b || bytes[0] === 0x5b;
}

/** Where the last character ends that is whole within `most` bytes of UTF-8. */
function wholeText(bytes: Uint8Array, most: number): number {
  let end = most;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return end;
}
