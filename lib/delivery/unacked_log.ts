import type { Acknowledged, ActorCheckpoint, ActorId, Numbering } from "../protocol/mod.ts";

/** Something about an actor that its receiver must have taken in: a command or an event. */
export interface Checkpointed {
  readonly checkpoint: ActorCheckpoint;
}

export interface UnackedLogOptions<Entry> {
  readonly numbering: Numbering;
  /** Entries at most; beyond, the oldest of some actor is forgotten. */
  readonly limit?: number;
  readonly onLimit?: () => void;
  /** Called with each entry that is not kept any more: it was acked, or forgotten. */
  readonly onGone?: (entry: Entry) => void;
}

/**
 * Commands to a runner, or events of one: numbered as the version wants it, and kept until they are
 * acked, for each reconnect sends them again. Times: O(1) an entry, O(entries of the actor) an ack.
 */
export class UnackedLog<Entry extends Checkpointed> {
  readonly #numbering: Numbering;
  readonly #limit: number;
  readonly #onLimit: (() => void) | undefined;
  readonly #onGone: ((entry: Entry) => void) | undefined;
  readonly #unacked = new Map<ActorId, Entry[]>();
  readonly #counters = new Map<ActorId, { readonly generation: number; next: bigint }>();
  /** Of all actors. A checkpoint without a generation must never go back, so v4 counts here too. */
  #running = 0n;
  #size = 0;

  constructor({ numbering, limit, onLimit, onGone }: UnackedLogOptions<Entry>) {
    this.#numbering = numbering;
    this.#limit = limit ?? Infinity;
    this.#onLimit = onLimit;
    this.#onGone = onGone;
  }

  get size(): number {
    return this.#size;
  }

  /** Everything unacked, each actor's in order; in order over all where one number runs over all. */
  all(): Entry[] {
    const entries = [...this.#unacked.values()].flat();
    if (this.#numbering === "generation") return entries;
    return entries.sort((a, b) => a.checkpoint.index < b.checkpoint.index ? -1 : 1);
  }

  /** Numbers an entry and keeps it. */
  push(
    actorId: ActorId,
    generation: number,
    make: (checkpoint: ActorCheckpoint) => Entry,
  ): Entry {
    if (this.#size >= this.#limit) this.#forgetOldest();
    const entry = make({ actorId, generation, index: this.#nextIndex(actorId, generation) });
    const unacked = this.#unacked.get(actorId);
    if (unacked === undefined) this.#unacked.set(actorId, [entry]);
    else unacked.push(entry);
    this.#size++;
    return entry;
  }

  /** Forgets what the other side has taken in. */
  ack(acknowledged: Acknowledged): void {
    if ("upTo" in acknowledged) {
      const { upTo } = acknowledged;
      for (const actorId of [...this.#unacked.keys()]) {
        this.#keep(actorId, (own) => own.index > upTo);
      }
      return;
    }
    const named = this.#numbering === "generation";
    for (const { actorId, generation, index } of acknowledged.checkpoints) {
      this.#keep(
        actorId,
        (own) =>
          named && own.generation !== generation ? own.generation > generation : own.index > index,
      );
    }
  }

  /** The actor's generation is over: nothing more of it will be numbered. */
  close(actorId: ActorId): void {
    this.#counters.delete(actorId);
  }

  /** Nothing of the actor need be told any more. */
  forget(actorId: ActorId): void {
    this.close(actorId);
    this.#keep(actorId, () => false);
  }

  clear(): void {
    this.#unacked.clear();
    this.#counters.clear();
    this.#size = 0;
  }

  #nextIndex(actorId: ActorId, generation: number): bigint {
    if (this.#numbering !== "generation") return this.#running++;
    let counter = this.#counters.get(actorId);
    if (counter?.generation !== generation) {
      this.#counters.set(actorId, counter = { generation, next: 0n });
    }
    return counter.next++;
  }

  #keep(actorId: ActorId, isUnacked: (checkpoint: ActorCheckpoint) => boolean): void {
    const entries = this.#unacked.get(actorId);
    if (entries === undefined) return;
    const left: Entry[] = [];
    const gone: Entry[] = [];
    for (const entry of entries) (isUnacked(entry.checkpoint) ? left : gone).push(entry);
    this.#size -= gone.length;
    if (left.length === 0) this.#unacked.delete(actorId);
    else this.#unacked.set(actorId, left);
    if (this.#onGone !== undefined) gone.forEach(this.#onGone);
  }

  #forgetOldest(): void {
    for (const [actorId, entries] of this.#unacked) {
      const oldest = entries.shift()!;
      this.#size--;
      if (entries.length === 0) this.#unacked.delete(actorId);
      this.#onGone?.(oldest);
      return this.#onLimit?.();
    }
  }
}
