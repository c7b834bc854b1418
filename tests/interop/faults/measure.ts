/** Lets each fault happen in each pairing, several times, and keeps what the clients saw. */
import { dormouseGateway } from "../dormouse_gateway.ts";
import { rivetEngine } from "../engine.ts";
import type { GatewaySide } from "../gateway_side.ts";
import { dormouseRunner, referenceRunner } from "../runners.ts";
import { type Pairing, World } from "../world.ts";
import { passed } from "./fault.ts";
import type { Fault, Sight } from "./mod.ts";

/** In the order of the table's columns: theirs, the mixed ones, ours. */
export const PAIRINGS: readonly Pairing[] = [
  { gateway: rivetEngine, runner: referenceRunner },
  { gateway: rivetEngine, runner: dormouseRunner },
  { gateway: dormouseGateway, runner: referenceRunner },
  { gateway: dormouseGateway, runner: dormouseRunner },
];

/** One happening of one fault in one pairing. */
export interface Measurement extends Sight {
  readonly fault: Fault;
  readonly pairing: Pairing;
}

export interface Pace {
  /** Faults that wait are let happen so many at once: 8. */
  readonly atOnce?: number;
  /** Between the beginnings of the first of them, for each starts processes: 2.5 s. */
  readonly betweenMs?: number;
  readonly onMeasured?: (measurement: Measurement) => void;
}

/** What waits comes first, many at once; then what does not, one by one. */
export async function measure(
  faults: readonly Fault[],
  pairings: readonly Pairing[],
  runs: number,
  { atOnce = 8, betweenMs = 2_500, onMeasured = () => {} }: Pace = {},
): Promise<Measurement[]> {
  const round = faults.flatMap((fault) => pairings.map((pairing) => ({ fault, pairing })));
  const jobs = Array.from({ length: runs }, () => round).flat();
  const doesWait = ({ fault: { waits }, pairing }: typeof jobs[number]): boolean =>
    waits === "everywhere" || waits === pairing.gateway.name;
  const measured: Measurement[] = [];
  await using gateways = new Gateways();
  const play = async (lane: typeof jobs, places: number): Promise<void> => {
    const left = lane.values();
    const work = async (_: unknown, place: number): Promise<void> => {
      await passed(place * betweenMs);
      for (const { fault, pairing } of left) {
        const measurement = { fault, pairing, ...await gateways.happen(fault, pairing) };
        measured.push(measurement);
        onMeasured(measurement);
      }
    };
    await Promise.all(Array.from({ length: places }, work));
  };
  await play(jobs.filter(doesWait), atOnce);
  await play(jobs.filter((job) => !doesWait(job)), 1);
  return measured;
}

/** Gateways with default timers, shared by all whose fault spares them. */
class Gateways implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #started = new Map<string, Promise<GatewaySide>>();
  #pools = 0;

  /** Lets the fault happen once, in a pool of its own; once more when it does not come to that. */
  async happen(fault: Fault, pairing: Pairing): Promise<Sight> {
    try {
      return await this.#happen(fault, pairing);
    } catch {
      return await this.#happen(fault, pairing);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #happen(fault: Fault, pairing: Pairing): Promise<Sight> {
    await using own = new AsyncDisposableStack();
    const gateway = fault.ownGateway === undefined
      ? await this.#shared(pairing)
      : own.use(await pairing.gateway.start(fault.ownGateway));
    const pool = `fault-${++this.#pools}`;
    return await fault.run(own.use(new World({ pairing, gateway, namespace: "default", pool })));
  }

  #shared({ gateway: kind }: Pairing): Promise<GatewaySide> {
    let gateway = this.#started.get(kind.name);
    if (gateway === undefined) {
      gateway = kind.start().then((started) => this.#stack.use(started));
      this.#started.set(kind.name, gateway);
    }
    return gateway;
  }
}
