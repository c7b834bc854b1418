import { type AckShare, type TakeVerdict, TakeWindow } from "../delivery/mod.ts";
import type { MessageIndex } from "../protocol/mod.ts";
import type { RunnerSession } from "./runner_session.ts";

/** Who is listened to: the session that hosts the actor now, and in which generation. */
export interface Hosted {
  readonly session: RunnerSession | null;
  readonly record: { readonly generation: number };
}

/**
 * What a runner of ours says on one client's socket that hibernates. It says first whose words
 * follow: only those of the actor's present life count, each of them once.
 */
export class ActorLine {
  readonly #share: AckShare;
  #session: RunnerSession | null = null;
  /** The generation whose words the runner sends now: after a cut, perhaps those of an earlier one. */
  #speaking = 0;
  #generation = 0;
  #window: TakeWindow | undefined;

  constructor(share: AckShare) {
    this.#share = share;
  }

  /** The runner has said that `generation` speaks from here on, first with the index after `last`. */
  speaks({ session, record }: Hosted, generation: number, last: MessageIndex): void {
    this.#session = session;
    this.#speaking = generation;
    if (generation !== record.generation) return;
    // The same life again, after a cut: what was taken stays taken.
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#window = new TakeWindow(this.#share, last);
  }

  /** The actor's life has ended, and with it what was taken of it: the next one counts anew. */
  lifeEnded(): void {
    this.#generation = 0;
    this.#window = undefined;
  }

  /**
   * Judges a message of the session that hosts the actor. A session that does not say who speaks is
   * one that keeps nothing: whatever it sends is new.
   */
  take(
    { session, record }: Hosted,
    index: MessageIndex,
    bytes: number,
  ): TakeVerdict | "earlierLife" {
    if (session !== this.#session) return "take";
    if (this.#speaking !== record.generation) return "earlierLife";
    return this.#window!.take(index, bytes);
  }

  /** What has been taken of the actor's present life, to be acked; `undefined` when nothing has. */
  windowOf({ session, record }: Hosted): TakeWindow | undefined {
    if (session !== this.#session || record.generation !== this.#generation) return undefined;
    return this.#window;
  }
}
