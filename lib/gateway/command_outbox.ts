import type { Acknowledged, ActorCommand, ActorId, CommandWrapper } from "../protocol/mod.ts";

/**
 * Commands to a runner, numbered, and kept until the runner has acked them: each reconnect sends
 * them again. Since v4 each actor has numbers of its own, from 0 in each generation; before, one
 * number runs over all.
 */
export class CommandOutbox {
  readonly #unacked = new Map<ActorId, CommandWrapper[]>();
  readonly #counters = new Map<ActorId, { readonly generation: number; next: bigint }>();
  readonly #perActor: boolean;
  #running = 0n;

  /** @param options.perActor Whether each actor counts its own: `checkpointsPerActor` of the version. */
  constructor(options: { readonly perActor: boolean }) {
    this.#perActor = options.perActor;
  }

  /** Everything unacked, in the order that it was added for each actor. */
  get unacked(): CommandWrapper[] {
    const all = [...this.#unacked.values()].flat();
    if (!this.#perActor) all.sort((a, b) => Number(a.checkpoint.index - b.checkpoint.index));
    return all;
  }

  add(actorId: ActorId, generation: number, command: ActorCommand): CommandWrapper {
    const index = this.#nextIndex(actorId, generation);
    const wrapper = { checkpoint: { actorId, generation, index }, command };
    const unacked = this.#unacked.get(actorId);
    if (unacked === undefined) this.#unacked.set(actorId, [wrapper]);
    else unacked.push(wrapper);
    return wrapper;
  }

  ack(acknowledged: Acknowledged): void {
    if ("upTo" in acknowledged) {
      const { upTo } = acknowledged;
      for (const id of [...this.#unacked.keys()]) this.#drop(id, (index) => index <= upTo);
      return;
    }
    for (const { actorId, generation, index } of acknowledged.checkpoints) {
      this.#drop(
        actorId,
        (own, ownGeneration) =>
          ownGeneration < generation || ownGeneration === generation && own <= index,
      );
    }
  }

  /** The actor has left the runner: nothing more is to be told about it. */
  forget(actorId: ActorId): void {
    this.#unacked.delete(actorId);
    this.#counters.delete(actorId);
  }

  #nextIndex(actorId: ActorId, generation: number): bigint {
    if (!this.#perActor) return this.#running++;
    let counter = this.#counters.get(actorId);
    if (counter?.generation !== generation) {
      counter = { generation, next: 0n };
      this.#counters.set(actorId, counter);
    }
    return counter.next++;
  }

  #drop(actorId: ActorId, isAcked: (index: bigint, generation: number) => boolean): void {
    const left = this.#unacked.get(actorId)
      ?.filter(({ checkpoint }) => !isAcked(checkpoint.index, checkpoint.generation));
    if (left === undefined || left.length === 0) this.#unacked.delete(actorId);
    else this.#unacked.set(actorId, left);
  }
}
