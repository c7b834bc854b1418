import { advance, distance, MAX_DISTANCE, type MessageIndex } from "../protocol/mod.ts";

export interface SendLimits {
  /** Messages not yet acked, 1 to 32 767: beyond that, indexes do not compare. */
  readonly messages: number;
  /** Their bytes together. */
  readonly bytes: number;
}

/** Why a message was not taken: the limit that it would pass. */
export type Refusal = "messages" | "bytes";

/** Why an ack was not taken: it covers nothing that is pending. */
export type AckRefusal = "stale" | "future";

const always = (): boolean => true;
/** The ring of every window that has none. Nothing is ever put into it. */
const NO_RING: never[] = [];
const SMALLEST_RING = 16;
/** A ring that is empty and larger than this is given back. */
const LARGEST_IDLE_RING = 64;

/**
 * The sending side of one hibernatable socket: messages with their indexes, kept until acked.
 *
 * While the actor is not there to take them, or the way to it is full, the window is **held**:
 * messages are kept, nothing is overdue. {@link release} hands out everything pending, in order, and
 * {@link resume} what has not been handed out since; both restart every timer.
 * Always acked ≤ sent ≤ queued; only what was sent can be acked.
 */
export class SendWindow<Item> {
  readonly #limits: SendLimits;
  #acked: MessageIndex;
  #sent: MessageIndex;
  #count = 0;
  #bytes = 0;
  /** How many of the pending ones were handed out since the receiver is there. */
  #underWay = 0;
  #held: boolean;
  // A ring, made at the first message: most sockets are idle most of the time.
  #items: (Item | undefined)[] = NO_RING;
  #sizes: number[] = NO_RING;
  #sentAt: number[] = NO_RING;
  #head = 0;

  /**
   * @param last The index before the first message: 0, the index of the socket's open.
   * @param options.held Whether the receiver is away at first.
   */
  constructor(limits: SendLimits, last: MessageIndex, options: { readonly held?: boolean } = {}) {
    if (!(limits.messages >= 1 && limits.messages <= MAX_DISTANCE)) {
      throw new RangeError(
        `Pending messages must be 1 to ${MAX_DISTANCE}, or indexes do not compare: ${limits.messages}`,
      );
    }
    this.#limits = limits;
    this.#acked = this.#sent = last;
    this.#held = options.held ?? false;
  }

  get lastAcked(): MessageIndex {
    return this.#acked;
  }

  /** The last index that was put on the tunnel. */
  get lastSent(): MessageIndex {
    return this.#sent;
  }

  /** The last index that was given out. */
  get lastQueued(): MessageIndex {
    return advance(this.#acked, this.#count);
  }

  get pending(): number {
    return this.#count;
  }

  get pendingBytes(): number {
    return this.#bytes;
  }

  get held(): boolean {
    return this.#held;
  }

  /** When the oldest pending message was last sent; `undefined` when nothing sent is pending. */
  get oldestSentAt(): number | undefined {
    return this.#acked === this.#sent ? undefined : this.#sentAt[this.#head];
  }

  /**
   * Takes a message and gives it the next index. The caller puts it on the tunnel unless the window
   * is {@link held}. At a limit nothing changes and the limit's name comes back.
   */
  push(item: Item, bytes: number, now: number): MessageIndex | Refusal {
    if (this.#count >= this.#limits.messages) return "messages";
    if (this.#bytes + bytes > this.#limits.bytes) return "bytes";
    if (this.#count === this.#items.length) this.#grow();
    const slot = (this.#head + this.#count) & (this.#items.length - 1);
    this.#items[slot] = item;
    this.#sizes[slot] = bytes;
    this.#sentAt[slot] = now;
    this.#count++;
    this.#bytes += bytes;
    const index = advance(this.#acked, this.#count);
    if (!this.#held) {
      this.#sent = index;
      this.#underWay = this.#count;
    }
    return index;
  }

  /**
   * Lets go of every message up to and including `index`, and calls `onAcked` for each with the
   * time it was last sent. An ack outside (lastAcked, lastSent] clears nothing.
   */
  ack(index: MessageIndex, onAcked?: (sentAt: number) => void): number | AckRefusal {
    const covered = distance(this.#acked, index);
    if (covered <= 0) return "stale";
    if (covered > distance(this.#acked, this.#sent)) return "future";
    const mask = this.#items.length - 1;
    for (let i = 0; i < covered; i++) {
      const slot = (this.#head + i) & mask;
      this.#bytes -= this.#sizes[slot]!;
      this.#items[slot] = undefined;
      onAcked?.(this.#sentAt[slot]!);
    }
    this.#head = (this.#head + covered) & mask;
    this.#count -= covered;
    this.#underWay = Math.max(0, this.#underWay - covered);
    this.#acked = index;
    if (this.#count === 0 && this.#items.length > LARGEST_IDLE_RING) this.#dropRing();
    return covered;
  }

  /** Lets go of everything, for good: no ack covers it any more. */
  clear(): void {
    this.#sent = this.#acked;
    this.#count = this.#bytes = this.#underWay = 0;
    this.#dropRing();
  }

  /** The receiver is away, or its way full: keep what comes, and let nothing fall due. */
  hold(): void {
    this.#held = true;
    if (this.#count === 0) this.#dropRing();
  }

  /**
   * The receiver is there: sends everything pending (again), oldest first, and restarts the timers.
   *
   * @param hasRoom Asked before each: where there is none the window stays held.
   * @returns how many were sent.
   */
  release(
    now: number,
    send: (index: MessageIndex, item: Item) => void,
    hasRoom: () => boolean = always,
  ): number {
    this.#underWay = 0;
    return this.resume(now, send, hasRoom);
  }

  /** The way is free again: as {@link release}, without what is under way since the last one. */
  resume(
    now: number,
    send: (index: MessageIndex, item: Item) => void,
    hasRoom: () => boolean = always,
  ): number {
    const mask = this.#items.length - 1;
    const before = this.#underWay;
    for (let i = 0; i < before; i++) this.#sentAt[(this.#head + i) & mask] = now;
    while (this.#underWay < this.#count && hasRoom()) {
      const slot = (this.#head + this.#underWay) & mask;
      const index = advance(this.#acked, ++this.#underWay);
      this.#sentAt[slot] = now;
      if (distance(this.#sent, index) > 0) this.#sent = index;
      send(index, this.#items[slot] as Item);
    }
    this.#held = this.#underWay < this.#count;
    return this.#underWay - before;
  }

  /** Whether the oldest pending message was sent `timeoutMs` ago or earlier. Never while held. */
  isOverdue(now: number, timeoutMs: number): boolean {
    if (this.#held) return false;
    const oldest = this.oldestSentAt;
    return oldest !== undefined && now - oldest >= timeoutMs;
  }

  #grow(): void {
    const size = Math.max(SMALLEST_RING, this.#items.length * 2);
    const unroll = <T>(ring: T[]): T[] => [
      ...ring.slice(this.#head),
      ...ring.slice(0, this.#head),
      ...new Array(size - ring.length),
    ];
    this.#items = unroll(this.#items);
    this.#sizes = unroll(this.#sizes);
    this.#sentAt = unroll(this.#sentAt);
    this.#head = 0;
  }

  #dropRing(): void {
    this.#items = NO_RING;
    this.#sizes = NO_RING;
    this.#sentAt = NO_RING;
    this.#head = 0;
  }
}
