import { assertEquals } from "@std/assert";
import { cellOf } from "./table.ts";

Deno.test("cellOf() gives the median of equal sights, and their range where there is one", () => {
  const answered = (ms: number) => ({ saw: "answered", ms });
  assertEquals(cellOf([answered(3_060)]), "answered, 3.1 s");
  assertEquals(
    cellOf([answered(9), answered(16), answered(12)]),
    "answered, 12 ms (9 ms to 16 ms)",
  );
  assertEquals(cellOf([answered(990), answered(2_010)]), "answered, 1.5 s (990 ms to 2.0 s)");
  assertEquals(cellOf([answered(0.2)]), "answered, under 1 ms");
});

Deno.test("cellOf() says how often each sight was had", () => {
  const sights = [
    { saw: "answered", ms: 3_000 },
    { saw: "open and dead for 60 s", ms: null },
    { saw: "open and dead for 60 s", ms: null },
  ];
  assertEquals(cellOf(sights), "1 × answered, 3 s; 2 × open and dead for 60 s");
});
