import type { ActorId, GatewayId, MessageIndex, RequestId, RunnerId } from "../protocol/mod.ts";

/** Why an actor is started. */
export type WakeCause =
  | "create"
  | "message"
  | "request"
  | "open"
  | "close"
  | "alarm"
  | "person"
  | "moved"
  | "crash";

/** Why an actor has left its runner, when it did not crash. */
export type SleepCause =
  /** It asked to: it was idle, or its author's code did. */
  | "actor"
  | "person"
  /** Its runner said that it leaves. */
  | "drain"
  | "runner_lost"
  /** No runner had room for it in time, or none got it to run. */
  | "not_ready";

/** Where an actor is in its life, as the gateway sees it. */
export type ActorPhase =
  | "asleep"
  /** Wanted awake, but no runner has room for it. */
  | "pending"
  | "starting"
  | "running"
  | "stopping"
  | "destroyed";

/** Where a client's WebSocket is in its life. */
export type SocketPhase = "opening" | "active" | "hibernating" | "closed";

/** Whoever takes messages on a socket. */
export type Consumer = "client" | "actor";

/**
 * What the gateway tells whoever watches. Every call is cheap, none may throw, and nothing in the
 * gateway depends on what is done with it.
 */
export interface GatewayObserver {
  runnerJoined?(runner: RunnerId, name: string): void;
  /** The tunnel broke or closed; the runner may come back. */
  runnerDisconnected?(runner: RunnerId, reason: string): void;
  /** The runner was given up: its actors move. */
  runnerLost?(runner: RunnerId, reason: string): void;
  roundTrip?(runner: RunnerId, ms: number): void;
  actorWaking?(actor: ActorId, name: string, cause: WakeCause): void;
  /** `wakeMs`: from the cause to the runner's word that it runs. */
  actorRunning?(
    actor: ActorId,
    name: string,
    cause: WakeCause,
    wakeMs: number,
    runner: RunnerId,
    generation: number,
  ): void;
  /**
   * `kept`: sockets that hibernate now; `closed`: those that could not. `runner`: where it was, `null`
   * when it had waited for one.
   */
  actorAsleep?(
    actor: ActorId,
    name: string,
    kept: number,
    closed: number,
    cause: SleepCause,
    runner: RunnerId | null,
  ): void;
  /** `here`: on a runner of this process. */
  actorCrashed?(actor: ActorId, name: string, message: string, here: boolean): void;
  actorDestroyed?(actor: ActorId, name: string): void;
  /** Whoever wants to hear of each message of this socket: asked once, when it is made. */
  followSocket?(socket: FollowedSocket): ClientSocketFollower | undefined;
  socketOpened?(actor: ActorId, request: RequestId, hibernatable: boolean): void;
  socketClosed?(actor: ActorId, request: RequestId, code: number, reason: string): void;
  /** One message acked, this long after it was last sent, by an actor on this runner. */
  messageAcked?(ms: number, runner: RunnerId): void;
  /** An ack on the tunnel, of as many messages as have just been told of. */
  ackReceived?(): void;
  messagesResent?(actor: ActorId, request: RequestId, count: number): void;
  /** An ack outside the window was refused. */
  ackRefused?(actor: ActorId, request: RequestId, why: "stale" | "future"): void;
  /** An actor's message that had come before: its ack was lost with a tunnel. */
  duplicateDropped?(actor: ActorId, request: RequestId): void;
  /** Something is missing before an actor's message: the socket was closed. */
  indexSkipped?(actor: ActorId, request: RequestId): void;
  /**
   * A socket's client reads too slowly, or its actor handles too slowly, and soon reaches its limit;
   * or it has caught up. Told once each time.
   */
  pace?(actor: ActorId, request: RequestId, who: Consumer, isSlow: boolean): void;
  /** Whoever wants to hear more of this request: asked once, when it comes. */
  followRequest?(request: FollowedRequest): RequestFollower | undefined;
  requestEnded?(request: RequestSummary): void;
  /** A limit was reached: its name as the option is called, and its value. */
  limitReached?(limit: string, value: number): void;
  /** A frame that no actor, socket or request here knows. */
  frameDropped?(why: string): void;
  /** Told about once a second, from the start to the shutdown. */
  swept?(): void;
  /** A record could not be kept; what it described goes on in memory. */
  storeFailed?(what: string, error: unknown): void;
}

/** What is known of a socket before its first message. */
export interface FollowedSocket {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly actorId: ActorId;
  readonly path: string;
  /** The subprotocols that its client offers, as the header has them. */
  readonly protocols: string | null;
}

/** One message on the tunnel. The bytes are lent: whoever keeps them copies them. */
export interface FollowedMessage {
  readonly data: Uint8Array;
  readonly binary: boolean;
}

/**
 * Told of every message of one client's socket at the gateway, by its index on the tunnel; of a
 * client's close, which has an index too, only by the stages. As cheap as an observer.
 */
export interface ClientSocketFollower {
  /** The client has said something: that is its index from now on. */
  clientSaid(index: MessageIndex, message: FollowedMessage): void;
  /** It was put on the tunnel, for the first time or again. */
  sent(index: MessageIndex): void;
  /** The actor has acked everything up to there. */
  acked(index: MessageIndex): void;
  /** Something new of the actor has come. */
  taken(index: MessageIndex, message: FollowedMessage): void;
  /** It was put on the client's connection. */
  delivered(index: MessageIndex): void;
  /** It had come before, and was dropped. */
  takenBefore(index: MessageIndex): void;
  /** Both sides are done with the socket. */
  over(): void;
}

/** What is known of a request when it comes. */
export interface FollowedRequest {
  readonly requestId: RequestId;
  readonly actorId: ActorId;
  readonly method: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** Told of one HTTP request at the gateway. Bytes are lent: whoever keeps them copies them. */
export interface RequestFollower {
  /**
   * It was put on the tunnel under this id: for the first time, or again under another one. `body`: as
   * much of it as goes along.
   */
  sent(request: RequestId, body: Uint8Array | null): void;
  /** More of its body has gone. */
  bodySent(chunk: Uint8Array): void;
  /** The head of its answer has come. */
  answered(status: number, headers: ReadonlyMap<string, string>): void;
  /** More of the answer's body has come. */
  bodyCame(chunk: Uint8Array): void;
  ended(summary: RequestSummary): void;
}

export interface RequestSummary {
  readonly actorId: ActorId;
  readonly requestId: RequestId;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly startedTs: number;
  readonly durationMs: number;
  readonly error: string | null;
}
