import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { shortText } from "@/lib/protocol/short_text.ts";
import { textBytes } from "@/lib/protocol/text.ts";

const text = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.string({ unit: "binary", maxLength: 70 }),
  fc.array(fc.nat(0xffff), { maxLength: 66 }).map((units) => String.fromCharCode(...units)),
);

Deno.test("textBytes() says what TextEncoder says, whatever the text", () =>
  fc.assert(
    fc.property(text, (text) => assertEquals(textBytes(text), new TextEncoder().encode(text))),
    { seed: 20261124, numRuns: 2_000 },
  ));

Deno.test("textBytes() of a short text and of a long one", () => {
  for (const length of [0, 1, 63, 64, 65, 1_000]) {
    for (const last of ["", "\x7f", "\x80", "é", "\ud800"]) {
      const text = "a".repeat(length) + last;
      assertEquals(textBytes(text), new TextEncoder().encode(text), `${length} and ${last}`);
    }
  }
});

Deno.test("textBytes() allocates no buffer for a short text of ASCII", () => {
  const buffers = new Set(Array.from({ length: 100 }, () => textBytes("a".repeat(64)).buffer));
  assert(buffers.size <= 2, `${buffers.size} buffers`);
});

Deno.test("shortText() gives each text back, whatever was read before it", () => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary-ascii", maxLength: 64 })), (texts) => {
      const many = texts.flatMap((text) => [text, `${text}1`.slice(0, 64), text.toUpperCase()]);
      for (const text of [...many, ...many]) {
        const frame = encoder.encode(`>${text}<`);
        assertEquals(shortText(frame, 1, text.length), text);
      }
    }),
  );
  for (let i = 0; i < 2_000; i++) {
    assertEquals(
      shortText(encoder.encode(`${i % 1_000}`), 0, `${i % 1_000}`.length),
      `${i % 1_000}`,
    );
  }
});

Deno.test("shortText() leaves what is long or not ASCII", () => {
  const bytes = new Uint8Array(65).fill(0x61);
  assertEquals(shortText(bytes, 0, 64), "a".repeat(64));
  assertEquals(shortText(bytes, 0, 65), undefined);
  assertEquals(shortText(new TextEncoder().encode("é"), 0, 2), undefined);
});
