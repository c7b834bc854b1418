import { assert, assertEquals } from "@std/assert";
import { takeBodyAtHand } from "../../lib/body/body_at_hand.ts";

const BYTES = Uint8Array.of(1, 2, 3);

const atHand: readonly (readonly [string, () => Response, unknown])[] = [
  ["none", () => new Response(null), null],
  ["none, of a status without one", () => new Response(null, { status: 204 }), null],
  ["an empty text", () => new Response(""), ""],
  ["a text", () => new Response("é"), "é"],
  ["a text with headers", () => new Response("a", { headers: { a: "1", b: "2" } }), "a"],
  ["JSON", () => Response.json({ a: 1 }), '{"a":1}'],
  ["JSON with a status", () => Response.json({ a: 1 }, { status: 201 }), '{"a":1}'],
  ["bytes", () => new Response(BYTES), BYTES],
  ["a buffer", () => new Response(BYTES.buffer), BYTES],
  ["a query", () => new Response(new URLSearchParams({ a: "b" })), "a=b"],
];

for (const [name, make, wanted] of atHand) {
  Deno.test(`takeBodyAtHand() takes ${name}, and the response is used`, () => {
    const response = make();
    assertEquals(takeBodyAtHand(response, 100), wanted);
    assertEquals(response.bodyUsed, wanted !== null);
  });
}

const toRead: readonly (readonly [string, () => Response])[] = [
  ["a stream", () => new Response(new ReadableStream())],
  ["a blob", () => new Response(new Blob(["a"]))],
  ["a form", () => new Response(new FormData())],
  ["more than the limit", () => new Response(new Uint8Array(101))],
  ["a text that may be more than the limit", () => new Response("a".repeat(34))],
];

for (const [name, make] of toRead) {
  Deno.test(`takeBodyAtHand() leaves ${name}`, () => {
    const response = make();
    assertEquals(takeBodyAtHand(response, 100), undefined);
    assert(!response.bodyUsed && response.body !== null);
  });
}

Deno.test("takeBodyAtHand() leaves a body that its author has begun to read or has read", async () => {
  const locked = new Response("a");
  locked.body!.getReader();
  assertEquals(takeBodyAtHand(locked, 100), undefined);
  const read = new Response("a");
  await read.text();
  assertEquals(takeBodyAtHand(read, 100), undefined);
});

Deno.test("takeBodyAtHand() gives bytes that nobody else has", () => {
  const bytes = Uint8Array.of(1);
  const response = new Response(bytes);
  bytes[0] = 2;
  assertEquals(takeBodyAtHand(response, 100), Uint8Array.of(1));
});
