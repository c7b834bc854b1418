import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { checkHost } from "@/lib/access/mod.ts";

const ALLOWED = ["dormouse.example", "Other.example:8443", "[2001:db8::1]"];

function codeFor(host: string, allowed: readonly string[] = ALLOWED): string | undefined {
  return checkHost(new Headers({ host }), allowed)?.code;
}

for (
  const host of [
    "localhost",
    "localhost:8000",
    "LOCALHOST:1",
    "127.0.0.1",
    "127.0.0.1:65535",
    "[::1]",
    "[::1]:8000",
    "dormouse.example",
    "dormouse.example:80",
    "DORMOUSE.example",
    "other.example:8443",
    "[2001:DB8::1]:80",
  ]
) {
  Deno.test(`checkHost() lets ${host} pass`, () => assertEquals(codeFor(host), undefined));
}

for (
  const host of [
    "evil.com",
    "localhost.evil.com",
    "127.0.0.1.evil.com",
    "evil.com:80@localhost",
    "localhost@evil.com",
    "localhost:80:80",
    "localhost:65536",
    "localhost:-1",
    "localhost:",
    "localhost.",
    "localhost/",
    "localhost#",
    "localhost, evil.com",
    "evil.com,localhost",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "0.0.0.0",
    "::1",
    "[::1",
    "[::1]evil.com",
    "[::ffff:127.0.0.1]",
    "xdormouse.example",
    "dormouse.example.evil.com",
    "other.example",
    "other.example:80",
  ]
) {
  Deno.test(`checkHost() refuses ${host}`, () => assertEquals(codeFor(host), "host_not_allowed"));
}

Deno.test("checkHost() refuses a request without a host with 400", () => {
  assertEquals(checkHost(new Headers(), [])?.status, 400);
  assertEquals(codeFor(""), "host_missing");
});

Deno.test("checkHost() says which host it refused, cut short, and what to do", () => {
  const refusal = checkHost(new Headers({ host: "x".repeat(5_000) }), []);
  assertEquals(refusal?.status, 403);
  assertStringIncludes(refusal!.message, "DORMOUSE_ALLOWED_HOSTS");
  assert(refusal!.message.length < 250);
});

Deno.test("checkHost() lets no name pass that only contains an allowed one", () => {
  const name = fc.stringMatching(/^[a-z0-9.-]{1,20}$/);
  fc.assert(
    fc.property(name, fc.constantFrom("localhost", "127.0.0.1", "a.example"), (it, good) => {
      for (const host of [`${it}${good}`, `${good}${it}`]) {
        assertEquals(codeFor(host, ["a.example"]), "host_not_allowed");
      }
    }),
  );
});
