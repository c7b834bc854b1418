import type { ActorId, GatewayId, RequestId, RunnerId } from "../protocol/mod.ts";
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
