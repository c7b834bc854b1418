import { assertEquals } from "@std/assert";
import { medianOf, roundTripLine } from "../../components/runner/round_trips.ts";

Deno.test("roundTripLine() has the pings in order, and a gap where the tunnel went down", () => {
  const trips = [{ ts: 9_000, ms: 3 }, { ts: 5_000, ms: 2 }, { ts: 1_000, ms: 1 }];
  const links = [
    { id: 2, upTs: 8_000, endTs: null, reason: null },
    { id: 1, upTs: 0, endTs: 6_000, reason: "1006" },
  ];
  assertEquals(roundTripLine(trips, links, 0), {
    seconds: [1, 5, 6, 9],
    values: [1, 2, null, 3],
  });
  assertEquals(roundTripLine(trips, links, 5.5), { seconds: [6, 9], values: [null, 3] });
});

Deno.test("medianOf() is the middle, or between the two in the middle", () => {
  assertEquals([medianOf([]), medianOf([3]), medianOf([9, 1, 2]), medianOf([4, 1, 2, 9])], [
    null,
    3,
    2,
    3,
  ]);
});
