import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { firstOf } from "../../lib/inspect/first_of.ts";

const ascending = (a: number, b: number): number => a - b;

Deno.test("firstOf() has what sorting everything has first", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.integer({ min: 1, max: 20 }), (items, most) => {
      assertEquals(firstOf(items, most, ascending), items.toSorted(ascending).slice(0, most));
    }),
  );
});

Deno.test("firstOf() compares most of what is left out once", () => {
  const compared = (count: number): number => {
    let times = 0;
    firstOf(Array(count).keys(), 10, (a, b) => (times++, a - b));
    return times;
  };
  assert(compared(100) > 0);
  assertEquals(compared(10_100) - compared(100), 10_000);
});
