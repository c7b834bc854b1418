import type { Host } from "../host/host.ts";
import { sendableClose } from "../protocol/close.ts";
import type { SocketMessage } from "../protocol/message.ts";
import { RIVET_PROTOCOL } from "../protocol/subprotocols.ts";
import { deliver } from "./deliver.ts";
import type { Link, LinkEnd, LinkHandlers } from "./link.ts";

/** What a message that is handed over counts beside its bytes: about what its frame would. */
const MESSAGE_BYTES = 16;

/** One end of a pair. */
export interface MemoryLink extends Link {
  hand(message: SocketMessage): boolean;
  /** Breaks the pair as a cut cable would: what has not arrived is lost, both ends see 1006. */
  cut(): void;
}

/** Two ends of one link within a process: what goes in at one comes out at the other, in order. */
export function memoryLinkPair(
  host: Host,
  protocol: string = RIVET_PROTOCOL,
): [MemoryLink, MemoryLink] {
  const left = new MemoryLinkEnd(host, protocol);
  const right = new MemoryLinkEnd(host, protocol);
  left.peer = right;
  right.peer = left;
  return [left, right];
}

/**
 * One end. Frames and messages are handed over by reference at the end of the turn that sent them: the receiver
 * never runs inside the sender's `send`, and a turn's frames arrive together.
 */
class MemoryLinkEnd implements MemoryLink {
  peer!: MemoryLinkEnd;
  readonly protocol: string;
  readonly #host: Host;
  readonly #deliver = (): void => this.#drain();
  #handlers: LinkHandlers | undefined;
  #inbox: (Uint8Array | SocketMessage)[] = [];
  #inboxBytes = 0;
  #end: LinkEnd | undefined;
  #scheduled = false;
  #finished = false;

  constructor(host: Host, protocol: string) {
    this.#host = host;
    this.protocol = protocol;
  }

  get bufferedBytes(): number {
    return this.#finished ? 0 : this.peer.#inboxBytes;
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.#schedule();
  }

  send(frame: Uint8Array): void {
    this.#put(frame, frame.length);
  }

  hand(message: SocketMessage): boolean {
    if (this.peer.#handlers?.onMessage === undefined) return false;
    this.#put(message, message.body.data.length + MESSAGE_BYTES);
    return true;
  }

  close(code: number, reason: string): void {
    if (this.#end !== undefined) return;
    // What a WebSocket would not carry is not carried here either.
    this.#finish(sendableClose(code, reason));
  }

  cut(): void {
    if (this.#end !== undefined) return;
    for (const end of [this, this.peer]) {
      end.#inbox = [];
      end.#inboxBytes = 0;
    }
    this.#finish({ code: 1006, reason: "" });
  }

  #put(parcel: Uint8Array | SocketMessage, bytes: number): void {
    if (this.#end !== undefined) return;
    this.peer.#inbox.push(parcel);
    this.peer.#inboxBytes += bytes;
    this.peer.#schedule();
  }

  #finish(end: LinkEnd): void {
    this.#end = this.peer.#end = end;
    this.#schedule();
    this.peer.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#handlers === undefined) return;
    if (this.#inbox.length === 0 && this.#end === undefined) return;
    this.#scheduled = true;
    this.#host.defer(this.#deliver);
  }

  #drain(): void {
    this.#scheduled = false;
    const handlers = this.#handlers!;
    const parcels = this.#inbox;
    this.#inbox = [];
    this.#inboxBytes = 0;
    for (const parcel of parcels) deliver(handlers, parcel);
    // A handler may have sent to itself through the peer: those frames come before the end.
    if (this.#inbox.length > 0) return this.#schedule();
    if (this.#end !== undefined && !this.#finished) {
      this.#finished = true;
      handlers.onClose(this.#end);
    }
  }
}
