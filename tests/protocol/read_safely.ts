/** The contract of decoding, checked on one frame that may hold anything. */
import { isDeepStrictEqual } from "node:util";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { DecodeError, type ProtocolVersion } from "@/lib/protocol/mod.ts";
import { LAYOUTS } from "@/lib/protocol/layout.ts";
import { CountingReader } from "./counting_reader.ts";
import type { Direction } from "./differential.ts";

/** A frame without a byte is found out by one read; nothing else reads without taking a byte. */
const READS_BEYOND = 1;
/** A value that was read comes with an object at most, and a message with its own few. */
const VALUES_PER_BYTE = 2;
const OF_A_MESSAGE = 64;

/**
 * Decodes a frame. Throws unless it is either refused with a {@link DecodeError} at a byte of it, or
 * read as what encodes to the same bytes again; with no more reads than it has bytes, and no more
 * memory than in proportion to them. Gives whether it was read.
 */
export function readSafely<Message>(
  direction: Direction<Message>,
  version: ProtocolVersion,
  frame: Uint8Array,
): boolean {
  const message = decodeOr(() => direction.decode(frame, version), frame);
  const reader = new CountingReader(frame);
  const carefully = decodeOr(() => {
    const message = direction.read(reader, LAYOUTS[version]!);
    reader.end();
    return message;
  }, frame);
  assert(reader.reads <= frame.length + READS_BEYOND, `${reader.reads} reads of ${frame.length}`);
  // The quick way must give what the careful one gives.
  if (!isDeepStrictEqual(message, carefully)) assertEquals(message, carefully);
  if (message === null) return false;
  const again = direction.encode(message, version);
  if (!isDeepStrictEqual(again, frame)) assertEquals(again, frame);
  assertInProportion(message, frame);
  return true;
}

function decodeOr<Message>(decode: () => Message, frame: Uint8Array): Message | null {
  try {
    return decode();
  } catch (error) {
    assertInstanceOf(error, DecodeError);
    assert(error.offset >= 0 && error.offset <= frame.length, error.message);
    return null;
  }
}

/** Byte values are views of the frame, texts are no longer than it, values no more than it allows. */
function assertInProportion(message: unknown, frame: Uint8Array): void {
  let values = 0;
  let characters = 0;
  const weigh = (value: unknown): void => {
    values++;
    if (typeof value === "string") characters += value.length;
    else if (value instanceof Uint8Array) assert(value.buffer === frame.buffer, "Not a view");
    else if (value instanceof Map) {
      for (const [key, item] of value) {
        weigh(key);
        weigh(item);
      }
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(weigh);
  };
  weigh(message);
  assert(values <= VALUES_PER_BYTE * frame.length + OF_A_MESSAGE, `${values} values`);
  assert(characters <= frame.length + OF_A_MESSAGE, `${characters} characters`);
}
