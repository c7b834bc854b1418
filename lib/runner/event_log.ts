import type { Acknowledged, ActorEvent, ActorId, EventWrapper } from "../protocol/mod.ts";

/**
 * What the gateway must hear of the actors, kept until it is acked: `stopped` too, although the
 * actor is gone by then. Sent again, in order, on each reconnect.
 */
export class EventLog {
  readonly #unacked = new Map<ActorId, EventWrapper[]>();
  readonly #counters = new Map<ActorId, { readonly generation: number; next: bigint }>();
  readonly #limit: number;
  readonly #perActor: boolean;
  readonly #onLimit: () => void;
  #running = 0n;
  #size = 0;

  /**
   * @param options.limit Unacked events at most; beyond, the oldest of some actor is forgotten.
   * @param options.perActor Whether each actor counts its own, as it is since v4.
   */
  constructor(
    options: { readonly limit: number; readonly perActor: boolean; readonly onLimit: () => void },
  ) {
    this.#limit = options.limit;
    this.#perActor = options.perActor;
    this.#onLimit = options.onLimit;
  }

  get size(): number {
    return this.#size;
  }

  /** Numbers an event and keeps it. */
  push(actorId: ActorId, generation: number, event: ActorEvent): EventWrapper {
    if (this.#size >= this.#limit) this.#forgetOldest();
    const index = this.#perActor ? this.#next(actorId, generation) : this.#running++;
    const wrapper = { checkpoint: { actorId, generation, index }, event };
    const unacked = this.#unacked.get(actorId);
    if (unacked === undefined) this.#unacked.set(actorId, [wrapper]);
    else unacked.push(wrapper);
    this.#size++;
    // The last event of a generation: nothing will be numbered after it.
    if (event.kind === "stopped") this.#counters.delete(actorId);
    return wrapper;
  }

  /** Forgets what the gateway has taken in. */
  ack(acknowledged: Acknowledged): void {
    if ("upTo" in acknowledged) {
      for (const actorId of [...this.#unacked.keys()]) {
        this.#keep(actorId, ({ checkpoint }) => checkpoint.index > acknowledged.upTo);
      }
      return;
    }
    for (const { actorId, generation, index } of acknowledged.checkpoints) {
      this.#keep(actorId, ({ checkpoint }) =>
        checkpoint.generation > generation ||
        checkpoint.generation === generation && checkpoint.index > index);
    }
  }

  /** Everything unacked, each actor's in order. */
  all(): EventWrapper[] {
    const events = [...this.#unacked.values()].flat();
    if (!this.#perActor) events.sort((a, b) => a.checkpoint.index < b.checkpoint.index ? -1 : 1);
    return events;
  }

  clear(): void {
    this.#unacked.clear();
    this.#counters.clear();
    this.#size = 0;
  }

  #next(actorId: ActorId, generation: number): bigint {
    let counter = this.#counters.get(actorId);
    if (counter?.generation !== generation) {
      this.#counters.set(actorId, counter = { generation, next: 0n });
    }
    return counter.next++;
  }

  #keep(actorId: ActorId, isUnacked: (event: EventWrapper) => boolean): void {
    const events = this.#unacked.get(actorId);
    if (events === undefined) return;
    const left = events.filter(isUnacked);
    this.#size -= events.length - left.length;
    if (left.length === 0) this.#unacked.delete(actorId);
    else this.#unacked.set(actorId, left);
  }

  #forgetOldest(): void {
    for (const [actorId, events] of this.#unacked) {
      events.shift();
      this.#size--;
      if (events.length === 0) this.#unacked.delete(actorId);
      return this.#onLimit();
    }
  }
}
