import { frameCopy, keptCopy, textBytes } from "../protocol/mod.ts";

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
  /** Whether nobody else has these bytes, nor the buffer that they are in. */
  #isOwn: boolean;

  constructor(data: string | Uint8Array) {
    this.binary = typeof data !== "string";
    this.#data = typeof data === "string" ? textBytes(data) : data;
    // A short text's bytes are cut from the slab of frames, which they must not hold on to.
    this.#isOwn = !this.binary && this.#data.buffer.byteLength === this.#data.length;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** Whether its author has no hold on these bytes: nobody changes them any more. */
  get isSettled(): boolean {
    return this.#isOwn || !this.binary;
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

/** The bytes of a message as they are now, whatever its author does with his. */
export function settledBytes(message: { readonly data: Uint8Array }): Uint8Array {
  const { data } = message;
  return message instanceof SpokenMessage && message.isSettled ? data : frameCopy(data);
}
