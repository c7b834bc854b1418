import type { Host, Timer } from "../host/host.ts";

/** A socket that has taken something from its actor and not acked it. */
export interface Owing {
  /** Acks now what it has taken, if anything. */
  ackActor(): void;
}

/** The acks that are in no hurry: one timer for all sockets, and none while nothing is owed. */
export class ActorAcks {
  readonly #host: Host;
  readonly #delayMs: number;
  #owing: Set<Owing> = new Set();
  #timer: Timer | undefined;

  constructor(host: Host, delayMs: number) {
    this.#host = host;
    this.#delayMs = delayMs;
  }

  owe(socket: Owing): void {
    this.#owing.add(socket);
    this.#timer ??= this.#host.after(this.#delayMs, this.#flush);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#owing.clear();
  }

  readonly #flush = (): void => {
    this.#timer = undefined;
    const owing = this.#owing;
    this.#owing = new Set();
    for (const socket of owing) socket.ackActor();
  };
}
