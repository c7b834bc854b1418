import { checkDefinition } from "./check_definition.ts";
import type { ActorContext, ActorIdentity } from "./context.ts";
import type { ActorSocket, SocketRequest } from "./socket.ts";

/** What a handler may return: it is awaited before the next one runs. */
export type Handled = void | Promise<void>;

/**
 * When what an actor says leaves. `committed`: when the state that it was said in is durable, so that
 * no client sees an effect that a crash takes back. `immediate`: at once; after a crash a client may
 * have seen such an effect, and gets the answer to a message twice. Acknowledgements follow the
 * commit either way.
 */
export type ActorOutput = "committed" | "immediate";

/**
 * What an actor does. Every part is optional.
 *
 * `start`, `open`, `message`, `close`, `alarm` and `stop` run one at a time, in order, each to its
 * end. `fetch` runs beside them: where it awaits, others may run.
 *
 * With `state`, everything that goes out (messages, closes, answers) waits until the state is
 * durable, unless `output` says otherwise, and a message is acknowledged with it: after a crash it is
 * either in the state or handed over again, never both. Without `state` nothing waits: handled is
 * acknowledged.
 *
 * A handler that throws is told to the observer. What it changed before stays. A throwing `open` or
 * `message` closes its socket with 1011, a throwing `fetch` answers 500, a throwing `start` fails the
 * actor.
 */
export interface ActorDefinition<State = unknown> {
  /** The state of a new actor. Anything that `devalue` can serialise. */
  state?(actor: ActorIdentity): State;
  /** Answers an HTTP request. */
  fetch?(actor: ActorContext<State>, request: Request): Response | Promise<Response>;
  readonly websocket?: WebSocketHandlers<State>;
  /** Runs before anything else, each time the actor is brought into memory. */
  start?(actor: ActorContext<State>): Handled;
  /** Runs last before the actor leaves memory in good order. Not after a crash. */
  stop?(actor: ActorContext<State>): Handled;
  /** Runs when the time given to `setAlarm` has come. */
  alarm?(actor: ActorContext<State>): Handled;
  /**
   * Sleep after so many milliseconds with nothing to do; `false` for never. The runner's option
   * `sleepAfterMs` when left out. An open socket that cannot hibernate keeps the actor awake.
   */
  readonly sleepAfter?: number | false;
  /** Whether what it says waits for its state: {@link ActorOutput}. `committed` when left out. */
  readonly output?: ActorOutput;
}

export interface WebSocketHandlers<State = unknown> {
  /** Whether a client's socket stays open while the actor sleeps. False when left out. */
  readonly hibernate?: boolean | ((request: SocketRequest) => boolean);
  /** A client has connected. Not called again after a sleep. */
  open?(actor: ActorContext<State>, socket: ActorSocket, request: SocketRequest): Handled;
  /** A message: a string when it was text, bytes of the actor's own when it was binary. */
  message?(actor: ActorContext<State>, socket: ActorSocket, data: string | Uint8Array): Handled;
  /**
   * The socket is closed, by whichever side. 1005 and 1006 mean that no close frame came: the
   * connection broke.
   */
  close?(actor: ActorContext<State>, socket: ActorSocket, code: number, reason: string): Handled;
}

/**
 * Types an actor: what `state` returns is the type of `actor.state` in every handler. Throws an
 * `ActorError` `actor.definition_invalid` for a value that no field takes.
 *
 * @example
 * ```ts
 * import { defineActor } from "@/lib/actor/mod.ts";
 *
 * export default defineActor({
 *   state: () => ({ count: 0 }),
 *   fetch: (actor) => Response.json({ count: actor.state.count }),
 *   websocket: {
 *     hibernate: true,
 *     message(actor, socket, data) {
 *       if (data === "inc") actor.state.count++;
 *       socket.send(JSON.stringify({ count: actor.state.count }));
 *     },
 *   },
 * });
 * ```
 */
export function defineActor<State = undefined>(
  definition: ActorDefinition<State>,
): ActorDefinition<State> {
  checkDefinition(definition);
  return definition;
}
