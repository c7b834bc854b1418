import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Room } from "../../lib/faults/room.ts";
import { Valve } from "../../lib/faults/valve.ts";

Deno.test("a Valve passes everything in its order, however it is kept and opened", () => {
  const step = fc.oneof(
    fc.nat({ max: 100 }).map((item) => ({ kind: "put" as const, item })),
    fc.constant({ kind: "keep" as const }),
    fc.constant({ kind: "open" as const }),
  );
  fc.assert(fc.property(fc.array(step), (steps) => {
    const passed: number[] = [];
    const valve = new Valve<number>(new Room(Infinity, () => {}), () => 1, (n) => passed.push(n));
    const put: number[] = [];
    for (const step of steps) {
      if (step.kind === "keep") valve.keep();
      else if (step.kind === "open") valve.open();
      else {
        put.push(step.item);
        valve.put(step.item);
      }
      assertEquals([...passed, ...Array(valve.kept)].length, put.length);
      assertEquals(valve.keptBytes, valve.kept);
    }
    valve.open();
    assertEquals(passed, put);
  }));
});

Deno.test("a Valve that keeps some lets the others pass", () => {
  const passed: number[] = [];
  const valve = new Valve<number>(new Room(100, () => {}), () => 1, (n) => passed.push(n));
  valve.keep((n) => n % 2 === 1);
  for (let n = 0; n < 6; n++) valve.put(n);
  assertEquals([passed, valve.kept], [[0, 2, 4], 3]);
  valve.open();
  assertEquals(passed, [0, 2, 4, 1, 3, 5]);
});

Deno.test("a Room is full beyond its limit, and not at it, over all its valves", () => {
  let full = 0;
  const room = new Room(10, () => full++);
  const [one, two] = [1, 2].map(() => {
    const valve = new Valve<number>(room, (n) => n, () => {});
    valve.keep();
    return valve;
  });
  one!.put(6);
  two!.put(4);
  assertEquals(full, 0);
  two!.put(1);
  assertEquals(full, 1);
  two!.drop();
  one!.put(4);
  assertEquals([full, two!.kept, one!.keptBytes], [1, 0, 10]);
});
