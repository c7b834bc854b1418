import type { SocketRequest, WebSocketHandlers } from "../actor/mod.ts";
import { ReceiveWindow } from "../delivery/mod.ts";
import {
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  type HibernatingRequest,
  type MessageId,
  type MessageIndex,
  requestKey,
  type ToClientTunnelBody,
  type ToClientTunnelMessage,
  type ToServerTunnelBody,
  withDetail,
} from "../protocol/mod.ts";
import { AttachGrace } from "./attach_grace.ts";
import type { KeptLimit, Life } from "./channel.ts";
import type { CommitLoop } from "./commit_loop.ts";
import type { ActorHostContext } from "./context.ts";
import type { Letter } from "./letter.ts";
import { LooseChannel } from "./loose_channel.ts";
import type { Mailbox } from "./mailbox.ts";
import type { SocketsLeft, TunnelSocketFollower } from "./observer.ts";
import type { GateLimit, OutputPath } from "./output_path.ts";
import type { SocketSnapshot } from "../kept/snapshot.ts";
import { type SocketOwner, TunnelSocket } from "./tunnel_socket.ts";

type Body<Kind extends ToClientTunnelBody["kind"]> = Extract<ToClientTunnelBody, { kind: Kind }>;

/** The actor whose sockets these are. */
export interface SocketRoomOwner extends Life {
  readonly isStateful: boolean;
  /** Nothing more is taken in for a socket that hibernates: the gateway sends it again. */
  readonly isStopping: boolean;
  readonly webSocket: WebSocketHandlers | undefined;
  readonly mailbox: Mailbox<Letter>;
  readonly commit: CommitLoop;
  readonly outputs: OutputPath;
  /** Nothing that the author says has to wait for the gateway any more. */
  socketsAttached(): void;
  handlerFailed(handler: string, error: unknown): void;
}

const decoder = new TextDecoder();

/**
 * One actor's sockets: opened, restored and closed here. Each frame is judged by its index and put
 * into the mailbox; what the author says on a socket goes on the way out.
 */
export class SocketRoom implements SocketOwner {
  /** The open ones, as the author sees them. */
  readonly open = new Set<TunnelSocket>();
  readonly #context: ActorHostContext;
  readonly #owner: SocketRoomOwner;
  /** Every socket that is registered: opening, open, or closed and not yet committed. */
  readonly #known = new Set<TunnelSocket>();
  readonly #grace: AttachGrace;
  #plain = 0;
  #plainClosed = 0;
  /** Frames that came before their sockets were restored; `undefined` from then on. */
  #early: ToClientTunnelMessage[] | undefined = [];
  #earlyBytes = 0;
  #isClosed = false;

  constructor(context: ActorHostContext, owner: SocketRoomOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#grace = new AttachGrace(context, () => owner.socketsAttached());
  }

  get actorId(): ActorId {
    return this.#owner.actorId;
  }

  get life(): Life {
    return this.#owner;
  }

  /** What becomes of the sockets that were here when the actor began to stop. */
  get left(): SocketsLeft {
    let kept = 0;
    for (const socket of this.open) if (socket.hibernatable) kept++;
    return { kept, closed: this.#plainClosed };
  }

  /** Whether the gateway may still drop what is said on a restored socket. */
  get isAttaching(): boolean {
    return !this.#grace.isOver;
  }

  /** How many there are that cannot hibernate. */
  get plain(): number {
    return this.#plain;
  }

  // Life

  /**
   * Brings back the sockets that both sides know. One that only the gateway knows is closed; one
   * that only the actor knows is forgotten, with its close handler run.
   *
   * In v2 the gateway cannot name those that it holds: all that are kept come back, and one whose
   * close got lost with its gateway stays.
   */
  restore(records: readonly SocketSnapshot[], hibernating: readonly HibernatingRequest[]): void {
    const kept = new Map(
      records.map((record) => [requestKey(record.gatewayId, record.requestId), record]),
    );
    const held = this.#context.can.hibernatingRequests ? hibernating : records;
    for (const { gatewayId, requestId } of held) {
      const key = requestKey(gatewayId, requestId);
      const record = kept.get(key);
      kept.delete(key);
      this.#context.departedSockets.delete(key);
      if (record === undefined) {
        this.#refuse(new LooseChannel(gatewayId, requestId), CLIENT_CLOSE.metaNotFound);
        continue;
      }
      const socket = this.#restored(record);
      this.#register(socket);
      this.#grace.add(socket);
    }
    for (const record of kept.values()) {
      const socket = this.#restored(record);
      this.#register(socket);
      this.#lost(socket);
    }
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const { messageId, body } of early) {
      const socket = this.#context.sockets.get(messageId.gatewayId, messageId.requestId);
      if (socket !== undefined && this.#known.has(socket)) this.frame(socket, messageId, body);
    }
  }

  /** The gateway was told that the actor runs: it attaches the restored sockets. */
  running(): void {
    this.#grace.start();
  }

  /** The actor stops: what waits for the gateway waits no longer. */
  stopping(): void {
    this.#grace.end();
  }

  /** A client has connected. */
  connect(messageId: MessageId, body: Body<"webSocketOpen">): void {
    const { gatewayId, requestId, messageIndex: openIndex } = messageId;
    const known = this.#context.sockets.get(gatewayId, requestId);
    if (known !== undefined && this.#known.has(known) && (known.isOpen || known.isOpening)) {
      // The answer got lost in a cut. What is in flight on the socket stays as it is.
      if (known.isOpen) this.#answerOpen(known);
      return;
    }
    const request: SocketRequest = { path: body.path, headers: body.headers };
    const hibernatable = this.#mayHibernate(request);
    if (typeof hibernatable !== "boolean") {
      return this.#refuse(new LooseChannel(gatewayId, requestId), hibernatable);
    }
    const socket = new TunnelSocket(this, {
      gatewayId,
      requestId,
      path: body.path,
      sinceTs: this.#context.host.epoch(),
      window: hibernatable ? new ReceiveWindow(openIndex) : null,
      openIndex,
      attachment: null,
      restored: false,
      follower: this.#follower(messageId, body.path, body.headers),
    });
    this.#context.departedSockets.delete(requestKey(gatewayId, requestId));
    this.#register(socket);
    if (!hibernatable) this.#plain++;
    this.#owner.mailbox.post({ kind: "open", socket, request, bytes: 0 });
  }

  /** The socket's turn to be opened has come: says so before anything that its handler says. */
  opened(socket: TunnelSocket): void {
    socket.opened();
    this.open.add(socket);
    if (socket.hibernatable) {
      this.#owner.commit.indexChanged(socket);
      this.#owner.commit.metaChanged(socket);
    }
    this.#answerOpen(socket);
  }

  /** The socket is closed for the actor. Its record goes with the next commit. */
  closed(socket: TunnelSocket): void {
    if (!socket.isOpen && !socket.isOpening) return;
    socket.closed();
    this.open.delete(socket);
    if (socket.hibernatable) return this.#owner.commit.indexChanged(socket);
    this.#plain--;
    this.forget(socket);
  }

  /** Nothing of the closed socket must be kept any more. */
  forget(socket: TunnelSocket): void {
    const { gatewayId, requestId } = socket;
    this.#known.delete(socket);
    this.#context.acks.drop(socket);
    // A client that has left wants nothing more.
    this.#context.outbox.end(socket, socket.closedHere);
    this.#context.sockets.delete(gatewayId, requestId, socket);
    this.#context.closedSockets.add(requestKey(gatewayId, requestId));
  }

  /** Closes the sockets that cannot hibernate, with their close handlers run. */
  closePlain({ code, reason }: Close): void {
    for (const socket of [...this.open]) {
      if (socket.hibernatable) continue;
      this.closedByActor(socket, code, reason);
      this.#plainClosed++;
    }
  }

  /** The actor has crashed: clients that it cannot go on with are told. */
  crashed({ code, reason }: Close): void {
    for (const socket of this.#known) {
      if (socket.hibernatable) continue;
      const close = { kind: "webSocketClose", code, reason, hibernate: false } as const;
      this.#owner.outputs.sayNow(socket, close);
    }
  }

  /** The tunnel is cut: plain sockets do not outlive it. */
  tunnelCut(): void {
    for (const socket of [...this.#known]) if (!socket.hibernatable) this.#lost(socket);
  }

  /** The actor has left. */
  close(): void {
    this.#isClosed = true;
    this.#grace.end();
    const { acks, sockets, departedSockets, outbox } = this.#context;
    for (const socket of this.#known) {
      const { gatewayId, requestId } = socket;
      if (socket.closedHere) acks.drop(socket);
      else acks.settle(socket);
      socket.closed();
      outbox.end(socket, true);
      sockets.delete(gatewayId, requestId, socket);
      departedSockets.add(requestKey(gatewayId, requestId));
    }
    this.#known.clear();
    this.open.clear();
    this.#early = undefined;
  }

  isKnown(socket: TunnelSocket): boolean {
    return this.#known.has(socket);
  }

  // Frames of the gateway

  /** A frame for a socket that is not restored yet. */
  early(message: ToClientTunnelMessage): void {
    if (this.#early === undefined) return;
    const { observer, options: { mailboxMessages, mailboxBytes } } = this.#context;
    const bytes = message.body.kind === "webSocketMessage" ? message.body.data.length : 0;
    // What is dropped leaves a gap: its socket is closed for it, when it is restored.
    if (this.#early.length >= mailboxMessages) {
      return observer.limitReached?.("mailboxMessages", mailboxMessages);
    }
    if (this.#earlyBytes + bytes > mailboxBytes) {
      return observer.limitReached?.("mailboxBytes", mailboxBytes);
    }
    this.#early.push(message);
    this.#earlyBytes += bytes;
  }

  frame(socket: TunnelSocket, { messageIndex }: MessageId, body: ToClientTunnelBody): void {
    this.#grace.attached(socket);
    if (this.#isClosed || (this.#owner.isStopping && socket.hibernatable)) return;
    switch (body.kind) {
      case "webSocketMessage":
        if (this.#isNext(socket, messageIndex)) this.#message(socket, messageIndex, body);
        return;
      case "webSocketClose":
        if (!this.#isNext(socket, messageIndex)) return;
        return this.#postClose(socket, body.code ?? 1005, body.reason ?? "", true);
      default:
        this.#context.observer.frameDropped?.(`${body.kind} for a WebSocket`);
    }
  }

  #isNext(socket: TunnelSocket, index: MessageIndex): boolean {
    const { observer } = this.#context;
    const { gatewayId, requestId, window } = socket;
    // Nothing after a gap is handled, nor after the actor's own close.
    if (!socket.isOpen && !socket.isOpening) return false;
    if (window === null) {
      if (!socket.countPlain(index)) observer.indexSkipped?.(this.actorId, gatewayId, requestId);
      return true;
    }
    switch (window.receive(index)) {
      case "deliver":
        return true;
      case "duplicate":
        observer.duplicateDropped?.(this.actorId, gatewayId, requestId);
        socket.follower?.receivedBefore(index);
        socket.ackAgain = true;
        this.#owner.commit.toAck(socket);
        return false;
      case "inFlight":
        observer.duplicateDropped?.(this.actorId, gatewayId, requestId);
        socket.follower?.receivedBefore(index);
        return false;
      case "gap":
        observer.indexSkipped?.(this.actorId, gatewayId, requestId);
        this.cutOff(socket, CLIENT_CLOSE.indexSkip);
        return false;
    }
  }

  #message(socket: TunnelSocket, index: MessageIndex, body: Body<"webSocketMessage">): void {
    const { data, binary, isGiven } = body;
    const { mailbox } = this.#owner;
    const { mailboxMessages, mailboxBytes } = this.#context.options;
    if (mailbox.length >= mailboxMessages) {
      return this.#atLimit(socket, CLIENT_CLOSE.mailboxFull, "mailboxMessages");
    }
    if (mailbox.bytes + data.length > mailboxBytes) {
      return this.#atLimit(socket, CLIENT_CLOSE.mailboxFull, "mailboxBytes");
    }
    // The author's bytes are nobody else's.
    const own = !binary ? decoder.decode(data) : isGiven ? data : data.slice();
    socket.follower?.received(index, body);
    mailbox.post({ kind: "message", socket, data: own, index, bytes: data.length });
  }

  // What the author does

  get webSocketMessageBytes(): number {
    return this.#context.options.webSocketMessageBytes;
  }

  get attachmentBytes(): number {
    return this.#context.options.attachmentBytes;
  }

  output(socket: TunnelSocket, body: ToServerTunnelBody, bytes: number): void {
    if (this.#isClosed) return this.outputLost();
    const outcome = this.#owner.outputs.say(socket, body, bytes);
    if (outcome === "taken") return;
    this.outputLost();
    this.#atLimit(socket, CLIENT_CLOSE.outputLimit, outcome);
  }

  outputLost(): void {
    this.#context.observer.outgoingLost?.(1);
  }

  notKept(socket: TunnelSocket, limit: KeptLimit): void {
    if (!this.#isClosed) this.#atLimit(socket, CLIENT_CLOSE.outputLimit, limit);
  }

  closedByActor(socket: TunnelSocket, code: number, reason: string): void {
    socket.closedHere = true;
    const wasOpen = socket.isOpen;
    this.closed(socket);
    const close = { kind: "webSocketClose", code, reason, hibernate: false } as const;
    this.#owner.outputs.sayLast(socket, close);
    if (wasOpen) this.#postClose(socket, code, reason, false);
  }

  attachmentChanged(socket: TunnelSocket): void {
    if (this.#isClosed || !socket.hibernatable || !socket.isOpen) return;
    this.#owner.commit.metaChanged(socket);
  }

  /** Closes from here, for a reason that is not the author's. */
  cutOff(socket: TunnelSocket, { code, reason }: Close): void {
    if (socket.isOpen || socket.isOpening) this.closedByActor(socket, code, reason);
  }

  /** The author sent too long a message, and did not catch what `send` threw. */
  tooLong(socket: TunnelSocket): void {
    this.#atLimit(socket, CLIENT_CLOSE.messageTooBig, "webSocketMessageBytes");
  }

  #atLimit(
    socket: TunnelSocket,
    close: Close,
    limit: "webSocketMessageBytes" | "mailboxMessages" | "mailboxBytes" | GateLimit | KeptLimit,
  ): void {
    const value = this.#context.options[limit];
    this.#context.observer.limitReached?.(limit, value);
    this.cutOff(socket, withDetail(close, `${limit}=${value}`));
  }

  /** Gone without a word. 1006 is a report within this program: no close frame came. */
  #lost(socket: TunnelSocket): void {
    const wasOpen = socket.isOpen;
    this.closed(socket);
    if (wasOpen) this.#postClose(socket, 1006, "", false);
  }

  #postClose(socket: TunnelSocket, code: number, reason: string, indexed: boolean): void {
    this.#owner.mailbox.post({ kind: "close", socket, code, reason, indexed, bytes: 0 });
  }

  #mayHibernate(request: SocketRequest): boolean | Close {
    const { webSocket } = this.#owner;
    if (webSocket === undefined) return CLIENT_CLOSE.notImplemented;
    if (!this.#context.can.hibernation) return false;
    try {
      const { hibernate } = webSocket;
      return typeof hibernate === "function" ? hibernate(request) : hibernate ?? false;
    } catch (error) {
      this.#owner.handlerFailed("hibernate", error);
      return CLIENT_CLOSE.serverError;
    }
  }

  #refuse(channel: LooseChannel, { code, reason }: Close): void {
    const close = { kind: "webSocketClose", code, reason, hibernate: false } as const;
    this.#owner.outputs.sayNow(channel, close);
  }

  #answerOpen(socket: TunnelSocket): void {
    const body = { kind: "webSocketOpen", canHibernate: socket.hibernatable } as const;
    this.output(socket, body, 0);
  }

  #restored(record: SocketSnapshot): TunnelSocket {
    const { gatewayId, requestId, index, path, attachment } = record;
    const window = new ReceiveWindow(index, { adopt: !this.#owner.isStateful });
    return new TunnelSocket(this, {
      gatewayId,
      requestId,
      path,
      sinceTs: this.#context.host.epoch(),
      window,
      openIndex: index,
      attachment,
      restored: true,
      follower: this.#follower(record, path),
    });
  }

  #follower(
    { gatewayId, requestId }: HibernatingRequest,
    path: string,
    headers?: ReadonlyMap<string, string>,
  ): TunnelSocketFollower | undefined {
    return this.#context.observer.followSocket?.({
      gatewayId,
      requestId,
      actorId: this.actorId,
      path,
      protocols: headers?.get("sec-websocket-protocol") ?? null,
    });
  }

  #register(socket: TunnelSocket): void {
    this.#known.add(socket);
    this.#context.sockets.set(socket.gatewayId, socket.requestId, socket);
    if (socket.isOpen) this.open.add(socket);
  }
}
