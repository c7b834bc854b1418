import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  advance,
  distance,
  INDEX_SPACE,
  isAfter,
  MAX_DISTANCE,
  messageIndex,
} from "@/lib/protocol/mod.ts";

/** From every index, every step at which serial arithmetic could turn over. */
const STEPS = [0, 1, 2, 32_766, 32_767];

Deno.test("distance() and isAfter() hold at every boundary step from all 65 536 indexes", () => {
  assertStrictEquals(MAX_DISTANCE, 32_767);
  for (let value = 0; value < INDEX_SPACE; value++) {
    const from = messageIndex(value);
    for (const step of STEPS) {
      const to = advance(from, step);
      const back = advance(from, -step);
      // Compared by hand: assertEquals would be called a million times.
      const holds = (to as number) === (value + step) % INDEX_SPACE &&
        (back as number) === (value - step + INDEX_SPACE) % INDEX_SPACE &&
        distance(from, to) === step && distance(from, back) === (step === 0 ? 0 : -step) &&
        isAfter(to, from) === step > 0 && !isAfter(from, to) &&
        isAfter(from, back) === step > 0 && !isAfter(back, from);
      assert(holds, `index ${value}, step ${step}`);
    }
  }
});

Deno.test("distance() is −32 768 both ways at the undefined step, and neither index is after", () => {
  for (let value = 0; value < INDEX_SPACE; value++) {
    const from = messageIndex(value);
    const to = advance(from, 32_768);
    const holds = distance(from, to) === -32_768 && distance(to, from) === -32_768 &&
      !isAfter(from, to) && !isAfter(to, from);
    assert(holds, `index ${value}`);
  }
});

Deno.test("distance() counts on beyond the undefined step as coming before", () => {
  assertStrictEquals(distance(messageIndex(0), messageIndex(32_769)), -32_767);
  assert(isAfter(messageIndex(0), messageIndex(32_769)));
});

Deno.test("advance() goes one step without a number", () => {
  assertEquals(advance(messageIndex(65_535)), messageIndex(0));
  assertEquals(advance(messageIndex(0)), messageIndex(1));
});

Deno.test("messageIndex() wraps into the index space", () => {
  const table = [[0, 0], [65_535, 65_535], [65_536, 0], [65_537, 1], [-1, 65_535], [131_072, 0]];
  for (const [value, wrapped] of table) {
    assertStrictEquals(messageIndex(value!) as number, wrapped!);
  }
});
