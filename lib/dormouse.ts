import { createGuard, tokenMatches } from "./access/mod.ts";
import type { ActorDefinition } from "./actor/mod.ts";
import { optionAt, type RoomOptions } from "./config/rule.ts";
import { TIMER_RULES } from "./config/timer_rules.ts";
import type { Faults } from "./faults/mod.ts";
import { GatewayError } from "./gateway/errors.ts";
import { Gateway } from "./gateway/gateway.ts";
import { type GatewayListener, listen } from "./gateway/listener.ts";
import { createManagementApi } from "./gateway/management_api.ts";
import type { GatewayObserver } from "./gateway/observer.ts";
import { GATEWAY_DEFAULTS, type GatewayOptions } from "./gateway/options.ts";
import type { Host } from "./host/host.ts";
import { randomHex } from "./host/random_hex.ts";
import { DORMOUSE_PROTOCOL, FRAME_BYTES, type ProtocolVersion } from "./protocol/mod.ts";
import {
  createRunner,
  type Runner,
  RUNNER_DEFAULTS,
  type RunnerObserver,
  type RunnerOptions,
  runnerProtocols,
  runnerUrl,
} from "./runner/mod.ts";
import { refuseContradictions } from "./rule/rule.ts";
import { openStore, STORE_DEFAULTS, type StoreObserver, type StoreOptions } from "./store/mod.ts";
import type { Connect } from "./transport/link.ts";
import { memoryLinkPair } from "./transport/memory_link.ts";

export interface DormouseSetup {
  readonly host: Host;
  readonly version: string;
  /** Without it there is no gateway here, and the runner needs an endpoint. */
  readonly gateway?: GatewaySetup;
  /** Without it no actors are hosted here. */
  readonly runner?: RunnerSetup;
  /** Where things are made to go wrong on purpose. Left out: nowhere. */
  readonly faults?: Faults;
  /** What went wrong in here, and is nobody's bad input. */
  readonly onError: (error: unknown) => void;
}

export interface GatewaySetup {
  readonly hostname: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Runners and callers of the management API must give it. */
  readonly token: string;
  /** Beyond loopback's own. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly options: Partial<GatewayOptions>;
  readonly observer?: GatewayObserver;
  readonly store?: {
    readonly options?: Partial<StoreOptions>;
    readonly observer?: StoreObserver;
  };
}

export interface RunnerSetup {
  readonly definitions: Readonly<Record<string, ActorDefinition>>;
  readonly name: string;
  readonly totalSlots: number;
  readonly version: number;
  readonly namespace: string;
  readonly protocolVersion: ProtocolVersion;
  /** Where its gateway is; `null` for the one in this process. */
  readonly endpoint: string | null;
  readonly token: string | null;
  readonly options: Partial<RunnerOptions>;
  readonly observer?: RunnerObserver;
}

/** A running Dormouse: its gateway, its runner, or both. */
export interface Dormouse {
  readonly gateway?: Gateway;
  /** Where clients reach the gateway, as `http://127.0.0.1:6420`. */
  readonly gatewayUrl: string | null;
  readonly runner?: Runner;
  /**
   * Ends in good order, the runner first: its actors' last commits need the gateway. Done by the
   * deadline.
   */
  shutdown(deadlineMs: number): Promise<void>;
}

/**
 * Starts what the setup asks for. In one process the tunnel is a pair of queues in memory.
 *
 * Rejects with a `StoreError` when the data directory cannot be used, with `Deno.errors.AddrInUse`
 * when the port cannot be had, and with a `RangeError` when times contradict each other. Nothing is
 * left running then.
 */
export async function startDormouse(setup: DormouseSetup): Promise<Dormouse> {
  if (setup.gateway && setup.runner) checkTogether(setup.gateway, setup.runner);
  const embedded = setup.gateway && await startGateway(setup, setup.gateway);
  const runner = setup.runner && startRunner(setup, setup.runner, embedded?.gateway);
  runner?.start();
  return {
    ...(embedded && { gateway: embedded.gateway }),
    gatewayUrl: embedded?.listener.url ?? null,
    ...(runner && { runner }),
    shutdown: async (deadlineMs) => {
      const endsAt = setup.host.now() + deadlineMs;
      await runner?.shutdown({ deadlineMs: deadlineMs / 2 });
      await embedded?.gateway.shutdown(Math.max(0, endsAt - setup.host.now()) / 2);
      await embedded?.listener.close(Math.max(0, endsAt - setup.host.now()));
    },
  };
}

/** Neither end knows the times of the other. */
function checkTogether(gateway: GatewaySetup, runner: RunnerSetup): void {
  const options: RoomOptions = {
    gateway: { ...GATEWAY_DEFAULTS, ...gateway.options },
    runner: { ...RUNNER_DEFAULTS, ...runner.options },
    store: { ...STORE_DEFAULTS, ...gateway.store?.options },
  };
  refuseContradictions(TIMER_RULES, (path) => optionAt(options, path));
}

async function startGateway(
  { host, version, faults, onError }: DormouseSetup,
  setup: GatewaySetup,
): Promise<{ gateway: Gateway; listener: GatewayListener }> {
  const { hostname, port, dataDir, token, allowedHosts, allowedOrigins, options } = setup;
  const observer = setup.observer ?? {};
  const store = await openStore({ directory: dataDir, host, ...setup.store });
  const gateway = new Gateway({ host, store, observer, options, ...(faults && { faults }) });
  try {
    await gateway.start();
    const guard = createGuard(allowedHosts, allowedOrigins);
    const listener = listen({
      gateway,
      host,
      hostname,
      port,
      management: createManagementApi({ gateway, token, version }),
      guard: (headers) => {
        const refusal = guard(headers);
        return refusal &&
          new GatewayError(refusal.status, refusal.group, refusal.code, refusal.message);
      },
      isToken: (given) => tokenMatches(given, token),
      onError,
    });
    return { gateway, listener };
  } catch (error) {
    await gateway.shutdown(0);
    throw error;
  }
}

function startRunner(
  { host, faults }: DormouseSetup,
  setup: RunnerSetup,
  gateway: Gateway | undefined,
): Runner {
  const { definitions, name, totalSlots, version, protocolVersion, options, endpoint } = setup;
  const runnerKey = randomHex(host, 16);
  const handshake = { protocolVersion, namespace: setup.namespace, runnerKey };
  return createRunner({
    host,
    definitions,
    name,
    totalSlots,
    version,
    protocolVersion,
    options,
    ...(endpoint !== null && { endpoint }),
    ...(setup.observer && { observer: setup.observer }),
    connect: endpoint === null ? inProcess() : overWebSocket(endpoint),
  });

  function inProcess(): Connect {
    if (gateway === undefined) throw new TypeError("A runner without a gateway needs an endpoint");
    return () => {
      const [ours, theirs] = memoryLinkPair(host, DORMOUSE_PROTOCOL);
      gateway.acceptRunner(theirs, { ...handshake, transport: "memory" });
      return Promise.resolve(ours);
    };
  }

  function overWebSocket(endpoint: string): Connect {
    const url = runnerUrl({ ...handshake, endpoint });
    const protocols = runnerProtocols({ token: setup.token, streams: true });
    const connect: Connect = async () => {
      // Its package takes a share of the start, and a runner beside its gateway never needs it.
      const { connectWebSocket } = await import("./transport/connect_websocket.ts");
      return connectWebSocket(url, {
        protocols,
        openTimeoutMs: options.connectTimeoutMs ?? 10_000,
        maxFrameBytes: FRAME_BYTES,
        host,
      });
    };
    return faults?.connecting(connect, protocolVersion) ?? connect;
  }
}
