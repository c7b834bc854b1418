import { assertEquals, assertThrows } from "@std/assert";
import { slopeOf } from "../../bench/slope.ts";

Deno.test("slopeOf() of points on a line is that line's, without doubt", () => {
  assertEquals(slopeOf([[0, 5], [1, 8], [2, 11], [3, 14]]), { perX: 3, within: 0 });
});

Deno.test("slopeOf() gives the interval of Student's t", () => {
  const points = Array.from({ length: 10 }, (_, x) => [x, x + (x % 2 === 0 ? 1 : -1)] as const);
  const { perX, within } = slopeOf(points);
  // By the textbook: 31/33, and 2.306 standard errors of 0.12121 at 8 degrees of freedom.
  assertEquals([perX.toFixed(4), within.toFixed(2)], ["0.9394", "0.28"]);
});

Deno.test("slopeOf() refuses what has no line", () => {
  assertThrows(() => slopeOf([[1, 1], [2, 2]]), RangeError, "No line through 2 points");
  assertThrows(() => slopeOf([[1, 1], [1, 2], [1, 3]]), RangeError);
});
