/**
 * The simulation as a test: many seeds keep every promise, what a seed means is within bounds, and
 * the simulation is what it says: the same each time, small where it fails, able to see a bug.
 * `deno task sim` plays more, `deno task mutants` plants every bug.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { campaign } from "./campaign.ts";
import { digestOf } from "./digest.ts";
import { Executor } from "./executor.ts";
import { FAULT_KINDS } from "./faults.ts";
import { median } from "../../bench/stats.ts";
import { hunt, mutated } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";
import { type Cut, planOf } from "./plan.ts";
import { type Outcome, run } from "./run.ts";
import { inSandbox } from "./sandbox.ts";
import { replayLine, shrink } from "./shrink.ts";

const SEEDS = 2_000;
const ROOT = new URL("../../", import.meta.url);

Deno.test(`simulation: ${SEEDS} seeds keep every promise`, async () => {
  const { broken, seeds } = await campaign({ from: 1, seeds: SEEDS, workers: 2 });
  const lines = broken.map(({ seed, broken }) =>
    `${replayLine(seed, {})}   # ${broken!.promise}: ${broken!.detail}`
  );
  assertEquals(lines, []);
  assertEquals(seeds, SEEDS);
});

Deno.test("simulation: a seed does the same in every thread, however long microtasks are waited for", async () => {
  const seeds = 20;
  const digests: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    digests.push((await run(seed, {}, { ticks: 150 })).digest);
  }
  assertEquals(new Set(digests).size, seeds);
  assertEquals((await campaign({ from: 1, seeds, workers: 2 })).digest, digestOf(digests));
});

Deno.test("simulation: plans are within their bounds, and all kinds of faults are among them", () => {
  const counts = new Map<string, number>();
  const firsts = new Set<number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { weather, messages, faults } = planOf(seed);
    assert(weather.runners.length >= 1 && weather.runners.length <= 4);
    assert(weather.actors >= 1 && weather.actors <= 8);
    assert(weather.clients >= 1 && weather.clients <= 32);
    assert(faults.length >= 20 && faults.length <= 200);
    // Those with much state say less, for all of it is written each time; the last burst may be cut.
    assert(messages >= (weather.ballast > 0 ? 40 : 200) && messages <= 5_060, `${messages}`);
    firsts.add(weather.firstMessageIndex);
    for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  assertEquals([...counts.keys()].sort(), Object.keys(FAULT_KINDS).sort());
  assert(Math.min(...counts.values()) > 1_000);
  assert(counts.size >= 16);
  assert([0, 32_765, 65_533].every((index) => firsts.has(index)));
});

Deno.test("simulation: what is left out of a plan changes nothing of the rest", () => {
  const whole = planOf(7);
  const cut = planOf(7, { faults: [2, 9], messages: 50 });
  assertEquals(cut.faults, whole.faults.filter(({ number }) => number === 2 || number === 9));
  assertEquals(cut.weather, whole.weather);
  assertEquals(cut.messages, 50);
});

Deno.test("shrink() leaves what it takes to break the same promise, and nothing else", async () => {
  const played: Cut[] = [];
  const play = (seed: number, cut: Cut): Promise<Outcome> => {
    played.push(cut);
    const { faults, messages } = planOf(seed, cut);
    const has = (number: number) => faults.some((fault) => fault.number === number);
    const promise = has(3) && has(11) && messages >= 17 ? "order" : has(4) ? "limits" : null;
    return Promise.resolve({
      seed,
      digest: "",
      messages,
      faults: faults.length,
      steps: 0,
      broken: promise && { promise, detail: "" },
    });
  };
  const { cut } = await shrink(await play(7, {}), play);
  assertEquals(cut, { faults: [3, 11], messages: 17 });
  assertEquals(replayLine(7, cut), "deno task sim --seed 7 --faults 3,11 --messages 17");
  assertEquals(replayLine(7, { faults: [] }), "deno task sim --seed 7 --faults none");
  assert(played.length < 300);
});

Deno.test("executor runs by time, and what is ready at the same time in an order of the seed's", async () => {
  const order = async (seed: number): Promise<string> => {
    const executor = new Executor(seed);
    const ran: string[] = [];
    for (const name of "abcdef") executor.after(5, () => ran.push(name));
    executor.after(1, () => {
      ran.push("first");
      executor.after(0, () => ran.push("second"));
    });
    executor.after(9, () => ran.push("never")).cancel();
    await executor.runUntil(10, () => true);
    assertEquals([executor.now(), executor.planned], [10, 0]);
    assertEquals(ran.slice(0, 2), ["first", "second"]);
    assertEquals([...ran.slice(2)].sort().join(""), "abcdef");
    return ran.join();
  };
  const orders = await Promise.all([1, 1, 2, 3].map(order));
  assertEquals(orders[0], orders[1]);
  assertEquals(new Set(orders).size, 3);
});

Deno.test("sandbox refuses real clocks and randomness, and takes itself down", async () => {
  const sandboxed = { onError: () => {}, isCollected: () => false };
  await inSandbox(() => {
    for (const reach of [() => Date.now(), () => Math.random(), () => setTimeout(() => {}, 0)]) {
      assertThrows(reach, Error, "past its host");
    }
    return Promise.resolve();
  }, sandboxed);
  assert(Date.now() > 0 && Math.random() < 1);
});

Deno.test("mutants: every place that one changes stands once in its file", async () => {
  for (const { name, edits } of MUTANTS) {
    for (const { file, find, replace } of edits) {
      const text = await Deno.readTextFile(new URL(file, ROOT));
      assert(mutated(text, find, replace) !== text, name);
    }
  }
  const traps = new Set(MUTANTS.map(({ trap }) => trap).filter((trap) => trap !== undefined));
  assertEquals([...traps].sort((a, b) => a - b), Array.from({ length: 24 }, (_, i) => i + 1));
  assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});

Deno.test("mutated() wants its place exactly once", () => {
  assertEquals(mutated("a b c", "b", "d"), "a d c");
  assertThrows(() => mutated("a b b", "b", "d"), Error, "stands 2 times");
  assertThrows(() => mutated("a", "b", "d"), Error, "stands 0 times");
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
});

/** Each breaks another promise, within a few seeds: the others are for `deno task mutants`. */
const QUICK = [2, 4, 6, 13, 17, 18, 19, 24];

Deno.test("mutants: those that show at once are found at once", async () => {
  const quick = MUTANTS.filter(({ trap }) => trap !== undefined && QUICK.includes(trap));
  const missed: string[] = [];
  for await (const { mutant, seeds } of hunt(quick, 100, 2)) {
    if (seeds === null) missed.push(mutant.name);
  }
  assertEquals(quick.length, QUICK.length);
  assertEquals(missed, []);
});
