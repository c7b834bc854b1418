import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { checkOrigin, checkSameOrigin } from "@/lib/access/mod.ts";

const ALLOWED = ["https://app.example", "http://app.example:3000"];

function codeFor(origin: string, allowed: readonly string[] = ALLOWED): string | undefined {
  return checkOrigin(new Headers({ origin }), allowed)?.code;
}

Deno.test("checkOrigin() lets a request without an origin pass", () => {
  assertEquals(checkOrigin(new Headers(), []), undefined);
});

for (
  const origin of [
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:3000",
    "http://127.0.0.1:8000",
    "http://[::1]:8000",
    "https://app.example",
    "http://app.example:3000",
  ]
) {
  Deno.test(`checkOrigin() lets ${origin} pass`, () => assertEquals(codeFor(origin), undefined));
}

for (
  const origin of [
    "",
    "null",
    "https://evil.com",
    "http://localhost.evil.com",
    "http://127.0.0.1.evil.com",
    "http://localhost@evil.com",
    "http://evil.com@localhost",
    "http://localhost/",
    "http://localhost#x",
    "http://127.1",
    "http://2130706433",
    "localhost",
    "//localhost",
    "file://localhost",
    "ws://localhost",
    "chrome-extension://localhost",
    "javascript:localhost",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.evil.com",
    "https://app.example, http://localhost",
  ]
) {
  Deno.test(`checkOrigin() refuses ${JSON.stringify(origin)}`, () => {
    assertEquals(codeFor(origin), "origin_not_allowed");
  });
}

Deno.test("checkOrigin() refuses the opaque origin even when the list has it", () => {
  assertEquals(codeFor("null", ["null"]), "origin_not_allowed");
});

Deno.test("checkOrigin() never throws, whatever the header holds", () => {
  fc.assert(fc.property(fc.stringMatching(/^[\x21-\x7e]{0,40}$/), (origin) => {
    checkOrigin(new Headers({ origin }), ALLOWED);
    checkSameOrigin(new Headers({ origin, host: "localhost" }));
  }));
});

for (
  const [origin, host, passes] of [
    ["http://localhost:8000", "localhost:8000", true],
    ["http://localhost:8000", "LOCALHOST:8000", true],
    ["https://dormouse.example", "dormouse.example", true],
    ["http://[::1]:8000", "[::1]:8000", true],
    ["http://localhost:3000", "localhost:8000", false],
    ["http://127.0.0.1:8000", "localhost:8000", false],
    ["http://localhost", "localhost:8000", false],
    ["null", "localhost:8000", false],
    ["null", "null", false],
    ["ws://localhost:8000", "localhost:8000", false],
  ] as const
) {
  const verb = passes ? "lets pass" : "refuses";
  Deno.test(`checkSameOrigin() ${verb} ${origin} at ${host}`, () => {
    const refusal = checkSameOrigin(new Headers({ origin, host }));
    assertEquals(refusal?.status, passes ? undefined : 403);
  });
}

Deno.test("checkSameOrigin() lets a request without an origin pass", () => {
  assertEquals(checkSameOrigin(new Headers({ host: "localhost" })), undefined);
});
