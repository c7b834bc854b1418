import type { Host } from "../host/host.ts";

const MINUTE_MS = 60_000;

export interface Rates {
  /** Of one address or session, in a minute. */
  readonly perMinute: number;
  /** Of all of them together. */
  readonly perMinuteInAll: number;
}

/**
 * Counts what somebody does, and says how long they have to wait before they may do it again: a
 * minute's worth may come at once, and the rest comes back evenly.
 */
export class RateLimit {
  readonly #host: Host;
  readonly #rates: Rates;
  /** When each one's whole allowance is there again. */
  readonly #each = new Map<string, number>();
  #all = 0;

  constructor(host: Host, rates: Rates) {
    this.#host = host;
    this.#rates = rates;
  }

  /** Milliseconds until `who` may do it, 0 for now. */
  waitMs(who: string): number {
    const now = this.#host.now();
    return Math.max(
      waitOf(this.#each.get(who) ?? 0, this.#rates.perMinute, now),
      waitOf(this.#all, this.#rates.perMinuteInAll, now),
    );
  }

  /** Counts one. To be called only when there is nothing to wait for. */
  count(who: string): void {
    const now = this.#host.now();
    this.#all = Math.max(now, this.#all) + MINUTE_MS / this.#rates.perMinuteInAll;
    const each = Math.max(now, this.#each.get(who) ?? 0) + MINUTE_MS / this.#rates.perMinute;
    this.#each.set(who, each);
    // No more than this many can have come within the minute that an entry is needed for.
    if (this.#each.size <= this.#rates.perMinuteInAll * 2) return;
    for (const [one, until] of this.#each) if (until <= now) this.#each.delete(one);
  }
}

/** `fullAt`: when the whole allowance is there again. */
function waitOf(fullAt: number, perMinute: number, now: number): number {
  return Math.max(0, fullAt - now - MINUTE_MS + MINUTE_MS / perMinute);
}
