/**
 * Our own gateway and our own runner in this process, served on a free port, with the tunnel in
 * memory or over a real WebSocket: a test may look at both ends while real clients use them.
 */
import type { ActorDefinition } from "../../lib/actor/mod.ts";
import { type Dormouse, startDormouse } from "../../lib/dormouse.ts";
import type { GatewayOptions } from "../../lib/gateway/options.ts";
import { systemHost } from "../../lib/host/system_host.ts";
import type { Runner, RunnerOptions } from "../../lib/runner/mod.ts";
import { LogObserver } from "./log_observer.ts";

export const TUNNELS = ["memory", "websocket"] as const;
export type Tunnel = typeof TUNNELS[number];

export interface TwoEndsOptions {
  readonly gateway?: Partial<GatewayOptions>;
  readonly runner?: Partial<RunnerOptions>;
}

const TOKEN = "two-ends";

export class TwoEnds implements AsyncDisposable {
  readonly failures: unknown[] = [];
  readonly log = new LogObserver();
  #gateway!: Dormouse;
  #runner!: Dormouse;

  private constructor() {}

  static async start(
    tunnel: Tunnel,
    definitions: Record<string, ActorDefinition>,
    options: TwoEndsOptions = {},
  ): Promise<TwoEnds> {
    const ends = new TwoEnds();
    const common = {
      host: systemHost,
      version: "test",
      onError: (error: unknown) => ends.failures.push(error),
    };
    const gateway = {
      hostname: "127.0.0.1",
      port: 0,
      dataDir: await Deno.makeTempDir({ prefix: "dormouse-test-" }),
      token: TOKEN,
      allowedHosts: [],
      allowedOrigins: [],
      options: options.gateway ?? {},
    };
    const runner = (endpoint: string | null) => ({
      definitions,
      name: "default",
      totalSlots: 100,
      version: 1,
      namespace: "default",
      protocolVersion: 7 as const,
      endpoint,
      token: TOKEN,
      options: options.runner ?? {},
      observer: ends.log,
    });
    if (tunnel === "memory") {
      ends.#gateway = ends.#runner = await startDormouse({
        ...common,
        gateway,
        runner: runner(null),
      });
    } else {
      ends.#gateway = await startDormouse({ ...common, gateway });
      ends.#runner = await startDormouse({ ...common, runner: runner(ends.#gateway.gatewayUrl) });
    }
    await ends.runner.ready;
    return ends;
  }

  get gateway(): NonNullable<Dormouse["gateway"]> {
    return this.#gateway.gateway!;
  }

  get runner(): Runner {
    return this.#runner.runner!;
  }

  get url(): string {
    return this.#gateway.gatewayUrl!;
  }

  /** Where an actor is, by name and key; made when there is none. */
  actorUrl(name: string, key: string, path = "/"): string {
    return `${this.url}/gateway/${name}${path}?rvt-method=getOrCreate&rvt-key=${key}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#runner !== this.#gateway) await this.#runner.shutdown(2_000);
    await this.#gateway.shutdown(2_000);
  }
}
