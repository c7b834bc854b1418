import type { ActorRecord } from "../gateway/gateway_store.ts";
import { Batch } from "../host/batch.ts";
import type { Host } from "../host/host.ts";
import type { ActorId } from "../protocol/mod.ts";

/** Others write meanwhile, with somebody waiting: no transaction has more of these than that. */
export const LATE_AT_ONCE = 32;

interface Late extends PromiseWithResolvers<void> {
  readonly record: ActorRecord;
}

/**
 * Updates of actors' records that nobody waits for. An actor that wakes, answers and sleeps again
 * changes its record three times, which is written once, together with those of others, a few at a
 * time.
 */
export class LateUpdates {
  readonly #update: (record: ActorRecord) => Promise<void>;
  readonly #waiting = new Map<ActorId, Late>();
  readonly #batch: Batch<ActorId>;
  /** Whose time has come. */
  readonly #due = new Set<ActorId>();
  #underWay = 0;

  /** @param update Writes a record as it is then. */
  constructor(host: Host, delayMs: number, update: (record: ActorRecord) => Promise<void>) {
    this.#update = update;
    this.#batch = new Batch(host, delayMs, (actorId) => this.#begin(actorId));
  }

  /** The record is written before long, as it is by then. Settles with that. */
  add(record: ActorRecord): Promise<void> {
    const { actorId } = record;
    const known = this.#waiting.get(actorId);
    if (known?.record === record) return known.promise;
    const late = { ...(known ?? Promise.withResolvers<void>()), record };
    this.#waiting.set(actorId, late);
    if (known === undefined) this.#batch.add(actorId);
    return late.promise;
  }

  /** Writes all of it now: somebody is about to look. */
  flush(): void {
    if (this.#waiting.size === 0) return;
    this.#batch.flush();
    for (const actorId of this.#due) this.#write(actorId);
  }

  #begin(actorId: ActorId): void {
    if (this.#underWay < LATE_AT_ONCE) this.#write(actorId);
    else this.#due.add(actorId);
  }

  #write(actorId: ActorId): void {
    const late = this.#waiting.get(actorId)!;
    this.#waiting.delete(actorId);
    this.#due.delete(actorId);
    this.#underWay++;
    this.#update(late.record).then(late.resolve, late.reject).then(this.#ended);
  }

  readonly #ended = (): void => {
    this.#underWay--;
    const [next] = this.#due;
    if (next !== undefined && this.#underWay < LATE_AT_ONCE) this.#write(next);
  };
}
