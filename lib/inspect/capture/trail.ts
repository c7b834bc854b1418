import { distance, type MessageIndex, messageIndex } from "../../protocol/mod.ts";
import {
  type CapturedMessage,
  type Direction,
  FIRST_OF_ACTOR,
  STAGE,
  type Stage,
  STAGES,
} from "./captured_message.ts";
import type { CapturedSocket } from "./captured_socket.ts";

/** The head of the list moves this far before its room is given back. */
const SLACK = 256;

/**
 * The captured messages of one socket, oldest first. Whatever becomes of messages becomes of them in
 * their order: for each stage there is the first message that has not come to it, and to note one
 * costs the same however many there are.
 */
export class Trail {
  readonly socket: CapturedSocket;
  readonly #messages: (CapturedMessage | null)[] = [];
  /** How many of {@link #messages} are gone. */
  #gone = 0;
  #first: number;
  #last: number;
  /** By stage: the id of the first message that has not come to it. */
  readonly #next: number[] = Object.keys(STAGE).map(() => 1);
  /** What was looked for last, and where it is. */
  #sought = { from: "client" as Direction, index: messageIndex(0), id: 1 };

  /** @param first The id of the first message. */
  constructor(socket: CapturedSocket, first: number) {
    this.socket = socket;
    this.#first = first;
    this.#last = first - 1;
  }

  /** The id of the oldest message that is kept, or of the next one. */
  get first(): number {
    return this.#first;
  }

  get lastId(): number {
    return this.#last;
  }

  get size(): number {
    return this.#last - this.#first + 1;
  }

  push(message: CapturedMessage): void {
    this.#messages.push(message);
    this.#last++;
  }

  /** The message of that id, which must be one from {@link first} to {@link lastId}. */
  at(id: number): CapturedMessage {
    return this.#messages[id - this.#first + this.#gone]!;
  }

  get oldest(): CapturedMessage | undefined {
    return this.size === 0 ? undefined : this.at(this.#first);
  }

  dropOldest(): void {
    this.#messages[this.#gone++] = null;
    this.#first++;
    if (this.#gone < SLACK && this.#gone < this.#messages.length) return;
    this.#messages.splice(0, this.#gone);
    this.#gone = 0;
  }

  /** Every message up to `index` has come to the stage. `now` is asked only when one is captured. */
  reach(stage: Stage, index: MessageIndex, now: () => number, commit = 0): void {
    const place = STAGE[stage];
    // Under load nearly all of them: what is captured has long come to that.
    if (this.#next[place]! > this.#last) return;
    const from = place < FIRST_OF_ACTOR ? "client" : "actor";
    let id = Math.max(this.#next[place]!, this.#first);
    for (; id <= this.#last; id++) {
      const message = this.at(id);
      if (message.from !== from) continue;
      if (message.index === null) {
        // It got lost on its way out, or is not out yet.
        if (id < this.#next[STAGE.left]!) continue;
        break;
      }
      if (distance(message.index, index) < 0) break;
      note(message, place, now());
      if (commit !== 0) message.commit = commit;
    }
    this.#next[place] = id;
  }

  /** What the actor has said at its `turn` leaves with that index; `null`: it is lost. */
  leave(turn: number, index: MessageIndex | null, now: () => number): void {
    if (this.#next[STAGE.left]! > this.#last) return;
    let id = Math.max(this.#next[STAGE.left]!, this.#first);
    for (; id <= this.#last; id++) {
      const message = this.at(id);
      if (message.from !== "actor" || message.turn < turn) continue;
      if (message.turn > turn) break;
      if (index === null) continue;
      message.index = index;
      note(message, STAGE.left, now());
    }
    this.#next[STAGE.left] = id;
  }

  /** The client's messages from `index` on come to the runner again: what it did of them is undone. */
  again(index: MessageIndex): void {
    const id = this.#seek("client", index);
    for (const stage of ["received", "handled", "committed"] as const) {
      const place = STAGE[stage];
      this.#next[place] = Math.min(this.#next[place]!, id);
      for (let at = id; at <= this.#last; at++) {
        const message = this.at(at);
        if (message.from === "client") message.reached[place] = -1;
      }
    }
  }

  /** Nothing more becomes of what the actor has said so far: its life is over. */
  actorBegins(): void {
    for (let place = FIRST_OF_ACTOR; place < this.#next.length; place++) {
      this.#next[place] = this.#last + 1;
    }
  }

  /** The captured message with that index, if it is captured. */
  find(from: Direction, index: MessageIndex): CapturedMessage | undefined {
    const id = this.#seek(from, index);
    const message = id <= this.#last ? this.at(id) : undefined;
    return message?.index === index ? message : undefined;
  }

  /** The first message of that direction whose index is not before this one. */
  #seek(from: Direction, index: MessageIndex): number {
    const sought = this.#sought;
    // They are looked for in their order: it lies behind the one before, or the search begins anew.
    const goesOn = sought.from === from && distance(sought.index, index) >= 0;
    let id = Math.max(goesOn ? sought.id : 1, this.#first);
    for (; id <= this.#last; id++) {
      const message = this.at(id);
      if (message.from !== from || message.index === null) continue;
      if (distance(message.index, index) <= 0) break;
    }
    this.#sought = { from, index, id };
    return id;
  }
}

function note({ at, reached, from }: CapturedMessage, place: number, now: number): void {
  reached[from === "client" ? place : place - FIRST_OF_ACTOR] = Math.round((now - at) * 1000);
}

/** A list of the stages of a message, none of which it has come to. */
export function noStages(from: Direction): number[] {
  return STAGES[from].map(() => -1);
}
