import type { Host, Timer } from "../host/host.ts";

export interface LinkTurnsOptions {
  /** No turn is given while the link holds more than this. */
  readonly linkBufferBytes: number;
  /** How often a full link is looked at again. */
  readonly linkPollMs: number;
}

/**
 * Lets all the bodies on a link take turns, a chunk each, and keeps the link nearly empty, so that a
 * message never has a long way to go behind them.
 */
export class LinkTurns {
  readonly #host: Host;
  readonly #link: { readonly bufferedBytes: number };
  readonly #options: LinkTurnsOptions;
  #waiting: (() => void)[] = [];
  #timer: Timer | undefined;

  constructor(host: Host, link: { readonly bufferedBytes: number }, options: LinkTurnsOptions) {
    this.#host = host;
    this.#link = link;
    this.#options = options;
  }

  /** Calls `send` when it is its turn: at once where the link has room and nobody waits. */
  take(send: () => void): void {
    if (this.#timer === undefined && this.#hasRoom) return send();
    this.wait(send);
  }

  /** Calls `send` when it is its turn, and never at once: the link was seen to be full. */
  wait(send: () => void): void {
    this.#waiting.push(send);
    this.#look();
  }

  get #hasRoom(): boolean {
    return this.#link.bufferedBytes <= this.#options.linkBufferBytes;
  }

  #look(): void {
    this.#timer ??= this.#host.after(this.#options.linkPollMs, () => {
      this.#timer = undefined;
      this.#serve();
    });
  }

  #serve(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    let served = 0;
    while (served < waiting.length && this.#hasRoom) waiting[served++]!();
    // Who has waited longest stays in front.
    this.#waiting = [...waiting.slice(served), ...this.#waiting];
    if (this.#waiting.length > 0) this.#look();
  }
}
