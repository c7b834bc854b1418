import { assertEquals } from "@std/assert";
import {
  greatest,
  lastPlace,
  linearRange,
  logRange,
  lonely,
} from "../../components/chart/values.ts";
import { inAll, perSecond, rowsSince, sumOf } from "../../components/chart/sums.ts";
import { sleepLines, wakeLines } from "../../components/chart/cause_lines.ts";
import type { HistoryRow } from "../../lib/inspect/mod.ts";

Deno.test("lonely() finds the values that a line would not show", () => {
  assertEquals(lonely([1, null, 2, 3, null, 4]), [0, 5]);
  assertEquals(lonely([1]), [0]);
  assertEquals(lonely([null, null]), []);
});

Deno.test("lastPlace() finds the last value of any line", () => {
  assertEquals(lastPlace([[1, 2, null], [1, null, null]]), 1);
  assertEquals(lastPlace([[null], [null]]), -1);
  assertEquals(lastPlace([]), -1);
});

Deno.test("greatest() passes over gaps", () => {
  assertEquals([greatest([1, null, 3, 2]), greatest([null]), greatest([])], [3, null, null]);
});

Deno.test("the ranges of a chart hold its values, and there is one without any", () => {
  assertEquals([linearRange(null), linearRange(0), linearRange(100)], [[0, 1], [0, 1], [
    0,
    110.00000000000001,
  ]]);
  for (
    const [least, most, from, to] of [
      [null, null, 0.1, 10],
      [0.3, 42, 0.1, 100],
      [1, 1, 1, 10],
      [10, 100, 10, 100],
      [0, 5, 1, 10],
    ] as const
  ) {
    const [low, high] = logRange(least, most);
    assertEquals(
      [low.toPrecision(3), high.toPrecision(3)],
      [from, to].map((n) => n.toPrecision(3)),
    );
  }
});

function row(second: number, seconds: number, messagesIn: number | null): HistoryRow {
  return {
    second,
    seconds,
    messagesIn,
    messagesOut: null,
    pendingMessages: null,
    messagesCommitted: null,
    latency: { count: 0, p50: null, p90: null, p99: null, max: null },
    sleeps: { actor: 2, drain: 1 },
    wakes: {},
  };
}

Deno.test("steps are put in their order, and those before are left out", () => {
  const rows = rowsSince([row(12, 1, 1), row(5, 5, 1), row(10, 1, 1), row(11, 1, 1)], 10);
  assertEquals(rows.map(({ second }) => second), [10, 11, 12]);
});

Deno.test("perSecond() and sumOf() know what is not known", () => {
  assertEquals([perSecond(row(0, 5, 10), 10), perSecond(row(0, 5, null), null)], [2, null]);
  const messages = ({ messagesIn }: HistoryRow) => messagesIn;
  assertEquals(sumOf([row(0, 1, 2), row(1, 5, 3)], messages), 5);
  assertEquals(sumOf([row(0, 1, 2), row(1, 5, null)], messages), null);
  assertEquals([sumOf([], messages), inAll(row(0, 1, 0).sleeps), inAll({})], [0, 3, 0]);
});

Deno.test("causes have a line each where they were, and keep their look", () => {
  const rows = [row(0, 5, 0), { ...row(5, 1, 0), sleeps: {}, wakes: { alarm: 2, crash: 1 } }];
  const [actor, drain, ...rest] = sleepLines(rows);
  assertEquals(rest, []);
  assertEquals([actor!.label, rows.map(actor!.read)], ["actor", [2 / 5, 0]]);
  assertEquals([drain!.label, rows.map(drain!.read)], ["drain", [1 / 5, 0]]);
  assertEquals(wakeLines(rows).map(({ label }) => label), ["alarm", "crash"]);
  const [{ color, dash }] = wakeLines(rows.slice(1)) as [ReturnType<typeof wakeLines>[number]];
  assertEquals([color, dash], [wakeLines(rows)[0]!.color, wakeLines(rows)[0]!.dash]);
  assertEquals(wakeLines([]), []);
});
