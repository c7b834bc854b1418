import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { plainJson } from "../../lib/inspect/plain_json.ts";
import { ShownStates } from "../../lib/inspect/shown_states.ts";
import { parseState, serializeState } from "../../lib/kept/state_text.ts";

Deno.test("plainJson() leaves JSON as it is", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => {
    const value = JSON.parse(JSON.stringify(json));
    assertEquals(plainJson(structuredClone(value)), value);
  }));
});

Deno.test("plainJson() makes JSON of whatever a state can be", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
  });
  fc.assert(fc.property(anything, (value) => {
    let text: string;
    try {
      text = serializeState(value);
    } catch {
      return;
    }
    const shown = plainJson(parseState(text));
    assertEquals(JSON.parse(JSON.stringify(shown)), shown);
  }));
});

Deno.test("plainJson() names what JSON does not have", () => {
  const shared = { a: 1 };
  const cycle: Record<string, unknown> = { shared, again: shared };
  cycle["my self"] = cycle;
  let deep: unknown = 1;
  for (let i = 0; i < 150; i++) deep = [deep];
  for (
    const [value, shown] of [
      [1n, { $bigint: "1" }],
      [NaN, { $number: "NaN" }],
      [-0, { $number: "-0" }],
      [undefined, { $undefined: true }],
      [new Date(0), { $Date: "1970-01-01T00:00:00.000Z" }],
      [new Map([["k", new Set([1])]]), { $Map: [["k", { $Set: [1] }]] }],
      [Uint8Array.of(1, 2), { $bytes: "AQI=" }],
      [new URL("http://a/"), { $URL: "http://a/" }],
      [[cycle], [{
        shared: { a: 1 },
        again: { $ref: "$[0].shared" },
        "my self": { $ref: "$[0]" },
      }]],
    ] as const
  ) assertEquals(plainJson(value), shown);
  assertEquals(JSON.stringify(plainJson(deep)).includes("$deeper"), true);
});

Deno.test("a state that is shown again is the same object, and no more than the last few are kept", () => {
  const states = new ShownStates();
  const text = (n: number): string => serializeState({ n });
  const first = states.of(text(0));
  assertEquals(first, { n: 0 });
  assert(states.of(text(0)) === first);
  for (let n = 1; n <= 3; n++) states.of(text(n));
  assert(states.of(text(0)) === first, "It was wanted again");
  for (let n = 4; n <= 7; n++) states.of(text(n));
  const again = states.of(text(0));
  assert(again !== first);
  assertEquals(again, first);
});
