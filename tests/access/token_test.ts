import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { bearerToken, checkBearer, refusalResponse, tokenMatches } from "@/lib/access/mod.ts";

const bearing = (authorization: string) => new Headers({ authorization });

for (
  const [header, token] of [
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["BEARER   a.b-c_d~e+f/g==", "a.b-c_d~e+f/g=="],
    ["Bearer", null],
    ["Bearer a b", null],
    ["Basic abc", null],
    ["Bearer a,b", null],
    ["xBearer abc", null],
    ["", null],
  ] as const
) {
  Deno.test(`bearerToken() reads ${JSON.stringify(header)}`, () => {
    assertEquals(bearerToken(bearing(header)), token);
  });
}

Deno.test("bearerToken() is null without the header", () => {
  assertEquals(bearerToken(new Headers()), null);
});

Deno.test("tokenMatches() is true for the same text and for nothing else", () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string(), (expected, given) => {
    assertEquals(tokenMatches(expected, expected), true);
    assertEquals(tokenMatches(given, expected), given === expected);
    assertEquals(tokenMatches(`${expected}x`, expected), false);
    assertEquals(tokenMatches(expected.slice(0, -1), expected), false);
  }));
});

Deno.test("tokenMatches() never matches a missing or an empty token", () => {
  assertEquals(tokenMatches(null, "secret"), false);
  assertEquals(tokenMatches("", ""), false);
  assertEquals(tokenMatches(null, ""), false);
});

Deno.test("checkBearer() answers 401 in the engine's shape and never shows a token", async () => {
  assertEquals(checkBearer(bearing("Bearer secret"), "secret"), undefined);
  const refusal = checkBearer(bearing("Bearer guessed"), "secret")!;
  const response = refusalResponse(refusal);
  assertEquals(response.status, 401);
  assertEquals(response.headers.get("www-authenticate"), "Bearer");
  const body = await response.json();
  assertEquals(Object.keys(body), ["group", "code", "message", "metadata"]);
  assertEquals(body.code, "unauthorized");
  assertEquals(/secret|guessed/.test(JSON.stringify(body)), false);
  assertStringIncludes(checkBearer(new Headers(), "secret")!.message, "no token");
});
