import type { ActorRecord } from "../gateway/gateway_store.ts";
import { Batch } from "../host/batch.ts";
import type { Host } from "../host/host.ts";
import type { ActorId } from "../protocol/mod.ts";

interface Late extends PromiseWithResolvers<void> {
  readonly record: ActorRecord;
}

/**
 * Updates of actors' records that nobody waits for. An actor that wakes, answers and sleeps again
 * changes its record three times, which is written once, together with those of others.
 */
export class LateUpdates {
  readonly #update: (record: ActorRecord) => Promise<void>;
  readonly #waiting = new Map<ActorId, Late>();
  readonly #batch: Batch<ActorId>;

  /** @param update Writes a record as it is then. */
  constructor(host: Host, delayMs: number, update: (record: ActorRecord) => Promise<void>) {
    this.#update = update;
    this.#batch = new Batch(host, delayMs, (actorId) => this.#write(actorId));
  }

  /** The record is written before long, as it is by then. Settles with that. */
  add(record: ActorRecord): Promise<void> {
    const { actorId } = record;
    const known = this.#waiting.get(actorId);
    if (known?.record === record) return known.promise;
    const late = { ...(known ?? Promise.withResolvers<void>()), record };
    this.#waiting.set(actorId, late);
    this.#batch.add(actorId);
    return late.promise;
  }

  /** Writes all of it now: somebody is about to look. */
  flush(): void {
    if (this.#waiting.size > 0) this.#batch.flush();
  }

  #write(actorId: ActorId): void {
    const late = this.#waiting.get(actorId)!;
    this.#waiting.delete(actorId);
    this.#update(late.record).then(late.resolve, late.reject);
  }
}
