import type { ActorId, GatewayId, MessageIndex, RequestId, RunnerId } from "../protocol/mod.ts";
import type { ActorPhase, SocketPhase } from "./observer.ts";

/** What the gateway shows of itself: copies, made when asked for. Looking changes nothing. */
export interface GatewayView extends GatewaySummary {
  /** Actors that are not asleep, and sleepers with open sockets. */
  readonly actors: readonly ActorView[];
  /** In the order in which they were opened. */
  readonly sockets: readonly SocketView[];
}

/** The part of a view that costs the same however many actors and sockets there are. */
export interface GatewaySummary {
  /** Its half of the ids that its sockets have at a runner. */
  readonly gatewayId: GatewayId;
  readonly runners: readonly RunnerView[];
  /** Those that the actor must still hear the close of included. */
  readonly socketsKnown: number;
  readonly socketsOpen: number;
  /** Of the open ones. */
  readonly socketsHibernating: number;
  readonly requestsInFlight: number;
  /** Of streamed answers, what has come and is not read; and the most that it ever was. */
  readonly bodyBytes: number;
  readonly bodyBytesPeak: number;
  readonly pendingMessages: number;
  readonly pendingBytes: number;
}

export interface RunnerView {
  readonly runnerId: RunnerId;
  readonly name: string;
  readonly version: number;
  readonly protocolVersion: number;
  readonly transport: "memory" | "websocket";
  readonly state: "connected" | "disconnected" | "draining";
  readonly totalSlots: number;
  readonly actors: number;
  /** Milliseconds of the last ping; `null` before the first. */
  readonly roundTripMs: number | null;
  readonly connectedTs: number;
  /** Names of the actors that it announced. */
  readonly actorNames: readonly string[];
}

/** An actor that may be looked at: what puts it in an order is there, the rest is made when asked for. */
export interface ActorLook {
  readonly record: Pick<ActorView, "actorId" | "name" | "key" | "sleepTs">;
  readonly phase: ActorPhase;
  view(): ActorView;
}

export interface ActorView {
  readonly actorId: ActorId;
  readonly name: string;
  readonly key: string | null;
  readonly namespace: string;
  readonly phase: ActorPhase;
  readonly generation: number;
  readonly runnerId: RunnerId | null;
  readonly sockets: number;
  readonly hibernatingSockets: number;
  readonly requestsInFlight: number;
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  readonly alarmTs: number | null;
  readonly createTs: number;
  readonly sleepTs: number | null;
  readonly error: string | null;
}

/** A socket that may be looked at. */
export interface SocketLook {
  view(): SocketView;
}

export interface SocketView {
  readonly requestId: RequestId;
  readonly actorId: ActorId;
  readonly actorName: string;
  readonly phase: SocketPhase;
  readonly hibernatable: boolean;
  readonly path: string;
  readonly openedTs: number;
  readonly lastSent: MessageIndex;
  readonly lastAcked: MessageIndex;
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  /** Since the oldest pending message was last sent; `null` when nothing is pending. */
  readonly oldestUnackedMs: number | null;
  readonly received: number;
  readonly delivered: number;
}

/** What hibernating an actor would do, said before it is done. */
export interface HibernatePlan {
  readonly actorId: ActorId;
  readonly phase: ActorPhase;
  readonly socketsKept: number;
  readonly socketsClosed: number;
  readonly messagesReplayed: number;
  readonly requestsInFlight: number;
}

/** What came of it. */
export interface HibernateOutcome extends HibernatePlan {
  readonly result: "asleep" | "already_asleep" | "woken_again" | "failed";
  readonly tookMs: number;
  readonly detail: string;
}
