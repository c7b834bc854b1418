import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { EncodeError, FRAME_BYTES, LIST_ITEMS } from "@/lib/protocol/mod.ts";
import { WireReader } from "@/lib/protocol/wire_reader.ts";
import { WireWriter } from "@/lib/protocol/wire_writer.ts";

function written(write: (writer: WireWriter) => void): Uint8Array {
  const writer = new WireWriter();
  write(writer);
  return writer.frame();
}

Deno.test("WireWriter writes what WireReader reads, for values of every length in any order", () => {
  const bytes = fc.constantFrom(0, 1, 64, 65, 127, 128, 1023, 1024, 1025, 16_383, 16_384, 20_000)
    .map((length) => new Uint8Array(length).fill(length));
  const text = fc.tuple(fc.constantFrom(0, 1, 62, 63, 64, 65, 127, 128, 1025), fc.boolean())
    .map(([length, plain]) => "a".repeat(length) + (plain ? "" : "é"));
  fc.assert(fc.property(fc.array(fc.tuple(text, bytes), { maxLength: 8 }), (pairs) => {
    const frame = written((writer) =>
      writer.list(pairs, ([text, bytes]) => {
        writer.text(text);
        writer.bytes(bytes);
      })
    );
    const reader = new WireReader(frame);
    assertEquals(reader.list(() => [reader.text(), reader.bytes()]), pairs);
    reader.end();
  }));
});

Deno.test("WireWriter puts numbers as wide as their types, little-endian but for ids", () => {
  const frame = written((writer) => {
    writer.u16(0x0102, "a");
    writer.u32(0x0102_0304, "a");
    writer.u32BigEndian(0x0102_0304, "a");
    writer.i64(-2n, "a");
    writer.u64(0x0102n, "a");
    writer.bool(true);
    writer.tag(7);
  });
  assertEquals(
    frame.toHex(),
    "0201 04030201 01020304 feffffffffffffff 0201000000000000 01 07".replaceAll(" ", ""),
  );
});

Deno.test("WireWriter writes every value whole where its room grows", () => {
  const values: Record<string, (writer: WireWriter) => void> = {
    u16: (writer) => writer.u16(0x0102, "a"),
    u32: (writer) => writer.u32(0x0102_0304, "a"),
    u32BigEndian: (writer) => writer.u32BigEndian(0x0102_0304, "a"),
    i64: (writer) => writer.i64(-2n, "a"),
    u64: (writer) => writer.u64(0x0102_0304_0506_0708n, "a"),
    bool: (writer) => writer.bool(true),
    tag: (writer) => writer.tag(7),
    fixed: (writer) => writer.fixed(new Uint8Array([1, 2, 3])),
    bytes: (writer) => writer.bytes(new Uint8Array([1, 2, 3])),
    text: (writer) => writer.text("abc"),
    textNotAscii: (writer) => writer.text("abé"),
  };
  const kib = new Uint8Array(1024).fill(9);
  for (const [kind, write] of Object.entries(values)) {
    const alone = written(write);
    // Room grows at a power of two: whatever it begins with, one of these values lies across it.
    for (let power = 1024; power <= 64 * 1024; power *= 2) {
      for (let short = 0; short <= alone.length; short++) {
        const frame = written((writer) => {
          for (let left = power - short; left > 0; left -= 1024) {
            writer.fixed(kib.subarray(0, Math.min(left, 1024)));
          }
          write(writer);
        });
        assertEquals(
          frame.subarray(power - short).toHex(),
          alone.toHex(),
          `${kind}, ${short} bytes before ${power}`,
        );
      }
    }
  }
});

Deno.test("WireWriter names the number that is beyond its width", () => {
  const table: [(writer: WireWriter) => void, string][] = [
    [(writer) => writer.u16(65_536, "index"), "index is 65536, wanted 0 to 65535"],
    [(writer) => writer.u32(-1, "slots"), "slots is -1, wanted 0 to 4294967295"],
    [(writer) => writer.u32BigEndian(0.5, "id"), "id is 0.5, wanted 0 to 4294967295"],
    [(writer) => writer.i64(1n << 63n, "ts"), "ts is 9223372036854775808, wanted 64 bits, signed"],
    [(writer) => writer.u64(-1n, "limit"), "limit is -1, wanted 64 bits"],
  ];
  for (const [write, message] of table) {
    assertStrictEquals(assertThrows(() => written(write), EncodeError).message, message);
  }
});

Deno.test("WireWriter begins anew after one that failed, and its frames stay as they are", () => {
  const first = written((writer) => writer.text("first"));
  assertThrows(() =>
    written((writer) => {
      writer.text("failing");
      writer.u16(-1, "index");
    }), EncodeError);
  const second = written((writer) => writer.text("second"));
  assertEquals(new WireReader(first).text(), "first");
  assertEquals(new WireReader(second).text(), "second");
  const large = new Uint8Array(20_000);
  const copied = written((writer) => writer.bytes(large));
  assert(copied.buffer !== large.buffer);
});

Deno.test("WireWriter takes LIST_ITEMS items and FRAME_BYTES bytes, and none above", () => {
  const list = (length: number): Uint8Array =>
    written((writer) => writer.list(new Array(length).fill(0), () => writer.bool(true)));
  assertStrictEquals(list(LIST_ITEMS).length, LIST_ITEMS + 3);
  assertThrows(() => list(LIST_ITEMS + 1), EncodeError, "longer than");

  const half = new Uint8Array(FRAME_BYTES / 2);
  const bytes = (more: number): Uint8Array =>
    written((writer) => {
      writer.fixed(half);
      writer.fixed(half.subarray(more === 0 ? 1 : 0));
      writer.bool(true);
    });
  assertStrictEquals(bytes(0).length, FRAME_BYTES);
  assertThrows(() => bytes(1), EncodeError, "larger than");
});
