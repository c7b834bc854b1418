import { assertEquals } from "@std/assert";
import { takeUntouchedText } from "../../lib/body/untouched_text.ts";

const untouched: readonly (readonly [string, () => Response])[] = [
  ["JSON", () => Response.json({ a: "é" })],
  ["a text", () => new Response("é")],
  ["an empty text", () => new Response("")],
];

for (const [name, make] of untouched) {
  Deno.test(`takeUntouchedText() gives the text and type of ${name}, and the response is used`, async () => {
    const seen = make();
    assertEquals([seen.status, [...seen.headers].length], [200, 1]);
    const wanted = { type: seen.headers.get("content-type"), text: await seen.text() };
    const response = make();
    assertEquals(takeUntouchedText(response, 100), wanted as { type: string; text: string });
    assertEquals(takeUntouchedText(response, 100), undefined);
    assertEquals(response.bodyUsed, true);
  });
}

const others: readonly (readonly [string, () => Response])[] = [
  ["no body", () => new Response(null)],
  ["bytes", () => new Response(Uint8Array.of(1))],
  ["a status", () => Response.json(1, { status: 201 })],
  ["another status", () => new Response("a", { status: 404 })],
  ["headers", () => new Response("a", { headers: { a: "1" } })],
  ["a type of its own", () => new Response("a", { headers: { "content-type": "text/html" } })],
  ["an error", () => Response.error()],
  ["a redirect", () => Response.redirect("http://127.0.0.1/")],
  ["more than the limit, perhaps", () => new Response("a".repeat(34))],
];

for (const [name, make] of others) {
  Deno.test(`takeUntouchedText() leaves ${name}`, () => {
    const response = make();
    assertEquals(takeUntouchedText(response, 100), undefined);
    assertEquals(response.bodyUsed, false);
  });
}

Deno.test("takeUntouchedText() leaves a response that its author has looked at", async () => {
  const looks: readonly ((response: Response) => unknown)[] = [
    ({ headers }) => headers.set("content-type", "text/html"),
    ({ headers }) => headers,
    ({ body }) => body,
    ({ body }) => body!.getReader(),
    (response) => response.clone(),
    (response) => response.text(),
  ];
  for (const look of looks) {
    const response = Response.json(1);
    await look(response);
    assertEquals(takeUntouchedText(response, 100), undefined, String(look));
  }
});
