import type { ActorCheckpoint, ActorCommand, ActorId } from "../protocol/mod.ts";

/** A command to start an actor. */
export interface Start {
  readonly checkpoint: ActorCheckpoint;
  readonly command: Extract<ActorCommand, { kind: "start" }>;
}

/** Starts that wait until their actor's life before has ended: its state may be newer. */
export class NextLives {
  readonly #starts = new Map<ActorId, Start>();

  /** Begins when `before` has ended, unless it was cancelled or replaced by then. */
  after(before: Promise<void>, start: Start, begin: (start: Start) => void): void {
    const { actorId } = start.checkpoint;
    this.#starts.set(actorId, start);
    void before.then(() => {
      if (this.#starts.get(actorId) !== start) return;
      this.#starts.delete(actorId);
      begin(start);
    });
  }

  /** That generation never begins. Returns false when it does not wait. */
  cancel({ actorId, generation }: ActorCheckpoint): boolean {
    if (this.#starts.get(actorId)?.checkpoint.generation !== generation) return false;
    return this.#starts.delete(actorId);
  }

  clear(): void {
    this.#starts.clear();
  }
}
