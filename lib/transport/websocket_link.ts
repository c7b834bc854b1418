import type { Host, Timer } from "../host/host.ts";
import { type Close, sendableClose, TUNNEL_CLOSE } from "../protocol/close.ts";
import { deliver } from "./deliver.ts";
import type { Link, LinkEnd, LinkHandlers } from "./link.ts";

/** How long a link that was closed here waits for the peer's word before it ends without. */
export const CLOSE_TIMEOUT_MS = 5_000;

/** What the standard's WebSocket and that of npm `ws` share, as far as a link needs it. */
export interface LinkSocket {
  readonly protocol: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code: number, reason: string): void;
  /** Cuts the connection. Deno's own socket has no such thing. */
  terminate?(): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: { handleEvent(event: SocketEvent): void },
  ): void;
}

/** The fields of all events together; each event has its own few. */
interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly error?: unknown;
}

export interface WebSocketLinkOptions {
  readonly host: Host;
  /** A longer frame closes the link with `TUNNEL_CLOSE.frameTooBig`. */
  readonly maxFrameBytes: number;
  readonly closeTimeoutMs?: number;
  /** The agreed subprotocol, where the socket does not know it. */
  readonly protocol?: string;
}

const CONNECTING = 0;
const OPEN = 1;

/**
 * A link over a WebSocket, for one binary message a frame. Start it in the turn that makes it:
 * frames that come before are kept, without a limit.
 *
 * Life: `open`, or kept back until the socket is open → closing, when it was closed here and the
 * peer's word is awaited → ended. The one who closes sees its own code, the other what came over the
 * wire, or 1006 when nothing came.
 */
export class WebSocketLink implements Link {
  readonly #socket: LinkSocket;
  readonly #options: WebSocketLinkOptions;
  #handlers: LinkHandlers | undefined;
  /** Frames that came before `start` or while those are handed over; undefined when there are none. */
  #inbox: Uint8Array[] | undefined = [];
  /** Frames sent before the socket is open: it would throw on them. */
  #outbox: Uint8Array[] = [];
  #outboxBytes = 0;
  #closing: Close | undefined;
  #closeTimer: Timer | undefined;
  #violated = false;
  #end: LinkEnd | undefined;

  /** The socket's `binaryType` must give an ArrayBuffer or a view: a Blob is read out of order. */
  constructor(socket: LinkSocket, options: WebSocketLinkOptions) {
    this.#socket = socket;
    this.#options = options;
    // One listener object for all four events: no closure a socket.
    for (const type of ["open", "message", "close", "error"] as const) {
      socket.addEventListener(type, this);
    }
  }

  get protocol(): string {
    return this.#options.protocol ?? this.#socket.protocol;
  }

  get bufferedBytes(): number {
    return this.#end === undefined ? this.#socket.bufferedAmount + this.#outboxBytes : 0;
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    queueMicrotask(() => this.#drain());
  }

  send(frame: Uint8Array): void {
    if (this.#closing !== undefined || this.#end !== undefined) return;
    if (this.#socket.readyState === OPEN) {
      this.#socket.send(frame as Uint8Array<ArrayBuffer>);
    } else if (this.#socket.readyState === CONNECTING) {
      this.#outbox.push(frame);
      this.#outboxBytes += frame.length;
    }
  }

  close(code: number, reason: string): void {
    if (this.#closing !== undefined || this.#end !== undefined) return;
    this.#closing = sendableClose(code, reason);
    this.#closeTimer = this.#options.host.after(
      this.#options.closeTimeoutMs ?? CLOSE_TIMEOUT_MS,
      () => this.#giveUp(),
    );
    // Deno's socket forgets a close that comes before it is open, and stays open for ever.
    if (this.#socket.readyState !== CONNECTING) this.#sendClose();
  }

  /** Called by the socket, never by the link's owner. */
  handleEvent(event: SocketEvent): void {
    switch (event.type) {
      case "open":
        return this.#opened();
      case "message":
        return this.#received(event.data);
      case "error":
        return this.#failed(event.error);
      case "close":
        // Deno reports a broken connection with code 0.
        return this.#ended(
          this.#closing ?? { code: event.code || 1006, reason: event.reason ?? "" },
        );
    }
  }

  #opened(): void {
    for (const frame of this.#outbox) this.#socket.send(frame as Uint8Array<ArrayBuffer>);
    this.#outbox = [];
    this.#outboxBytes = 0;
    if (this.#closing !== undefined) this.#sendClose();
  }

  #received(data: unknown): void {
    if (this.#violated || this.#end !== undefined) return;
    if (typeof data === "string") return this.#violate(TUNNEL_CLOSE.textFrame);
    const frame = toBytes(data as ArrayBuffer | ArrayBufferView<ArrayBuffer>);
    if (frame.length > this.#options.maxFrameBytes) return this.#violate(TUNNEL_CLOSE.frameTooBig);
    if (this.#inbox === undefined) deliver(this.#handlers!, frame);
    else this.#inbox.push(frame);
  }

  /** Nothing that comes after a violation is handled. */
  #violate(close: Close): void {
    this.#violated = true;
    this.close(close.code, close.reason);
  }

  #failed(error: unknown): void {
    // `ws` judges a frame by its header, before the bytes are there, and has sent the 1009 itself.
    if ((error as { code?: unknown } | undefined)?.code !== "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") {
      return;
    }
    this.#violate(TUNNEL_CLOSE.frameTooBig);
  }

  /**
   * In a turn of its own: from a message's turn, and with a frame waiting behind that message,
   * Deno's socket ends without its close frame and the peer sees 1006.
   */
  #sendClose(): void {
    const { code, reason } = this.#closing!;
    this.#options.host.after(0, () => {
      if (this.#socket.readyState === OPEN) this.#socket.close(code, reason);
    });
  }

  #giveUp(): void {
    this.#socket.terminate?.();
    this.#ended(this.#closing!);
  }

  /** An error and its close, or a time-out and a late close, are one end. */
  #ended(end: LinkEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#closeTimer?.cancel();
    this.#outbox = [];
    if (this.#inbox === undefined) this.#handlers!.onClose(end);
  }

  #drain(): void {
    const frames = this.#inbox ?? [];
    this.#inbox = undefined;
    for (const frame of frames) deliver(this.#handlers!, frame);
    if (this.#end !== undefined) this.#handlers!.onClose(this.#end);
  }
}

function toBytes(data: ArrayBuffer | ArrayBufferView<ArrayBuffer>): Uint8Array {
  // A plain view, for `slice` of a Node Buffer does not copy.
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
