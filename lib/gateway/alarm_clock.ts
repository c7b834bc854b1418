import type { Host, Timer } from "../host/host.ts";
import type { ActorId } from "../protocol/mod.ts";

/** Timers of JavaScript hold 31 bits of milliseconds; a longer wait is made in steps. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/** An actor that could not be looked up when its alarm rang is looked up again so much later. */
const RING_AGAIN_MS = 1_000;

/** Alarms of sleeping actors: one timer for each, none for an actor that is awake. */
export class AlarmClock {
  readonly #host: Host;
  readonly #ring: (actor: ActorId) => Promise<boolean>;
  readonly #timers = new Map<ActorId, Timer>();
  readonly #ringing = new Set<ActorId>();

  /** @param ring Resolves with whether the actor has heard it, or never will. It must not reject. */
  constructor(host: Host, ring: (actor: ActorId) => Promise<boolean>) {
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
      void this.#begin(actor);
    });
    this.#timers.set(actor, timer);
  }

  async #begin(actor: ActorId): Promise<void> {
    this.#ringing.add(actor);
    const isHeard = await this.#ring(actor);
    // Whoever woke it meanwhile, or gave it another alarm, has taken this one back.
    if (this.#ringing.delete(actor) && !isHeard) {
      this.set(actor, this.#host.epoch() + RING_AGAIN_MS);
    }
  }

  cancel(actor: ActorId): void {
    this.#timers.get(actor)?.cancel();
    this.#timers.delete(actor);
    this.#ringing.delete(actor);
  }

  clear(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#ringing.clear();
  }
}
