import type { Host } from "../host/host.ts";
import type { RunnerObserver, RunnerOptions } from "../runner/mod.ts";
import type { Connect } from "../transport/link.ts";
import type { IdBuffer } from "./ids.ts";
import type { Logger } from "./logger.ts";
import type { Runner } from "./runner.ts";
import type { TunnelWebSocket } from "./tunnel_websocket.ts";

export interface ActorConfig {
  name: string;
  key: string | null;
  /** Milliseconds since the epoch. */
  createTs: bigint;
  input: Uint8Array | null;
}

/** What must be kept of a hibernatable WebSocket, so that it can be restored after a sleep. */
export interface HibernatingWebSocketMetadata {
  gatewayId: IdBuffer;
  requestId: IdBuffer;
  /** Index of the actor's next message to the client. */
  clientMessageIndex: number;
  /** Index of the client's last message that is kept with the actor's state. */
  serverMessageIndex: number;
  path: string;
  headers: Record<string, string>;
}

export interface KvListOptions {
  reverse?: boolean;
  limit?: number;
}

/** What the gateway says of itself at init, in milliseconds. */
export interface ProtocolMetadata {
  readonly runnerLostThreshold: bigint;
  readonly actorStopThreshold: bigint;
  readonly serverlessDrainGracePeriod: bigint | null;
}

/** The configuration of the reference runner, 2.2.1, and what Dormouse adds below `dormouse`. */
export interface RunnerConfig {
  logger?: Logger;
  /** The version of the program: a gateway prefers the newer one. */
  version: number;
  endpoint: string;
  token?: string;
  /** In place of `endpoint`, for the tunnel. */
  pegboardEndpoint?: string;
  /** Without a meaning here, and in the reference: a warning is logged. */
  pegboardRelayEndpoint?: string;
  namespace: string;
  totalSlots: number;
  runnerName: string;
  prepopulateActorNames: Record<string, { metadata: Record<string, unknown> }>;
  metadata?: Record<string, unknown>;
  /** The gateway has taken the runner in, for the first time or again. */
  onConnected: () => void;
  /** A link to the gateway, or an attempt at one, has ended. 1006 when no close came. */
  onDisconnected: (code: number, reason: string) => void;
  /** The runner has ended, whatever ended it. */
  onShutdown: () => void;
  fetch: (
    runner: Runner,
    actorId: string,
    gatewayId: IdBuffer,
    requestId: IdBuffer,
    request: Request,
  ) => Promise<Response>;
  /**
   * A client's WebSocket. Listeners that are added before the promise resolves miss nothing; the
   * socket opens then, or is refused when it rejects. A restored one is open already.
   */
  websocket: (
    runner: Runner,
    actorId: string,
    ws: TunnelWebSocket,
    gatewayId: IdBuffer,
    requestId: IdBuffer,
    request: Request,
    path: string,
    headers: Record<string, string>,
    isHibernatable: boolean,
    isRestoringHibernatable: boolean,
  ) => Promise<void>;
  hibernatableWebSocket: {
    /** Whether the client stays connected while its actor sleeps. */
    canHibernate: (
      actorId: string,
      gatewayId: IdBuffer,
      requestId: IdBuffer,
      request: Request,
    ) => boolean;
  };
  /** Sets the actor up; the sockets that it kept are restored in here. It runs when this resolves. */
  onActorStart: (actorId: string, generation: number, config: ActorConfig) => Promise<void>;
  /** Its sockets and its key-value store are still there in here. */
  onActorStop: (actorId: string, generation: number) => Promise<void>;
  /** Leaves SIGTERM and SIGINT alone. */
  noAutoShutdown?: boolean;
  /** For tests: each frame waits so long, in both directions, in order. */
  debugLatencyMs?: number;
  /** What the reference has no word for. */
  dormouse?: {
    readonly options?: Partial<RunnerOptions>;
    /** In place of the log: it hears of every failure, too. */
    readonly observer?: RunnerObserver;
    readonly host?: Host;
    /** In place of a WebSocket to the endpoint. */
    readonly connect?: Connect;
  };
}

const CALLBACKS = [
  "onConnected",
  "onDisconnected",
  "onShutdown",
  "fetch",
  "websocket",
  "onActorStart",
  "onActorStop",
] as const;

const U32 = 0xffff_ffff;

/** Throws a `TypeError` for what cannot be honoured: the field, its value and what is wanted. */
export function checkConfig(config: RunnerConfig): void {
  for (const name of ["endpoint", "pegboardEndpoint"] as const) {
    const value = config[name];
    if (value === undefined && name !== "endpoint") continue;
    if (typeof value !== "string" || !/^(http|ws)s?:$/.test(URL.parse(value)?.protocol ?? "")) {
      refuse(name, value, "an http, https, ws or wss URL");
    }
  }
  for (const name of ["namespace", "runnerName"] as const) {
    if (typeof config[name] !== "string" || config[name] === "") {
      refuse(name, config[name], "a text that is not empty");
    }
  }
  for (const name of ["version", "totalSlots"] as const) {
    const value = config[name];
    if (!(Number.isInteger(value) && value >= 0 && value <= U32)) {
      refuse(name, value, `an integer from 0 to ${U32}`);
    }
  }
  const { debugLatencyMs, prepopulateActorNames, hibernatableWebSocket } = config;
  if (debugLatencyMs !== undefined && !(debugLatencyMs >= 0 && debugLatencyMs < Infinity)) {
    refuse("debugLatencyMs", debugLatencyMs, "milliseconds from 0 on");
  }
  if (typeof prepopulateActorNames !== "object" || prepopulateActorNames === null) {
    refuse("prepopulateActorNames", prepopulateActorNames, "an object");
  }
  for (const name of CALLBACKS) {
    if (typeof config[name] !== "function") refuse(name, config[name], "a function");
  }
  if (typeof hibernatableWebSocket?.canHibernate !== "function") {
    refuse("hibernatableWebSocket.canHibernate", hibernatableWebSocket?.canHibernate, "a function");
  }
}

function refuse(name: string, value: unknown, wanted: string): never {
  throw new TypeError(
    `${name} is ${typeof value === "object" ? "an object" : value}, ${wanted} is wanted`,
  );
}
