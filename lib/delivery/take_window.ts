import { advance, distance, MAX_DISTANCE, type MessageIndex } from "../protocol/mod.ts";

/** When an ack is due at once. Else it is given with others, a while later. */
export interface AckShare {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * What to do with a message, by its index: `take` is the next one, a `duplicate` was taken before,
 * and before a `gap` something is missing.
 */
export type TakeVerdict = "take" | "duplicate" | "gap";

/**
 * The receiving side of what one actor says to one client: each message is taken once, in order, and
 * acked lazily. To take it is all that there is to do with it, so taken is done.
 */
export class TakeWindow {
  readonly #share: AckShare;
  #last: MessageIndex;
  #messages = 0;
  #bytes = 0;

  /** @param last The index before the first message. */
  constructor(share: AckShare, last: MessageIndex) {
    this.#share = share;
    this.#last = last;
  }

  /** The last index that was taken. */
  get lastTaken(): MessageIndex {
    return this.#last;
  }

  /** Messages that no ack has covered yet, and duplicates, whose ack was lost. */
  get unacked(): number {
    return this.#messages;
  }

  /** Whether so much is unacked that the sender should hear of it now. */
  get isAckDue(): boolean {
    return this.#messages >= this.#share.messages || this.#bytes >= this.#share.bytes;
  }

  /** Judges an arriving index. A gap takes nothing. */
  take(index: MessageIndex, bytes: number): TakeVerdict {
    const ahead = distance(this.#last, index);
    // −32 768 lies on neither side (RFC 1982, section 3.2): as good as a gap.
    if (ahead > 1 || ahead < -MAX_DISTANCE) return "gap";
    this.#messages++;
    if (ahead < 1) return "duplicate";
    this.#bytes += bytes;
    this.#last = advance(this.#last);
    return "take";
  }

  /** The index to ack: covers everything taken so far. */
  ack(): MessageIndex {
    this.#messages = this.#bytes = 0;
    return this.#last;
  }
}
