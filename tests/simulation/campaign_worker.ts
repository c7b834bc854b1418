/** Plays the seeds that it is asked for, one share after the other. */
/// <reference lib="deno.worker" />
import type { Share } from "./campaign.ts";
import { type Outcome, run } from "./run.ts";

self.onmessage = async ({ data: { from, seeds } }: MessageEvent<Share>) => {
  const outcomes: Outcome[] = [];
  for (let seed = from; seed < from + seeds; seed++) outcomes.push(await run(seed));
  self.postMessage(outcomes);
};
