import type { Host, Timer } from "../../lib/host/host.ts";

interface Scheduled {
  readonly owner: string;
  readonly at: number;
  readonly order: number;
  readonly delayMs: number;
  readonly callback: () => void;
}

/** A longer wait is patience: it ends only where everything else has. */
export const PATIENCE_MS = 1_000;
/** How many promises in a row one event may settle. */
const TICKS = 50;

/** The time of a small world. It moves only when a timer is told to fire, and nothing is random. */
export class SmallClock {
  #now = 0;
  #order = 0;
  readonly #timers = new Set<Scheduled>();

  now(): number {
    return this.#now;
  }

  after(owner: string, delayMs: number, callback: () => void): Timer {
    const at = this.#now + Math.max(0, delayMs);
    const timer: Scheduled = { owner, at, order: this.#order++, delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** The timer that the next event may be: `undefined` where only patience is left. */
  get due(): Scheduled | undefined {
    return this.#first((timer) => timer.delayMs < PATIENCE_MS);
  }

  /** The next timer of all, patience too, up to that time. */
  dueBy(end: number): Scheduled | undefined {
    return this.#first((timer) => timer.at <= end);
  }

  fire(timer: Scheduled): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }

  /** Who waits for how long, in the order in which they fall due. */
  get waits(): string[] {
    return [...this.#timers]
      .sort((a, b) => a.at - b.at || a.order - b.order)
      .map(({ owner, delayMs }) => `${owner} ${delayMs}`);
  }

  /** Nothing that it planned happens any more. */
  forget(owner: string): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer);
  }

  /** Lets every promise run that is ready: always so many turns, so that two runs are the same. */
  async settle(): Promise<void> {
    for (let i = 0; i < TICKS; i++) await Promise.resolve();
  }

  #first(isWanted: (timer: Scheduled) => boolean): Scheduled | undefined {
    let first: Scheduled | undefined;
    for (const timer of this.#timers) {
      if (!isWanted(timer)) continue;
      if (
        first === undefined || timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) first = timer;
    }
    return first;
  }
}

/** One process of a small world, which can be killed. */
export class SmallProcess implements Host {
  isDead = false;
  #ids = 0;
  readonly #clock: SmallClock;
  readonly #defer: (callback: () => void) => void;

  /** @param defer Where the end of a turn is an event of its own. */
  constructor(
    clock: SmallClock,
    readonly name: string,
    defer: (callback: () => void) => void = queueMicrotask,
  ) {
    this.#clock = clock;
    this.#defer = defer;
  }

  kill(): void {
    this.isDead = true;
    this.#clock.forget(this.name);
  }

  now(): number {
    return this.#clock.now();
  }

  epoch(): number {
    return 1_700_000_000_000 + this.#clock.now();
  }

  after(delayMs: number, callback: () => void): Timer {
    if (this.isDead) return { cancel: () => {} };
    return this.#clock.after(this.name, delayMs, callback);
  }

  defer(callback: () => void): void {
    this.#defer(() => {
      if (!this.isDead) callback();
    });
  }

  random(): number {
    return 0;
  }

  randomBytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    const id = ++this.#ids;
    bytes[length - 1] = id;
    bytes[length - 2] = id >> 8;
    return bytes;
  }
}
