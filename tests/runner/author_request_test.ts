import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { authorRequest, type RequestParts } from "../../lib/runner/author_request.ts";

const HEADERS = new Map([["host", "example.com:8080"], ["x-one", "1"]]);

function parts(some: Partial<RequestParts> = {}): RequestParts & { readonly asked: () => number } {
  let asked = 0;
  const abort = new AbortController();
  return {
    method: "POST",
    path: "/a/../b?c=%20",
    headers: HEADERS,
    body: new TextEncoder().encode('{"n":1}'),
    signal: () => {
      asked++;
      return abort.signal;
    },
    asked: () => asked,
    ...some,
  };
}

Deno.test("authorRequest() makes nothing for a handler that looks at the method alone", () => {
  const given = parts();
  const request = authorRequest(given);
  assertInstanceOf(request, Request);
  assertEquals([request.method, given.asked()], ["POST", 0]);
  assertEquals([request.url, given.asked()], ["http://example.com:8080/b?c=%20", 1]);
  assertEquals([request.headers.get("x-one"), given.asked()], ["1", 1]);
});

Deno.test("authorRequest(): everything that a Request can do", async () => {
  assertEquals(await authorRequest(parts()).json(), { n: 1 });
  assertEquals(await authorRequest(parts()).text(), '{"n":1}');
  assertEquals((await authorRequest(parts()).bytes()).length, 7);
  assertEquals((await authorRequest(parts()).arrayBuffer()).byteLength, 7);
  assertEquals((await authorRequest(parts()).blob()).size, 7);
  const request = authorRequest(parts());
  assertEquals(request.bodyUsed, false);
  assertInstanceOf(request.body, ReadableStream);
  assertStrictEquals(request.body, request.body);
  assertStrictEquals(request.headers, request.headers);
  assertStrictEquals(request.signal, request.signal);
  assertEquals(request.redirect, "manual");
  await request.text();
  assertEquals(request.bodyUsed, true);
});

Deno.test("authorRequest(): a copy, a clone and another request made of it have all of it", async () => {
  for (
    const copy of [
      new Request(authorRequest(parts())),
      new Request("http://other/", authorRequest(parts())),
      authorRequest(parts()).clone(),
      new Request(authorRequest(parts()), { headers: { "x-one": "1" } }),
    ]
  ) {
    assertEquals([copy.method, copy.headers.get("x-one")], ["POST", "1"]);
    assertEquals(await copy.json(), { n: 1 });
  }
  const headers = authorRequest(parts()).headers;
  headers.set("x-two", "2");
  assertEquals(headers.get("x-two"), "2");
});

Deno.test("authorRequest() can be fetched as it is", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => new Response(`${request.method} ${await request.text()}`),
  );
  const host = `127.0.0.1:${server.addr.port}`;
  const response = await fetch(authorRequest(parts({ headers: new Map([["host", host]]) })));
  assertEquals(await response.text(), 'POST {"n":1}');
});

for (
  const [why, wrong] of [
    ["a method with a space", { method: "GET IT" }],
    ["a method that Fetch forbids", { method: "TRACE" }],
    ["a header's name with a space", { headers: new Map([["x y", "1"]]) }],
    ["a header's value with a line break", { headers: new Map([["x", "1\n2"]]) }],
  ] as const
) {
  Deno.test(`authorRequest() throws at once for ${why}`, () => {
    assertThrows(() => authorRequest(parts(wrong)), TypeError);
  });
}

Deno.test("authorRequest(): a method in small letters is as Fetch has it", () => {
  assertEquals(authorRequest(parts({ method: "post" })).method, "POST");
  assertEquals(authorRequest(parts({ method: "patch" })).method, "patch");
});

Deno.test("authorRequest(): a GET has no body, whatever came with it", () => {
  assertStrictEquals(authorRequest(parts({ method: "GET" })).body, null);
});

Deno.test("authorRequest(): what is no host does not decide where the path begins", () => {
  for (const host of ["evil.com/x?", "a b", "user@evil.com", "[::", ""]) {
    const { hostname, pathname } = new URL(
      authorRequest(parts({ headers: new Map([["host", host]]) })).url,
    );
    assertEquals([hostname, pathname], ["actor", "/b"]);
  }
  assert(authorRequest(parts({ headers: new Map() })).url.startsWith("http://actor/"));
});
