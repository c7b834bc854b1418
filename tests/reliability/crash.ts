/** kill -9 of runner processes, again and again, while clients count. */
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { DormouseGateway } from "../interop/dormouse_gateway.ts";
import type { GatewayKind, GatewaySide } from "../interop/gateway_side.ts";
import { startRunner, type System } from "../support/system.ts";
import { CounterLoad, sleep } from "./counter_load.ts";
import { leftovers } from "./leftovers.ts";
import type { Outcome } from "./outcome.ts";

export interface CrashOptions {
  readonly gateway: GatewayKind;
  readonly kills: number;
  readonly seed: number;
  readonly actors: number;
  readonly socketsEach: number;
  /** Messages a second of all clients together. */
  readonly rate: number;
  /** From a kill until the gateway gives the runner up; its default when left out. */
  readonly runnerLostMs?: number;
  /** Share of the kills that wait until every actor answers again; the others come at once. */
  readonly calmShare: number;
  /** The counts are verified after so many kills, and in the end. */
  readonly verifyEvery: number;
  readonly settleMs: number;
  readonly log?: (line: string) => void;
}

const RUNNERS = 2;
const KILL_AFTER_MS = { least: 50, most: 400 };
const SEND_EVERY_MS = 20;
/** Without an answer for so long, the next kill comes all the same. */
const CALM_MS = 60_000;

export async function crash(options: CrashOptions): Promise<Outcome> {
  const { kills, seed, actors, socketsEach, rate, runnerLostMs, calmShare, settleMs } = options;
  const startedAt = performance.now();
  const random = new VirtualHost({ seed });
  await using gateway = await options.gateway.start(
    runnerLostMs === undefined ? {} : { runnerLostMs },
  );
  await using runners = await Runners.start(gateway);
  let load;
  {
    await using open = load = await CounterLoad.open({
      url: gateway.url,
      prefix: `crash-${seed}`,
      actors,
      socketsEach,
      random,
    });
    const share = rate * SEND_EVERY_MS / 1_000 / (actors * socketsEach);
    open.begin(SEND_EVERY_MS, share);
    for (let kill = 1; kill <= kills; kill++) {
      if (random.random() < calmShare) await open.answeredAnew(CALM_MS);
      const { least, most } = KILL_AFTER_MS;
      await sleep(least + random.random() * (most - least));
      await runners.kill(Math.floor(random.random() * RUNNERS));
      if (kill % options.verifyEvery !== 0 && kill !== kills) continue;
      await open.settle(settleMs);
      const { sent, lost, doubled } = open.tally();
      options.log?.(`${kill} kills: ${sent} sent, ${lost} lost, ${doubled} doubled`);
      if (kill < kills) open.begin(SEND_EVERY_MS, share);
    }
  }
  return {
    what: `kill -9 of a runner, on ${options.gateway.name}`,
    seed,
    troubles: kills,
    tally: load.tally(),
    ms: performance.now() - startedAt,
    // An engine does not say what it holds.
    leftovers: gateway instanceof DormouseGateway
      ? await leftovers(gateway.system, runners.systems)
      : [],
  };
}

type Gateway = Pick<GatewaySide, "url" | "token">;

/** Two runner processes on one gateway. */
class Runners implements AsyncDisposable {
  readonly #gateway: Gateway;
  readonly #dataDir: string;
  readonly #systems: System[];

  private constructor(gateway: Gateway, dataDir: string, systems: System[]) {
    this.#gateway = gateway;
    this.#dataDir = dataDir;
    this.#systems = systems;
  }

  static async start(gateway: Gateway): Promise<Runners> {
    const dataDir = await Deno.makeTempDir({ prefix: "dormouse-crash-" });
    const systems: System[] = [];
    for (let n = 0; n < RUNNERS; n++) systems.push(await startRunner(gateway, { dataDir }));
    return new Runners(gateway, dataDir, systems);
  }

  get systems(): readonly System[] {
    return this.#systems;
  }

  /** Kills the one at `index`; back when another has joined in its place. */
  async kill(index: number): Promise<void> {
    await this.#systems[index]!.kill();
    this.#systems[index] = await startRunner(this.#gateway, { dataDir: this.#dataDir });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#systems.map((system) => system.kill()));
    await Deno.remove(this.#dataDir, { recursive: true });
  }
}
