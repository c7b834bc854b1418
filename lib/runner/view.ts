import type { Hold } from "./holds.ts";
import type { ActorId, GatewayId, MessageIndex, RequestId, RunnerId } from "../protocol/mod.ts";

/** What the runner shows of itself: copies, made when asked for. Looking changes nothing. */
export interface RunnerSelfView extends RunnerSummary {
  readonly actors: readonly ActorHostView[];
  readonly sockets: readonly TunnelSocketView[];
}

/** A view without its tables. */
export interface RunnerSummary extends TunnelView, HostedSummary {
  readonly endpoint: string;
}

/** The runner's end of its tunnel. */
export interface TunnelView {
  readonly state: ConnectionState;
  readonly runnerId: RunnerId | null;
  readonly protocolVersion: number;
  /** The pool that it joins. */
  readonly name: string;
  readonly version: number;
  readonly totalSlots: number;
  /** Names of the actors that it hosts. */
  readonly actorNames: readonly string[];
  /** Since when the tunnel is up; `null` while it is not. */
  readonly connectedTs: number | null;
  /** When the gateway pinged last; `null` before, and where it does not (before v4). */
  readonly pingedTs: number | null;
  readonly reconnects: number;
  readonly eventsUnacked: number;
  /** Messages of actors that are not sent yet, or not yet taken by a gateway of ours. */
  readonly outgoingKept: number;
  /** Of requests' bodies, what has come and is not read; and the most that it ever was. */
  readonly bodyBytes: number;
  readonly bodyBytesPeak: number;
}

/** What the actors of a runner are together. */
export interface HostedSummary {
  readonly actorsAwake: number;
  readonly socketsOpen: number;
  readonly requestsInFlight: number;
  /** Messages received and not yet handled. */
  readonly unhandledMessages: number;
  /** Outgoing messages held until the state is durable. */
  readonly heldMessages: number;
}

export type ConnectionState =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "draining"
  | "evicted"
  | "stopped";

/** An actor that may be looked at: what puts it in an order is there, the rest is made when asked for. */
export interface ActorHostLook extends Pick<ActorHostView, "actorId" | "name" | "key" | "phase"> {
  view(): ActorHostView;
}

/** A socket that may be looked at. */
export interface TunnelSocketLook extends Pick<TunnelSocketView, "requestId" | "sinceTs"> {
  view(): TunnelSocketView;
}

export interface ActorHostView {
  readonly actorId: ActorId;
  readonly name: string;
  readonly key: string | null;
  readonly generation: number;
  readonly phase: "starting" | "running" | "stopping";
  readonly startedTs: number;
  readonly sockets: number;
  readonly plainSockets: number;
  readonly requestsInFlight: number;
  /** Messages received and not yet handled. */
  readonly mailbox: number;
  readonly uncommitted: boolean;
  /** Outgoing messages held until the state is durable. */
  readonly heldMessages: number;
  readonly heldBytes: number;
  readonly alarmTs: number | null;
  /** How long it may be idle; `null` for ever. */
  readonly sleepAfterMs: number | null;
  /** Until it falls asleep by itself, `null` while something keeps it awake. */
  readonly idleLeftMs: number | null;
  /** What keeps it awake: the same that its idle watch asks. */
  readonly holds: readonly Hold[];
  /** The handler that is half way, as its definition calls it; `null` for none but `fetch`. */
  readonly handler: string | null;
}

/** An actor's state as it was last made durable. */
export interface CommittedState {
  /** As devalue writes it; `null` for an actor without state, or before its first commit. */
  readonly text: string | null;
  readonly bytes: number;
  /** Another one with each commit that changes the state. */
  readonly revision: number;
}

export interface TunnelSocketView {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly actorId: ActorId;
  readonly hibernatable: boolean;
  readonly phase: "opening" | "active";
  readonly path: string;
  /** Since when it is here: since its open, or since its actor woke. */
  readonly sinceTs: number;
  readonly lastReceived: MessageIndex;
  readonly lastHandled: MessageIndex;
  readonly lastCommitted: MessageIndex;
  /** The last index that was acked; `null` after a wake, before the first ack. */
  readonly lastAcked: MessageIndex | null;
}

/** What hibernating an actor would do, as far as its runner knows: a gateway may hold more. */
export interface HibernatePlan {
  readonly actorId: ActorId;
  readonly phase: ActorHostView["phase"];
  readonly socketsKept: number;
  readonly socketsClosed: number;
  /** Messages received that no handler has begun with: they are left to the gateway. */
  readonly messagesReplayed: number;
  readonly requestsInFlight: number;
}

/** What came of it. */
export interface HibernateOutcome extends HibernatePlan {
  readonly result: "asleep" | "failed";
  readonly tookMs: number;
  readonly detail: string;
}
