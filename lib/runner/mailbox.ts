/**
 * Runs an actor's handlers one at a time, in order.
 *
 * A letter that finds the mailbox idle is handled at once, within the call that brings it, and a
 * handler that returns no promise makes none. While the mailbox is held, letters wait.
 */
export interface MailboxOwner<Letter> {
  /** Handles one letter. It must not throw, nor may its promise reject. */
  handle(letter: Letter): void | Promise<void>;
  /** Whether the next letter may be handled now. After a no, `pump` must be called. */
  mayHandle(): boolean;
  /**
   * A letter has been handled, and no handler runs at this moment.
   *
   * @param awaited Whether its handler was awaited. Then the next one begins at once after this,
   * with no turn between.
   */
  handled(letter: Letter, awaited: boolean): void;
}

export class Mailbox<Letter extends { readonly bytes: number }> {
  readonly #owner: MailboxOwner<Letter>;
  #letters: (Letter | undefined)[] = [];
  #head = 0;
  #bytes = 0;
  #current: Letter | undefined;
  #pumping = false;
  #idleWaiters: (() => void)[] = [];

  constructor(owner: MailboxOwner<Letter>) {
    this.#owner = owner;
  }

  /** Letters that no handler has begun with. */
  get length(): number {
    return this.#letters.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many of the waiting letters `isWanted`. */
  count(isWanted: (letter: Letter) => boolean): number {
    let count = 0;
    for (let i = this.#head; i < this.#letters.length; i++) {
      if (isWanted(this.#letters[i]!)) count++;
    }
    return count;
  }

  /** The letter whose handler is half way. */
  get current(): Letter | undefined {
    return this.#current;
  }

  /** Whether a handler is half way. */
  get isRunning(): boolean {
    return this.#current !== undefined;
  }

  get isIdle(): boolean {
    return this.#current === undefined && this.#head === this.#letters.length;
  }

  post(letter: Letter): void {
    this.#letters.push(letter);
    this.#bytes += letter.bytes;
    this.pump();
  }

  /** Handles what may be handled. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#current === undefined && this.#head < this.#letters.length) {
      if (!this.#owner.mayHandle()) break;
      this.#run(this.#take());
    }
    this.#pumping = false;
    if (this.#idleWaiters.length > 0 && this.isIdle) this.#tellIdle();
  }

  /** Takes out every waiting letter that `isUnwanted`. */
  discard(isUnwanted: (letter: Letter) => boolean): void {
    const kept: Letter[] = [];
    this.#bytes = 0;
    for (let i = this.#head; i < this.#letters.length; i++) {
      const letter = this.#letters[i]!;
      if (isUnwanted(letter)) continue;
      kept.push(letter);
      this.#bytes += letter.bytes;
    }
    this.#letters = kept;
    this.#head = 0;
    if (this.isIdle) this.#tellIdle();
  }

  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  #take(): Letter {
    const letter = this.#letters[this.#head]!;
    this.#letters[this.#head++] = undefined;
    this.#bytes -= letter.bytes;
    if (this.#head === this.#letters.length) {
      this.#letters.length = this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#letters.length) {
      this.#letters = this.#letters.slice(this.#head);
      this.#head = 0;
    }
    return letter;
  }

  #run(letter: Letter): void {
    this.#current = letter;
    const pending = this.#owner.handle(letter);
    if (pending === undefined) this.#done(false);
    else pending.then(this.#finish);
  }

  #done(awaited: boolean): void {
    const letter = this.#current!;
    this.#current = undefined;
    this.#owner.handled(letter, awaited);
  }

  readonly #finish = (): void => {
    this.#done(true);
    this.pump();
  };

  #tellIdle(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
