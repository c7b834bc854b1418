import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type RoundOptions, Rounds } from "../../lib/host/rounds.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";

function world(options: Partial<RoundOptions> = {}) {
  const host = new VirtualHost();
  const ran: [item: number, at: number][] = [];
  const full: number[] = [];
  const rounds = new Rounds<number>(
    host,
    { delayMs: 10, atMost: 3, maxDelayMs: 1_000, ...options },
    (item) => void ran.push([item, host.now()]),
    () => void full.push(host.now()),
  );
  const add = (from: number, to: number): void => {
    for (let item = from; item <= to; item++) rounds.add(item);
  };
  return { host, rounds, ran, full, add };
}

Deno.test("rounds.add() has one timer for all, from the first on, and each item once", async () => {
  const { host, rounds, ran, full } = world();
  rounds.add(1);
  await host.advance(9);
  for (const item of [2, 1]) rounds.add(item);
  assertEquals([ran, host.timers], [[], 1]);
  await host.advance(1);
  assertEquals([ran, host.timers], [[[1, 10], [2, 10]], 0]);
  rounds.add(1);
  await host.advance(10);
  assertEquals([ran.slice(2), host.timers, full], [[[1, 20]], 0, []]);
});

for (const [waiting, last, told] of [[2, 10, []], [3, 10, []], [4, 20, [10]]] as const) {
  Deno.test(`rounds: with ${waiting} waiting, and 3 to a round, the last is done after ${last} ms`, async () => {
    const { host, ran, full, add } = world();
    add(1, waiting);
    await host.advance(100);
    assertEquals([ran.length, ran.at(-1), full], [waiting, [waiting, last], [...told]]);
  });
}

Deno.test("rounds: the oldest come first, and one that waits keeps its place", async () => {
  const { host, rounds, ran, add } = world({ atMost: 2 });
  add(1, 4);
  await host.advance(10);
  for (const item of [4, 1, 3]) rounds.add(item);
  await host.advance(20);
  assertEquals(ran.map(([item]) => item), [1, 2, 3, 4, 1]);
});

Deno.test("rounds: that a round is full is told once until none waits", async () => {
  const { host, full, add } = world();
  add(1, 9);
  await host.advance(100);
  add(1, 4);
  await host.advance(100);
  assertEquals(full, [10, 110]);
});

Deno.test("rounds: who would wait longer than maxDelayMs is in a round whatever its size", async () => {
  const { host, rounds, ran, add } = world({ atMost: 1, maxDelayMs: 25 });
  add(1, 9);
  await host.advance(5);
  rounds.add(10);
  await host.advance(100);
  const doneAt = (item: number) => ran.find(([it]) => it === item)![1];
  assertEquals([1, 2, 9, 10].map(doneAt), [10, 20, 20, 30]);
});

Deno.test("rounds.add() with no delay waits for the end of the turn, and sets no timer", async () => {
  const { host, ran, add } = world({ delayMs: 0 });
  add(1, 3);
  assertEquals([ran, host.timers], [[], 0]);
  await host.settle();
  assertEquals([ran.length, host.timers], [3, 0]);
});

Deno.test("rounds.delete() tells whether it was there, and makes room for another", async () => {
  const { host, rounds, ran, add } = world();
  add(1, 4);
  assertEquals([rounds.delete(2), rounds.delete(2)], [true, false]);
  await host.advance(10);
  assertEquals(ran.map(([item]) => item), [1, 3, 4]);
});

const step = fc.oneof(
  fc.record({ do: fc.constant("add" as const), item: fc.nat(40) }),
  fc.record({ do: fc.constant("delete" as const), item: fc.nat(40) }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.nat(60) }),
);
const optionsOf = fc.record({
  delayMs: fc.integer({ min: 1, max: 20 }),
  atMost: fc.integer({ min: 1, max: 8 }),
  maxDelayMs: fc.integer({ min: 20, max: 80 }),
});

Deno.test("rounds: each waits maxDelayMs at most, in order, and a round is full only of who is late", async () => {
  await fc.assert(fc.asyncProperty(optionsOf, fc.array(step), async (options, steps) => {
    const { host, rounds, ran } = world(options);
    const since = new Map<number, number>();
    const ages: number[] = [];
    let seen = 0;
    const look = (): void => {
      const byRound = Map.groupBy(ran.slice(seen), ([, at]) => at);
      seen = ran.length;
      for (const [at, items] of byRound) {
        for (const [nth, [item]] of items.entries()) {
          const first = [...since.keys()][0];
          assertEquals(item, first, "the oldest is first");
          const age = at - since.get(item)!;
          since.delete(item);
          ages.push(age);
          assert(age <= options.maxDelayMs, `${item} waited ${age} ms`);
          const couldWait = age + options.delayMs <= options.maxDelayMs;
          assert(nth < options.atMost || !couldWait, `${items.length} in a round`);
        }
      }
    };
    for (const it of steps) {
      if (it.do === "pass") {
        await host.advance(it.ms);
        look();
      } else if (it.do === "add") {
        rounds.add(it.item);
        if (!since.has(it.item)) since.set(it.item, host.now());
      } else assertEquals(rounds.delete(it.item), since.delete(it.item));
    }
    await host.advance(1_000);
    look();
    assertEquals([since.size, host.timers], [0, 0], "nothing is left");
  }));
});
