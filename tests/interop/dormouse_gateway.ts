/** Dormouse's gateway as a process of its own: `main.ts` as a user runs it, without a runner. */
import { System } from "../support/system.ts";
import {
  type ApiAnswer,
  callApi,
  freePort,
  type GatewayKind,
  type GatewaySide,
  type GatewayStart,
} from "./gateway_side.ts";

/** What `timers: "short"` sets: beside the engine's, as far as the same thing exists. */
const SHORT_TIMERS = {
  DORMOUSE_GATEWAY_PING_INTERVAL_MS: "1000",
  DORMOUSE_GATEWAY_PING_TIMEOUT_MS: "5000",
  DORMOUSE_GATEWAY_SWEEP_INTERVAL_MS: "1000",
  DORMOUSE_GATEWAY_ACK_TIMEOUT_MS: "10000",
  DORMOUSE_GATEWAY_ACTOR_READY_TIMEOUT_MS: "15000",
  DORMOUSE_GATEWAY_WEBSOCKET_OPEN_TIMEOUT_MS: "5000",
  // Checked against the ack timeout, in whatever process.
  DORMOUSE_RUNNER_KV_TIMEOUT_MS: "5000",
  DORMOUSE_RUNNER_PING_INTERVAL_MS: "1000",
  DORMOUSE_RUNNER_PING_TIMEOUT_MS: "5000",
};

export class DormouseGateway implements GatewaySide {
  readonly kind = dormouseGateway;
  readonly #env: Record<string, string>;
  #system: System;
  #earlier = "";

  private constructor(system: System, env: Record<string, string>) {
    this.#system = system;
    this.#env = env;
  }

  static async start(
    { timers, runnerLostMs, pendingBytes }: GatewayStart = {},
  ): Promise<DormouseGateway> {
    const env = {
      DORMOUSE_ROLE: "gateway",
      DORMOUSE_GATEWAY_PORT: `${freePort()}`,
      ...(timers === "short" && SHORT_TIMERS),
      ...(runnerLostMs !== undefined && {
        DORMOUSE_GATEWAY_RUNNER_LOST_THRESHOLD_MS: `${runnerLostMs}`,
      }),
      ...(pendingBytes !== undefined && {
        DORMOUSE_GATEWAY_PENDING_BYTES: `${pendingBytes}`,
        // One message must fit.
        DORMOUSE_GATEWAY_WEBSOCKET_MESSAGE_BYTES: `${pendingBytes}`,
        // And an ack come before.
        DORMOUSE_RUNNER_ACK_BYTES: `${pendingBytes / 2}`,
      }),
    };
    return new DormouseGateway(await System.start({ env }), env);
  }

  /** The process as it is now: a restart puts another in its place. */
  get system(): System {
    return this.#system;
  }

  get url(): string {
    return this.#system.gatewayUrl;
  }

  get token(): string {
    return this.#system.token;
  }

  get output(): string {
    return this.#earlier + this.#system.output;
  }

  api(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return callApi(this, method, path, body);
  }

  async restart(): Promise<void> {
    await this.#system.kill();
    this.#earlier = this.output;
    this.#system = await System.start({ dataDir: this.#system.dataDir, env: this.#env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { dataDir } = this.#system;
    await this.#system.kill();
    await Deno.remove(dataDir, { recursive: true });
  }
}

export const dormouseGateway: GatewayKind = {
  name: "Dormouse",
  start: (options) => DormouseGateway.start(options),
};
