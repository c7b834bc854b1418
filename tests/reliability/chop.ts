/** A bad cable between the gateway and each of two runners, while clients count. */
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { Cable } from "../interop/cable.ts";
import { startRunner, System } from "../support/system.ts";
import { CounterLoad, sleep } from "./counter_load.ts";
import { leftovers } from "./leftovers.ts";
import type { Outcome } from "./outcome.ts";
import { TROUBLES } from "./troubles.ts";

export interface ChopOptions {
  /** Each is a load of its own, that has a few troubles on both cables. */
  readonly runs: number;
  readonly seed: number;
  /** Troubles of each cable, in one run. */
  readonly troubles: number;
  readonly settleMs: number;
  readonly log?: (line: string) => void;
}

const ACTORS = 6;
const SOCKETS_EACH = 3;
const SEND_EVERY_MS = 10;
/** Of the sockets, that send in each of these. */
const SHARE = 0.2;
const REST_MS = 300;

/** A half-open tunnel is noticed in seconds, so that a run ends in some. */
const PINGS = {
  DORMOUSE_GATEWAY_PING_INTERVAL_MS: "500",
  DORMOUSE_GATEWAY_PING_TIMEOUT_MS: "2000",
  DORMOUSE_RUNNER_PING_INTERVAL_MS: "500",
  DORMOUSE_RUNNER_PING_TIMEOUT_MS: "2000",
};

export async function chop(options: ChopOptions): Promise<Outcome[]> {
  await using gateway = await System.start({ env: { ...PINGS, DORMOUSE_ROLE: "gateway" } });
  const { gatewayUrl: url, token } = gateway;
  await using one = new Cable(url);
  await using other = new Cable(url);
  const cables = [one, other];
  await using first = await startRunner({ url: one.endpoint, token }, { env: PINGS });
  await using second = await startRunner({ url: other.endpoint, token }, { env: PINGS });
  const outcomes: Outcome[] = [];
  for (let run = 0; run < options.runs; run++) {
    const seed = options.seed + run;
    const startedAt = performance.now();
    const random = new VirtualHost({ seed });
    const happened: string[] = [];
    let load;
    {
      await using open = load = await CounterLoad.open({
        url,
        prefix: `chop-${seed}`,
        actors: ACTORS,
        socketsEach: SOCKETS_EACH,
        random,
      });
      open.begin(SEND_EVERY_MS, SHARE);
      await Promise.all(cables.map(async (cable, at) => {
        const dice = new VirtualHost({ seed: seed * cables.length + at });
        for (let n = 0; n < options.troubles; n++) {
          const trouble = TROUBLES[Math.floor(dice.random() * TROUBLES.length)]!;
          happened.push(trouble.name);
          await trouble.happen(cable, dice);
          await sleep(dice.random() * REST_MS);
        }
      }));
      await open.settle(options.settleMs);
    }
    const outcome = {
      what: `a bad cable: ${[...new Set(happened)].sort().join("; ")}`,
      seed,
      troubles: happened.length,
      tally: load.tally(),
      ms: performance.now() - startedAt,
      leftovers: await leftovers(gateway, [first, second]),
    };
    outcomes.push(outcome);
    const { sent, answered, lost, doubled, disorder, closes } = outcome.tally;
    options.log?.(
      `run ${run + 1}: ${sent} sent, ${sent - answered} not answered, ${lost} lost, ` +
        `${doubled} doubled, ${disorder} out of order, ${closes.size} closes`,
    );
  }
  return outcomes;
}
