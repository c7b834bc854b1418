import type { Host, Timer } from "../host/host.ts";
import type { ActorId } from "../protocol/mod.ts";

/** Timers of JavaScript hold 31 bits of milliseconds; a longer wait is made in steps. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** Alarms of sleeping actors: one timer for each, none for an actor that is awake. */
export class AlarmClock {
  readonly #host: Host;
  readonly #ring: (actor: ActorId) => void;
  readonly #timers = new Map<ActorId, Timer>();

  constructor(host: Host, ring: (actor: ActorId) => void) {
    this.#host = host;
    this.#ring = ring;
  }

  get size(): number {
    return this.#timers.size;
  }

  /** Wakes `actor` at `alarmTs`, milliseconds since the epoch; at once when that is past. */
  set(actor: ActorId, alarmTs: number): void {
    this.cancel(actor);
    const wait = Math.min(Math.max(0, alarmTs - this.#host.epoch()), LONGEST_WAIT_MS);
    const timer = this.#host.after(wait, () => {
      this.#timers.delete(actor);
      if (this.#host.epoch() < alarmTs) return this.set(actor, alarmTs);
      this.#ring(actor);
    });
    this.#timers.set(actor, timer);
  }

  cancel(actor: ActorId): void {
    this.#timers.get(actor)?.cancel();
    this.#timers.delete(actor);
  }

  clear(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
