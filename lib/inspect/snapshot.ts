import type { ActorPhase, RequestSummary, SocketPhase } from "../gateway/observer.ts";
import type { RunnerView } from "../gateway/view.ts";
import type { Hold } from "../runner/holds.ts";
import type { ConnectionState } from "../runner/view.ts";
import type { InspectEvent } from "./event.ts";
import type { LatencySummary } from "./history/latency_counts.ts";

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
  /** As {@link LiveState.latency}: each step of the history in which there was something. */
  readonly latencySeries: readonly LatencyPoint[];
}

/** The whole at a glance. */
export interface Overview extends Pick<LiveState, "tunnel" | "totals" | "latency" | "runners"> {
  readonly role: Role;
  readonly startedTs: number;
}

/** Latencies in milliseconds, of what was timed in a second, or in a few further back. */
export interface LatencyPoint {
  /** Its begin, in whole seconds since 1970. */
  readonly second: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export type EventRow = InspectEvent & { readonly id: number };
export type RequestRow = RequestSummary & { readonly id: number };

/** The part of a snapshot that has no history. */
export interface LiveState {
  /** When it was taken. */
  readonly ts: number;
  readonly tunnel: TunnelSummary;
  readonly totals: Totals;
  /**
   * Of the last minute: from sending a message to its ack. At a runner alone, which does not see
   * that: of commits, from their begin to the gateway's word that they are durable. The acks leave
   * with it.
   */
  readonly latency: LatencySummary;
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
  /** This process's own end, where it has a runner. */
  readonly end: RunnerEnd | null;
}

export interface RunnerEnd {
  readonly runnerId: string | null;
  /** Where its gateway is; empty in process. */
  readonly endpoint: string;
  /** The pool that it joined. */
  readonly name: string;
  /** Since when the tunnel is up; `null` while it is not. */
  readonly connectedTs: number | null;
  /** The gateway's last ping. */
  readonly pingedTs: number | null;
  /** Attempts to connect after the first. */
  readonly retries: number;
  readonly eventsUnacked: number;
  /**
   * Messages of actors: kept until they are sent, or taken by a gateway of ours, and lost with a
   * tunnel or a crash.
   */
  readonly outgoingKept: number;
  readonly outgoingLost: number;
}

export interface Totals {
  readonly actors: Readonly<Partial<Record<ActorPhase, number>>>;
  readonly requestsInFlight: number;
  readonly requestsEnded: number;
  readonly socketsOpen: number;
  /** These are `null` where only the gateway knows. */
  readonly socketsHibernating: number | null;
  readonly pendingMessages: number | null;
  readonly pendingBytes: number | null;
  readonly sleeps: number;
  readonly wakes: number;
  /** Messages at the runner that wait for their handler; `null` where that is elsewhere. */
  readonly unhandledMessages: number | null;
  /** Messages of actors at the runner that wait for a commit. */
  readonly heldMessages: number | null;
}

export interface ActorRow {
  readonly actorId: string;
  readonly name: string;
  readonly key: string | null;
  readonly phase: ActorPhase;
  readonly generation: number;
  readonly runnerId: string | null;
  readonly sockets: number;
  readonly hibernatingSockets: number | null;
  readonly requestsInFlight: number;
  readonly pendingMessages: number | null;
  readonly pendingBytes: number | null;
  /** Since when it exists; at a runner alone: since when it is awake. */
  readonly sinceTs: number;
  readonly sleepTs: number | null;
  readonly alarmTs: number | null;
  readonly error: string | null;
  /** What only the runner sees; `null` where that is elsewhere, or the actor asleep. */
  readonly inside: ActorInside | null;
}

export interface ActorInside {
  readonly unhandledMessages: number;
  readonly heldMessages: number;
  /** When it falls asleep by itself, to the second; `null` while something keeps it awake. */
  readonly sleepsTs: number | null;
  /** What keeps it awake, most important first. */
  readonly holds: readonly Hold[];
}

/** Indexes are `null` where the side of the tunnel that knows them is elsewhere. */
export interface SocketRow {
  readonly requestId: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly phase: SocketPhase;
  readonly hibernatable: boolean;
  readonly path: string;
  /** At a runner alone: since when it is there, which a wake begins anew. */
  readonly openedTs: number;
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
