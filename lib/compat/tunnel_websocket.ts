import type { Buffer } from "node:buffer";
import { fitReason, isSendable } from "../protocol/mod.ts";

export interface SocketEvent {
  readonly type: string;
  readonly target?: unknown;
  readonly currentTarget?: unknown;
  readonly rivetRequestId?: ArrayBuffer;
}

export interface SocketMessageEvent extends SocketEvent {
  /** A text, or a Node `Buffer`. */
  readonly data: string | Buffer;
  readonly rivetRequestId: ArrayBuffer;
  /** Persist it with the state, then ack it, where the socket is hibernatable. */
  readonly rivetMessageIndex: number;
}

export interface SocketCloseEvent extends SocketEvent {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

type EventName = "open" | "message" | "close" | "error";

// deno-lint-ignore no-explicit-any -- the listeners of users are typed in many ways
type Listener = (event: any) => void;

/** What a socket's words go over. */
export interface SocketLine {
  readonly readyState: 0 | 1 | 2 | 3;
  send(data: string | Uint8Array): void;
  /** The actor has closed it. */
  close(code: number, reason: string): void;
  listenerFailed(type: string, error: unknown): void;
}

/** One client's WebSocket as the user of this door holds it: an event target like a browser's. */
export class TunnelWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly bufferedAmount = 0;
  readonly extensions = "";
  readonly protocol = "";
  readonly url = "";
  onopen: ((event: SocketEvent) => void) | null = null;
  onmessage: ((event: SocketMessageEvent) => void) | null = null;
  onclose: ((event: SocketCloseEvent) => void) | null = null;
  onerror: ((event: SocketEvent) => void) | null = null;
  readonly #line: SocketLine;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(line: SocketLine) {
    this.#line = line;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#line.readyState;
  }

  /** As the reference says it. What is binary comes as a `Buffer` all the same, there and here. */
  get binaryType(): "arraybuffer" | "blob" {
    return "arraybuffer";
  }

  set binaryType(type: "arraybuffer" | "blob") {
    if (type === "arraybuffer") return;
    throw new DOMException(`binaryType "${type}" is not supported`, "NotSupportedError");
  }

  /** Throws while the socket is connecting; on a closed one it does nothing. */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (this.readyState === 0) {
      throw new DOMException("The socket is still connecting", "InvalidStateError");
    }
    const message = typeof data === "string" ? data : toBytes(data);
    if (this.readyState === 1) this.#line.send(message);
  }

  close(code = 1000, reason = ""): void {
    if (!isSendable(code)) {
      throw new DOMException(
        `Close code ${code} may not be sent; 1000, a registered code or 3000 to 4999 is wanted`,
        "InvalidAccessError",
      );
    }
    if (fitReason(reason) !== reason) {
      throw new DOMException("The close reason is longer than 123 bytes", "SyntaxError");
    }
    if (this.readyState < 2) this.#line.close(code, reason);
  }

  /** Closes it as broken. No such code may go over the wire: the client sees 1011. */
  terminate(): void {
    if (this.readyState < 2) this.#line.close(1006, "Abnormal Closure");
  }

  addEventListener(type: string, listener: Listener): void {
    // Never in place: they may be running.
    this.#listeners.set(type, [...this.#listeners.get(type) ?? [], listener]);
  }

  removeEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? [];
    const at = listeners.indexOf(listener);
    if (at >= 0) this.#listeners.set(type, listeners.toSpliced(at, 1));
  }

  dispatchEvent(event: SocketEvent): boolean {
    for (const listener of this.#listeners.get(event.type) ?? []) this.#call(listener, event);
    const own = isEventName(event.type) ? this[`on${event.type}`] : null;
    if (own !== null) this.#call(own, event);
    return true;
  }

  #call(listener: Listener, event: SocketEvent): void {
    try {
      listener.call(this, event);
    } catch (error) {
      this.#line.listenerFailed(event.type, error);
    }
  }
}

function isEventName(type: string): type is EventName {
  return type === "open" || type === "message" || type === "close" || type === "error";
}

function toBytes(data: ArrayBufferLike | Blob | ArrayBufferView): Uint8Array {
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data);
  throw new TypeError(
    "A text, an ArrayBuffer or a view of one is wanted: a Blob cannot be sent in order",
  );
}
