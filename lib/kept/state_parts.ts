import { ActorError } from "../actor/errors.ts";
import { allocate, KV_LIMITS } from "../protocol/mod.ts";
import { corrupt, type Entry, type Header, partKey, type Slot } from "./records.ts";

const REVISION_BYTES = 4;
const PART_BYTES = KV_LIMITS.valueBytes - REVISION_BYTES;
/** A byte of their keys counts a slot's parts. */
const MAX_PARTS = 256;
/** What the option `stateBytes` may be at most. */
export const MAX_STATE_BYTES = MAX_PARTS * PART_BYTES;

const decoder = new TextDecoder();

/** Throws an `ActorError` `actor.state_too_large` for a text that is longer than `stateBytes`. */
export function checkStateBytes(bytes: number, stateBytes: number): void {
  if (bytes <= stateBytes) return;
  throw new ActorError(
    "actor.state_too_large",
    `The state has ${bytes} bytes serialised, at most stateBytes=${stateBytes} are allowed`,
  );
}

/** The parts of a state's text in a slot, each with its revision. */
export function stateParts(text: Uint8Array, slot: Slot, revision: number): Entry[] {
  const parts: Entry[] = [];
  for (let start = 0; start < text.length; start += PART_BYTES) {
    const part = text.subarray(start, start + PART_BYTES);
    const value = allocate(REVISION_BYTES + part.length);
    // Byte by byte: a view of its buffer costs more than a small value.
    for (let byte = 0; byte < REVISION_BYTES; byte++) value[byte] = revision >>> (8 * byte);
    value.set(part, REVISION_BYTES);
    parts.push([partKey(slot, parts.length), value]);
  }
  return parts;
}

/** The keys of the parts that hold the first `bytes` of a state. */
export function partKeys({ parts, slot = 0 }: Header, bytes: number): Uint8Array[] {
  const count = Math.min(parts, Math.ceil(bytes / PART_BYTES));
  return Array.from({ length: count }, (_, part) => partKey(slot, part));
}

/**
 * The text that the header's parts make, or the first `bytes` of it; `null` for an actor without
 * state. Throws an `ActorError` `actor.state_corrupt` when they are not whole.
 */
export function joinState(
  header: Header,
  parts: readonly Uint8Array[],
  bytes: number = header.stateBytes,
): string | null {
  if (header.parts === 0) return null;
  const isWhole = bytes >= header.stateBytes;
  const joined = new Uint8Array(header.stateBytes);
  let at = 0;
  for (let i = 0; i < (isWhole ? header.parts : partKeys(header, bytes).length); i++) {
    const part = parts[i];
    if (part === undefined || part.length < REVISION_BYTES) throw corrupt(`part ${i} is missing`);
    const revision = new DataView(part.buffer, part.byteOffset).getUint32(0, true);
    if (revision !== header.revision) {
      throw corrupt(`part ${i} is of revision ${revision}, not ${header.revision}`);
    }
    const length = part.length - REVISION_BYTES;
    if (at + length > joined.length) throw corrupt(`it has more than ${joined.length} bytes`);
    joined.set(part.subarray(REVISION_BYTES), at);
    at += length;
  }
  // A cut character at the end is left out.
  if (!isWhole) return new TextDecoder().decode(joined.subarray(0, bytes), { stream: true });
  if (at !== joined.length) throw corrupt(`it has ${at} bytes, ${joined.length} were kept`);
  return decoder.decode(joined);
}
