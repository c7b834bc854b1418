import { acknowledgement } from "../delivery/mod.ts";
import type { Acknowledged, ActorCheckpoint, ActorId, Numbering } from "../protocol/mod.ts";

/**
 * Which commands were applied: each counts once per (actor, generation, index), however often the
 * gateway sends it. What is to be acked is collected until it is taken.
 */
export class CommandLog {
  readonly #last = new Map<ActorId, { readonly generation: number; readonly index: bigint }>();
  readonly #toAck = new Map<ActorId, ActorCheckpoint>();
  readonly #numbering: Numbering;
  #upTo = -1n;

  constructor(numbering: Numbering) {
    this.#numbering = numbering;
  }

  /** The last command taken in, for the init of v1 to v3; `null` before the first. */
  get lastIndex(): bigint | null {
    return this.#upTo < 0n ? null : this.#upTo;
  }

  /** Whether a command is new. It is to be acked either way: its ack may be what got lost. */
  accept(checkpoint: ActorCheckpoint): boolean {
    const { actorId, generation, index } = checkpoint;
    const last = this.#last.get(actorId);
    const isNew = last === undefined || generation > last.generation ||
      generation === last.generation && index > last.index;
    if (isNew) {
      this.#last.set(actorId, { generation, index });
      if (index > this.#upTo) this.#upTo = index;
      this.#toAck.set(actorId, checkpoint);
    } else if (!this.#toAck.has(actorId)) {
      this.#toAck.set(actorId, { actorId, ...last });
    }
    return isNew;
  }

  /** What is to be acked since the last call, or `undefined`. */
  takeAcks(): Acknowledged | undefined {
    if (this.#toAck.size === 0) return undefined;
    const checkpoints = [...this.#toAck.values()];
    this.#toAck.clear();
    return acknowledgement(this.#numbering, checkpoints, this.#upTo);
  }

  /** Forgets an actor that left so long ago that none of its commands can come again. */
  forget(actorId: ActorId): void {
    this.#last.delete(actorId);
  }

  /** Begins anew, with a gateway that numbers anew. */
  clear(): void {
    this.#last.clear();
    this.#toAck.clear();
    this.#upTo = -1n;
  }
}
