import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
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
