import type { Host } from "./host.ts";

export interface RoundOptions {
  /** From the first item to its round, and from one round to the next; 0: at the end of the turn. */
  readonly delayMs: number;
  /** So many items a round, the oldest. The others wait for the next one. */
  readonly atMost: number;
  /** No item waits longer than this, however many there are. */
  readonly maxDelayMs: number;
}

/**
 * What is in no hurry, a few at a time: with more to do than a round may do, everything waits longer
 * by itself. One timer for all of it, and none while there is nothing.
 */
export class Rounds<Item> {
  readonly #host: Host;
  readonly #options: RoundOptions;
  readonly #run: (item: Item) => void;
  readonly #full: () => void;
  /** Since when each waits, the oldest first. */
  readonly #since = new Map<Item, number>();
  #isScheduled = false;
  #isBehind = false;

  /**
   * @param run Called with each item in its round.
   * @param full Called when a round has more items than it may run, and not again before none waits.
   */
  constructor(host: Host, options: RoundOptions, run: (item: Item) => void, full: () => void) {
    this.#host = host;
    this.#options = options;
    this.#run = run;
    this.#full = full;
  }

  /** One that waits already keeps its place. */
  add(item: Item): void {
    if (this.#since.has(item)) return;
    this.#since.set(item, this.#host.now());
    if (!this.#isScheduled) this.#schedule();
  }

  /** False when it was not waiting. */
  delete(item: Item): boolean {
    return this.#since.delete(item);
  }

  #schedule(): void {
    this.#isScheduled = true;
    const { delayMs } = this.#options;
    if (delayMs > 0) this.#host.after(delayMs, this.#round);
    else this.#host.defer(this.#round);
  }

  readonly #round = (): void => {
    this.#isScheduled = false;
    const { delayMs, atMost, maxDelayMs } = this.#options;
    // Who would wait too long by the next round is in this one.
    const late = this.#host.now() + delayMs - maxDelayMs;
    let room = atMost;
    for (const [item, since] of this.#since) {
      if (room <= 0 && since >= late) break;
      room--;
      this.#since.delete(item);
      this.#run(item);
    }
    const wasBehind = this.#isBehind;
    this.#isBehind = this.#since.size > 0;
    if (!this.#isBehind) return;
    if (!this.#isScheduled) this.#schedule();
    if (!wasBehind) this.#full();
  };
}
