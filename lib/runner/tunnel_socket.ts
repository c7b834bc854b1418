import { parse, stringify } from "devalue";
import { ActorError } from "../actor/errors.ts";
import type { ActorSocket } from "../actor/socket.ts";
import type { ReceiveWindow } from "../delivery/mod.ts";
import {
  type ActorId,
  fitReason,
  formatId,
  type GatewayId,
  isSendable,
  MAX_REASON_BYTES,
  type MessageId,
  type MessageIndex,
  messageIndex,
  type RequestId,
  requestKey,
  textBytes,
  type ToClientTunnelBody,
  type ToServerTunnelBody,
} from "../protocol/mod.ts";
import type { Channel, KeptLimit, Life } from "./channel.ts";
import type { TunnelSocketFollower } from "./observer.ts";
import { SpokenMessage } from "./spoken_message.ts";
import type { TunnelSocketView } from "./view.ts";

/** Whoever holds an actor's sockets, as a socket sees it. */
export interface SocketOwner {
  readonly actorId: ActorId;
  readonly life: Life;
  readonly webSocketMessageBytes: number;
  readonly attachmentBytes: number;
  /** Takes something that the socket says, to go out when its time has come. */
  output(socket: TunnelSocket, body: ToServerTunnelBody, bytes: number): void;
  /** The actor itself has closed it. */
  closedByActor(socket: TunnelSocket, code: number, reason: string): void;
  attachmentChanged(socket: TunnelSocket): void;
  /** A frame of the gateway for this socket. */
  frame(socket: TunnelSocket, messageId: MessageId, body: ToClientTunnelBody): void;
  /** Said on a socket that is closed. */
  outputLost(): void;
  /** What it said during a cut is lost: it must not go on as if nothing were. */
  notKept(socket: TunnelSocket, limit: KeptLimit): void;
}

export interface TunnelSocketInit {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly path: string;
  readonly sinceTs: number;
  /** `null` for a socket that cannot hibernate. */
  readonly window: ReceiveWindow | null;
  /** The index of its open, for a socket without a window. */
  readonly openIndex: MessageIndex;
  /** Serialised, as it was kept. */
  readonly attachment: string | null;
  /** Whether the store knows it already. */
  readonly restored: boolean;
  readonly follower: TunnelSocketFollower | undefined;
}

const NONE = Symbol("not parsed yet");

/**
 * One client's WebSocket at the runner's end: what the actor's author holds, where the tunnel's
 * messages arrive, and what of it must be kept.
 */
export class TunnelSocket implements ActorSocket, Channel {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly path: string;
  /** Since when it is here. */
  readonly sinceTs: number;
  readonly window: ReceiveWindow | null;
  lastIndex: MessageIndex = messageIndex(-1);
  readonly #owner: SocketOwner;
  #phase: "opening" | "open" | "closed";
  #plainIndex: MessageIndex;
  #attachmentText: string | null;
  #attachment: unknown = NONE;
  /** What differs from the store. The commit loop reads and clears these. */
  indexChanged: boolean;
  metaChanged: boolean;
  /** Whether the gateway has sent again what is committed: the ack got lost. */
  ackAgain = false;
  /** Whether the close handler has run, or is running. */
  closeTold = false;
  /** Whether the actor closed it: the gateway lets go of it then, and wants no more acks. */
  closedHere = false;
  isAttached = true;
  /** Whether the store has, or soon has, a record of it. */
  recorded: boolean;
  /** The last index that was acked on a tunnel; `null` where only an earlier life knows. */
  lastAcked: MessageIndex | null;
  /** Whoever wants to hear of each message: most often nobody. */
  readonly follower: TunnelSocketFollower | undefined;
  /** Bytes of the client's messages that are handled, and in no commit yet. */
  handledBytes = 0;
  /** Bytes of those that may be acked, and are not. */
  unackedBytes = 0;

  constructor(owner: SocketOwner, init: TunnelSocketInit) {
    this.#owner = owner;
    this.gatewayId = init.gatewayId;
    this.requestId = init.requestId;
    this.path = init.path;
    this.window = init.window;
    this.follower = init.follower;
    this.sinceTs = init.sinceTs;
    this.#plainIndex = init.openIndex;
    this.#attachmentText = init.attachment;
    this.#phase = init.restored ? "open" : "opening";
    this.recorded = init.restored;
    this.lastAcked = init.restored ? null : init.openIndex;
    this.indexChanged = this.metaChanged = false;
  }

  get id(): string {
    return requestKey(this.gatewayId, this.requestId);
  }

  get hibernatable(): boolean {
    return this.window !== null;
  }

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  get isOpening(): boolean {
    return this.#phase === "opening";
  }

  get outlivesCut(): boolean {
    return this.window !== null;
  }

  get life(): Life | null {
    return this.window === null ? null : this.#owner.life;
  }

  get attachment(): unknown {
    if (this.#attachment === NONE) {
      this.#attachment = this.#attachmentText === null ? undefined : parse(this.#attachmentText);
    }
    return this.#attachment;
  }

  set attachment(value: unknown) {
    let text: string | null;
    try {
      text = value === undefined ? null : stringify(value);
    } catch (cause) {
      throw new ActorError(
        "socket.attachment_not_serializable",
        `The attachment cannot be kept: ${cause instanceof Error ? cause.message : cause}`,
        { cause },
      );
    }
    const limit = this.#owner.attachmentBytes;
    const bytes = metaBytes(this.path, text);
    if (bytes > limit) {
      throw new ActorError(
        "socket.attachment_too_large",
        `The attachment has ${bytes} bytes with its socket's path, at most ${limit} are allowed`,
      );
    }
    this.#attachment = value;
    if (text === this.#attachmentText) return;
    this.#attachmentText = text;
    this.#owner.attachmentChanged(this);
  }

  /** As it is kept: `null` for none. */
  get attachmentText(): string | null {
    return this.#attachmentText;
  }

  send(data: string | Uint8Array): void {
    this.say(new SpokenMessage(data));
  }

  /** Sends what may be for many sockets. */
  say(message: SpokenMessage): void {
    if (this.#phase !== "open") return this.#owner.outputLost();
    const limit = this.#owner.webSocketMessageBytes;
    const { length } = message.data;
    if (length > limit) {
      throw new ActorError(
        "socket.message_too_large",
        `The message has ${length} bytes, at most ${limit} are allowed`,
      );
    }
    this.follower?.actorSaid(message);
    this.#owner.output(this, message, length);
  }

  close(code = 1000, reason = ""): void {
    if (!isSendable(code)) {
      throw new ActorError(
        "socket.close_invalid",
        `Close code ${code} may not be sent; 1000, a registered code or 3000 to 4999 is wanted`,
      );
    }
    if (fitReason(reason) !== reason) {
      throw new ActorError(
        "socket.close_invalid",
        `The close reason is longer than ${MAX_REASON_BYTES} bytes`,
      );
    }
    if (this.#phase === "open") this.#owner.closedByActor(this, code, reason);
  }

  /** A frame of the gateway for this socket. */
  frame(messageId: MessageId, body: ToClientTunnelBody): void {
    this.#owner.frame(this, messageId, body);
  }

  opened(): void {
    this.#phase = "open";
  }

  closed(): void {
    if (this.#phase !== "closed") this.follower?.gone();
    this.#phase = "closed";
  }

  sent(outcome: "taken" | KeptLimit, { kind }: ToServerTunnelBody): void {
    if (kind === "webSocketMessage") {
      this.follower?.left(outcome === "taken" ? this.lastIndex : null);
    }
    if (outcome !== "taken") this.#owner.notKept(this, outcome);
  }

  /** For a commit that covers everything handled so far. */
  takeHandledBytes(): number {
    const bytes = this.handledBytes;
    this.handledBytes = 0;
    return bytes;
  }

  /** Counts a message of a socket without a window. Returns false when it is not the next one. */
  countPlain(index: MessageIndex): boolean {
    const isNext = index === ((this.#plainIndex + 1) & 0xffff);
    this.#plainIndex = index;
    return isNext;
  }

  view(): TunnelSocketView {
    const { window } = this;
    return {
      gatewayId: this.gatewayId,
      requestId: this.requestId,
      actorId: this.#owner.actorId,
      hibernatable: window !== null,
      phase: this.isOpening ? "opening" : "active",
      path: this.path,
      sinceTs: this.sinceTs,
      lastReceived: window?.lastReceived ?? this.#plainIndex,
      lastHandled: window?.lastHandled ?? this.#plainIndex,
      lastCommitted: window?.lastCommitted ?? this.#plainIndex,
      lastAcked: this.lastAcked,
    };
  }

  toString(): string {
    return `socket ${formatId(this.gatewayId)}/${formatId(this.requestId)}`;
  }
}

/** Bytes of a socket's kept path and attachment. */
export function metaBytes(path: string, attachment: string | null): number {
  return textBytes(path).length +
    (attachment === null ? 0 : textBytes(attachment).length);
}
