import { advance, distance, type MessageIndex } from "../protocol/mod.ts";

/**
 * What to do with a message, by its index:
 * - `deliver`: it is the next one.
 * - `duplicate`: it is committed already. Drop it and ack again, or a lost ack replays it for ever.
 * - `inFlight`: it is here already and not committed yet. Drop it; its ack comes with the commit.
 * - `gap`: something before it is missing. Nothing from here on may be handled.
 */
export type Verdict = "deliver" | "duplicate" | "inFlight" | "gap";

/**
 * The receiving side of one hibernatable socket: which messages came, which are handled, which are
 * durable. Always committed ≤ handled ≤ received, in serial order.
 */
export class ReceiveWindow {
  #received: MessageIndex;
  #handled: MessageIndex;
  #committed: MessageIndex;
  #adopt: boolean;

  /**
   * @param last The last index that is taken as committed: 0 for a new socket (its open has 0).
   * @param options.adopt Take the first index that comes as the next one, whatever lies between:
   * for actors without state, whose persisted index may lag behind what they acked.
   */
  constructor(last: MessageIndex, options: { readonly adopt?: boolean } = {}) {
    this.#received = this.#handled = this.#committed = last;
    this.#adopt = options.adopt ?? false;
  }

  get lastReceived(): MessageIndex {
    return this.#received;
  }

  get lastHandled(): MessageIndex {
    return this.#handled;
  }

  get lastCommitted(): MessageIndex {
    return this.#committed;
  }

  /** Whether something is handled that no commit covers yet. */
  get hasUncommitted(): boolean {
    return this.#handled !== this.#committed;
  }

  /** Judges an arriving index, and counts it as received when the verdict is `deliver`. */
  receive(index: MessageIndex): Verdict {
    if (this.#adopt) {
      this.#adopt = false;
      if (distance(this.#received, index) > 0) {
        this.#received = this.#handled = this.#committed = advance(index, -1);
      }
    }
    const ahead = distance(this.#received, index);
    if (ahead === 1) {
      this.#received = index;
      return "deliver";
    }
    // −32 768 lies on neither side (RFC 1982, section 3.2): as good as a gap.
    if (ahead > 1 || ahead === -32_768) return "gap";
    return distance(this.#committed, index) > 0 ? "inFlight" : "duplicate";
  }

  /** The next received message is handled. */
  handle(): MessageIndex {
    if (this.#handled === this.#received) throw new Error("No received message is left to handle");
    return this.#handled = advance(this.#handled);
  }

  /** Everything up to `index` is durable. Ignores an index that is committed already. */
  commit(index: MessageIndex): void {
    if (distance(this.#committed, index) <= 0) return;
    if (distance(this.#handled, index) > 0) {
      throw new Error(`Cannot commit ${index}: only handled up to ${this.#handled}`);
    }
    this.#committed = index;
  }
}
