/** The memory that everything that faults hold back takes together. */
export class Room {
  readonly #limit: number;
  readonly #full: () => void;
  #used = 0;

  /** `full` is told, within `take`, of each that goes beyond the limit, in bytes. */
  constructor(limit: number, full: () => void) {
    this.#limit = limit;
    this.#full = full;
  }

  take(bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#limit) this.#full();
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
