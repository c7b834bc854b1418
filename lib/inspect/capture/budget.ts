import type { Host, Timer } from "../../host/host.ts";

/** While there is none left, it is looked at again so often. */
const REFILL_MS = 50;

/**
 * How much of what passes is kept: no more a second than a person could read. A bucket that fills as
 * time goes by, so that no more than a second's worth is kept at once.
 */
export class Budget {
  readonly #host: Host;
  readonly #perSecond: number;
  /** What is left, and as of when. */
  #left: number;
  #at: number;
  /** Runs while nothing is left: until then no clock need be read. */
  #refill: Timer | null = null;

  constructor(host: Host, perSecond: number) {
    this.#host = host;
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = host.now();
  }

  /** Whether one more may be kept. */
  take(): boolean {
    if (this.#refill !== null) return false;
    this.#earn();
    if (this.#left >= 1) {
      this.#left--;
      return true;
    }
    this.#refill = this.#host.after(REFILL_MS, () => this.#refill = null);
    return false;
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#refill?.cancel();
  }

  #earn(): void {
    const now = this.#host.now();
    const earned = (now - this.#at) * this.#perSecond / 1000;
    this.#left = Math.min(this.#perSecond, this.#left + earned);
    this.#at = now;
  }
}
