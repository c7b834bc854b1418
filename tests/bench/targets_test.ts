import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Results } from "@/bench/results.ts";
import { judge, type Target, TARGETS, unitOf } from "@/bench/targets.ts";
import { MADE_UP } from "./made_up_results.ts";

const RESULTS: Results = {
  ...MADE_UP,
  studies: [{
    ...MADE_UP.studies[0]!,
    name: "race",
    measurements: [
      { case: "flat", contender: "hare", figure: "p50 ms", values: [1, 2, 4] },
      { case: "flat", contender: "tortoise", figure: "p50 ms", values: [3, 4, 20] },
      { case: "hilly", contender: "hare", figure: "p50 ms", values: [2, 8, 8] },
    ],
  }],
};
const TORTOISE: Target = {
  what: "the tortoise",
  study: "race",
  of: { case: "flat", contender: "tortoise", figure: "p50 ms" },
  bound: { atMost: 4 },
};

Deno.test("judge() takes a figure as it is, and holds its median against the bound", () => {
  assertEquals(judge(TORTOISE, RESULTS), { values: [3, 4, 20], holds: true });
  assertEquals(judge({ ...TORTOISE, bound: { atMost: 3.9 } }, RESULTS)?.holds, false);
  assertEquals(judge({ ...TORTOISE, bound: { atLeast: 4 } }, RESULTS)?.holds, true);
  assertEquals(judge({ ...TORTOISE, bound: { atLeast: 4.1 } }, RESULTS)?.holds, false);
  assertEquals(unitOf(TORTOISE), "ms");
});

Deno.test("judge() divides within each round, by another contender or by another case", () => {
  const times: Target = { ...TORTOISE, over: { contender: "hare" }, unit: "×" };
  assertEquals(judge(times, RESULTS)?.values, [3, 2, 5]);
  const percent: Target = {
    ...TORTOISE,
    of: { ...TORTOISE.of, contender: "hare" },
    over: { case: "hilly" },
    unit: "%",
  };
  assertEquals(judge(percent, RESULTS)?.values, [50, 25, 50]);
  assertEquals(unitOf(percent), "%");
});

Deno.test("judge() knows nothing of a study that was not recorded", () => {
  assertEquals(judge({ ...TORTOISE, study: "swim" }, RESULTS), undefined);
});

Deno.test("judge() holds nothing by what is not a number", () => {
  const [study] = RESULTS.studies;
  const measurements = [{ ...TORTOISE.of, values: [NaN] }];
  const results = { ...RESULTS, studies: [{ ...study!, measurements }] };
  for (const bound of [{ atMost: 4 }, { atLeast: -4 }]) {
    assertEquals(judge({ ...TORTOISE, bound }, results)?.holds, false);
  }
});

Deno.test("judge() refuses a name that its study does not have, and says those that it has", () => {
  const wrong: readonly [Partial<Target>, string][] = [
    [
      { of: { ...TORTOISE.of, case: "steep" } },
      `race has no case "steep", wanted is one of "flat", "hilly"`,
    ],
    [
      { of: { ...TORTOISE.of, contender: "snail" } },
      `race has no contender "snail", wanted is one of "hare", "tortoise"`,
    ],
    [
      { of: { ...TORTOISE.of, figure: "p50 s" } },
      `race has no figure "p50 s", wanted is one of "p50 ms"`,
    ],
    [
      { over: { case: "hilly" } },
      `race has no contender "tortoise", wanted is one of "hare"`,
    ],
  ];
  for (const [change, message] of wrong) {
    assertThrows(() => judge({ ...TORTOISE, ...change }, RESULTS), RangeError, message);
  }
});

Deno.test("TARGETS are told apart by what they say, and a ratio has its unit", () => {
  assertEquals(new Set(TARGETS.map(({ what }) => what)).size, TARGETS.length);
  for (const { over, unit, what } of TARGETS) {
    assert((over === undefined) === (unit === undefined), what);
  }
});
