/** Many sockets, most of their actors asleep, a little traffic, for long: does memory grow? */
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { startRunner, System } from "../support/system.ts";
import { CounterLoad, sleep } from "./counter_load.ts";
import { leftovers } from "./leftovers.ts";
import type { Outcome } from "./outcome.ts";
import { type Point, type Slope, slopeOf } from "../../bench/slope.ts";

export interface SoakOptions {
  readonly sockets: number;
  readonly socketsEach: number;
  readonly minutes: number;
  /** Before the first sample that counts. */
  readonly warmUpMinutes: number;
  readonly seed: number;
  /** Share of the sockets that send in a second. */
  readonly share: number;
  /** Sockets a second that are closed, and opened anew. */
  readonly exchanges: number;
  readonly settleMs: number;
  readonly log?: (line: string) => void;
}

/** Resident memory of one process, in KiB. */
export interface Memory {
  readonly process: string;
  readonly first: number;
  readonly last: number;
  readonly most: number;
  /** KiB a minute. `null` with fewer than three samples. */
  readonly slope: Slope | null;
}

export interface SoakOutcome extends Outcome {
  readonly memory: readonly Memory[];
  /** In the middle of it. */
  readonly awake: number;
  readonly sleeps: number;
}

const SAMPLE_MS = 5_000;
const SLEEP_AFTER_MS = 1_000;
const SEND_EVERY_MS = 50;

export async function soak(options: SoakOptions): Promise<SoakOutcome> {
  const { sockets, socketsEach, minutes, warmUpMinutes, seed, log } = options;
  const startedAt = performance.now();
  await using gateway = await System.start({ env: { DORMOUSE_ROLE: "gateway" } });
  const env = { DORMOUSE_RUNNER_SLEEP_AFTER_MS: `${SLEEP_AFTER_MS}` };
  const { gatewayUrl: url, token } = gateway;
  await using runner = await startRunner({ url, token }, { env });
  const processes = { gateway, runner };
  const samples = new Map<string, Point[]>(Object.keys(processes).map((name) => [name, []]));
  let load: CounterLoad;
  let exchanged = 0;
  let awake = 0;
  {
    const actors = Math.ceil(sockets / socketsEach);
    const random = new VirtualHost({ seed });
    await using open = load = await CounterLoad.open({
      url,
      prefix: `soak-${seed}`,
      actors,
      socketsEach,
      random,
    });
    log?.(`${actors * socketsEach} sockets are open`);
    open.begin(SEND_EVERY_MS, options.share * SEND_EVERY_MS / 1_000);
    const beginsAt = performance.now() + warmUpMinutes * 60_000;
    const endsAt = beginsAt + minutes * 60_000;
    let sampleAt = performance.now();
    let exchangeAt = sampleAt;
    while (performance.now() < endsAt) {
      if (performance.now() >= exchangeAt) {
        await open.exchange();
        exchanged++;
        exchangeAt += 1_000 / options.exchanges;
      }
      if (performance.now() >= sampleAt) {
        sampleAt += SAMPLE_MS;
        const minute = (performance.now() - beginsAt) / 60_000;
        const seen = await Promise.all(
          Object.entries(processes).map(async ([name, { pid }]) => {
            const kib = await residentKib(pid);
            if (minute >= 0) samples.get(name)!.push([minute, kib]);
            return `${name} ${kib} KiB`;
          }),
        );
        ({ running: awake = 0 } = (await gateway.snapshot()).totals.actors);
        const { sent, answered, closes } = open.tally();
        const closed = [...closes].map(([why, times]) => `, ${times} × ${why}`).join("");
        log?.(
          `minute ${minute.toFixed(2)}: ${seen.join(", ")}; ${awake} awake, ${sent} sent, ` +
            `${answered} answered${closed}`,
        );
      }
      await sleep(20);
    }
    await open.settle(options.settleMs);
  }
  for (const [name, { output }] of Object.entries(processes)) {
    for (const line of output.split("\n")) {
      if (/\[(warning|error|fatal)\]/.test(line)) log?.(`${name}: ${line}`);
    }
  }
  const { totals } = await gateway.snapshot();
  return {
    what: `soak, ${sockets} sockets for ${minutes} min after ${warmUpMinutes} min`,
    seed,
    troubles: exchanged,
    tally: load.tally(),
    ms: performance.now() - startedAt,
    leftovers: await leftovers(gateway, [runner]),
    memory: [...samples].map(([process, points]) => memoryOf(process, points)),
    awake,
    sleeps: totals.sleeps,
  };
}

function memoryOf(process: string, points: readonly Point[]): Memory {
  const kib = points.map(([, y]) => y);
  return {
    process,
    first: kib[0] ?? 0,
    last: kib.at(-1) ?? 0,
    most: Math.max(0, ...kib),
    slope: points.length < 3 ? null : slopeOf(points),
  };
}

async function residentKib(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", `${pid}`] })
    .output();
  return Number(new TextDecoder().decode(stdout));
}
