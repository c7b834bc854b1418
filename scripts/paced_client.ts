const RECONNECT_MS = 250;

/**
 * A client of a counter that sends `inc` at a steady pace, connects again when it is closed, and
 * notes what it sees: how long it waits for answers, how it is closed, what is counted. Nobody else
 * counts at its actor.
 */
export class PacedClient {
  readonly key: string;
  readonly #url: string;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isLeaving = false;
  #isSending = false;
  #sent = 0;
  #count = 0;
  #before = { sent: 0, count: 0 };
  #answeredAt = 0;
  #longestMs = 0;
  #closes: string[] = [];

  constructor(key: string, url: string) {
    this.key = key;
    this.#url = url;
  }

  /** Messages sent, and counted by the actor, since {@link begin}. */
  get sent(): number {
    return this.#sent - this.#before.sent;
  }

  get counted(): number {
    return this.#count - this.#before.count;
  }

  /** The longest time without an answer since {@link begin}, while it was sending. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Code and reason of each close since {@link begin}. */
  get closes(): readonly string[] {
    return this.#closes;
  }

  /** When the last answer came, on `performance.now()`'s clock. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  connect(): void {
    const socket = this.#socket = new WebSocket(this.#url, ["rivet"]);
    socket.onmessage = ({ data }) => {
      if (this.#isSending) this.#noteWait();
      this.#answeredAt = performance.now();
      // What comes late, from the socket before, may be lower.
      this.#count = Math.max(this.#count, JSON.parse(String(data)).count);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.#isLeaving) return;
      this.#closes.push(`${code} ${reason}`.trim());
      setTimeout(() => this.#isLeaving || this.connect(), RECONNECT_MS);
    };
  }

  /** Begins to send, and to note. */
  begin(paceMs: number): void {
    this.#before = { sent: this.#sent, count: this.#count };
    this.#longestMs = 0;
    this.#closes = [];
    this.#isSending = true;
    this.#answeredAt = performance.now();
    this.#timer = setInterval(() => {
      if (!this.isConnected) return;
      this.#socket!.send("inc");
      this.#sent++;
    }, paceMs);
  }

  /** Sends no more. Answers that are due still come. */
  pause(): void {
    clearInterval(this.#timer);
    this.#noteWait();
    this.#isSending = false;
  }

  /** Asks what is counted, so that it is known although answers got lost. */
  ask(): void {
    if (this.isConnected) this.#socket!.send("get");
  }

  leave(): void {
    this.#isLeaving = true;
    clearInterval(this.#timer);
    this.#socket?.close();
  }

  #noteWait(): void {
    const waited = performance.now() - this.#answeredAt;
    this.#longestMs = Math.max(this.#longestMs, waited);
  }
}
