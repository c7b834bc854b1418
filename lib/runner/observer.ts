import type { ActorId, GatewayId, RequestId, RunnerId } from "../protocol/mod.ts";
import type { ConnectionState } from "./view.ts";

/**
 * What the runner tells whoever watches. Every call is cheap, none may throw, and nothing in the
 * runner depends on what is done with it.
 */
export interface RunnerObserver {
  connection?(state: ConnectionState, detail: string): void;
  registered?(runner: RunnerId): void;
  actorStarted?(actor: ActorId, name: string, generation: number, loadMs: number): void;
  /** `cause`: the author's error that crashed it, as it was, where it was one. */
  actorStopped?(
    actor: ActorId,
    name: string,
    generation: number,
    code: "ok" | "error",
    why: string,
    cause?: Error,
  ): void;
  committed?(actor: ActorId, bytes: number, messages: number, ms: number): void;
  commitFailed?(actor: ActorId, why: string): void;
  /** A handler threw: the author's error, as it was. */
  handlerFailed?(actor: ActorId, handler: string, error: unknown): void;
  duplicateDropped?(actor: ActorId, gateway: GatewayId, request: RequestId): void;
  indexSkipped?(actor: ActorId, gateway: GatewayId, request: RequestId): void;
  /** Outgoing messages that a broken tunnel or a crash took with it. */
  outgoingLost?(count: number): void;
  limitReached?(limit: string, value: number): void;
  frameDropped?(why: string): void;
}
