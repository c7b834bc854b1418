import type { ActorPhase, RequestSummary, SocketPhase } from "../gateway/observer.ts";
import type { RunnerView } from "../gateway/view.ts";
import type { ConnectionState } from "../runner/view.ts";
import type { InspectEvent } from "./event.ts";
import type { LatencyPoint, LatencySummary } from "./latency_series.ts";

/** What this process is: both sides of the tunnel, or one. */
export type Role = "all" | "gateway" | "runner";

/** Everything the dashboard shows: plain data, to be sent as JSON. Times `…Ts` in ms since 1970. */
export interface Snapshot extends LiveState {
  /** Changes when the process does: ids of log entries count anew then. */
  readonly instance: string;
  readonly role: Role;
  readonly startedTs: number;
  /** Newest first. */
  readonly events: readonly EventRow[];
  /** Newest first. */
  readonly requests: readonly RequestRow[];
  /** Oldest first; seconds without an ack are left out. */
  readonly ackSeries: readonly LatencyPoint[];
}

/** What has changed since the update before. `state` is `null` when it is as it was. */
export interface Update {
  readonly ts: number;
  readonly state: LiveState | null;
  readonly events: readonly EventRow[];
  readonly requests: readonly RequestRow[];
  readonly ackSeries: readonly LatencyPoint[];
}

export type EventRow = InspectEvent & { readonly id: number };
export type RequestRow = RequestSummary & { readonly id: number };

/** The part of a snapshot that has no history. */
export interface LiveState {
  /** When it was taken. */
  readonly ts: number;
  readonly tunnel: TunnelSummary;
  readonly totals: Totals;
  /** Acks of the last minute. */
  readonly acks: LatencySummary;
  readonly runners: readonly RunnerView[];
  /** The awake ones first and those that just fell asleep, then the sleepers: each by name and key. */
  readonly actors: readonly ActorRow[];
  /** Oldest first. */
  readonly sockets: readonly SocketRow[];
  /** How many actors and sockets there are in all: the tables have the first of them. */
  readonly inAll: { readonly actors: number; readonly sockets: number };
}

export interface TunnelSummary {
  readonly state: ConnectionState | "no_runner";
  readonly runners: number;
  readonly transport: "memory" | "websocket" | null;
  readonly protocolVersion: number | null;
  /** The slowest runner's; `null` before the first ping, or where only the gateway knows. */
  readonly roundTripMs: number | null;
  readonly reconnects: number;
}

export interface Totals {
  readonly actors: Readonly<Partial<Record<ActorPhase, number>>>;
  readonly requestsInFlight: number;
  readonly requestsEnded: number;
  readonly socketsOpen: number;
  readonly socketsHibernating: number;
  /** `null` where only the gateway knows. */
  readonly pendingMessages: number | null;
  readonly pendingBytes: number | null;
  readonly sleeps: number;
  readonly wakes: number;
}

export interface ActorRow {
  readonly actorId: string;
  readonly name: string;
  readonly key: string | null;
  readonly phase: ActorPhase;
  readonly generation: number;
  readonly runnerId: string | null;
  readonly sockets: number;
  readonly hibernatingSockets: number;
  readonly requestsInFlight: number;
  readonly pendingMessages: number | null;
  readonly pendingBytes: number | null;
  /** Since when it exists; at a runner alone: since when it is awake. */
  readonly sinceTs: number;
  readonly sleepTs: number | null;
  readonly alarmTs: number | null;
  readonly error: string | null;
}

/** Indexes are `null` where the side of the tunnel that knows them is elsewhere. */
export interface SocketRow {
  readonly requestId: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly phase: SocketPhase;
  readonly hibernatable: boolean;
  readonly path: string | null;
  readonly openedTs: number | null;
  readonly sent: number | null;
  readonly received: number | null;
  readonly handled: number | null;
  /** Where the runner does not know it: what is acked, which is committed at least. */
  readonly committed: number | null;
  readonly acked: number | null;
  readonly pendingMessages: number | null;
  readonly pendingBytes: number | null;
  readonly oldestUnackedMs: number | null;
}
