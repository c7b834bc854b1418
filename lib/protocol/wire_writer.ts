import { EncodeError } from "./errors.ts";
import { FRAME_BYTES, LIST_ITEMS } from "./limits.ts";
import { allocate } from "./slab.ts";

const UTF8 = new TextEncoder();
const SCRATCH_BYTES = 16 * 1024;
/** Longer values are copied once, into the frame itself. */
const LARGEST_IN_SCRATCH = 1024;
/** Up to here a text is cheaper to write by hand, as long as it is ASCII. */
const SHORT_TEXT = 64;
/** A length of 32 bits: five groups of seven. */
const LENGTH_BYTES = 5;

/** A writer ends before the next begins, so that one scratch serves them all. */
const SCRATCH = new Uint8Array(SCRATCH_BYTES);
const SCRATCH_VIEW = new DataView(SCRATCH.buffer);

interface Aside {
  /** Where in the scratch the value belongs. */
  readonly at: number;
  readonly value: Uint8Array;
}

/**
 * Writes BARE values into one frame: the mirror of `WireReader`. One writer at a time.
 *
 * A value that its type does not hold throws an {@link EncodeError}, as does a frame beyond
 * {@link FRAME_BYTES}; `name` says which value it was.
 */
export class WireWriter {
  #scratch = SCRATCH;
  #view = SCRATCH_VIEW;
  #used = 0;
  readonly #aside: Aside[] = [];
  #asideBytes = 0;

  u16(value: number, name: string): void {
    checkInteger(value, name, 0xffff);
    const at = this.#take(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number, name: string): void {
    checkInteger(value, name, 0xffff_ffff);
    const at = this.#take(4);
    this.#view.setUint32(at, value, true);
  }

  /** The ids of today's versions are four plain bytes, which the model has big-endian. */
  u32BigEndian(value: number, name: string): void {
    checkInteger(value, name, 0xffff_ffff);
    const at = this.#take(4);
    this.#view.setUint32(at, value);
  }

  i64(value: bigint, name: string): void {
    if (BigInt.asIntN(64, value) !== value) outOfRange(value, name, "64 bits, signed");
    const at = this.#take(8);
    this.#view.setBigInt64(at, value, true);
  }

  u64(value: bigint, name: string): void {
    if (BigInt.asUintN(64, value) !== value) outOfRange(value, name, "64 bits");
    const at = this.#take(8);
    this.#view.setBigUint64(at, value, true);
  }

  bool(value: boolean): void {
    const at = this.#take(1);
    this.#scratch[at] = value ? 1 : 0;
  }

  /** The tag of a union or an enum: below 128, so that it is one byte. */
  tag(tag: number): void {
    const at = this.#take(1);
    this.#scratch[at] = tag;
  }

  /** Bytes without a length before them. */
  fixed(value: Uint8Array): void {
    const { length } = value;
    if (length <= LARGEST_IN_SCRATCH) {
      const at = this.#take(length);
      this.#scratch.set(value, at);
      return;
    }
    this.#aside.push({ at: this.#used, value });
    this.#asideBytes += length;
  }

  bytes(value: Uint8Array): void {
    this.#length(value.length);
    this.fixed(value);
  }

  /** A lone surrogate goes out as U+FFFD, as with `TextEncoder`, WebSocket and fetch. */
  text(value: string): void {
    if (!this.#ascii(value)) this.bytes(UTF8.encode(value));
  }

  optional<Value>(value: Value | null, write: (value: Value) => void): void {
    this.bool(value !== null);
    if (value !== null) write(value);
  }

  list<Item>(items: readonly Item[], write: (item: Item) => void): void {
    this.#count(items.length);
    for (const item of items) write(item);
  }

  /** Keys are text, and must still differ once they are well-formed. */
  map<Value>(entries: ReadonlyMap<string, Value>, write: (value: Value) => void): void {
    this.#count(entries.size);
    let wellFormed = true;
    for (const [key, value] of entries) {
      wellFormed &&= key.isWellFormed();
      this.text(key);
      write(value);
    }
    if (wellFormed) return;
    const keys = new Set(Array.from(entries.keys(), (key) => key.toWellFormed()));
    if (keys.size === entries.size) return;
    throw new EncodeError("encode.invalid_value", "Map keys are equal once they are well-formed");
  }

  /** What was written, in bytes of its own. */
  frame(): Uint8Array {
    this.#limit();
    const frame = allocate(this.#used + this.#asideBytes);
    let from = 0;
    let to = 0;
    for (const { at, value } of this.#aside) {
      frame.set(this.#scratch.subarray(from, at), to);
      to += at - from;
      frame.set(value, to);
      to += value.length;
      from = at;
    }
    frame.set(this.#scratch.subarray(from, this.#used), to);
    return frame;
  }

  /** Writes a short text of ASCII, or nothing. */
  #ascii(value: string): boolean {
    const { length } = value;
    if (length > SHORT_TEXT) return false;
    const start = this.#used;
    let at = this.#take(1 + length);
    this.#scratch[at++] = length;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) {
        this.#used = start;
        return false;
      }
      this.#scratch[at++] = code;
    }
    return true;
  }

  #count(count: number): void {
    if (count > LIST_ITEMS) {
      const message = `List of ${count} items is longer than ${LIST_ITEMS}`;
      throw new EncodeError("encode.too_large", message);
    }
    this.#length(count);
  }

  /** LEB128. */
  #length(length: number): void {
    let at = this.#take(LENGTH_BYTES);
    let left = length;
    while (left >= 0x80) {
      this.#scratch[at++] = left & 0x7f | 0x80;
      left >>>= 7;
    }
    this.#scratch[at++] = left;
    this.#used = at;
  }

  /**
   * Where the next so many bytes belong. To be asked before the scratch or its view is named: it may
   * put larger ones in their place, and what is written to the old ones is lost.
   */
  #take(length: number): number {
    const at = this.#used;
    const end = at + length;
    if (end > this.#scratch.length) this.#grow(end);
    this.#used = end;
    return at;
  }

  #grow(needed: number): void {
    this.#limit();
    const larger = new Uint8Array(Math.max(needed, 2 * this.#scratch.length));
    larger.set(this.#scratch.subarray(0, this.#used));
    this.#scratch = larger;
    this.#view = new DataView(larger.buffer);
  }

  #limit(): void {
    if (this.#used + this.#asideBytes > FRAME_BYTES) throw frameTooLarge();
  }
}

export function frameTooLarge(): EncodeError {
  return new EncodeError("encode.too_large", `Frame is larger than ${FRAME_BYTES} bytes`);
}

export function checkInteger(value: number, name: string, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    outOfRange(value, name, `0 to ${max}`);
  }
}

function outOfRange(value: number | bigint, name: string, wanted: string): never {
  throw new EncodeError("encode.invalid_value", `${name} is ${value}, wanted ${wanted}`);
}
