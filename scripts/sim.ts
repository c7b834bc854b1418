/**
 * `deno task sim`: plays the simulation.
 *
 *     deno task sim --seeds 2000 [--from 1]      many seeds; exit code 1 when a promise was broken
 *     deno task sim --seed 57 [--faults 3,9] [--messages 40] [--trace]     one, or a part of one
 *
 * A broken promise is printed with the line that plays it again, and is made as small as it gets.
 */
import { parseArgs } from "node:util";
import { campaign } from "../tests/simulation/campaign.ts";
import type { Cut } from "../tests/simulation/plan.ts";
import { type Outcome, run } from "../tests/simulation/run.ts";
import { replayLine, shrink } from "../tests/simulation/shrink.ts";

/** How many of a campaign's failures are made small and printed. */
const SHOWN = 5;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    seeds: { type: "string" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    faults: { type: "string" },
    messages: { type: "string" },
    trace: { type: "boolean", default: false },
    workers: { type: "string", default: `${navigator.hardwareConcurrency}` },
  },
});

const isBroken = values.seed === undefined
  ? await playMany(number(values.seeds ?? "2000", "--seeds"))
  : await playOne(number(values.seed, "--seed"));
Deno.exit(isBroken ? 1 : 0);

async function playOne(seed: number): Promise<boolean> {
  const cut: Cut = {
    ...(values.faults !== undefined && { faults: numbers(values.faults) }),
    ...(values.messages !== undefined && { messages: number(values.messages, "--messages") }),
  };
  const outcome = await run(seed, cut, values.trace ? { trace: console.log } : {});
  const { digest, messages, faults, steps, broken } = outcome;
  console.log(`seed ${seed}: ${messages} messages, ${faults} faults, ${steps} steps, ${digest}`);
  if (broken !== null) console.log(`BROKEN ${broken.promise}: ${broken.detail}`);
  return broken !== null;
}

async function playMany(seeds: number): Promise<boolean> {
  const began = performance.now();
  const from = number(values.from, "--from");
  const workers = number(values.workers, "--workers");
  let told = 0;
  const result = await campaign({
    from,
    seeds,
    workers,
    onProgress(done) {
      if (done - told < 10_000) return;
      told = done;
      console.log(`${done} seeds …`);
    },
  });
  for (const outcome of result.broken.slice(0, SHOWN)) await showSmallest(outcome);
  const seconds = (performance.now() - began) / 1_000;
  console.log(
    `seeds ${from} to ${from + seeds - 1}: ${result.messages} messages, ${result.faults} faults, ` +
      `${result.steps} steps in ${seconds.toFixed(1)} s on ${workers} threads, ` +
      `${(result.seeds / seconds).toFixed(1)} seeds/s`,
  );
  console.log(`digest ${result.digest}, ${result.broken.length} broken`);
  return result.broken.length > 0;
}

async function showSmallest(outcome: Outcome): Promise<void> {
  console.log(`${replayLine(outcome.seed, {})}   # ${outcome.broken!.promise}`);
  const smallest = await shrink(outcome, run);
  const { promise, detail } = smallest.outcome.broken!;
  console.log(`${replayLine(outcome.seed, smallest.cut)}   # ${promise}: ${detail}`);
}

function numbers(text: string): number[] {
  return text === "none" ? [] : text.split(",").map((each) => number(each, "--faults"));
}

function number(text: string, option: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`${option} is "${text}", a whole number from 0 on is wanted`);
  Deno.exit(2);
}
