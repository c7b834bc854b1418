import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { isSlow } from "../../lib/delivery/mod.ts";

const SHARES = { slowShare: 0.5, caughtUpShare: 0.25 };

for (
  const [was, share, wanted] of [
    [false, 0.499, false],
    [false, 0.5, true],
    [false, 1, true],
    [true, 0.499, true],
    [true, 0.251, true],
    [true, 0.25, false],
    [true, 0, false],
  ] as const
) {
  Deno.test(`isSlow() of one that was ${was ? "" : "not "}slow, at a share of ${share}, is ${wanted}`, () => {
    assertEquals(isSlow(was, share, SHARES), wanted);
  });
}

Deno.test("isSlow() changes its mind only when the whole way between its lines was gone", () => {
  const shares = fc.tuple(fc.integer({ min: 0, max: 98 }), fc.integer({ min: 1, max: 99 }))
    .filter(([low, high]) => low < high);
  fc.assert(
    fc.property(shares, fc.array(fc.integer({ min: -60, max: 60 }), { maxLength: 300 }), (
      [low, high],
      steps,
    ) => {
      let share = 0;
      let slow = false;
      /** The greatest and least share since the last change. */
      let greatest = 0;
      let least = 0;
      for (const step of steps) {
        share = Math.min(100, Math.max(0, share + step));
        greatest = Math.max(greatest, share);
        least = Math.min(least, share);
        const now = isSlow(slow, share / 100, {
          slowShare: high / 100,
          caughtUpShare: low / 100,
        });
        // Told as soon as it is so, and not before.
        assertEquals(now, slow ? least > low : greatest >= high);
        if (now !== slow) {
          assert(now ? share >= high : share <= low);
          greatest = least = share;
        }
        slow = now;
      }
    }),
    { seed: 42, numRuns: 500 },
  );
});
