import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import {
  CLIENT_CLOSE,
  fitReason,
  isSendable,
  MAX_REASON_BYTES,
  sendableClose,
  TUNNEL_CLOSE,
  withDetail,
} from "@/lib/protocol/mod.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

Deno.test("fitReason() keeps 122 and 123 bytes and cuts 124", () => {
  assertStrictEquals(MAX_REASON_BYTES, 123);
  assertEquals(fitReason("a".repeat(122)), "a".repeat(122));
  assertEquals(fitReason("a".repeat(123)), "a".repeat(123));
  assertEquals(fitReason("a".repeat(124)), "a".repeat(123));
  assertEquals(fitReason(""), "");
});

Deno.test("fitReason() never splits a character", () => {
  const table: [string, number, string][] = [
    ["é", 121, "é"],
    ["é", 122, ""],
    ["€", 120, "€"],
    ["€", 121, ""],
    ["€", 122, ""],
    ["🐭", 119, "🐭"],
    ["🐭", 120, ""],
    ["🐭", 121, ""],
    ["🐭", 122, ""],
  ];
  for (const [character, before, kept] of table) {
    const head = "a".repeat(before);
    assertEquals(
      fitReason(`${head}${character}z`),
      `${head}${kept}${kept && before + bytesOf(character) < 123 ? "z" : ""}`,
    );
  }
});

/** One to four bytes each, about twice as many in all as fit. */
const characters = fc.array(fc.constantFrom("a", "é", "€", "🐭"), { maxLength: 100 });

Deno.test("fitReason() gives the longest beginning that fits", () => {
  fc.assert(
    fc.property(characters, (characters) => {
      const reason = characters.join("");
      const fitted = fitReason(reason);
      assert(reason.startsWith(fitted));
      assert(bytesOf(fitted) <= MAX_REASON_BYTES);
      const [next] = reason.slice(fitted.length);
      if (next !== undefined) assert(bytesOf(fitted + next) > MAX_REASON_BYTES);
    }),
  );
});

Deno.test("withDetail() puts the detail behind # and fits the whole", () => {
  assertEquals(withDetail(TUNNEL_CLOSE.eviction, "ray"), {
    code: 1000,
    reason: "ws.eviction#ray",
  });
  const { reason } = withDetail(TUNNEL_CLOSE.eviction, "r".repeat(200));
  assertStrictEquals(bytesOf(reason), MAX_REASON_BYTES);
});

Deno.test("isSendable() takes 1000 to 1014 but four, and 3000 to 4999", () => {
  const never = [1004, 1005, 1006, 1015];
  for (let code = 0; code <= 5100; code++) {
    const registered = code >= 1000 && code <= 1014 && !never.includes(code);
    const free = code >= 3000 && code <= 4999;
    assertStrictEquals(isSendable(code), registered || free, `${code}`);
  }
  for (const code of [-1, 1000.5, NaN, Infinity, 65_536]) assert(!isSendable(code));
});

Deno.test("sendableClose() replaces what must not be sent", () => {
  const table: [number | null | undefined, string | null | undefined, number, string][] = [
    [1000, "bye", 1000, "bye"],
    [4001, "own", 4001, "own"],
    [null, null, 1000, ""],
    [undefined, undefined, 1000, ""],
    [1005, "", 1000, ""],
    [1006, "lost", 1011, "lost"],
    [1015, null, 1011, ""],
    [0, "zero", 1011, "zero"],
    [2999, "", 1011, ""],
    [5000, "", 1011, ""],
  ];
  for (const [code, reason, sentCode, sentReason] of table) {
    assertEquals(sendableClose(code, reason), { code: sentCode, reason: sentReason });
  }
  assertStrictEquals(bytesOf(sendableClose(1000, "r".repeat(200)).reason), MAX_REASON_BYTES);
});

Deno.test("every close of ours may be sent, leaves room for a detail, and is there once", () => {
  for (const closes of [CLIENT_CLOSE, TUNNEL_CLOSE]) {
    const all = Object.values(closes);
    for (const { code, reason } of all) {
      assert(isSendable(code), reason);
      assert(bytesOf(reason) <= 80, reason);
    }
    assertStrictEquals(new Set(all.map(({ reason }) => reason)).size, all.length);
  }
});
