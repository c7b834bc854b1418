import { digestOf } from "./digest.ts";
import type { Outcome } from "./run.ts";

/** Seeds that a worker is given at a time. */
const SHARE = 25;

export interface CampaignOptions {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
  readonly onProgress?: (done: number) => void;
}

export interface Campaign {
  /** Of all seeds' digests, in the order of the seeds. */
  readonly digest: string;
  readonly seeds: number;
  readonly messages: number;
  readonly faults: number;
  readonly steps: number;
  /** Those that broke a promise, by their seeds. */
  readonly broken: readonly Outcome[];
}

/** A share of a campaign, as a worker is asked for it. */
export interface Share {
  readonly from: number;
  readonly seeds: number;
}

/** Plays many seeds on several threads. */
export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const end = options.from + options.seeds;
  const outcomes: Outcome[] = [];
  let next = options.from;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./campaign_worker.ts", import.meta.url), { type: "module" });
    try {
      while (next < end) {
        const share: Share = { from: next, seeds: Math.min(SHARE, end - next) };
        next += share.seeds;
        outcomes.push(...await ask(worker, share));
        options.onProgress?.(outcomes.length);
      }
    } finally {
      worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  outcomes.sort((a, b) => a.seed - b.seed);
  const sum = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    digest: digestOf(outcomes.map(({ digest }) => digest)),
    seeds: outcomes.length,
    messages: sum(({ messages }) => messages),
    faults: sum(({ faults }) => faults),
    steps: sum(({ steps }) => steps),
    broken: outcomes.filter(({ broken }) => broken !== null),
  };
}

function ask(worker: Worker, share: Share): Promise<readonly Outcome[]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`A thread of the simulation failed: ${event.message}`));
    };
    worker.postMessage(share);
  });
}
