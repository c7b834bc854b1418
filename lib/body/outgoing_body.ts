import { SendCredit } from "../delivery/mod.ts";
import type { BodySource } from "./body_source.ts";
import type { LinkTurns } from "./link_turns.ts";

export interface OutgoingBodySetup {
  readonly source: BodySource;
  readonly turns: LinkTurns;
  /** Puts a chunk on its way. The next one follows when what comes back is done. */
  send(chunk: Uint8Array): void | Promise<void>;
}

/**
 * Sends a body on in chunks: no more than there is credit for, each in its turn. Its source is read
 * only when there is credit for what it gives, so that whoever makes it is slowed down too.
 */
export class OutgoingBody {
  readonly #setup: OutgoingBodySetup;
  readonly #credit = new SendCredit();
  #isStopped = false;
  /** Goes on when there is credit, or no reason to wait any more. */
  #goOn: (() => void) | undefined;

  constructor(setup: OutgoingBodySetup) {
    this.#setup = setup;
  }

  /** Takes what is to go with the start out of the bytes that were read already; the rest is left. */
  begin(opening: Uint8Array): [first: Uint8Array, rest: Uint8Array] {
    const bytes = this.#credit.next(opening.length);
    this.#credit.spend(bytes);
    return [opening.subarray(0, bytes), opening.subarray(bytes)];
  }

  /**
   * Sends everything: first `rest`, then what the source gives. Resolves with whether it came to the
   * end; rejects when the source fails.
   */
  async run(rest: Uint8Array = new Uint8Array(0)): Promise<boolean> {
    const { source } = this.#setup;
    for (let part: Uint8Array | undefined = rest; part !== undefined;) {
      while (part.length > 0) {
        if (!await this.#hasCredit()) return false;
        part = await this.#send(part);
        if (this.#isStopped) return false;
      }
      if (!await this.#hasCredit()) return false;
      part = await source.next();
      if (this.#isStopped) return false;
    }
    return true;
  }

  /** The receiver has room for more. */
  grant(): void {
    this.#credit.grant();
    this.#goOn?.();
  }

  /** Nothing more is sent. */
  stop(): void {
    this.#isStopped = true;
    this.#goOn?.();
  }

  /** Waits for credit. False when it is stopped. */
  async #hasCredit(): Promise<boolean> {
    if (this.#credit.left === 0 && !this.#isStopped) {
      await new Promise<void>((resolve) => this.#goOn = resolve);
      this.#goOn = undefined;
    }
    return !this.#isStopped;
  }

  /** Sends as much as one chunk holds, in its turn. Resolves with the rest. */
  async #send(part: Uint8Array): Promise<Uint8Array> {
    await new Promise<void>((resolve, reject) => {
      this.#setup.turns.take(() => {
        if (this.#isStopped) return resolve();
        const bytes = this.#credit.next(part.length);
        this.#credit.spend(bytes);
        const chunk = part.subarray(0, bytes);
        part = part.subarray(bytes);
        Promise.resolve(this.#setup.send(chunk)).then(resolve, reject);
      });
    });
    return part;
  }
}
