/**
 * What the outside world gives to everything in `lib/`: time, timers, randomness.
 *
 * Nothing else in `lib/` reaches for `Date.now`, `performance.now`, `setTimeout`, `Math.random` or
 * `crypto`; a test keeps it so. That is what lets a whole system run from a seed on a virtual clock.
 */
export interface Host {
  /** Monotonic time in milliseconds, with fractions. For durations and deadlines only. */
  now(): number;
  /** Wall-clock time in whole milliseconds since the Unix epoch. For records and for people. */
  epoch(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now at the earliest. */
  after(delayMs: number, callback: () => void): Timer;
  /** Calls `callback` at the end of the current turn, before any further I/O. Order is kept. */
  defer(callback: () => void): void;
  /** Uniform in [0, 1). For jitter and tie-breaking, never for secrets. */
  random(): number;
  /** `length` bytes fit for ids and secrets. */
  randomBytes(length: number): Uint8Array<ArrayBuffer>;
}

/** A pending callback of {@link Host.after}. */
export interface Timer {
  /** Takes the callback back. Does nothing once it has run or was cancelled. */
  cancel(): void;
}
