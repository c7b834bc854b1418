/** Codes of {@link ActorError}; each is stable. */
export type ActorErrorCode =
  /** The state, serialised, is longer than the option `stateBytes`. Fails the actor. */
  | "actor.state_too_large"
  /** The state holds what cannot be kept, such as a function. Fails the actor. */
  | "actor.state_not_serializable"
  /** What was kept cannot be read back. The actor does not start. */
  | "actor.state_corrupt"
  /** A field of a definition has a value that it cannot have. */
  | "actor.definition_invalid"
  /** A time that is no time. */
  | "actor.alarm_invalid"
  | "socket.attachment_too_large"
  | "socket.attachment_not_serializable"
  /** More bytes than one WebSocket message may have. */
  | "socket.message_too_large"
  /** A code that may not be put into a close frame, or a reason of more than 123 bytes. */
  | "socket.close_invalid";

/** What an actor did that cannot be done: a stable code, the value, and what was wanted. */
export class ActorError extends Error {
  override readonly name = "ActorError";
  constructor(readonly code: ActorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Why a key-value call failed. `code` is the store's own (`kv.key_too_large`, `kv.actor_full`, …),
 * or `kv.timeout`, `kv.too_many_requests`, `kv.stopped`, `kv.failed` where there is none.
 */
export class KvError extends Error {
  override readonly name = "KvError";
  constructor(readonly code: string, message: string) {
    super(message);
  }
}
