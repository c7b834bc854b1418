import type { Refusal } from "./send_window.ts";

export interface GateLimits {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Holds what an actor says until the state that it said it in is durable, so that no client sees an
 * effect that a crash then takes back.
 *
 * Life of an output: `hold` → `seal`, when the commit that covers it begins → `release`, when that
 * commit is durable. One commit is under way at most.
 */
export class OutputGate<Item> {
  readonly #limits: GateLimits;
  #open: Item[] = [];
  #openBytes = 0;
  #sealed: Item[] = [];
  #sealedBytes = 0;
  /** Also true of a commit that covers no output: what comes meanwhile is not its own. */
  #committing = false;
  #commits = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  get heldMessages(): number {
    return this.#open.length + this.#sealed.length;
  }

  get heldBytes(): number {
    return this.#openBytes + this.#sealedBytes;
  }

  /** How many commits have begun. */
  get commits(): number {
    return this.#commits;
  }

  /** Keeps an output for the next commit. At a limit nothing changes and the limit's name comes back. */
  hold(item: Item, bytes: number): "held" | Refusal {
    const refusal = this.#refusal(bytes);
    if (refusal !== undefined) return refusal;
    this.#open.push(item);
    this.#openBytes += bytes;
    return "held";
  }

  /** Keeps, whatever the limits say, what ends a socket or an answer: it holds no more than that. */
  holdAlways(item: Item): void {
    this.#open.push(item);
  }

  /** As {@link hold}, for the commit under way where there is one: what depends on nothing newer. */
  join(item: Item, bytes: number): "held" | Refusal {
    if (!this.#committing) return this.hold(item, bytes);
    const refusal = this.#refusal(bytes);
    if (refusal !== undefined) return refusal;
    this.#sealed.push(item);
    this.#sealedBytes += bytes;
    return "held";
  }

  /** A commit begins: it covers everything held so far. */
  seal(): void {
    if (this.#committing) throw new Error("A commit is under way already");
    this.#committing = true;
    this.#commits++;
    this.#sealed = this.#open;
    this.#sealedBytes = this.#openBytes;
    this.#open = [];
    this.#openBytes = 0;
  }

  /** That commit is durable: lets out what it covers, in order. */
  release(send: (item: Item) => void): void {
    const items = this.#sealed;
    this.#sealed = [];
    this.#sealedBytes = 0;
    this.#committing = false;
    for (const item of items) send(item);
  }

  /** The state is lost, and with it everything said in it. Returns how many outputs that was. */
  drop(): number {
    const dropped = this.heldMessages;
    this.#open = [];
    this.#sealed = [];
    this.#openBytes = this.#sealedBytes = 0;
    this.#committing = false;
    return dropped;
  }

  #refusal(bytes: number): Refusal | undefined {
    if (this.heldMessages >= this.#limits.messages) return "messages";
    return this.heldBytes + bytes > this.#limits.bytes ? "bytes" : undefined;
  }
}
