import type { Host, Timer } from "./host.ts";

/** What is in no hurry: one timer for all of it, and none while there is nothing. */
export class Batch<Item> {
  readonly #host: Host;
  readonly #delayMs: number;
  readonly #run: (item: Item) => void;
  #items: Set<Item> = new Set();
  #timer: Timer | undefined;

  /**
   * @param delayMs From the first item of a batch to its end; 0: at the end of the turn.
   * @param run Called with each item then.
   */
  constructor(host: Host, delayMs: number, run: (item: Item) => void) {
    this.#host = host;
    this.#delayMs = delayMs;
    this.#run = run;
  }

  add(item: Item): void {
    this.#items.add(item);
    if (this.#delayMs > 0) this.#timer ??= this.#host.after(this.#delayMs, this.#end);
    else if (this.#items.size === 1) this.#host.defer(this.#end);
  }

  /** False when it was not in the batch. */
  delete(item: Item): boolean {
    return this.#items.delete(item);
  }

  /** Does now what it would do later. */
  flush(): void {
    this.#timer?.cancel();
    this.#end();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#items.clear();
  }

  readonly #end = (): void => {
    this.#timer = undefined;
    const items = this.#items;
    this.#items = new Set();
    for (const item of items) this.#run(item);
  };
}
