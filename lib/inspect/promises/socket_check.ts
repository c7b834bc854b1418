import { advance, distance, type MessageIndex } from "../../protocol/mod.ts";
import type { Promises } from "./promises.ts";

/** Messages of an actor that may be under way before it is given up to follow them one by one. */
const MOST_UNDER_WAY = 1_024;

/**
 * Holds the messages of one socket against what is promised of them, where both ends are in this
 * process: what the client says comes to the handler once and in order, is acked only then, and never
 * again after that; what the actor says comes to the client once and in order. It goes by what either
 * end tells, not by their windows.
 */
export class SocketCheck {
  readonly #promises: Promises;
  /** The last that the client has said. */
  #said: MessageIndex | null = null;
  /** The furthest that was handled, or acked by whoever had it. */
  #done: MessageIndex | null = null;
  /** The furthest that was acked. */
  #acked: MessageIndex | null = null;
  /** What is to be handled next; `null` at the begin of a life, which may do again what was not acked. */
  #next: MessageIndex | null = null;
  /** What has left the actor and has not come to the client, oldest first. */
  #underWay: MessageIndex[] = [];
  /** The first that left since they are followed; what left before is not looked at. */
  #from: MessageIndex | null = null;

  constructor(promises: Promises) {
    this.#promises = promises;
  }

  /** The client has said something. */
  said(index: MessageIndex): void {
    // What comes first has nothing before it.
    if (this.#said === null) this.#done = advance(index, -1);
    this.#said = index;
  }

  /** A life of the actor begins. */
  begins(): void {
    this.#next = null;
    this.#unfollow();
  }

  /** A handler is through. Gives which promise that breaks, and how. */
  handled(index: MessageIndex): Broken | undefined {
    const said = this.#said;
    const done = this.#done;
    if (said === null || done === null) return undefined;
    this.#promises.checked++;
    const next = this.#next;
    this.#next = advance(index);
    if (distance(done, index) > 0) this.#done = index;
    if (distance(said, index) > 0) return broken("lost", `${index} was handled, and never said`);
    if (this.#acked !== null && distance(this.#acked, index) <= 0) {
      return broken("doubled", `${index} was handled again after the ack of ${this.#acked}`);
    }
    if (next === null) {
      if (distance(done, index) <= 1) return undefined;
      return broken("lost", `${index} was handled, and ${advance(done)} before it was not`);
    }
    if (index === next) return undefined;
    return distance(next, index) > 0
      ? broken("lost", `${index} was handled, and ${next} before it was not`)
      : broken("reordered", `${index} was handled in the place of ${next}`);
  }

  /** An ack of everything up to there was said, or has come from wherever the actor is. */
  ack(index: MessageIndex, isFromHere: boolean): Broken | undefined {
    const said = this.#said;
    const done = this.#done;
    if (said === null || done === null) return undefined;
    // A close of the client has an index too, behind all that it has said.
    const covered = distance(said, index) > 0 ? said : index;
    if (this.#acked === null || distance(this.#acked, covered) > 0) this.#acked = covered;
    if (distance(done, covered) <= 0) return undefined;
    this.#done = covered;
    if (!isFromHere) return undefined;
    return broken("lost", `${covered} was acked, and only ${done} was handled`);
  }

  /** What the actor has said has left. */
  left(index: MessageIndex): void {
    if (this.#underWay.length >= MOST_UNDER_WAY) return this.#unfollow();
    this.#from ??= index;
    this.#underWay.push(index);
  }

  /** It is on the client's connection. */
  delivered(index: MessageIndex): Broken | undefined {
    if (this.#from === null || distance(this.#from, index) < 0) return undefined;
    this.#promises.checked++;
    const at = this.#underWay.indexOf(index);
    const [first] = this.#underWay;
    if (at === -1) return broken("doubled", `${index} came to the client, and was not under way`);
    this.#underWay.splice(0, at + 1);
    if (at === 0) return undefined;
    return broken("lost", `${index} came to the client, and ${first} before it did not`);
  }

  #unfollow(): void {
    this.#underWay = [];
    this.#from = null;
  }
}

/** What is promised of each message, by what it would be if it were not kept. */
export type PromiseKind = "lost" | "doubled" | "reordered";

export interface Broken {
  readonly kind: PromiseKind;
  readonly detail: string;
}

function broken(kind: PromiseKind, detail: string): Broken {
  return { kind, detail };
}
