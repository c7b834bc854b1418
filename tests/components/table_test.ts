import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { HeldOrder } from "../../components/table/held_order.ts";
import { formatSort, parseSort, sorted } from "../../components/table/sort.ts";

interface Row {
  readonly id: string;
  readonly n: number;
}

const rows = fc.uniqueArray(
  fc.record({ id: fc.constantFrom(..."abcdefgh"), n: fc.nat(9) }, { noNullPrototype: true }),
  { selector: ({ id }) => id },
);

Deno.test("HeldOrder moves no row while it holds, and loses and doubles none", () => {
  fc.assert(fc.property(rows, fc.array(rows, { minLength: 1 }), (first, later) => {
    const order = new HeldOrder<Row>(({ id }) => id);
    order.hold(first);
    for (const now of later) {
      const { rows: shown, waiting } = order.show(now);
      assertEquals(shown.map(({ row }) => row.id), first.map(({ id }) => id));
      for (const { row, isGone } of shown) {
        const current = now.find(({ id }) => id === row.id);
        assertEquals(isGone, current === undefined);
        if (current !== undefined) assertEquals(row, current);
      }
      const fresh = now.filter(({ id }) => !first.some((row) => row.id === id));
      assertEquals(waiting, fresh.length);
    }
    order.release();
    const last = later.at(-1)!;
    assertEquals(order.show(last), {
      rows: last.map((row) => ({ row, isGone: false })),
      waiting: 0,
    });
  }));
});

Deno.test("sorted() has the unknown last in both directions, and numbers in texts as numbers", () => {
  const list = ["b10", null, "b9", "a"];
  assertEquals(sorted(list, (text) => text, false), ["a", "b9", "b10", null]);
  assertEquals(sorted(list, (text) => text, true), ["b10", "b9", "a", null]);
  assertEquals(sorted([3, null, 1, 2], (n) => n, true), [3, 2, 1, null]);
});

Deno.test("a sort goes into an address and comes back from it; one of no column does not", () => {
  const otherwise = { column: "name", down: false };
  for (const sort of [{ column: "name", down: true }, { column: "age", down: false }]) {
    assertEquals(parseSort(formatSort(sort), ["name", "age"], otherwise), sort);
  }
  for (const text of ["", "-", "size", "-size"]) {
    assertEquals(parseSort(text, ["name", "age"], otherwise), otherwise);
  }
});
