/** The Rivet Engine as a gateway: one node on a database of its own in a temporary folder. */
import { type EngineBinary, ensureEngine } from "./engine_binary.ts";
import {
  type ApiAnswer,
  callApi,
  eventually,
  freePort,
  type GatewayKind,
  type GatewaySide,
  type GatewayStart,
} from "./gateway_side.ts";
import { Program } from "./program.ts";

const TOKEN = "dev";

/** What `timers: "short"` sets, in the engine's own names; milliseconds. */
const SHORT_PEGBOARD = {
  runner_lost_threshold: 3_000,
  runner_update_ping_interval_ms: 1_000,
  runner_ping_timeout_ms: 5_000,
  gateway_gc_interval_ms: 1_000,
  gateway_hws_message_ack_timeout_ms: 10_000,
  gateway_tunnel_ping_timeout_ms: 10_000,
  gateway_websocket_open_timeout_ms: 5_000,
};
const SHORT_GUARD = { actor_ready_timeout_ms: 15_000 };

export class RivetEngine implements GatewaySide {
  readonly kind = rivetEngine;
  readonly token = TOKEN;
  readonly url: string;
  readonly #folder: string;
  readonly #command: Deno.Command;
  #program: Program;

  private constructor(url: string, folder: string, command: Deno.Command) {
    this.url = url;
    this.#folder = folder;
    this.#command = command;
    this.#program = new Program(command);
  }

  static async start(options: GatewayStart = {}): Promise<RivetEngine> {
    const binary = await engineBinary();
    if ("missing" in binary) throw new Error(binary.missing);
    const folder = await Deno.makeTempDir({ prefix: "rivet-engine-" });
    const port = freePort();
    await Deno.writeTextFile(
      `${folder}/config.json`,
      JSON.stringify(configuration(folder, port, options)),
    );
    const command = new Deno.Command(binary.path, {
      args: ["--config", `${folder}/config.json`, "start"],
      cwd: folder,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
    const engine = new RivetEngine(`http://127.0.0.1:${port}`, folder, command);
    await engine.#healthy();
    return engine;
  }

  get output(): string {
    return this.#program.output;
  }

  get pid(): number {
    return this.#program.pid;
  }

  api(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return callApi(this, method, path, body);
  }

  async restart(): Promise<void> {
    this.#program.signal("SIGKILL");
    await this.#program.exit();
    this.#program = new Program(this.#command);
    await this.#healthy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.end(0);
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #healthy(): Promise<void> {
    await eventually("the engine answers its health check", async () => {
      if (this.#program.hasEnded) throw new Error(`The engine ended:\n${this.output}`);
      const response = await fetch(`${this.url}/health`).catch(() => undefined);
      await response?.body?.cancel();
      return response?.ok;
    }, 30_000);
  }
}

export const rivetEngine: GatewayKind = {
  name: "Rivet Engine",
  start: (options) => RivetEngine.start(options),
};

let binary: Promise<EngineBinary> | undefined;
/** Installed once for all who ask at once. */
export function engineBinary(): Promise<EngineBinary> {
  return binary ??= ensureEngine();
}

/** An engine gives up a runner by its pings alone, and may start actors on it until then. */
function runnerLostAfter(ms: number): Readonly<Record<string, number>> {
  return {
    runner_lost_threshold: ms,
    runner_eligible_threshold: ms,
    runner_ping_timeout_ms: ms,
    runner_update_ping_interval_ms: Math.ceil(ms / 3),
  };
}

function configuration(folder: string, port: number, options: GatewayStart): unknown {
  const host = "127.0.0.1";
  const [peerPort, metricsPort] = [freePort(), freePort()];
  const isShort = options.timers === "short";
  return {
    guard: { host, port, ...(isShort && SHORT_GUARD) },
    api_peer: { host, port: peerPort },
    metrics: { host, port: metricsPort },
    file_system: { path: `${folder}/data` },
    telemetry: { enabled: false },
    auth: { admin_token: TOKEN },
    topology: {
      datacenter_label: 1,
      datacenters: {
        default: {
          datacenter_label: 1,
          is_leader: true,
          public_url: `http://${host}:${port}`,
          peer_url: `http://${host}:${peerPort}`,
        },
      },
    },
    runtime: {
      worker_shutdown_duration: 2,
      guard_shutdown_duration: 2,
      force_shutdown_duration: 5,
      // It takes in less work the busier the machine is, down to a twentieth, and what it turned down
      // hangs until it times out. This curve turns nothing down; it must fall.
      worker_load_shedding_curve: [[0, 1_000], [1_000, 999]],
    },
    pegboard: {
      // So that one crash does not hold up what comes after it.
      base_retry_timeout: 50,
      retry_reset_duration: 1_000,
      ...(isShort && SHORT_PEGBOARD),
      ...(options.runnerLostMs !== undefined && runnerLostAfter(options.runnerLostMs)),
      ...(options.pendingBytes !== undefined &&
        { gateway_hws_max_pending_size: options.pendingBytes }),
    },
  };
}
