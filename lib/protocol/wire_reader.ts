import { DecodeError, type DecodeErrorCode } from "./errors.ts";
import { LIST_ITEMS } from "./limits.ts";
import { shortText } from "./short_text.ts";
import { readU32 } from "./u32.ts";

/** Fatal, and a byte order mark at the start is text like any other: it must survive. */
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** A claimed length is below 2³², as in every BARE library: five groups of seven bits. */
const LENGTH_GROUPS = 5;

/**
 * Reads BARE values from a frame that may hold anything.
 *
 * Whatever is wrong throws one {@link DecodeError}. Nothing is allocated for a length before the
 * bytes it claims are known to be there. Byte values are views of the frame, not copies.
 */
export class WireReader {
  readonly #frame: Uint8Array;
  #offset = 0;

  constructor(frame: Uint8Array) {
    this.#frame = frame;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  u16(): number {
    const at = this.#take(2);
    return this.#frame[at]! | this.#frame[at + 1]! << 8;
  }

  u32(): number {
    return this.#view(4).getUint32(0, true);
  }

  /** The ids of today's versions are four plain bytes, which the model reads big-endian. */
  u32BigEndian(): number {
    return readU32(this.#frame, this.#take(4));
  }

  i64(): bigint {
    return this.#view(8).getBigInt64(0, true);
  }

  u64(): bigint {
    return this.#view(8).getBigUint64(0, true);
  }

  bool(): boolean {
    const at = this.#take(1);
    const value = this.#frame[at]!;
    if (value > 1) this.fail("decode.invalid_boolean", at, `Boolean is ${value}, not 0 or 1`);
    return value === 1;
  }

  /** A view of the next `length` bytes. */
  fixed(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#frame.subarray(at, at + length);
  }

  bytes(): Uint8Array {
    return this.fixed(this.#length());
  }

  text(): string {
    const length = this.#length();
    const at = this.#take(length);
    const short = shortText(this.#frame, at, length);
    if (short !== undefined) return short;
    try {
      return UTF8.decode(this.#frame.subarray(at, at + length));
    } catch {
      return this.fail("decode.invalid_utf8", at, "Text is not UTF-8");
    }
  }

  optional<Value>(read: () => Value): Value | null {
    return this.bool() ? read() : null;
  }

  list<Item>(read: () => Item): Item[] {
    const items: Item[] = [];
    for (let left = this.#count(); left > 0; left--) items.push(read());
    return items;
  }

  /** Keys are text. A key that comes twice is refused: which of its values is meant is not said. */
  map<Value>(read: () => Value): Map<string, Value> {
    const entries = new Map<string, Value>();
    for (let left = this.#count(); left > 0; left--) {
      const at = this.#offset;
      const key = this.text();
      if (entries.has(key)) this.fail("decode.invalid_value", at, "Map key comes twice");
      entries.set(key, read());
    }
    return entries;
  }

  /** The member of a union or an enum. No version has 128 of them, so a tag is one byte. */
  tag<Member extends string>(members: readonly Member[]): Member {
    const at = this.#take(1);
    const tag = this.#frame[at]!;
    return members[tag] ??
      this.fail("decode.unknown_tag", at, `Tag is ${tag}, not below ${members.length}`);
  }

  /** The frame must be used up. */
  end(): void {
    const left = this.#frame.length - this.#offset;
    if (left > 0) this.fail("decode.trailing_bytes", this.#offset, `${left} bytes are left over`);
  }

  fail(code: DecodeErrorCode, offset: number, message: string): never {
    throw new DecodeError(code, offset, message);
  }

  /** How many items follow. Each takes a byte at least. */
  #count(): number {
    const at = this.#offset;
    const count = this.#length();
    if (count > LIST_ITEMS) {
      this.fail("decode.too_large", at, `List of ${count} items is longer than ${LIST_ITEMS}`);
    }
    return count;
  }

  /** A length in LEB128, in its shortest form, of bytes or items that the frame has room for. */
  #length(): number {
    const at = this.#offset;
    let length = 0;
    let scale = 1;
    for (let group = 1; group <= LENGTH_GROUPS; group++) {
      const byte = this.#frame[this.#take(1)]!;
      length += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte >= 0x80) continue;
      if (byte === 0 && group > 1) {
        this.fail("decode.invalid_length", at, "Length is not in its shortest form");
      }
      const left = this.#frame.length - this.#offset;
      if (length > left) {
        this.fail("decode.invalid_length", at, `Length is ${length}, but ${left} bytes are left`);
      }
      return length;
    }
    return this.fail("decode.invalid_length", at, "Length is above 32 bits");
  }

  /** Of the next so many bytes. To make one costs more than to read a short message by hand. */
  #view(length: number): DataView {
    const { buffer, byteOffset } = this.#frame;
    return new DataView(buffer, byteOffset + this.#take(length), length);
  }

  #take(length: number): number {
    const at = this.#offset;
    if (at + length > this.#frame.length) {
      this.fail(
        "decode.truncated",
        at,
        `Wanted ${length} bytes, but ${this.#frame.length - at} are left`,
      );
    }
    this.#offset = at + length;
    return at;
  }
}
