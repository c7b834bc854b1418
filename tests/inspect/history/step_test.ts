import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LatencyCounts } from "../../../lib/inspect/history/latency_counts.ts";
import {
  compacted,
  endOf,
  type HistoryRow,
  type Step,
  stepOf,
} from "../../../lib/inspect/history/step.ts";

const STEP = 5;

function step(second: number, seconds: number, messages: number, latencies: number[]): Step {
  const counts = new LatencyCounts();
  for (const ms of latencies) counts.record(ms);
  return stepOf({
    second,
    seconds,
    messagesIn: messages,
    messagesOut: 2 * messages,
    pendingMessages: messages,
    messagesCommitted: null,
    sleeps: messages % 2 === 0 ? { actor: messages } : {},
    wakes: messages % 3 === 0 ? { message: 1, alarm: messages } : {},
  }, counts.packed());
}

/** Steps one after the other, some of them long, with gaps between. */
const steps = fc.array(
  fc.record({
    gap: fc.nat(12),
    seconds: fc.integer({ min: 1, max: 9 }),
    messages: fc.nat(100),
    latencies: fc.array(fc.double({ min: 0.01, max: 900, noNaN: true }), { maxLength: 5 }),
  }),
  { maxLength: 30 },
).map((all) => {
  let at = 1_000;
  return all.map(({ gap, seconds, messages, latencies }) => {
    const second = at + gap;
    at = second + seconds;
    return step(second, seconds, messages, latencies);
  });
});

function totals(steps: readonly Step[]): unknown {
  const sum = (read: (row: HistoryRow) => number | null | undefined) =>
    steps.reduce((total, { row }) => total + (read(row) ?? 0), 0);
  return {
    messagesIn: sum((row) => row.messagesIn),
    messagesOut: sum((row) => row.messagesOut),
    pendingMessages: Math.max(0, ...steps.map(({ row }) => row.pendingMessages!)),
    timed: sum((row) => row.latency.count),
    longest: Math.max(0, ...steps.map(({ row }) => row.latency.max ?? 0)),
    asleep: sum((row) => row.sleeps.actor),
    woken: [sum((row) => row.wakes.message), sum((row) => row.wakes.alarm)],
  };
}

Deno.test("compacted() keeps every total, in steps that do not overlap", () => {
  fc.assert(fc.property(steps, fc.integer({ min: 190, max: 260 }), (steps, fifth) => {
    const fine = fifth * STEP;
    const some = compacted(steps, fine, STEP);
    assertEquals(totals(some), totals(steps));
    for (const [at, one] of some.entries()) {
      if (at > 0) assert(one.row.second >= endOf(some[at - 1]!), "They overlap");
    }
    const coarse = some.filter(({ row }) => row.second < fine);
    assertEquals(
      new Set(coarse.map(({ row }) => Math.floor(row.second / STEP))).size,
      coarse.length,
    );
    assertEquals(
      some.filter(({ row }) => row.second >= fine),
      steps.filter(({ row }) => row.second >= fine),
    );
  }));
});

Deno.test("compacted() again changes nothing, nor does it matter how often it was done before", () => {
  fc.assert(fc.property(steps, fc.nat(40), fc.nat(40), (steps, first, more) => {
    const [early, late] = [1_000 + first * STEP, 1_000 + (first + more) * STEP];
    const once = compacted(steps, late, STEP);
    assertEquals(compacted(once, late, STEP), once);
    assertEquals(compacted(compacted(steps, early, STEP), late, STEP), once);
  }));
});

Deno.test("compacted() makes one step of five seconds, with percentiles of all their samples", () => {
  const seconds = [0, 1, 2, 3, 4].map((at) => step(1_000 + at, 1, at, at === 4 ? [100] : [1, 1]));
  const [only, ...rest] = compacted(seconds, 1_005, STEP);
  assertEquals(rest, []);
  const { second, seconds: covers, messagesIn, pendingMessages, latency } = only!.row;
  assertEquals([second, covers, messagesIn, pendingMessages], [1_000, 5, 10, 4]);
  assertEquals([latency.count, latency.p50, latency.max], [9, 1.003, 100]);
});
