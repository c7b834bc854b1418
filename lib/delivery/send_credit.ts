import { chunkCost, CREDIT_UNIT } from "./credit.ts";

/** What the sender of a body may still send. */
export class SendCredit {
  #left = CREDIT_UNIT;

  /** In bytes of whole blocks: nothing, or enough for a chunk of at least one byte. */
  get left(): number {
    return this.#left;
  }

  /** How long the next chunk may be when there are so many bytes to send. */
  next(bytes: number): number {
    return Math.min(bytes, this.#left, CREDIT_UNIT);
  }

  /** A chunk of so many bytes goes out. Throws a `RangeError` when there is no credit for it. */
  spend(bytes: number): void {
    const cost = chunkCost(bytes);
    if (cost > this.#left) {
      throw new RangeError(`A chunk costs ${cost} bytes of credit, and ${this.#left} are left`);
    }
    this.#left -= cost;
  }

  /** The receiver has granted a unit. */
  grant(): void {
    this.#left += CREDIT_UNIT;
  }
}
