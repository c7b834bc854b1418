import type { SocketPhase } from "./observer.ts";

/**
 * What the sockets of an actor, or of a gateway, are together. Each of them keeps it up, so that to
 * tell costs the same however many there are.
 */
export class SocketTotals {
  readonly #whole: SocketTotals | undefined;
  #open = 0;
  #hibernating = 0;
  #pendingMessages = 0;
  #pendingBytes = 0;

  /** @param whole What these sockets are a part of. */
  constructor(whole?: SocketTotals) {
    this.#whole = whole;
  }

  get open(): number {
    return this.#open;
  }

  /** Of the open ones. */
  get hibernating(): number {
    return this.#hibernating;
  }

  get pendingMessages(): number {
    return this.#pendingMessages;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** A socket is in another phase. A new one comes from `closed`. */
  moved(from: SocketPhase, to: SocketPhase): void {
    this.#open += Number(to !== "closed") - Number(from !== "closed");
    this.#hibernating += Number(to === "hibernating") - Number(from === "hibernating");
    this.#whole?.moved(from, to);
  }

  /** So many more messages and bytes are pending, or fewer. */
  pending(messages: number, bytes: number): void {
    this.#pendingMessages += messages;
    this.#pendingBytes += bytes;
    this.#whole?.pending(messages, bytes);
  }
}
