import { keptCopy, textBytes } from "../protocol/mod.ts";

/**
 * What an actor says to a client, as the body of a tunnel message; perhaps to many clients at once.
 *
 * Most of it is put into a frame before its author gets to go on. Only what has to wait, for a commit
 * or for an ack, is copied.
 */
export class SpokenMessage {
  readonly kind = "webSocketMessage";
  readonly binary: boolean;
  #data: Uint8Array;
  /** Whether nobody else can change the bytes. */
  #isOwn: boolean;

  constructor(data: string | Uint8Array) {
    this.binary = typeof data !== "string";
    this.#isOwn = !this.binary;
    this.#data = typeof data === "string" ? textBytes(data) : data;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** To be called before the author goes on, by whoever keeps the message. */
  keep(): void {
    if (this.#isOwn) return;
    this.#data = keptCopy(this.#data);
    this.#isOwn = true;
  }
}

/** The same for whatever a channel may say: everything else is its own. */
export function keepSpoken(body: { readonly kind: string }): void {
  if (body instanceof SpokenMessage) body.keep();
}
