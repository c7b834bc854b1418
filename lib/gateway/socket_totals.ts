import type { SocketPhase } from "./observer.ts";

/**
 * What the sockets of an actor, or of a gateway, are together. Each of them keeps it up, so that to
 * tell costs the same however many there are. Times are in milliseconds, of one monotonic clock.
 */
export class SocketTotals {
  readonly #whole: SocketTotals | undefined;
  #open = 0;
  #hibernating = 0;
  #pendingMessages = 0;
  #pendingBytes = 0;
  /** Parts with a hibernating socket, and since when each, added up; and times that are over. */
  #asleep = 0;
  #asleepSince = 0;
  #asleepBefore = 0;

  /** @param whole What these sockets are a part of. */
  constructor(whole?: SocketTotals) {
    this.#whole = whole;
  }

  get open(): number {
    return this.#open;
  }

  /** Of the open ones. */
  get hibernating(): number {
    return this.#hibernating;
  }

  /** How many parts have a socket that hibernates. */
  get asleep(): number {
    return this.#asleep;
  }

  /** How long parts had a socket that hibernates, added up over all of them. */
  asleepMs(now: number): number {
    return this.#asleepBefore + this.#asleep * now - this.#asleepSince;
  }

  get pendingMessages(): number {
    return this.#pendingMessages;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** A socket is in another phase. A new one comes from `closed`. */
  moved(from: SocketPhase, to: SocketPhase, now: number): void {
    const before = this.#hibernating;
    this.#open += Number(to !== "closed") - Number(from !== "closed");
    this.#hibernating += Number(to === "hibernating") - Number(from === "hibernating");
    const whole = this.#whole;
    if (whole === undefined) return;
    whole.moved(from, to, now);
    if (before === 0 && this.#hibernating > 0) this.#fallsAsleep(whole, now);
    if (before > 0 && this.#hibernating === 0) this.#wakes(whole, now);
  }

  #fallsAsleep(whole: SocketTotals, now: number): void {
    this.#asleepSince = now;
    whole.#asleep++;
    whole.#asleepSince += now;
  }

  #wakes(whole: SocketTotals, now: number): void {
    whole.#asleep--;
    whole.#asleepSince -= this.#asleepSince;
    whole.#asleepBefore += now - this.#asleepSince;
  }

  /** So many more messages and bytes are pending, or fewer. */
  pending(messages: number, bytes: number): void {
    this.#pendingMessages += messages;
    this.#pendingBytes += bytes;
    this.#whole?.pending(messages, bytes);
  }
}
