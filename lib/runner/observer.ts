import type { ActorId, GatewayId, MessageIndex, RequestId, RunnerId } from "../protocol/mod.ts";
import type { ConnectionState } from "./view.ts";

/**
 * What the runner tells whoever watches. Every call is cheap, none may throw, and nothing in the
 * runner depends on what is done with it.
 */
export interface RunnerObserver {
  connection?(state: ConnectionState, detail: string): void;
  registered?(runner: RunnerId): void;
  /** The gateway's thresholds contradict the runner's own times: the rule and both values. */
  timersContradict?(what: string): void;
  /** `loadMs`: all that its start took here; `times`: what of it was what. */
  actorStarted?(
    actor: ActorId,
    name: string,
    generation: number,
    loadMs: number,
    key: string | null,
    times?: StartTimes,
  ): void;
  /** The first handler of this life is through, at this time of the host's clock. */
  firstHandled?(actor: ActorId, generation: number, at: number): void;
  /**
   * `cause`: the author's error that crashed it, as it was, where it was one. `left`: what it left
   * behind where it stopped in good order.
   */
  actorStopped?(
    actor: ActorId,
    name: string,
    generation: number,
    code: "ok" | "error",
    why: string,
    cause?: Error,
    left?: SocketsLeft,
  ): void;
  committed?(actor: ActorId, bytes: number, messages: number, ms: number): void;
  commitFailed?(actor: ActorId, why: string): void;
  /** A handler threw: the author's error, as it was. */
  handlerFailed?(actor: ActorId, handler: string, error: unknown): void;
  /** Whoever wants to hear of each message of this socket: asked at its open, and after each wake. */
  followSocket?(socket: FollowedSocket): TunnelSocketFollower | undefined;
  duplicateDropped?(actor: ActorId, gateway: GatewayId, request: RequestId): void;
  indexSkipped?(actor: ActorId, gateway: GatewayId, request: RequestId): void;
  /** Outgoing messages that a broken tunnel or a crash took with it. */
  outgoingLost?(count: number): void;
  requestEnded?(request: RequestSummary): void;
  limitReached?(limit: string, value: number): void;
  frameDropped?(why: string): void;
}

/** How a start went, by the host's clock, in milliseconds. */
export interface StartTimes {
  /** The gateway's command was here. */
  readonly receivedAt: number;
  /** The state was in memory. */
  readonly loadedAt: number;
  /** The sockets were back and the start handler through. */
  readonly runningAt: number;
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
 * Told of every message of one socket at the runner, by its index on the tunnel; of a client's close,
 * which has an index too, only by the stages. As cheap as an observer.
 */
export interface TunnelSocketFollower {
  /** The next message of the client has come. */
  received(index: MessageIndex, message: FollowedMessage): void;
  /** It had come before, and was dropped. */
  receivedBefore(index: MessageIndex): void;
  /** The handler of that message is through. */
  handled(index: MessageIndex): void;
  /** The state that has seen everything up to there is durable, in that revision. */
  committed(index: MessageIndex, revision: number): void;
  /** An ack of everything up to there was put on the tunnel. */
  ackSaid(index: MessageIndex): void;
  /** The actor has said something. It leaves in the same order, when it may. */
  actorSaid(message: FollowedMessage): void;
  /** The next of it has left, with that index; `null`: it is lost. */
  left(index: MessageIndex | null): void;
  /** The socket has left this runner. */
  gone(): void;
}

/** Sockets that hibernate now, and those that could not. */
export interface SocketsLeft {
  readonly kept: number;
  readonly closed: number;
}

/** One HTTP request, from its start on the tunnel to the end of the answer. */
export interface RequestSummary {
  readonly actorId: ActorId;
  readonly requestId: RequestId;
  readonly method: string;
  readonly path: string;
  /** 499 when there was nobody left to answer. */
  readonly status: number;
  readonly startedTs: number;
  readonly durationMs: number;
  readonly error: string | null;
}
