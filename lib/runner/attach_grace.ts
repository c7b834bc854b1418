import type { Timer } from "../host/host.ts";
import type { RunnerContext } from "./context.ts";
import type { Channel } from "./channel.ts";

/** A restored socket, whoever hosts its actor. */
interface Attachable extends Channel {
  isAttached: boolean;
}

/**
 * Restored sockets that the gateway may not have attached to their actor yet.
 *
 * The Rivet Engine drops what an actor says on a hibernating socket until it has taken note that the
 * actor runs: 40 to 170 ms after the word of it, measured on two busy cores. It tells nobody when.
 * So what is said waits in the outbox until the gateway sends something for the socket itself, or the
 * grace is over. A gateway of ours attaches before it hears anything.
 */
export class AttachGrace {
  readonly #context: RunnerContext;
  readonly #onOver: () => void;
  readonly #sockets = new Set<Attachable>();
  #timer: Timer | undefined;

  /** @param onOver The last of the sockets is attached. */
  constructor(context: RunnerContext, onOver: () => void) {
    this.#context = context;
    this.#onOver = onOver;
  }

  /** Whether something that is said may have to wait. */
  get isOver(): boolean {
    return this.#sockets.size === 0;
  }

  add(socket: Attachable): void {
    const { connection, options } = this.#context;
    if (connection.isOurs || options.attachGraceMs === 0) return;
    socket.isAttached = false;
    this.#sockets.add(socket);
  }

  /** The gateway was told that the actor runs. */
  start(): void {
    const { host, options } = this.#context;
    if (!this.isOver) this.#timer = host.after(options.attachGraceMs, () => this.end());
  }

  /** The gateway has sent something for the socket. */
  attached(socket: Attachable): void {
    if (!this.#sockets.delete(socket)) return;
    this.#attach(socket);
    if (this.isOver) this.end();
  }

  /** What waits goes out now: there is no more time, or no more need. */
  end(): void {
    this.#timer?.cancel();
    for (const socket of this.#sockets) this.#attach(socket);
    this.#sockets.clear();
    this.#onOver();
  }

  #attach(socket: Attachable): void {
    socket.isAttached = true;
    this.#context.outbox.release(socket);
  }
}
