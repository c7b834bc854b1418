import type { Host, Timer } from "./host.ts";
import { Mulberry32 } from "./mulberry32.ts";

interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A host whose time moves only when told to, with seeded randomness: two runs from one seed see the
 * same times, the same order and the same bytes.
 */
export class VirtualHost implements Host {
  #now = 0;
  #order = 0;
  readonly #random: Mulberry32;
  readonly #epochStart: number;
  readonly #timers = new Set<Scheduled>();

  constructor(options: { seed?: number; epochStart?: number } = {}) {
    this.#random = new Mulberry32(options.seed ?? 1);
    this.#epochStart = options.epochStart ?? 1_700_000_000_000;
  }

  /** How many timers are waiting: zero in a system at rest. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#epochStart + Math.floor(this.#now);
  }

  after(delayMs: number, callback: () => void): Timer {
    const entry: Scheduled = {
      at: this.#now + Math.max(0, delayMs),
      order: this.#order++,
      callback,
    };
    this.#timers.add(entry);
    return { cancel: () => void this.#timers.delete(entry) };
  }

  defer(callback: () => void): void {
    queueMicrotask(callback);
  }

  random(): number {
    return this.#random.next();
  }

  randomBytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => Math.floor(this.random() * 256));
  }

  /**
   * Moves time forward by `ms`, running each due timer at its own time, in order, and letting the
   * promises that it settles run before the next.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = next.at;
      next.callback();
      await this.settle();
    }
    this.#now = end;
  }

  /** Lets every promise and deferred callback that is ready run, without moving time. */
  async settle(): Promise<void> {
    for (let i = 0; i < 50; i++) await Promise.resolve();
  }

  #next(end: number): Scheduled | undefined {
    let first: Scheduled | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (
        first === undefined || timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) first = timer;
    }
    return first;
  }
}
