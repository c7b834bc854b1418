import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Latencies,
  LatencyCounts,
  merged,
  NO_LATENCIES,
  summaryOf,
} from "../../../lib/inspect/history/latency_counts.ts";

/** What a bucket tells is within one part in a hundred, and a microsecond. */
function assertNear(actual: number | null, expected: number): void {
  assert(
    actual !== null && Math.abs(actual - expected) <= expected * 0.01 + 0.001,
    `${actual} is not within 1 % of ${expected}`,
  );
}

function counted(all: readonly number[]): Latencies {
  const counts = new LatencyCounts();
  for (const ms of all) counts.record(ms);
  return counts.packed();
}

/** Of the samples themselves: that which such a part of them does not exceed. */
function percentile(all: readonly number[], part: number): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1]!;
}

const latency = fc.oneof(
  fc.double({ min: 0.001, max: 1, noNaN: true }),
  fc.double({ min: 0.001, max: 500_000, noNaN: true }),
);

Deno.test("merged() has the percentiles of all samples together, within 1 %", () => {
  const seconds = fc.array(fc.array(latency, { maxLength: 50 }), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(seconds, (seconds) => {
    const all = seconds.flat();
    const { count, p50, p90, p99, max } = summaryOf(merged(seconds.map(counted)));
    assertEquals(count, all.length);
    if (count === 0) return;
    assertNear(p50, percentile(all, 0.5));
    assertNear(p90, percentile(all, 0.9));
    assertNear(p99, percentile(all, 0.99));
    assert(Math.abs(max! - Math.max(...all)) <= 0.000_501, `${max} of ${Math.max(...all)}`);
    assert(p50! <= p90! && p90! <= p99! && p99! <= max!, `${p50}, ${p90}, ${p99}, ${max}`);
  }));
});

Deno.test("merged() is right where an average of percentiles would be wrong", () => {
  const { p50, p99, max } = summaryOf(
    merged([counted(Array(990).fill(1)), counted(Array(10).fill(100))]),
  );
  assertNear(p50, 1);
  // An average would be 50.
  assertNear(p99, 1);
  assertNear(max, 100);
});

Deno.test("merged() of what was merged is what merging all at once gives", () => {
  const seconds = fc.array(fc.array(latency, { maxLength: 20 }), { maxLength: 8 });
  fc.assert(fc.property(seconds, fc.nat(8), (seconds, cut) => {
    const all = seconds.map(counted);
    const [a, b] = [merged(all.slice(0, cut)), merged(all.slice(cut))];
    assertEquals(merged([a, b]), merged(all));
  }));
  assertEquals(merged([]), NO_LATENCIES);
});

Deno.test("LatencyCounts.record() takes any length of time, ten minutes at most", () => {
  fc.assert(fc.property(fc.double({ min: -1, max: 1e9, noNaN: true }), (ms) => {
    const { count, p50, max } = summaryOf(counted([ms]));
    assertEquals(count, 1);
    assertEquals(p50, max);
    assertNear(max, Math.min(600_000, Math.max(0.001, ms)));
  }));
});

Deno.test("LatencyCounts.totals() counts at or below each bound", () => {
  const counts = new LatencyCounts();
  for (const ms of [0.05, 0.9, 1.5, 40, 40, 900]) counts.record(ms);
  const { count, sumMs, atOrBelow } = counts.totals([0.1, 1, 50, 1_000]);
  assertEquals(count, 6);
  assertEquals(atOrBelow, [1, 2, 5, 6]);
  assertNear(sumMs, 982.45);
});

Deno.test("LatencyCounts.clear() leaves what was packed as it was", () => {
  const counts = new LatencyCounts();
  counts.record(3);
  const packed = counts.packed();
  counts.clear();
  assertEquals(counts.packed(), NO_LATENCIES);
  assertEquals(summaryOf(packed).count, 1);
});
