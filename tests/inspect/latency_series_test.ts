import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { LatencySeries } from "../../lib/inspect/latency_series.ts";

/** Two significant digits: what a histogram tells is within one part in a hundred. */
function assertNear(actual: number | null, expected: number): void {
  assert(
    actual !== null && Math.abs(actual - expected) <= expected * 0.01 + 0.001,
    `${actual} is not within 1 % of ${expected}`,
  );
}

Deno.test("LatencySeries.summary() merges histograms, where averaged percentiles would be wrong", async () => {
  const host = new VirtualHost();
  const series = new LatencySeries(host, 300, 60);
  for (let i = 0; i < 990; i++) series.record(1);
  await host.advance(1_000);
  for (let i = 0; i < 10; i++) series.record(100);
  const { count, p50, p99, max } = series.summary();
  assertEquals(count, 1_000);
  assertNear(p50, 1);
  // An average of the two seconds' p99 would be 50.
  assertNear(p99, 1);
  assertNear(max, 100);
});

Deno.test("LatencySeries.summary() covers the window to the second, and is empty after it", async () => {
  const host = new VirtualHost();
  const series = new LatencySeries(host, 300, 60);
  series.record(5);
  await host.advance(59_000);
  assertEquals(series.summary().count, 1);
  await host.advance(1_000);
  assertEquals(series.summary(), { count: 0, p50: null, p99: null, max: null });
});

Deno.test("LatencySeries.points() has finished seconds only, without those that were silent", async () => {
  const host = new VirtualHost({ epochStart: 1_000_000_000 });
  const series = new LatencySeries(host, 5, 5);
  series.record(2);
  series.record(2);
  assertEquals(series.points(), []);
  await host.advance(2_000);
  series.record(4);
  await host.advance(1_000);
  const points = series.points();
  assertEquals(points.map(({ second, count }) => [second, count]), [[1_000_000, 2], [
    1_000_002,
    1,
  ]]);
  assertNear(points[0]!.p50, 2);
  assertNear(points[1]!.p99, 4);
  assertEquals(series.points(1_000_000).map(({ second }) => second), [1_000_002]);
});

Deno.test("LatencySeries keeps as many points as it was told, and histograms of the window only", async () => {
  const gap = fc.integer({ min: 1, max: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(gap, { minLength: 1, maxLength: 40 }),
      async (seconds, window, gaps) => {
        let now = 1_000;
        const host = new VirtualHost({ epochStart: now * 1_000 });
        const series = new LatencySeries(host, seconds, window);
        const recorded: number[] = [];
        const made = await histogramsMade(async () => {
          for (const gap of gaps) {
            series.record(now + 1);
            recorded.push(now);
            await host.advance(gap * 1_000);
            now += gap;
          }
        });
        assert(made <= window, `${made} histograms for a window of ${window}`);
        const kept = recorded.filter((second) => second > now - seconds);
        const points = series.points();
        assertEquals(points.map(({ second }) => second), kept);
        for (const { second, count, p50, p99 } of points) {
          assertEquals(count, 1);
          assertNear(p50, second + 1);
          assertNear(p99, second + 1);
        }
        const within = recorded.filter((second) => second > now - window);
        assertEquals(series.summary().count, within.length);
        assertEquals(series.totals([]).count, recorded.length);
      },
    ),
  );
});

/** Each asks for memory of its own once, when it is made. */
async function histogramsMade(run: () => Promise<void>): Promise<number> {
  const Original = Uint32Array;
  let made = 0;
  globalThis.Uint32Array = class extends Original {
    constructor(length: number) {
      super(length);
      made++;
    }
  } as unknown as typeof Original;
  try {
    await run();
  } finally {
    globalThis.Uint32Array = Original;
  }
  return made;
}

Deno.test("LatencySeries.totals() counts at or below each bound, over all time", async () => {
  const host = new VirtualHost();
  const series = new LatencySeries(host, 2, 2);
  for (const ms of [0.05, 0.9, 1.5, 40, 40, 900]) {
    series.record(ms);
    await host.advance(1_000);
  }
  const { count, sumMs, atOrBelow } = series.totals([0.1, 1, 50, 1_000]);
  assertEquals(count, 6);
  assertEquals(atOrBelow, [1, 2, 5, 6]);
  assertNear(sumMs, 982.45);
});

Deno.test("LatencySeries.summary() and points() tell no percentile beyond the maximum", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0.01, max: 500_000, noNaN: true }), {
        minLength: 1,
        maxLength: 20,
      }),
      async (latencies) => {
        const host = new VirtualHost();
        const series = new LatencySeries(host, 5, 5);
        for (const ms of latencies) series.record(ms);
        await host.advance(1_000);
        const { p50, p99, max } = series.summary();
        assert(p50! <= p99! && p99! <= max!, `p50 ${p50}, p99 ${p99}, max ${max}`);
        assert(series.points()[0]!.p99 <= max!);
      },
    ),
    { examples: [[[408.438]]] },
  );
});

Deno.test("LatencySeries.record() takes any length of time without an error", () => {
  fc.assert(fc.property(fc.double({ min: -1, max: 1e9, noNaN: true }), (ms) => {
    const series = new LatencySeries(new VirtualHost(), 1, 1);
    series.record(ms);
    const { count, max } = series.summary();
    assertEquals(count, 1);
    assert(max !== null && max > 0 && max <= 606_000);
  }));
});
