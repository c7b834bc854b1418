import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BoundedLog } from "../../lib/inspect/bounded_log.ts";

interface Entry {
  readonly value: number;
}

Deno.test("BoundedLog.newest() is what an array that is cut would give", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.integer(), { maxLength: 30 }),
      fc.integer({ min: 0, max: 35 }),
      fc.integer({ min: 0, max: 35 }),
      (capacity, values, limit, afterId) => {
        const log = new BoundedLog<Entry>(capacity);
        for (const value of values) log.push({ value });
        const expected = values
          .map((value, at) => ({ value, id: at + 1 }))
          .slice(-capacity)
          .filter(({ id }) => id > afterId)
          .toReversed()
          .slice(0, limit);
        assertEquals(log.newest(limit, afterId), expected);
        assertEquals(log.lastId, values.length);
        assertEquals(log.forgotten, Math.max(0, values.length - capacity));
      },
    ),
  );
});

Deno.test("BoundedLog forgets nothing up to its capacity, and the oldest from there on", () => {
  const log = new BoundedLog<Entry>(3);
  for (const [value, forgotten] of [[1, 0], [2, 0], [3, 0], [4, 1]] as const) {
    log.push({ value });
    assertEquals(log.forgotten, forgotten);
  }
  assertEquals(log.newest(10).map(({ value }) => value), [4, 3, 2]);
});

Deno.test("BoundedLog refuses a capacity below one", () => {
  for (const capacity of [0, -1, 1.5, NaN]) {
    assertThrows(() => new BoundedLog(capacity), RangeError, "wanted a whole number from 1 on");
  }
});
