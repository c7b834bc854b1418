import type { Host, Timer } from "./host.ts";

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
  #seed: number;
  readonly #epochStart: number;
  readonly #timers = new Set<Scheduled>();

  constructor(options: { seed?: number; epochStart?: number } = {}) {
    this.#seed = (options.seed ?? 1) >>> 0;
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

  /** Mulberry32: small, fast, and good enough to vary schedules. */
  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) >>> 0;
    let x = this.#seed;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
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
