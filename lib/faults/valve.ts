import type { Room } from "./room.ts";

/** A place on a way where things can be made to wait. They pass in their order. */
export class Valve<T> {
  readonly #pass: (item: T) => void;
  readonly #bytesOf: (item: T) => number;
  readonly #room: Room;
  #kept: T[] = [];
  #keptBytes = 0;
  #keeps: ((item: T) => boolean) | null = null;

  constructor(room: Room, bytesOf: (item: T) => number, pass: (item: T) => void) {
    this.#room = room;
    this.#bytesOf = bytesOf;
    this.#pass = pass;
  }

  get isOpen(): boolean {
    return this.#keeps === null;
  }

  get kept(): number {
    return this.#kept.length;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  put(item: T): void {
    if (this.#keeps === null || !this.#keeps(item)) return this.#pass(item);
    const bytes = this.#bytesOf(item);
    this.#kept.push(item);
    this.#keptBytes += bytes;
    this.#room.take(bytes);
  }

  /** Keeps, from now on, what `which` says: everything, where nothing is said. */
  keep(which: (item: T) => boolean = () => true): void {
    this.#keeps = which;
  }

  /** What was kept passes, and everything after it. */
  open(): void {
    this.#keeps = null;
    for (const item of this.#empty()) this.#pass(item);
  }

  /** What was kept is lost. It goes on keeping. */
  drop(): void {
    this.#empty();
  }

  #empty(): T[] {
    const kept = this.#kept;
    this.#room.give(this.#keptBytes);
    this.#kept = [];
    this.#keptBytes = 0;
    return kept;
  }
}
