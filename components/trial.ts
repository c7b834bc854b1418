import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

export type TrialState = "closed" | "connecting" | "open";

/** One line of a trial's record. */
export interface TrialLine {
  readonly id: number;
  readonly ts: number;
  readonly kind: "sent" | "received" | "note";
  readonly text: string;
  /** From the message sent last to the first that came after it. */
  readonly afterMs: number | null;
}

/** An engine takes no WebSocket without it; our gateway answers it too. */
const SUBPROTOCOLS = ["rivet"];
/** Lines that are kept, and characters of one. */
const KEPT_LINES = 200;
const LONGEST_TEXT = 2_000;

/** A WebSocket opened by hand, with what went over it. */
export class Trial {
  readonly #state = signal<TrialState>("closed");
  readonly #lines: Signal<readonly TrialLine[]> = signal([]);
  #socket: WebSocket | null = null;
  /** Closed by hand, and no answer yet. */
  #left: WebSocket | null = null;
  #nextId = 1;
  #sentAt: number | null = null;

  get state(): ReadonlySignal<TrialState> {
    return this.#state;
  }

  get lines(): ReadonlySignal<readonly TrialLine[]> {
    return this.#lines;
  }

  /** `who`: the actor as people speak of it, for the record. */
  open(url: string, who: string): void {
    this.close();
    this.#state.value = "connecting";
    let wasOpen = false;
    const socket = this.#socket = new WebSocket(url, SUBPROTOCOLS);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      wasOpen = true;
      this.#state.value = "open";
      this.#add("note", `Connected to ${who}`);
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#add("received", textOf(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (socket !== this.#socket) return;
      const end = socket === this.#left
        ? `Disconnected from ${who}`
        : wasOpen
        ? `Connection to ${who} closed: ${`${code} ${reason}`.trim()}`
        : `No connection to ${new URL(url).origin}: this browser must reach it, and the gateway ` +
          `must allow the origin ${location.origin}`;
      this.#socket = null;
      this.#state.value = "closed";
      this.#add("note", end);
    };
  }

  send(text: string): void {
    if (this.#state.value !== "open") return;
    this.#add("sent", text);
    this.#socket!.send(text);
  }

  /** The record of the close is written when the server has answered it. */
  close(): void {
    this.#left = this.#socket;
    this.#socket?.close(1000, "done");
  }

  #add(kind: TrialLine["kind"], text: string): void {
    const now = performance.now();
    const afterMs = kind === "received" && this.#sentAt !== null ? now - this.#sentAt : null;
    if (kind === "sent") this.#sentAt = now;
    if (kind === "received") this.#sentAt = null;
    const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
    const line = { id: this.#nextId++, ts: Date.now(), kind, text: cut, afterMs };
    this.#lines.value = [...this.#lines.value, line].slice(-KEPT_LINES);
  }
}

function textOf(data: unknown): string {
  return data instanceof ArrayBuffer ? `${data.byteLength} bytes of binary` : String(data);
}
