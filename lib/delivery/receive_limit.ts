import type { Intake } from "./intake.ts";

/** The bounds for a sender that knows no credit: so much may be unread, and nothing slows it down. */
export class ReceiveLimit implements Intake {
  readonly #limit: number;
  #unread = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  receive(bytes: number): boolean {
    if (this.#unread + bytes > this.#limit) return false;
    this.#unread += bytes;
    return true;
  }

  read(bytes: number): void {
    this.#unread -= bytes;
  }

  takeGrant(): boolean {
    return false;
  }
}
