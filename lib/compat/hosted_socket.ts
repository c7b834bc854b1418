import { Buffer } from "node:buffer";
import { ReceiveWindow } from "../delivery/mod.ts";
import {
  type ActorId,
  advance,
  CLIENT_CLOSE,
  type Close,
  distance,
  type GatewayId,
  type MessageIndex,
  messageIndex,
  type RequestId,
  sendableClose,
  type ToClientTunnelBody,
  type ToServerTunnelBody,
  withDetail,
} from "../protocol/mod.ts";
import type { Channel, KeptLimit, Life } from "../runner/channel.ts";
import type { RunnerContext } from "../runner/context.ts";
import { type IdBuffer, idBuffer } from "./ids.ts";
import {
  type SocketCloseEvent,
  type SocketLine,
  type SocketMessageEvent,
  TunnelWebSocket,
} from "./tunnel_websocket.ts";

type Body<Kind extends ToClientTunnelBody["kind"]> = Extract<ToClientTunnelBody, { kind: Kind }>;

export interface HostedSocketInit {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly hibernatable: boolean;
  /** Restored: open already, and its open event was told in an earlier life. */
  readonly isRestored: boolean;
  /** The last index of the client that counts as taken in. */
  readonly lastReceived: MessageIndex;
  /** The index of the next message to the client. */
  readonly nextIndex: MessageIndex;
}

/** Whoever holds an actor's sockets. */
export interface SocketHolder {
  readonly actorId: ActorId;
  readonly life: Life;
  /** Nothing more is taken in for a socket that hibernates: the gateway sends it again. */
  readonly isStopping: boolean;
  /** The gateway has sent something for it. */
  heard(socket: HostedSocket): void;
  /** It is closed, by whomever: nothing of it is kept any more. */
  forget(socket: HostedSocket): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * One client's WebSocket at this end of the tunnel: judges each frame by its index, hands the good
 * ones to the listeners, and keeps what the user has acked.
 *
 * Messages are handed over as they come, so what is received is handled; it is committed when the
 * user acks it.
 */
export class HostedSocket implements Channel, SocketLine {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly gatewayIdBuffer: IdBuffer;
  readonly requestIdBuffer: IdBuffer;
  readonly webSocket: TunnelWebSocket;
  readonly #context: RunnerContext;
  readonly #holder: SocketHolder;
  readonly #window: ReceiveWindow | null;
  /** False while a gateway may drop what is said on it: it is kept until then. */
  isAttached = true;
  #readyState: 0 | 1 | 2 | 3;
  lastIndex: MessageIndex;
  /** What came before it was open. */
  #early: [MessageIndex, ToClientTunnelBody][] = [];
  #ackAgain = false;

  constructor(context: RunnerContext, holder: SocketHolder, init: HostedSocketInit) {
    this.#context = context;
    this.#holder = holder;
    this.gatewayId = init.gatewayId;
    this.requestId = init.requestId;
    this.gatewayIdBuffer = idBuffer(init.gatewayId);
    this.requestIdBuffer = idBuffer(init.requestId);
    this.#window = init.hibernatable ? new ReceiveWindow(init.lastReceived) : null;
    this.lastIndex = advance(init.nextIndex, -1);
    this.#readyState = init.isRestored ? 1 : 0;
    this.webSocket = new TunnelWebSocket(this);
  }

  get hibernatable(): boolean {
    return this.#window !== null;
  }

  get outlivesCut(): boolean {
    return this.hibernatable;
  }

  get life(): Life | null {
    return this.hibernatable ? this.#holder.life : null;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  /** The index that its next message to the client will have. */
  get clientMessageIndex(): number {
    return advance(this.lastIndex);
  }

  sent(outcome: "taken" | KeptLimit): void {
    if (outcome === "taken") return;
    const limit = this.#context.options[outcome];
    this.#context.observer.limitReached?.(outcome, limit);
    this.cutOff(withDetail(CLIENT_CLOSE.outputLimit, `${outcome}=${limit}`));
  }

  // Life

  /** The user's handler is done: the client may talk. */
  open(): void {
    if (this.#readyState !== 0) return;
    this.answerOpen();
    // There may be no room for the answer.
    if (this.#readyState !== 0) return;
    this.#readyState = 1;
    this.webSocket.dispatchEvent({
      type: "open",
      rivetRequestId: this.requestIdBuffer,
      target: this.webSocket,
      currentTarget: this.webSocket,
    });
    const early = this.#early;
    this.#early = [];
    for (const [index, body] of early) this.frame(index, body);
  }

  answerOpen(): void {
    this.#say({ kind: "webSocketOpen", canHibernate: this.hibernatable });
  }

  /**
   * The user does not take it. It is opened first: an engine tries a socket again that is closed
   * before it is open.
   */
  refuse({ code, reason }: Close): void {
    if (this.#readyState !== 0) return;
    this.#say({ kind: "webSocketOpen", canHibernate: false });
    this.close(code, reason);
  }

  /** Closes it from here. */
  close(code: number, reason: string): void {
    const close = sendableClose(code, reason);
    this.#say({ kind: "webSocketClose", ...close, hibernate: false });
    this.ended(code, reason);
  }

  /** Closes it from here, for a reason that is not the user's. */
  cutOff({ code, reason }: Close): void {
    if (this.#readyState < 2) this.close(code, reason);
  }

  /** It is over, and the gateway knows: only the listeners are told. */
  ended(code: number, reason: string): void {
    if (this.#readyState >= 2) return;
    this.#readyState = 3;
    this.#early = [];
    this.#context.outbox.end(this, true);
    this.#holder.forget(this);
    const event: SocketCloseEvent = {
      type: "close",
      code,
      reason,
      wasClean: code === 1000,
      target: this.webSocket,
      currentTarget: this.webSocket,
    };
    this.webSocket.dispatchEvent(event);
  }

  /** Its actor has left, and the gateway keeps the client: nobody is told. */
  hibernate(): void {
    this.#readyState = 3;
    this.#early = [];
    this.#context.outbox.end(this, true);
  }

  /** The user has made everything up to `index` durable. */
  ack(index: MessageIndex): void {
    const window = this.#window;
    if (window === null || this.#readyState >= 2) return;
    if (distance(window.lastReceived, index) > 0) {
      throw new RangeError(`Cannot ack ${index}: only received up to ${window.lastReceived}`);
    }
    if (distance(window.lastCommitted, index) <= 0) return;
    window.commit(index);
    this.#say({ kind: "webSocketMessageAck", index });
  }

  // What the gateway says

  frame(index: MessageIndex, body: ToClientTunnelBody): void {
    this.#holder.heard(this);
    if (this.#readyState === 0) return this.#keepEarly(index, body);
    if (this.#readyState !== 1 || (this.#holder.isStopping && this.hibernatable)) return;
    switch (body.kind) {
      case "webSocketMessage":
        if (this.#isNext(index)) this.#message(index, body);
        return;
      case "webSocketClose":
        if (this.#isNext(index)) this.#clientClosed(body);
        return;
      default:
        this.#context.observer.frameDropped?.(`${body.kind} for a WebSocket`);
    }
  }

  #keepEarly(index: MessageIndex, body: ToClientTunnelBody): void {
    const { mailboxMessages } = this.#context.options;
    if (this.#early.length < mailboxMessages) return void this.#early.push([index, body]);
    this.#context.observer.limitReached?.("mailboxMessages", mailboxMessages);
    this.cutOff(withDetail(CLIENT_CLOSE.mailboxFull, `mailboxMessages=${mailboxMessages}`));
  }

  #isNext(index: MessageIndex): boolean {
    const window = this.#window;
    if (window === null) return true;
    const { observer, host } = this.#context;
    const { actorId } = this.#holder;
    const verdict = window.receive(index);
    switch (verdict) {
      case "deliver":
        window.handle();
        return true;
      case "duplicate":
      case "inFlight":
        observer.duplicateDropped?.(actorId, this.gatewayId, this.requestId);
        if (verdict === "duplicate" && !this.#ackAgain) {
          this.#ackAgain = true;
          host.defer(this.#sayAckAgain);
        }
        return false;
      case "gap":
        observer.indexSkipped?.(actorId, this.gatewayId, this.requestId);
        this.cutOff(CLIENT_CLOSE.indexSkip);
        return false;
    }
  }

  /** The ack got lost: one, at the end of the turn, for all that came again. */
  readonly #sayAckAgain = (): void => {
    this.#ackAgain = false;
    if (this.#readyState !== 1 || this.#window === null) return;
    this.#say({ kind: "webSocketMessageAck", index: this.#window.lastCommitted });
  };

  #message(index: MessageIndex, { data, binary }: Body<"webSocketMessage">): void {
    const event: SocketMessageEvent = {
      type: "message",
      data: binary ? Buffer.from(data) : decoder.decode(data),
      rivetRequestId: this.requestIdBuffer,
      rivetMessageIndex: index,
      target: this.webSocket,
      currentTarget: this.webSocket,
    };
    this.webSocket.dispatchEvent(event);
  }

  /** Answered with a close, which settles whatever was not acked: nobody is left to resend it to. */
  #clientClosed({ code, reason }: Body<"webSocketClose">): void {
    this.#say({ kind: "webSocketClose", code, reason, hibernate: false });
    this.ended(code ?? 1000, reason ?? "");
  }

  // What the user says

  send(data: string | Uint8Array): void {
    const binary = typeof data !== "string";
    const bytes = binary ? data.slice() : encoder.encode(data);
    const { webSocketMessageBytes } = this.#context.options;
    if (bytes.length > webSocketMessageBytes) {
      throw new RangeError(
        `The message has ${bytes.length} bytes, at most ${webSocketMessageBytes} are allowed`,
      );
    }
    this.#say({ kind: "webSocketMessage", data: bytes, binary });
  }

  listenerFailed(type: string, error: unknown): void {
    const { observer } = this.#context;
    observer.handlerFailed?.(this.#holder.actorId, `websocket ${type}`, error);
  }

  #say(body: ToServerTunnelBody): void {
    this.sent(this.#context.outbox.send(this, body));
  }
}

/** An index that a user has kept. */
export function keptIndex(value: number, name: string): MessageIndex {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff) return messageIndex(value);
  throw new RangeError(`${name} is ${value}, an integer from 0 to 65535 is wanted`);
}
