import type { Host } from "../host/host.ts";
import {
  type Close,
  DecodeError,
  decodeToServer,
  type ProtocolVersion,
  type SocketMessage,
} from "../protocol/mod.ts";
import { deliver } from "../transport/deliver.ts";
import type { Link, LinkEnd, LinkHandlers } from "../transport/link.ts";
import type { Room } from "./room.ts";
import { Valve } from "./valve.ts";

/** What its peer is told of a link that was cut here, where it can be told anything at all. */
const CUT: Close = { code: 1011, reason: "fault.cut" };
const BROKEN: LinkEnd = { code: 1006, reason: "" };

type Arriving = Uint8Array | SocketMessage | { readonly end: LinkEnd };
type Leaving = Uint8Array | { readonly close: Close };

export interface FaultyLinkSetup {
  readonly host: Host;
  readonly room: Room;
  /** Whose end it is: acks come from the runner. */
  readonly at: "gateway" | "runner";
  readonly protocolVersion: ProtocolVersion;
  /** Told when nothing waits here any more. */
  readonly over: () => void;
}

/** One end of a tunnel that can be cut, stand still, or keep the runner's acks. Until then: as it is. */
export class FaultyLink implements Link {
  readonly #inner: Link;
  readonly #setup: FaultyLinkSetup;
  readonly #arriving: Valve<Arriving>;
  readonly #leaving: Valve<Leaving>;
  readonly #acks: Valve<Uint8Array>;
  #handlers: LinkHandlers | undefined;
  /** Nothing more arrives at this end. */
  #isOver = false;

  constructor(inner: Link, setup: FaultyLinkSetup) {
    this.#inner = inner;
    this.#setup = setup;
    const { room, at } = setup;
    this.#leaving = new Valve<Leaving>(room, bytesOf, (item) => {
      if (item instanceof Uint8Array) inner.send(item);
      else inner.close(item.close.code, item.close.reason);
    });
    this.#acks = new Valve<Uint8Array>(
      room,
      bytesOf,
      (frame) => at === "gateway" ? this.#give(frame) : this.#leaving.put(frame),
    );
    this.#arriving = new Valve<Arriving>(room, bytesOf, (item) => {
      if (at === "gateway" && item instanceof Uint8Array) this.#acks.put(item);
      else this.#give(item);
    });
  }

  get protocol(): string {
    return this.#inner.protocol;
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes + this.#leaving.keptBytes;
  }

  /** What waits here, of both ways: things and bytes. */
  get kept(): { readonly count: number; readonly bytes: number } {
    const valves = [this.#arriving, this.#leaving, this.#acks];
    return {
      count: valves.reduce((sum, { kept }) => sum + kept, 0),
      bytes: valves.reduce((sum, { keptBytes }) => sum + keptBytes, 0),
    };
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    if (this.#isOver) return this.#tellEnd(BROKEN);
    this.#inner.start({
      onFrame: (frame) => this.#arriving.put(frame),
      ...(handlers.onMessage && {
        onMessage: (message: SocketMessage) => this.#arriving.put(message),
      }),
      onClose: (end) => this.#arriving.put({ end }),
    });
  }

  send(frame: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#setup.at === "runner") this.#acks.put(frame);
    else this.#leaving.put(frame);
  }

  hand(message: SocketMessage): boolean {
    // What stands still is kept as frames.
    return !this.#isOver && this.#leaving.isOpen && (this.#inner.hand?.(message) ?? false);
  }

  close(code: number, reason: string): void {
    if (this.#isOver) return;
    const isStill = !this.#leaving.isOpen;
    this.#leaving.put({ close: { code, reason } });
    // The peer hears of it when it can; who closes does not wait for that.
    if (isStill) this.#finish({ code, reason });
  }

  /** Breaks it as a cut cable would: what is under way is lost, and this end sees 1006. */
  cut(): void {
    for (const valve of [this.#arriving, this.#leaving, this.#acks]) valve.drop();
    this.#finish(BROKEN);
    this.#setup.over();
    if (this.#inner.cut !== undefined) this.#inner.cut();
    else this.#inner.close(CUT.code, CUT.reason);
  }

  /** Nothing passes, either way, as if the other process stood still. */
  freeze(): void {
    this.#arriving.keep();
    this.#leaving.keep();
  }

  thaw(): void {
    this.#leaving.open();
    this.#arriving.open();
  }

  /** Acks of clients' messages wait here, and everything else passes them. */
  holdAcks(): void {
    const { protocolVersion } = this.#setup;
    this.#acks.keep((frame) => isAck(frame, protocolVersion));
  }

  releaseAcks(): void {
    this.#acks.open();
  }

  #give(item: Arriving): void {
    if (!(item instanceof Uint8Array) && "end" in item) {
      this.#acks.drop();
      this.#setup.over();
      if (this.#isOver) return;
      this.#isOver = true;
      return this.#handlers!.onClose(item.end);
    }
    if (!this.#isOver) deliver(this.#handlers!, item);
  }

  /** Ends this end of it, whenever the other one does. */
  #finish(end: LinkEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tellEnd(end);
  }

  #tellEnd(end: LinkEnd): void {
    const handlers = this.#handlers;
    if (handlers !== undefined) this.#setup.host.defer(() => handlers.onClose(end));
  }
}

function bytesOf(item: Arriving | Leaving): number {
  if (item instanceof Uint8Array) return item.length;
  return "kind" in item ? item.body.data.length : 0;
}

function isAck(frame: Uint8Array, version: ProtocolVersion): boolean {
  try {
    const message = decodeToServer(frame, version);
    return message.kind === "tunnel" && message.body.kind === "webSocketMessageAck";
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}
