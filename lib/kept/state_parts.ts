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

/**
 * The text that the header's parts make; `null` for an actor without state. Throws an `ActorError`
 * `actor.state_corrupt` when they are not whole.
 */
export function joinState(header: Header, parts: readonly Uint8Array[]): string | null {
  if (header.parts === 0) return null;
  const bytes = new Uint8Array(header.stateBytes);
  let at = 0;
  for (let i = 0; i < header.parts; i++) {
    const part = parts[i];
    if (part === undefined || part.length < REVISION_BYTES) throw corrupt(`part ${i} is missing`);
    const revision = new DataView(part.buffer, part.byteOffset).getUint32(0, true);
    if (revision !== header.revision) {
      throw corrupt(`part ${i} is of revision ${revision}, not ${header.revision}`);
    }
    const length = part.length - REVISION_BYTES;
    if (at + length > bytes.length) throw corrupt(`it has more than ${bytes.length} bytes`);
    bytes.set(part.subarray(REVISION_BYTES), at);
    at += length;
  }
  if (at !== bytes.length) throw corrupt(`it has ${at} bytes, ${bytes.length} were kept`);
  return decoder.decode(bytes);
}
