import { nearest, wrapped } from "./indexes.ts";

interface Kept {
  /** Handed out since the receiver is there. */
  underWay: boolean;
  readonly index: number;
  readonly item: string;
  readonly bytes: number;
  sentAt: number;
}

/** What `SendWindow` promises, said with an array and counts that never wrap. Slow and plain. */
export class NaiveSendWindow {
  acked: number;
  sent: number;
  held: boolean;
  kept: Kept[] = [];
  readonly #limits: { readonly messages: number; readonly bytes: number };

  constructor(limits: NaiveSendWindow["limits"], last: number, held: boolean) {
    this.#limits = limits;
    this.acked = this.sent = last;
    this.held = held;
  }

  get limits(): { readonly messages: number; readonly bytes: number } {
    return this.#limits;
  }

  get queued(): number {
    return this.acked + this.kept.length;
  }

  get bytes(): number {
    return this.kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  push(item: string, bytes: number, now: number): number | string {
    if (this.kept.length + 1 > this.#limits.messages) return "messages";
    if (this.bytes + bytes > this.#limits.bytes) return "bytes";
    const index = this.queued + 1;
    this.kept.push({ index, item, bytes, sentAt: now, underWay: !this.held });
    if (!this.held) this.sent = index;
    return wrapped(index);
  }

  /** The times at which the messages that it covers were last sent, or why it covers none. */
  ack(index: number): number[] | string {
    const upTo = nearest(this.acked, index);
    if (upTo <= this.acked) return "stale";
    if (upTo > this.sent) return "future";
    const covered = this.kept.filter((kept) => kept.index <= upTo);
    this.kept = this.kept.filter((kept) => kept.index > upTo);
    this.acked = upTo;
    return covered.map(({ sentAt }) => sentAt);
  }

  clear(): void {
    this.kept = [];
    this.sent = this.acked;
  }

  /** @param room How many may be sent. */
  release(now: number, room: number): (readonly [number, string])[] {
    for (const kept of this.kept) kept.underWay = false;
    return this.resume(now, room);
  }

  resume(now: number, room: number): (readonly [number, string])[] {
    const sent = this.kept.filter(({ underWay }) => !underWay).slice(0, room);
    for (const kept of sent) kept.underWay = true;
    for (const kept of this.kept) if (kept.underWay) kept.sentAt = now;
    this.sent = Math.max(this.sent, sent.at(-1)?.index ?? this.sent);
    this.held = this.kept.some(({ underWay }) => !underWay);
    return sent.map(({ index, item }) => [wrapped(index), item] as const);
  }

  /** Whether any message on the tunnel waits too long, the oldest or not. */
  isOverdue(now: number, timeoutMs: number): boolean {
    return !this.held &&
      this.kept.some(({ index, sentAt }) => index <= this.sent && now - sentAt >= timeoutMs);
  }
}
