import type { Host, Timer } from "../host/host.ts";

export interface RecentSetOptions<Key> {
  readonly host: Host;
  readonly keepMs: number;
  /** Keys at most. Beyond, a key is forgotten as it comes. */
  readonly limit: number;
  readonly onLimit: () => void;
  readonly onForgotten?: (key: Key) => void;
}

/**
 * Keys that are remembered for `keepMs` to twice that, then forgotten, with one timer for all: two
 * generations, of which the older is dropped when the timer fires.
 */
export class RecentSet<Key> {
  readonly #options: RecentSetOptions<Key>;
  #young = new Set<Key>();
  #old = new Set<Key>();
  #timer: Timer | undefined;

  constructor(options: RecentSetOptions<Key>) {
    this.#options = options;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  has(key: Key): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  add(key: Key): void {
    const { host, keepMs, limit, onLimit, onForgotten } = this.#options;
    this.#old.delete(key);
    if (!this.#young.has(key) && this.size >= limit) {
      onLimit();
      onForgotten?.(key);
      return;
    }
    this.#young.add(key);
    this.#timer ??= host.after(keepMs, this.#turn);
  }

  delete(key: Key): void {
    if (this.size === 0) return;
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #turn = (): void => {
    const { host, keepMs, onForgotten } = this.#options;
    const forgotten = this.#old;
    this.#old = this.#young;
    this.#young = new Set();
    this.#timer = this.#old.size === 0 ? undefined : host.after(keepMs, this.#turn);
    if (onForgotten !== undefined) { for (const key of forgotten) onForgotten(key); }
  };
}
