/** Plays scenarios in pairings, several at once, on gateways and runners that they share. */
import { dormouseGateway } from "./dormouse_gateway.ts";
import { engineBinary, rivetEngine } from "./engine.ts";
import type { GatewayKind, GatewaySide } from "./gateway_side.ts";
import type { RunnerKind } from "./runner_side.ts";
import { RUNNERS } from "./runners.ts";
import type { Scenario } from "./scenario.ts";
import { type Pairing, within, World } from "./world.ts";

/** What came of a scenario in a pairing: `null` when it passed. */
export type Outcome = { readonly failure: Error | null; readonly ms: number };

export const GATEWAYS: readonly GatewayKind[] = [dormouseGateway, rivetEngine];

/** Every pairing, in the order of the table's columns. */
export const PAIRINGS: readonly Pairing[] = RUNNERS.flatMap((runner) =>
  GATEWAYS.map((gateway) => ({ runner, gateway }))
);

const SCENARIO_MS = 60_000;
/** Most of them wait most of the time. */
const AT_ONCE = 8;

/** What several scenarios share: started when first asked for, ended together. */
export class Suite implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #gateways = new Map<GatewayKind, Promise<GatewaySide>>();
  readonly #homes = new Map<string, Promise<string>>();
  readonly #waiting: (() => void)[] = [];
  #playing = 0;
  #pools = 0;

  /** Plays it as soon as there is room. Never rejects. */
  async play(pairing: Pairing, scenario: Scenario): Promise<Outcome> {
    if (this.#playing >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#playing++;
    const began = performance.now();
    let failure: Error | null = null;
    try {
      await within(this.#run(pairing, scenario), "the scenario ends", SCENARIO_MS);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#playing--;
    else next();
    return { failure, ms: performance.now() - began };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #run(pairing: Pairing, scenario: Scenario): Promise<void> {
    if (scenario.ownGateway !== undefined) {
      await using gateway = await pairing.gateway.start({
        timers: "short",
        ...scenario.ownGateway,
      });
      await using world = new World({ pairing, gateway, namespace: "default", pool: "own" });
      await scenario.run(world);
      return;
    }
    const gateway = await this.#gateway(pairing.gateway);
    const namespace = await this.#home(pairing, gateway);
    const pool = scenario.ownRunner ? `own-${++this.#pools}` : "shared";
    await using world = new World({ pairing, gateway, namespace, pool });
    await scenario.run(world);
  }

  #gateway(kind: GatewayKind): Promise<GatewaySide> {
    let gateway = this.#gateways.get(kind);
    if (gateway === undefined) {
      gateway = kind.start({ timers: "short" }).then((started) => this.#stack.use(started));
      this.#gateways.set(kind, gateway);
    }
    return gateway;
  }

  /** The pairing's namespace, with a runner in the pool `shared`. */
  #home(pairing: Pairing, gateway: GatewaySide): Promise<string> {
    const key = `${pairing.runner.name} on ${pairing.gateway.name}`;
    let home = this.#homes.get(key);
    if (home === undefined) {
      home = this.#settle(pairing, gateway, `pairing-${this.#homes.size}`);
      this.#homes.set(key, home);
    }
    return home;
  }

  async #settle(pairing: Pairing, gateway: GatewaySide, namespace: string): Promise<string> {
    await gateway.api("POST", "/namespaces", { name: namespace, display_name: namespace });
    const world = new World({ pairing, gateway, namespace, pool: "shared" });
    this.#stack.use(world);
    await world.runner();
    return namespace;
  }
}

/** Why the engine cannot be played on here; `undefined` when it can. */
export async function engineIsMissing(): Promise<string | undefined> {
  const binary = await engineBinary();
  return "missing" in binary ? binary.missing : undefined;
}

export type { Pairing, RunnerKind };
