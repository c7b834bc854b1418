/** Who is measured, from the limit of the machine to what a user would pick instead. */
import { DormouseGateway } from "../tests/interop/dormouse_gateway.ts";
import { RivetEngine } from "../tests/interop/engine.ts";
import { callApi, eventually } from "../tests/interop/gateway_side.ts";
import { startRunner, System } from "../tests/support/system.ts";
import { type AckCounts, ackCounts } from "./ack_counts.ts";
import { Server } from "./process.ts";

export interface Contender {
  readonly name: string;
  start(): Promise<Served>;
}

export interface Served extends AsyncDisposable {
  socketUrl(want?: SocketWant): string;
  /** Answers a GET with a small body. */
  readonly httpUrl: string;
  /** The processes that serve, gateways first. */
  readonly pids: readonly number[];
  /** Where there is a gateway of ours, which counts. */
  ackCounts?(): Promise<AckCounts>;
}

export interface SocketWant {
  /** Of the sample actors: `echo`. */
  readonly actor?: string;
  /** Each has an actor of its own. */
  readonly key?: string;
  /** And thereby acked: true. */
  readonly hibernatable?: boolean;
}

/** What Deno's own WebSocket server does when it only echoes. */
export const bareEcho = bare("bare Deno echo", "bare_echo.ts");
/** What any gateway adds at the least: a second process behind a WebSocket. */
export const bareRelay = bare("bare relay, two hops", "bare_relay.ts");
export const bareHttp = bare("bare Deno.serve", "bare_http.ts");

/** `deno task start`, as it is. */
export const embedded: Contender = {
  name: "Dormouse, embedded",
  async start() {
    const system = await System.start();
    return {
      socketUrl: (want) => actorUrl(system.gatewayUrl, want),
      httpUrl: httpUrl(system.gatewayUrl),
      pids: [system.pid],
      ackCounts: () => ackCounts(system),
      async [Symbol.asyncDispose]() {
        await system.kill();
        await Deno.remove(system.dataDir, { recursive: true });
      },
    };
  },
};

/** Dormouse's gateway, and its runner in another process. */
export const twoProcesses: Contender = {
  name: "Dormouse, two processes",
  async start() {
    const gateway = await DormouseGateway.start();
    const runner = await startRunner(gateway);
    return {
      socketUrl: (want) => actorUrl(gateway.url, want),
      httpUrl: httpUrl(gateway.url),
      pids: [gateway.system.pid, runner.pid],
      ackCounts: () => ackCounts(gateway.system),
      async [Symbol.asyncDispose]() {
        await runner.kill();
        await Deno.remove(runner.dataDir, { recursive: true });
        await gateway[Symbol.asyncDispose]();
      },
    };
  },
};

/** What a user would pick instead. */
export const enginePairing = onEngine(
  "Rivet Engine, engine-runner",
  async (engine) => {
    const runner = await Server.start<{ readonly ready: true }>("reference_runner.ts", {
      args: [engine.url, engine.token],
    });
    return { pid: runner.pid, stop: () => runner[Symbol.asyncDispose]() };
  },
);

export const oursOnEngine = onEngine(
  "Rivet Engine, Dormouse's runner",
  async (engine) => {
    const runner = await startRunner(engine);
    return {
      pid: runner.pid,
      async stop() {
        await runner.kill();
        await Deno.remove(runner.dataDir, { recursive: true });
      },
    };
  },
);

function bare(name: string, file: string): Contender {
  return {
    name,
    async start() {
      const server = await Server.start<{ url: string; pids?: number[] }>(file);
      const { url, pids = [server.pid] } = server.ready;
      return {
        socketUrl: () => url,
        httpUrl: asHttp(url),
        pids,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  };
}

function onEngine(
  name: string,
  startRunner: (engine: RivetEngine) => Promise<{ pid: number; stop(): Promise<void> }>,
): Contender {
  return {
    name,
    async start() {
      const engine = await RivetEngine.start();
      await callApi(engine, "PUT", "/runner-configs/default?namespace=default", {
        datacenters: { default: { normal: {} } },
      });
      const runner = await startRunner(engine);
      const url = httpUrl(engine.url);
      await eventually("the engine has a runner for it", async () => {
        const response = await fetch(url).catch(() => undefined);
        await response?.body?.cancel();
        return response?.ok;
      }, 60_000);
      return {
        socketUrl: (want) => actorUrl(engine.url, want),
        httpUrl: url,
        pids: [engine.pid, runner.pid],
        async [Symbol.asyncDispose]() {
          await runner.stop();
          await engine[Symbol.asyncDispose]();
        },
      };
    },
  };
}

export function actorUrl(gatewayUrl: string, want: SocketWant = {}): string {
  const { actor = "echo", key = "bench", hibernatable = true } = want;
  return `${gatewayUrl.replace("http", "ws")}/gateway/${actor}/?rvt-method=getOrCreate` +
    `&rvt-namespace=default&rvt-runner=default&rvt-key=${key}` +
    // The path as the actor sees it has no rvt- parameters: this one is the actor's.
    (hibernatable ? "" : "&hibernate=0");
}

function httpUrl(gatewayUrl: string): string {
  return asHttp(actorUrl(gatewayUrl, { actor: "counter" }));
}

export function asHttp(url: string): string {
  return url.replace("ws", "http");
}
