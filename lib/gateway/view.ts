import type { ActorId, GatewayId, MessageIndex, RequestId, RunnerId } from "../protocol/mod.ts";
import type { CrashPolicy } from "./gateway_store.ts";
import type { ActorPhase, SocketPhase } from "./observer.ts";
import type { Want } from "./wants.ts";

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

/** All that there is to see of one runner. Times in milliseconds since 1970. */
export interface RunnerDetail extends RunnerView {
  readonly namespace: string;
  /** Whether it is one of ours: bodies go in chunks, with credit. `null` without a tunnel. */
  readonly isOurs: boolean | null;
  /** Since when its tunnel is up; `null` while it is not. */
  readonly tunnelTs: number | null;
  /** When it was last heard of. */
  readonly heardTs: number;
  /** Commands that it has not taken in: they are sent again after each cut. */
  readonly commandsUnacked: number;
  /** Bytes on their way to it. */
  readonly bufferedBytes: number;
  /** `null` while new actors may be put there. */
  readonly drain: Drain | null;
}

/** A runner that no new actor is put on. */
export interface Drain {
  /** Whether it said that it leaves, or an operator wants it so. */
  readonly by: "runner" | "operator";
  readonly sinceTs: number;
  /** How many actors were there then. */
  readonly actors: number;
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

/** What is shown of one actor, whether it is in memory or not. */
export interface ActorDetail {
  readonly view: ActorView;
  readonly crashPolicy: CrashPolicy;
  /** When its present or last generation was started; `null` before the first. */
  readonly startTs: number | null;
  /** When it starts again after a crash; `null` when it does not wait for that. */
  readonly rescheduleTs: number | null;
  readonly destroyTs: number | null;
  /** What it was made with; `null` for nothing. */
  readonly inputBytes: number | null;
  /** Open ones that cannot hibernate. */
  readonly plainSockets: number;
  /** What would wake it at once if it slept: the same that the gateway asks when it falls asleep. */
  readonly wants: readonly Want[];
}

/** An HTTP request that has not ended. */
export interface RequestView {
  readonly requestId: RequestId;
  readonly actorId: ActorId;
  readonly method: string;
  readonly path: string;
  /** Of the answer, once that has begun. */
  readonly status: number | null;
  readonly startedTs: number;
  /** Whether it is on its way to the actor, or there. */
  readonly isSent: boolean;
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
  readonly actorKey: string | null;
  /** The last index that was given out: after {@link lastSent} where messages wait here. */
  readonly lastQueued: MessageIndex;
  /** Whether messages wait here for the actor, or for room on the way to it. */
  readonly isHeld: boolean;
  /** When the oldest pending message was last sent, on the host's clock; `null` while none is due. */
  readonly oldestSentAt: number | null;
  /** When the record of a socket that may hibernate was last kept alive; `null` of any other. */
  readonly keepAliveTs: number | null;
}

/** What went between clients and actors, since the start. */
export interface TrafficView {
  /** `null`: of actors that were on no runner, and of runners that have gone. */
  readonly runnerId: RunnerId | null;
  /** Clients' messages that have come, and actors' messages that went out to them. */
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Not acked now, of the actors that are there now. */
  readonly pendingMessages: number;
}

/** What hibernation comes to, of all actors. */
export interface HibernationSummary {
  /** Actors with a socket that hibernates. */
  readonly asleep: number;
  /** How long actors had one, in milliseconds, added up since the start. */
  readonly asleepMs: number;
}

/** A sleeper that may be looked at. */
export interface SleeperLook {
  readonly record: Pick<ActorView, "actorId" | "name" | "key" | "sleepTs">;
  view(): SleeperView;
}

/** A sleeping actor, and what the gateway holds for it. */
export interface SleeperView extends
  Pick<
    ActorView,
    | "actorId"
    | "name"
    | "key"
    | "sleepTs"
    | "alarmTs"
    | "hibernatingSockets"
    | "pendingMessages"
    | "pendingBytes"
    | "error"
  > {
  /** When the record that was kept alive longest ago was; `null` without a socket. */
  readonly keepAliveTs: number | null;
}

/** What hibernating an actor would do, said before it is done. */
export interface HibernatePlan {
  readonly actorId: ActorId;
  readonly phase: ActorPhase;
  readonly socketsKept: number;
  readonly socketsClosed: number;
  /** Messages without an ack: they go out again after the next wake. */
  readonly messagesReplayed: number;
  readonly requestsInFlight: number;
}

/** What came of it: the phase and the requests are those before, the rest is what really happened. */
export interface HibernateOutcome extends HibernatePlan {
  readonly result: "asleep" | "already_asleep" | "woken_again" | "failed";
  readonly tookMs: number;
  readonly detail: string;
}

/** What closing a client's socket would do, said before it is done. */
export interface ClosePlan {
  readonly actorId: ActorId;
  readonly requestId: RequestId;
  readonly phase: SocketPhase;
  /** Messages without an ack: the actor gets them before it hears of the close. */
  readonly pendingMessages: number;
  /** Whether the actor sleeps, and has to wake to hear of it. */
  readonly wakesActor: boolean;
}

/** What saying something as a socket's client would do, said before it is said. */
export interface ReplayPlan extends ClosePlan {
  /** The index that the message would get, or has got. */
  readonly index: MessageIndex;
}

/** What came of it. */
export interface CloseOutcome extends ClosePlan {
  readonly result: "closed" | "already_closed";
}
