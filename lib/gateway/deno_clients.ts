import type { Host } from "../host/host.ts";
import { type Close, sendableClose } from "../protocol/mod.ts";
import { closeWebSocket } from "../transport/close_websocket.ts";
import type { ClientLink } from "./client_link.ts";
import type { ClientSocket } from "./client_socket.ts";

/** What RFC 6455 calls a connection that broke without a close frame; Deno says 0. */
const BROKEN = 1006;

/** Opens a client's socket at the gateway; `null` when it was refused, and closed. */
export type OpenClient = (link: ClientLink) => ClientSocket | null;

/** The WebSockets of a listener's clients, until they are closed to the end. */
export class DenoClients {
  readonly host: Host;
  #count = 0;
  #waiting: (() => void) | undefined;

  constructor(host: Host) {
    this.host = host;
  }

  /** Takes a socket that is about to open. */
  take(socket: WebSocket, open: OpenClient): void {
    this.#count++;
    new DenoClient(this, socket, open);
  }

  /** One of them is closed. */
  closed(): void {
    this.#count--;
    if (this.#count === 0) this.#waiting?.();
  }

  /** Resolves when none is left. */
  gone(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting = resolve);
  }
}

/** One client's WebSocket. It listens itself: there is no closure that a sleeping one would keep. */
class DenoClient implements ClientLink, EventListenerObject {
  readonly #home: DenoClients;
  readonly #socket: WebSocket;
  /** With the request that it came with; `undefined` once it is open. */
  #open: OpenClient | undefined;
  #client: ClientSocket | null = null;

  constructor(home: DenoClients, socket: WebSocket, open: OpenClient) {
    this.#home = home;
    this.#socket = socket;
    this.#open = open;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", this, { once: true });
    socket.addEventListener("message", this);
    socket.addEventListener("close", this);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Nothing happens on a socket that closes. */
  send(data: string | Uint8Array): void {
    this.#socket.send(data as string | Uint8Array<ArrayBuffer>);
  }

  close(close: Close): void {
    const { code, reason } = sendableClose(close.code, close.reason);
    const { host } = this.#home;
    // Deno loses a close frame that is sent while another message waits to be handed out.
    host.after(0, () => closeWebSocket(this.#socket, code, reason, host));
  }

  /** Called by the socket. */
  handleEvent(event: Event): void {
    switch (event.type) {
      case "open": {
        const open = this.#open!;
        this.#open = undefined;
        this.#client = open(this);
        return;
      }
      case "message": {
        const { data } = event as MessageEvent<string | ArrayBuffer>;
        this.#client?.fromClient(typeof data === "string" ? data : new Uint8Array(data));
        return;
      }
      case "close": {
        const { code, reason } = event as CloseEvent;
        this.#client?.clientClosed(code || BROKEN, reason);
        return this.#home.closed();
      }
    }
  }
}
