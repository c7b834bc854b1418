/** Plays scenarios in pairings, several at once, on gateways and runners that they share. */
import { dormouseGateway } from "./dormouse_gateway.ts";
import { engineBinary, rivetEngine } from "./engine.ts";
import type { GatewayKind, GatewaySide } from "./gateway_side.ts";
import { RUNNERS } from "./runners.ts";
import { isSlow, type Scenario } from "./scenario.ts";
import type { Section } from "./scenarios/mod.ts";
import { scriptedGateway } from "./scripted_gateway.ts";
import { scriptedRunner } from "./scripted_runner.ts";
import { type Pairing, within, World } from "./world.ts";

/** What came of a scenario in a pairing: `null` when it passed. */
export type Outcome = { readonly failure: Error | null; readonly ms: number };

export const GATEWAYS: readonly GatewayKind[] = [dormouseGateway, rivetEngine];

/** The pairings of a section's scenarios, in the order of the table's columns. */
export function pairingsOf({ scripts }: Pick<Section, "scripts">): readonly Pairing[] {
  const gateways = scripts === "gateway" ? [scriptedGateway] : GATEWAYS;
  const runners = scripts === "runner" ? [scriptedRunner] : RUNNERS;
  return gateways.flatMap((gateway) => runners.map((runner) => ({ runner, gateway })));
}

const SHARED_POOL = "shared";
const SCENARIO_MS = 60_000;
const SLOW_SCENARIO_MS = 300_000;

/** What several scenarios share: started when first asked for, ended together. */
export class Suite implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #gateways = new Map<string, Promise<GatewaySide>>();
  readonly #namespaces = new Map<string, Promise<string>>();
  readonly #runners = new Map<string, Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #playing = 0;
  /** Settled when nothing is played alone. */
  #alone: Promise<void> = Promise.resolve();
  #pools = 0;
  readonly #atOnce: number;

  constructor({ atOnce }: { readonly atOnce: number }) {
    this.#atOnce = atOnce;
  }

  /** Plays it as soon as there is room: one that is slow everywhere alone, last. Never rejects. */
  async play(pairing: Pairing, scenario: Scenario): Promise<Outcome> {
    if (scenario.slow === true) {
      const others = this.#alone;
      const done = Promise.withResolvers<void>();
      this.#alone = done.promise;
      await others;
      while (this.#playing > 0) await new Promise((resolve) => setTimeout(resolve, 100));
      return await this.#timed(pairing, scenario).finally(done.resolve);
    }
    if (this.#playing >= this.#atOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#playing++;
    const outcome = await this.#timed(pairing, scenario);
    const next = this.#waiting.shift();
    if (next === undefined) this.#playing--;
    else next();
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #timed(pairing: Pairing, scenario: Scenario): Promise<Outcome> {
    const began = performance.now();
    let failure: Error | null = null;
    try {
      await this.#run(pairing, scenario);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    return { failure, ms: performance.now() - began };
  }

  async #run(pairing: Pairing, scenario: Scenario): Promise<void> {
    // Ends what the scenario started, whether it is done or was given up.
    await using ended = new AsyncDisposableStack();
    let world: World;
    if (scenario.ownGateway !== undefined) {
      const options = { timers: "short", ...scenario.ownGateway } as const;
      const gateway = ended.use(await pairing.gateway.start(options));
      world = new World({ pairing, gateway, namespace: "default", pool: "own" });
    } else {
      const gateway = await this.#gateway(pairing.gateway);
      const namespace = await this.#namespace(pairing, gateway);
      const pool = scenario.ownRunner ? `own-${++this.#pools}` : SHARED_POOL;
      if (!scenario.ownRunner) await this.#sharedRunner(pairing, gateway, namespace);
      world = new World({ pairing, gateway, namespace, pool });
    }
    ended.use(world);
    const limit = isSlow(scenario, pairing.gateway.name) ? SLOW_SCENARIO_MS : SCENARIO_MS;
    await within(scenario.run(world), "the scenario ends", limit);
  }

  #gateway(kind: GatewayKind): Promise<GatewaySide> {
    return once(this.#gateways, kind.name, async () => {
      return this.#stack.use(await kind.start({ timers: "short" }));
    });
  }

  #namespace(pairing: Pairing, gateway: GatewaySide): Promise<string> {
    return once(this.#namespaces, nameOf(pairing), async () => {
      const name = `pairing-${this.#namespaces.size}`;
      await gateway.api("POST", "/namespaces", { name, display_name: nameOf(pairing) });
      return name;
    });
  }

  #sharedRunner(pairing: Pairing, gateway: GatewaySide, namespace: string): Promise<unknown> {
    return once(this.#runners, nameOf(pairing), () => {
      const world = new World({ pairing, gateway, namespace, pool: SHARED_POOL });
      return this.#stack.use(world).runner();
    });
  }
}

/** `Dormouse on Rivet Engine` */
export function nameOf({ runner, gateway }: Pairing): string {
  return `${runner.name} on ${gateway.name}`;
}

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = made.get(key);
  if (value === undefined) made.set(key, value = make());
  return value;
}

/** Why the engine cannot be played on here; `undefined` when it can. */
export async function engineIsMissing(): Promise<string | undefined> {
  const binary = await engineBinary();
  return "missing" in binary ? binary.missing : undefined;
}
