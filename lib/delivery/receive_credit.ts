import { chunkCost, CREDIT_UNIT } from "./credit.ts";
import type { Intake } from "./intake.ts";

/**
 * What the receiver of a body has granted, and what of it has come and is not read.
 *
 * Granted and not used, and received and not read, are never more than the window together. The
 * first chunk brings the grants up to the window: a body of a few bytes costs none.
 */
export class ReceiveCredit implements Intake {
  readonly #window: number;
  /** What the sender may send, as far as it knows or will. */
  #granted = CREDIT_UNIT;
  #unread = 0;

  /** @param windowBytes At least a unit; what is beyond whole units is of no use. */
  constructor(windowBytes: number) {
    if (windowBytes < CREDIT_UNIT) {
      throw new RangeError(`A window is ${windowBytes} bytes, at least ${CREDIT_UNIT} are wanted`);
    }
    this.#window = windowBytes;
  }

  /** Granted and not used. */
  get granted(): number {
    return this.#granted;
  }

  /** Received and not read, in bytes of whole blocks. */
  get unread(): number {
    return this.#unread;
  }

  receive(bytes: number): boolean {
    const cost = chunkCost(bytes);
    if (cost > this.#granted) return false;
    this.#granted -= cost;
    this.#unread += cost;
    return true;
  }

  read(bytes: number): void {
    this.#unread -= chunkCost(bytes);
  }

  takeGrant(): boolean {
    if (this.#granted + this.#unread + CREDIT_UNIT > this.#window) return false;
    this.#granted += CREDIT_UNIT;
    return true;
  }
}
