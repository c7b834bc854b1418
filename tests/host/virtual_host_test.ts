import fc from "fast-check";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

Deno.test("virtualHost.advance() runs timers at their time, and those of one time in order of asking", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 40 }),
      fc.array(fc.nat(30), { maxLength: 6 }),
      async (delays, steps) => {
        const host = new VirtualHost();
        const ran: (readonly [number, number])[] = [];
        delays.forEach((delay, i) => host.after(delay, () => ran.push([host.now(), i])));
        for (const step of steps) await host.advance(step);
        const end = steps.reduce((sum, step) => sum + step, 0);
        assertEquals(host.now(), end);
        // Without a call to `advance` nothing runs, not even what is due at once.
        const wanted = delays
          .map((delay, i) => [Math.max(0, delay), i] as const)
          .filter(([at]) => steps.length > 0 && at <= end)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        assertEquals(ran, wanted);
        assertEquals(host.timers, delays.length - wanted.length);
      },
    ),
  );
});

Deno.test("virtualHost.advance() reaches a timer at its exact time, not before", async () => {
  const host = new VirtualHost();
  let ran = 0;
  host.after(100, () => ran++);
  await host.advance(99);
  assertEquals(ran, 0);
  await host.advance(1);
  assertEquals(ran, 1);
  await host.advance(1_000);
  assertEquals(ran, 1);
});

Deno.test("virtualHost.advance() runs timers that a timer sets, within the same span", async () => {
  const host = new VirtualHost();
  const at: number[] = [];
  const tick = (): void => {
    at.push(host.now());
    host.after(10, tick);
  };
  host.after(10, tick);
  await host.advance(35);
  assertEquals([at, host.now(), host.timers], [[10, 20, 30], 35, 1]);
});

Deno.test("virtualHost.advance() settles promises before each timer, and after the last", async () => {
  const host = new VirtualHost();
  const log: string[] = [];
  const work = async (name: string): Promise<void> => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
    log.push(`${name} settled at ${host.now()}`);
  };
  host.after(1, () => void work("first"));
  host.after(2, () => {
    log.push("second runs");
    host.defer(() => log.push("deferred"));
    void work("second");
  });
  void work("start");
  await host.advance(5);
  assertEquals(log, [
    "start settled at 0",
    "first settled at 1",
    "second runs",
    "deferred",
    "second settled at 2",
  ]);
});

Deno.test("virtualHost.after() returns a timer that can be taken back, once or often", async () => {
  const host = new VirtualHost();
  const ran: string[] = [];
  const kept = host.after(10, () => ran.push("kept"));
  const cancelled = host.after(10, () => ran.push("cancelled"));
  host.after(5, () => last.cancel());
  const last = host.after(10, () => ran.push("cancelled by another timer"));
  assertEquals(host.timers, 4);
  cancelled.cancel();
  cancelled.cancel();
  assertEquals(host.timers, 3);
  await host.advance(10);
  kept.cancel();
  assertEquals([ran, host.timers], [["kept"], 0]);
});

Deno.test("virtualHost.defer() keeps order and never runs within the call", async () => {
  const host = new VirtualHost();
  const ran: number[] = [];
  for (const i of [1, 2, 3]) host.defer(() => ran.push(i));
  assertEquals(ran, []);
  await host.settle();
  assertEquals([ran, host.now(), host.timers], [[1, 2, 3], 0, 0]);
});

Deno.test("virtualHost.epoch() moves with now(), in whole milliseconds from its start", async () => {
  const host = new VirtualHost({ epochStart: 5_000 });
  assertEquals([host.now(), host.epoch()], [0, 5_000]);
  await host.advance(1.75);
  assertEquals([host.now(), host.epoch()], [1.75, 5_001]);
});

Deno.test("virtualHost's randomness follows its seed, and another seed differs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const draw = (seed: number): unknown => {
        const host = new VirtualHost({ seed });
        return [[...host.randomBytes(8)], host.random(), host.random()];
      };
      assertEquals(draw(seed), draw(seed));
      assertNotEquals(draw(seed), draw(seed + 1));
    }),
  );
});

Deno.test("virtualHost.random() is in [0, 1) and spread over it", () => {
  const host = new VirtualHost({ seed: 7 });
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const value = host.random();
    assert(value >= 0 && value < 1, `${value}`);
    tenths[Math.floor(value * 10)]!++;
  }
  for (const count of tenths) assert(count > 850 && count < 1_150, `${tenths}`);
});

Deno.test("virtualHost.randomBytes() gives as many bytes as asked, over the whole range", () => {
  const host = new VirtualHost();
  assertEquals([0, 1, 4].map((length) => host.randomBytes(length).length), [0, 1, 4]);
  assertEquals(new Set(host.randomBytes(10_000)).size, 256);
});
