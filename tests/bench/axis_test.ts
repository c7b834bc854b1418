import { assertEquals } from "@std/assert";
import { axisBetween, axisOf, placeOn } from "@/bench/report/axis.ts";

const spans = (least: number, greatest: number) => [{ least, greatest, median: least }];

Deno.test("axisOf() goes between powers of ten where one is spanned", () => {
  assertEquals(axisOf(spans(40, 2_340)), {
    type: "log",
    least: 10,
    greatest: 10_000,
    ticks: [10, 100, 1_000, 10_000],
  });
  assertEquals(axisOf(spans(0.01, 0.1)).ticks, [0.01, 0.1]);
});

Deno.test("axisOf() begins at zero where little is spanned, at a zero, and where it is wanted", () => {
  assertEquals(axisOf(spans(60, 83)), {
    type: "linear",
    least: 0,
    greatest: 100,
    ticks: [0, 20, 40, 60, 80, 100],
  });
  assertEquals(axisOf(spans(0, 0.3)).ticks, [0, 0.1, 0.2, 0.3]);
  assertEquals(axisOf(spans(0.001, 3), true).ticks, [0, 1, 2, 3]);
  assertEquals(axisOf(spans(0, 0)).least, 0);
});

Deno.test("placeOn() is where a value lies", () => {
  assertEquals(placeOn(axisOf(spans(1, 10_000)), 100), 0.5);
  assertEquals(placeOn(axisOf(spans(60, 100)), 25), 0.25);
});

Deno.test("axisBetween() has a tick at each, and room for a zero", () => {
  assertEquals(axisBetween([1, 100]).type, "log");
  assertEquals(axisBetween([0, 64]).type, "symlog");
  assertEquals(axisBetween([0, 64]).ticks, [0, 64]);
});
