import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  DecodeError,
  type DecodeErrorCode,
  decodeToClient,
  decodeToServer,
  LIST_ITEMS,
  type ProtocolVersion,
  SUPPORTED_VERSIONS,
} from "@/lib/protocol/mod.ts";
import { type Direction, TO_CLIENT, TO_SERVER } from "./differential.ts";
import { readSafely } from "./read_safely.ts";

const IDS = "bf902de7 c0ad46c2 0100";
const V2_IDS = "bf902de7a58f4068801b000000000000 bf902de7a58f4068801b010000000000";

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

function refusal(decode: () => unknown): [DecodeErrorCode, number] {
  const error = assertThrows(decode, DecodeError);
  return [error.code, error.offset];
}

/** Frames from runner to gateway, and what is wrong with them at which byte. */
const WRONG_TO_SERVER: [string, ProtocolVersion, string, DecodeErrorCode, number][] = [
  ["empty frame", 7, "", "decode.truncated", 0],
  ["unknown tag", 7, "07", "decode.unknown_tag", 0],
  ["greatest tag", 7, "ff", "decode.unknown_tag", 0],
  ["over-long tag", 7, "8300", "decode.unknown_tag", 0],
  ["unknown tag of a body", 7, `06 ${IDS} 07`, "decode.unknown_tag", 11],
  ["trailing byte", 7, "03 00", "decode.trailing_bytes", 1],
  ["i64 cut short", 7, "04 00000000000000", "decode.truncated", 1],
  ["ids cut short", 7, "06 bf902de7 c0ad46", "decode.truncated", 5],
  ["boolean of 2", 7, `06 ${IDS} 03 02`, "decode.invalid_boolean", 12],
  ["optional of 2", 7, "00 00 00000000 00000000 02", "decode.invalid_boolean", 10],
  ["text beyond the frame", 7, "00 03 6162", "decode.invalid_length", 1],
  ["text of 2^32 - 1 bytes", 7, "00 ffffffff0f 61", "decode.invalid_length", 1],
  ["length above 32 bits", 7, "00 ffffffff1f 61", "decode.invalid_length", 1],
  ["length of six groups", 7, "00 818080808001 61", "decode.invalid_length", 1],
  ["length of ten groups", 7, "00 ffffffffffffffffff01", "decode.invalid_length", 1],
  ["over-long length", 7, "00 8100 61", "decode.invalid_length", 1],
  ["over-long zero", 7, "00 8000", "decode.invalid_length", 1],
  ["over-long zero of five groups", 7, "00 8080808000", "decode.invalid_length", 1],
  ["length without an end", 7, "00 80", "decode.truncated", 2],
  ["text that is not UTF-8", 7, "00 02 c328", "decode.invalid_utf8", 2],
  ["text with a surrogate", 7, "00 03 eda080", "decode.invalid_utf8", 2],
  ["text cut within a character", 7, "00 01 e2", "decode.invalid_utf8", 2],
  ["long text not UTF-8", 7, `00 ac02 ${"61".repeat(299)} ff`, "decode.invalid_utf8", 3],
  ["long text cut short", 7, `00 ac02 ${"61".repeat(299)}`, "decode.invalid_length", 1],
  ["list longer than the frame", 7, "01 ffffffff0f", "decode.invalid_length", 1],
  ["keys longer than the frame", 7, "05 00 01000000 00 80808004", "decode.invalid_length", 7],
  ["key longer than the frame", 7, "05 00 01000000 00 01 05 61", "decode.invalid_length", 8],
  ["map longer than the frame", 7, "00 00 00000000 00000000 01 05", "decode.invalid_length", 11],
  [
    "map key twice",
    7,
    "00 00 00000000 00000000 01 02 01 61 00 01 61 00 00",
    "decode.invalid_value",
    15,
  ],
  ["message beyond the frame", 7, `06 ${IDS} 04 05 61 00`, "decode.invalid_length", 12],
  ["message with trailing bytes", 7, `06 ${IDS} 04 01 61 00 00`, "decode.trailing_bytes", 15],
  ["message with a flag of 2", 7, `06 ${IDS} 04 01 61 02`, "decode.invalid_boolean", 14],
  ["message of an over-long length", 7, `06 ${IDS} 04 8100 61 00`, "decode.invalid_length", 12],
  ["message without a length", 7, `06 ${IDS} 04`, "decode.truncated", 12],
  ["message without a flag", 7, `06 ${IDS} 04 01 61`, "decode.truncated", 14],
  ["ack cut short", 7, `06 ${IDS} 05 01`, "decode.truncated", 12],
  ["ack with trailing bytes", 7, `06 ${IDS} 05 0100 00`, "decode.trailing_bytes", 14],
  ["drop of v7 in v2", 2, "05 00 01000000 05", "decode.unknown_tag", 6],
  [
    "unknown stop code",
    7,
    "01 01 00 00000000 0000000000000000 01 01 02 00",
    "decode.unknown_tag",
    17,
  ],
  ["ids of v2 cut short", 2, "06 bf902de7a58f", "decode.truncated", 1],
  ["hibernation in v1", 1, `06 ${V2_IDS} 04 01`, "decode.trailing_bytes", 34],
  ["message ack in v1", 1, `06 ${V2_IDS} 07`, "decode.unknown_tag", 33],
  ["tunnel ack of v3 in v4", 4, `06 ${IDS} 00`, "decode.truncated", 12],
  [
    "event of another actor than its checkpoint",
    4,
    "01 01 0161 0000000000000000 02 0162 00000000 00",
    "decode.invalid_value",
    13,
  ],
  ["unknown body of v2", 2, `06 ${V2_IDS} 08`, "decode.unknown_tag", 33],
];

const WRONG_TO_CLIENT: [string, ProtocolVersion, string, DecodeErrorCode, number][] = [
  ["empty frame", 7, "", "decode.truncated", 0],
  ["unknown tag", 7, "06", "decode.unknown_tag", 0],
  ["entries of unequal lengths", 7, "03 01000000 01 01 00 00 00", "decode.invalid_value", 6],
  ["reply address", 2, `05 ${V2_IDS} 00 01 00`, "decode.invalid_value", 34],
  ["no reply address", 2, `05 ${V2_IDS} 00`, "decode.truncated", 34],
  ["thresholds in v5", 5, `00 00 ${"00".repeat(8)} ${"00".repeat(9)}`, "decode.trailing_bytes", 10],
  ["close in v4", 4, "06", "decode.unknown_tag", 0],
  ["ping in v2", 2, "06 0000000000000000", "decode.unknown_tag", 0],
];

for (const [name, version, frame, code, offset] of WRONG_TO_SERVER) {
  Deno.test(`decodeToServer() of v${version} refuses: ${name}`, () => {
    assertEquals(refusal(() => decodeToServer(hex(frame), version)), [code, offset]);
  });
}

for (const [name, version, frame, code, offset] of WRONG_TO_CLIENT) {
  Deno.test(`decodeToClient() of v${version} refuses: ${name}`, () => {
    assertEquals(refusal(() => decodeToClient(hex(frame), version)), [code, offset]);
  });
}

Deno.test("decodeToServer() takes frames up to its limit and none above", () => {
  const frame = hex("04 0000000000000000");
  decodeToServer(frame, 7, 10);
  decodeToServer(frame, 7, 9);
  assertEquals(refusal(() => decodeToServer(frame, 7, 8)), ["decode.too_large", 8]);
  const ping = hex("05 0000000000000000");
  decodeToClient(ping, 7, 9);
  assertEquals(refusal(() => decodeToClient(ping, 7, 8)), ["decode.too_large", 8]);
});

Deno.test("decodeToServer() takes lists up to LIST_ITEMS and none above", () => {
  const head = hex("05 00 01000000 00");
  const keys = (count: number): Uint8Array => {
    const length = [count & 0x7f | 0x80, count >> 7 & 0x7f | 0x80, count >> 14];
    const frame = new Uint8Array(head.length + length.length + count);
    frame.set(head);
    frame.set(length, head.length);
    return frame;
  };
  decodeToServer(keys(LIST_ITEMS - 1), 7);
  decodeToServer(keys(LIST_ITEMS), 7);
  assertEquals(refusal(() => decodeToServer(keys(LIST_ITEMS + 1), 7)), ["decode.too_large", 7]);
});

Deno.test("decodeToServer() reads a frame that lies within a larger buffer", () => {
  const buffer = hex("ff 04 0100000000000000 ff");
  assertEquals(decodeToServer(buffer.subarray(1, 10), 7), { kind: "pong", ts: 1n });
  assertEquals(refusal(() => decodeToServer(buffer.subarray(1, 9), 7)), ["decode.truncated", 1]);
});

for (const version of SUPPORTED_VERSIONS) {
  refusesEveryPart(TO_SERVER, version);
  refusesEveryPart(TO_CLIENT, version);

  Deno.test(`decoders of v${version} read random bytes exactly, or throw a DecodeError`, () => {
    fc.assert(
      fc.property(fc.nat(7), fc.uint8Array({ maxLength: 80 }), (tag, rest) => {
        const frame = Uint8Array.of(tag, ...rest);
        readSafely(TO_SERVER, version, frame);
        readSafely(TO_CLIENT, version, frame);
      }),
      { numRuns: 1000 },
    );
  });
}

function refusesEveryPart<Message>(direction: Direction<Message>, version: ProtocolVersion): void {
  Deno.test(`the decoder ${direction.name} of v${version} refuses every part of a frame`, () => {
    fc.assert(
      fc.property(direction.messages(version), (message) => {
        const frame = direction.encode(message, version);
        for (let length = 0; length < Math.min(frame.length, 64); length++) {
          assertThrows(() => direction.decode(frame.subarray(0, length), version), DecodeError);
        }
      }),
      { numRuns: 100 },
    );
  });
}
