import type { ActorKv } from "./kv.ts";
import type { ActorSocket } from "./socket.ts";

/** Who an actor is. */
export interface ActorIdentity {
  readonly id: string;
  readonly name: string;
  readonly key: string | null;
  /** What whoever created it gave along. */
  readonly input: Uint8Array | null;
}

/** An actor's open sockets. Live: it changes as they come and go. */
export interface ActorSockets extends Iterable<ActorSocket> {
  readonly size: number;
}

/** What a handler is given: the actor as its author sees it. */
export interface ActorContext<State = unknown> extends ActorIdentity {
  /**
   * The state, to be changed in place or assigned anew. It is kept after each handler, in one write
   * with the index of each message that it has seen: a message counts exactly once in it.
   */
  state: State;
  /** The actor's own key-value space. Its writes are not part of the write of the state. */
  readonly kv: ActorKv;
  readonly sockets: ActorSockets;
  /** Sends to every open socket but `except`. */
  broadcast(data: string | Uint8Array, except?: ActorSocket): void;
  /**
   * Runs the `alarm` handler at a time, waking the actor if it sleeps. One alarm at most: a new one
   * replaces it, `null` takes it back. At least once: a crash in the handler's turn runs it again.
   *
   * @param at Milliseconds since the epoch, or a date. A time that has passed means at once.
   */
  setAlarm(at: number | Date | null): void;
  /** When the alarm is due, in milliseconds since the epoch; `null` without one. */
  readonly alarm: number | null;
  /** The time in milliseconds since the epoch, by the runner's clock. */
  now(): number;
  /** Asks to be put to sleep now. Hibernatable sockets stay open; the others are closed. */
  sleep(): void;
  /** Asks to be ended for good, with its state, its keys and its sockets. */
  destroy(): void;
}
