import { acknowledgement } from "../delivery/mod.ts";
import type { Acknowledged, ActorCheckpoint, Numbering } from "../protocol/mod.ts";

/** Events of a runner that are taken in and not yet acked: the last of each actor and generation. */
export class EventAcks {
  readonly #checkpoints = new Map<string, ActorCheckpoint>();
  readonly #numbering: Numbering;
  #upTo = -1n;

  constructor(numbering: Numbering) {
    this.#numbering = numbering;
  }

  /** The greatest index taken in, for the init of v1 to v3; −1 before the first. */
  get lastIndex(): bigint {
    return this.#upTo;
  }

  get isEmpty(): boolean {
    return this.#checkpoints.size === 0;
  }

  add(checkpoint: ActorCheckpoint): void {
    // An actor may stop and start again within one turn: each generation is acked for itself.
    this.#checkpoints.set(`${checkpoint.generation} ${checkpoint.actorId}`, checkpoint);
    if (checkpoint.index > this.#upTo) this.#upTo = checkpoint.index;
  }

  /** What is to be acked since the last call. */
  take(): Acknowledged {
    const checkpoints = [...this.#checkpoints.values()];
    this.#checkpoints.clear();
    return acknowledgement(this.#numbering, checkpoints, this.#upTo);
  }
}
