import { assertEquals } from "@std/assert";
import { chartData, lastPlace, lonely } from "../../components/chart_data.ts";

Deno.test("chartData() has a column for each second, and gaps where nothing was acked", () => {
  const series = [
    { second: 101, count: 1, p50: 1, p99: 2 },
    { second: 103, count: 1, p50: 3, p99: 4 },
    { second: 104, count: 1, p50: 5, p99: 6 },
  ];
  assertEquals(chartData(series, 104_900, 4), [
    [100, 101, 102, 103],
    [null, 1, null, 3],
    [null, 2, null, 4],
  ]);
});

Deno.test("lonely() finds the values that a line would not show", () => {
  assertEquals(lonely([1, null, 2, 3, null, 4]), [0, 5]);
  assertEquals(lonely([1]), [0]);
  assertEquals(lonely([null, null]), []);
});

Deno.test("lastPlace() finds the last value", () => {
  assertEquals(lastPlace([1, 2, null]), 1);
  assertEquals(lastPlace([null]), -1);
});
