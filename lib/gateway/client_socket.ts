import { isSlow, SendWindow } from "../delivery/mod.ts";
import {
  advance,
  CLIENT_CLOSE,
  type Close,
  distance,
  formatId,
  type MessageIndex,
  messageIndex,
  readSpeaks,
  type RequestId,
  sendableClose,
  TAKEN_BODY,
  textBytes,
  type ToClientTunnelBody,
  type ToServerTunnelBody,
  withDetail,
} from "../protocol/mod.ts";
import type { ActorEntry } from "./actor_entry.ts";
import { ActorLine } from "./actor_line.ts";
import type { ClientLink, ClientRequest } from "./client_link.ts";
import type { GatewayContext } from "./context.ts";
import type { ClientSocketFollower, SocketPhase } from "./observer.ts";
import type { RunnerSession } from "./runner_session.ts";
import type { SocketView } from "./view.ts";

const encoder = new TextEncoder();
/** A byte order mark is part of the text that the actor sent. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * One client's WebSocket, from the gateway's side.
 *
 * Life: opening → active ⇄ hibernating → closed. Each message of the client gets the next index; a
 * hibernatable socket keeps it until the actor has acked it, and sends it again after each wake and
 * each reconnect of the tunnel. The client's close is such a message too, so that the actor hears of
 * it even when it sleeps; the client need not wait for that. The socket's id is free only when the
 * actor has heard.
 */
export class ClientSocket {
  readonly requestId: RequestId;
  readonly actor: ActorEntry;
  readonly path: string;
  readonly openedTs: number;
  readonly #context: GatewayContext;
  readonly #window: SendWindow<ToClientTunnelBody>;
  /** Given back once the actor has seen them: most of a sleeping socket's memory would be these. */
  #headers: ReadonlyMap<string, string> | null;
  /** `null` once the client is gone. */
  #link: ClientLink | null;
  #phase: SocketPhase = "opening";
  #hibernatable = false;
  /** When the open was put on the tunnel; `undefined` while it waits for the actor. */
  #openSentAt: number | undefined;
  /** Last index of a plain socket, which has no window. */
  #plainIndex: MessageIndex;
  /** A close that found the window full. */
  #closeWaiting: Close | null = null;
  /** Whether the observer has heard of the close. */
  #announced = false;
  /** What a runner of ours says of the actor: `null` until it says whose words follow. */
  #line: ActorLine | null = null;
  /** Whose tunnel is full, while this socket waits for its turn there. */
  #full: RunnerSession | null = null;
  #isClientSlow = false;
  #isActorSlow = false;
  /** Crashes of the actor since this socket's last ack. */
  #crashes = 0;
  #received = 0;
  #delivered = 0;
  /** Whoever wants to hear of each message: most often nobody. */
  readonly #follower: ClientSocketFollower | undefined;

  constructor(
    context: GatewayContext,
    actor: ActorEntry,
    request: ClientRequest,
    link: ClientLink,
  ) {
    this.#context = context;
    this.actor = actor;
    this.path = request.path;
    this.#headers = request.headers;
    this.#link = link;
    this.requestId = context.newRequestId();
    this.openedTs = context.host.epoch();
    const first = messageIndex(context.firstMessageIndex);
    this.#window = new SendWindow(context.pendingLimits, first, { held: true });
    this.#plainIndex = this.#window.lastAcked;
    this.#follower = context.observer.followSocket?.({
      gatewayId: context.gatewayId,
      requestId: this.requestId,
      actorId: actor.record.actorId,
      path: this.path,
      protocols: request.headers.get("sec-websocket-protocol") ?? null,
    });
    actor.totals.moved("closed", this.#phase, context.host.now());
    context.sockets.set(this.requestId, this);
    context.opening.add(this);
    actor.sockets.add(this);
  }

  get phase(): SocketPhase {
    return this.#phase;
  }

  /** Whether the actor keeps this socket across its sleep. False until it has answered the open. */
  get hibernatable(): boolean {
    return this.#hibernatable;
  }

  get pendingMessages(): number {
    return this.#window.pending;
  }

  get pendingBytes(): number {
    return this.#window.pendingBytes;
  }

  /** `null` once its client is gone. */
  get link(): ClientLink | null {
    return this.#link;
  }

  /** Whether the client has left, and only the actor must still hear of it. */
  get isClientGone(): boolean {
    return this.#link === null;
  }

  /** Whether it needs its actor awake: to be opened, or to hand over what is pending. */
  get wantsActor(): boolean {
    return this.#phase === "opening" || this.#window.pending > 0;
  }

  /** A message of the client. Bytes are the gateway's own from here on, with their buffer. */
  fromClient(data: string | Uint8Array): void {
    if (this.#link === null) return;
    this.#received++;
    this.actor.traffic.messagesIn++;
    const binary = typeof data !== "string";
    // What waits for a sleeper may wait for long, and must not hold on to the slab of others.
    const bytes = binary ? data : this.#window.held ? encoder.encode(data) : textBytes(data);
    if (bytes.length > this.#context.options.webSocketMessageBytes) {
      return this.#closeAtLimit(CLIENT_CLOSE.messageTooBig, "webSocketMessageBytes");
    }
    if (this.#phase === "active" && !this.#hibernatable) {
      if (this.actor.session?.isFull) {
        return this.#closeAtLimit(CLIENT_CLOSE.slowRunner, "tunnelBufferBytes");
      }
      // Nothing of it is kept here, and only a text's bytes are cut from a slab.
      const given = { kind: "webSocketMessage", data: bytes, binary, isGiven: binary } as const;
      this.#follower?.clientSaid(advance(this.#plainIndex), given);
      return this.#sendPlain(given);
    }
    const body: ToClientTunnelBody = { kind: "webSocketMessage", data: bytes, binary };
    this.#makeWay();
    const index = this.#window.push(body, bytes.length, this.#context.host.now());
    if (typeof index === "string") {
      const limit = index === "messages" ? "pendingMessages" : "pendingBytes";
      return this.#closeAtLimit(CLIENT_CLOSE.pendingLimit, limit);
    }
    this.#follower?.clientSaid(index, body);
    this.actor.totals.pending(1, bytes.length);
    this.#lookAtActor();
    if (!this.#window.held) this.#send(index, body);
    else if (this.#phase === "hibernating") this.actor.wake("message");
  }

  /** The client closed its socket, or it broke (1006). */
  clientClosed(code: number, reason: string): void {
    if (this.#link === null) return;
    this.#link = null;
    this.#leave(sendableClose(code, reason), code, reason);
  }

  /** Ends the client's socket from here, and lets the actor know as if the client had closed. */
  end(close: Close): void {
    if (this.#link === null) return;
    this.#closeClient(close);
    this.#leave(close, close.code, close.reason);
  }

  /** A message of the actor's runner about this socket. */
  fromRunner(index: MessageIndex, body: ToServerTunnelBody): void {
    switch (body.kind) {
      case "webSocketMessage":
        if (!this.#takes(index, body.data.length)) return;
        this.#follower?.taken(index, body);
        return this.#toClient(index, body.binary ? body.data : decoder.decode(body.data));
      case "webSocketMessageAck":
        return this.#acked(body.index);
      case "webSocketOpen":
        if (!this.#takes(index, 0)) return;
        return this.#opened(body.canHibernate);
      case "webSocketClose":
        // The actor goes to sleep: what follows is its word that it has stopped.
        if (body.hibernate && this.#hibernatable) return;
        // Nothing comes after it: it is taken, whatever its index. Soon nobody is here to ack it.
        if (this.#line?.windowOf(this.actor) !== undefined) this.#ack(index);
        return this.drop(this.#closeOf(body.code, body.reason));
      case "tunnelAck":
        return;
      case "responseStart":
      case "responseChunk":
      case "responseAbort":
        if (this.#speaks(index, body)) return;
        this.#context.observer.frameDropped?.(`${body.kind} for a WebSocket`);
    }
  }

  /** Acks to the runner what was taken from the actor. */
  ackActor(): void {
    const window = this.#line?.windowOf(this.actor);
    if (window !== undefined && window.unacked > 0) this.#ack(window.ack());
  }

  /** The actor runs and its tunnel is up: opens, or sends (again) whatever is pending. */
  actorReady(): void {
    if (this.#phase === "opening") return this.#sendOpen();
    if (this.#phase === "hibernating") this.#enter("active");
    if (this.#window.held) this.#release();
  }

  /** Nothing gets through to the actor for now: it stops, or its tunnel is cut. */
  actorAway(): void {
    this.#full = null;
    this.#window.hold();
  }

  /** The tunnel is cut: what a plain socket had in flight is unknown, so it ends with a reason. */
  tunnelLost(): void {
    this.actorAway();
    if (this.#phase === "active" && !this.#hibernatable) {
      this.#closeClient(this.#detailed(CLIENT_CLOSE.tunnelLost));
      this.#forget();
    }
  }

  /** The actor has stopped. Returns whether the socket stays. */
  actorStopped(close: Close): boolean {
    this.actorAway();
    this.#openSentAt = undefined;
    this.#line?.lifeEnded();
    if (this.#phase === "opening") {
      if (this.#link === null) this.#forget();
      return this.#link !== null;
    }
    if (this.#hibernatable) {
      if (this.#phase === "active") this.#enter("hibernating");
      return true;
    }
    this.#closeClient(close);
    this.#forget();
    return false;
  }

  /**
   * The actor crashed. A socket that it had not opened is refused; one whose pending messages were
   * there at `crashesBeforeClose` crashes in a row is closed, or they would crash it for ever.
   */
  actorCrashed(): void {
    if (this.#phase === "opening") return this.drop(CLIENT_CLOSE.actorCrashed);
    if (this.wantsActor) this.#crashes++;
    const { crashesBeforeClose } = this.#context.options;
    if (this.#crashes >= crashesBeforeClose) {
      this.#context.observer.limitReached?.("crashesBeforeClose", crashesBeforeClose);
      return this.drop(CLIENT_CLOSE.actorCrashed);
    }
    this.actorStopped(CLIENT_CLOSE.actorCrashed);
  }

  /** The actor is gone for good: ends the socket without telling it. */
  drop(close: Close): void {
    this.#closeClient(close);
    this.#forget();
  }

  /** Whether the actor has had its open for `webSocketOpenTimeoutMs` and said nothing. */
  isOpenOverdue(now: number): boolean {
    return this.#phase === "opening" && this.#openSentAt !== undefined &&
      now - this.#openSentAt >=
        this.#context.options.webSocketOpenTimeoutMs * (this.isClientGone ? 2 : 1);
  }

  /** The actor never answered the open. */
  openTimedOut(): void {
    if (this.isClientGone) {
      this.#sendPlain({ kind: "webSocketClose", ...CLIENT_CLOSE.openTimeout });
      return this.#forget();
    }
    const { observer, options } = this.#context;
    observer.limitReached?.("webSocketOpenTimeoutMs", options.webSocketOpenTimeoutMs);
    this.end(this.#detailed(CLIENT_CLOSE.openTimeout));
  }

  /**
   * One round of the sweep, in two phases: first the client is told and the actor sent a close; in a
   * later round, if the actor still acks nothing, the entry goes. A healthy socket is never touched.
   */
  sweep(now: number): void {
    const { ackTimeoutMs } = this.#context.options;
    // What a client has read since is seen only when one looks.
    if (this.#isClientSlow && this.#link !== null) this.#lookAtClient(this.#link.bufferedBytes);
    if (!this.#window.isOverdue(now, ackTimeoutMs)) return;
    if (this.#link === null) {
      if (this.#closeWaiting !== null) this.#sayCloseBeyond(this.#closeWaiting);
      return this.#forget();
    }
    this.#context.observer.limitReached?.("ackTimeoutMs", ackTimeoutMs);
    this.end(this.#detailed(CLIENT_CLOSE.ackTimeout));
  }

  view(): SocketView {
    const oldest = this.#window.held ? undefined : this.#window.oldestSentAt;
    const plain = this.#phase !== "opening" && !this.#hibernatable;
    return {
      requestId: this.requestId,
      actorId: this.actor.record.actorId,
      actorName: this.actor.record.name,
      phase: this.#phase,
      hibernatable: this.#hibernatable,
      path: this.path,
      openedTs: this.openedTs,
      lastSent: plain ? this.#plainIndex : this.#window.lastSent,
      lastAcked: this.#window.lastAcked,
      pendingMessages: this.#window.pending,
      pendingBytes: this.#window.pendingBytes,
      oldestUnackedMs: oldest === undefined ? null : this.#context.host.now() - oldest,
      received: this.#received,
      delivered: this.#delivered,
      actorKey: this.actor.record.key,
      lastQueued: plain ? this.#plainIndex : this.#window.lastQueued,
      isHeld: !plain && this.#window.held,
      oldestSentAt: oldest ?? null,
      keepAliveTs: this.#hibernatable
        ? Math.max(this.openedTs, this.#context.hibernation.keptAliveTs ?? 0)
        : null,
    };
  }

  /** What the client sees of the actor's close. */
  #closeOf(code: number | null, reason: string | null): Close {
    if (code !== null || reason !== null) return sendableClose(code, reason);
    return this.#phase === "opening"
      ? this.#detailed(CLIENT_CLOSE.closedBeforeOpen)
      : CLIENT_CLOSE.closed;
  }

  #sendOpen(): void {
    this.#openSentAt = this.#context.host.now();
    const body: ToClientTunnelBody = {
      kind: "webSocketOpen",
      actorId: this.actor.record.actorId,
      path: this.path,
      headers: this.#headers ?? new Map(),
    };
    // Nothing is acked before the open: it has the index before the first message's.
    this.actor.send(this.requestId, this.#window.lastAcked, body);
  }

  #opened(canHibernate: boolean): void {
    // Not asked in this life of the actor: its answer is of an earlier one, and worth nothing now.
    if (this.#phase !== "opening" || this.#openSentAt === undefined) return;
    this.#context.opening.delete(this);
    this.actor.progressed();
    this.#headers = null;
    this.#openSentAt = undefined;
    // A runner that is too old to be told of it after a sleep could not go on with the socket.
    this.#hibernatable = canHibernate && this.actor.session!.restoresSockets;
    this.#enter(this.#link === null ? "closed" : "active");
    const { hibernation, observer } = this.#context;
    const { actorId } = this.actor.record;
    if (this.#link !== null) observer.socketOpened?.(actorId, this.requestId, this.#hibernatable);
    if (!this.#hibernatable) return this.#becomePlain();
    hibernation.keep(this);
    // One that stops gets nothing more: what it left unacked goes out after the next wake.
    if (this.actor.isReachable) this.#release();
  }

  /** Hands over what waited for the open. From here on nothing is kept. */
  #becomePlain(): void {
    this.#window.release(0, (_index, body) => this.#sendPlain(body));
    this.#keepNothing();
    if (this.#closeWaiting !== null) {
      this.#sendPlain({ kind: "webSocketClose", ...this.#closeWaiting });
    }
    if (this.#link === null) this.#forget();
  }

  #release(): void {
    const again = distance(this.#window.lastAcked, this.#window.lastSent);
    const session = this.actor.session!;
    this.#full = null;
    this.#window.release(this.#context.host.now(), this.#sender(), () => !session.isFull);
    if (this.#window.held) this.#waitForRoom(session);
    if (again === 0) return;
    this.#context.observer.messagesResent?.(this.actor.record.actorId, this.requestId, again);
  }

  /** What follows waits in the window while the runner's tunnel is full. */
  #makeWay(): void {
    const { session } = this.actor;
    if (!this.#window.held && session?.isFull) this.#waitForRoom(session);
  }

  #waitForRoom(session: RunnerSession): void {
    this.#window.hold();
    this.#full = session;
    this.#context.observer.limitReached?.(
      "tunnelBufferBytes",
      this.#context.options.tunnelBufferBytes,
    );
    session.turns.wait(() => this.#resume(session));
  }

  /** The tunnel has room again. It may be another's by now, or the actor away. */
  #resume(session: RunnerSession): void {
    if (this.#full !== session || this.actor.session !== session) return;
    this.#full = null;
    this.#window.resume(this.#context.host.now(), this.#sender(), () => !session.isFull);
    if (this.#window.held) this.#waitForRoom(session);
  }

  /** Made each time: kept, it would be one more closure of every sleeping socket. */
  #sender(): (index: MessageIndex, body: ToClientTunnelBody) => void {
    return (index, body) => this.#send(index, body);
  }

  /** Tells, once each time, that the actor cannot keep up with this socket, or can again. */
  #lookAtActor(): void {
    const { options, observer } = this.#context;
    const share = Math.max(
      this.#window.pending / options.pendingMessages,
      this.#window.pendingBytes / options.pendingBytes,
    );
    if (isSlow(this.#isActorSlow, share, options) === this.#isActorSlow) return;
    this.#isActorSlow = !this.#isActorSlow;
    observer.pace?.(this.actor.record.actorId, this.requestId, "actor", this.#isActorSlow);
  }

  /** The same of the client. */
  #lookAtClient(unreadBytes: number): void {
    const { options, observer } = this.#context;
    const share = unreadBytes / options.clientBufferBytes;
    if (isSlow(this.#isClientSlow, share, options) === this.#isClientSlow) return;
    this.#isClientSlow = !this.#isClientSlow;
    observer.pace?.(this.actor.record.actorId, this.requestId, "client", this.#isClientSlow);
  }

  #sendPlain(body: ToClientTunnelBody): void {
    this.#plainIndex = advance(this.#plainIndex);
    this.#send(this.#plainIndex, body);
  }

  /** Puts a message, or the close, on the tunnel. */
  #send(index: MessageIndex, body: ToClientTunnelBody): void {
    this.#follower?.sent(index);
    this.actor.send(this.requestId, index, body);
  }

  /** The runner says whose words follow. */
  #speaks(last: MessageIndex, body: ToServerTunnelBody): boolean {
    const generation = readSpeaks(body);
    if (generation === undefined) return false;
    this.#line ??= new ActorLine(this.#context.actorAckShare);
    this.#line.speaks(this.actor, generation, last);
    return true;
  }

  /** Whether a message of the actor is new. */
  #takes(index: MessageIndex, bytes: number): boolean {
    const line = this.#line;
    if (line === null) return true;
    const verdict = line.take(this.actor, index, bytes);
    const { observer, actorAcks } = this.#context;
    const { actorId } = this.actor.record;
    if (verdict === "earlierLife") {
      observer.frameDropped?.("message of an actor's earlier life");
      return false;
    }
    const window = line.windowOf(this.actor);
    if (window === undefined) return true;
    if (verdict === "gap") {
      // What is missing will not come. Once is enough: the client has gone then.
      if (this.#link === null) return false;
      observer.indexSkipped?.(actorId, this.requestId);
      this.end(CLIENT_CLOSE.indexSkip);
      return false;
    }
    if (window.isAckDue) this.#ack(window.ack());
    else if (window.unacked === 1) actorAcks.add(this);
    if (verdict === "duplicate") {
      observer.duplicateDropped?.(actorId, this.requestId);
      this.#follower?.takenBefore(index);
    }
    return verdict === "take";
  }

  #ack(index: MessageIndex): void {
    this.actor.send(this.requestId, index, TAKEN_BODY);
  }

  #acked(index: MessageIndex): void {
    const { observer, host } = this.#context;
    const { pendingBytes } = this.#window;
    const now = host.now();
    const { runnerId } = this.actor.session!;
    const covered = this.#window.ack(
      index,
      (sentAt) => observer.messageAcked?.(now - sentAt, runnerId),
    );
    if (typeof covered === "string") {
      return observer.ackRefused?.(this.actor.record.actorId, this.requestId, covered);
    }
    this.#follower?.acked(index);
    this.actor.totals.pending(-covered, this.#window.pendingBytes - pendingBytes);
    observer.ackReceived?.();
    this.#crashes = 0;
    this.#lookAtActor();
    this.actor.progressed();
    if (this.#closeWaiting !== null) return this.#pushClose(this.#closeWaiting);
    if (this.#link === null && this.#window.pending === 0) this.#forget();
  }

  #toClient(index: MessageIndex, data: string | Uint8Array): void {
    if (this.#link === null) return;
    this.#link.send(data);
    this.#follower?.delivered(index);
    this.#delivered++;
    this.actor.traffic.messagesOut++;
    const unread = this.#link.bufferedBytes;
    this.#lookAtClient(unread);
    if (unread > this.#context.options.clientBufferBytes) {
      this.#closeAtLimit(CLIENT_CLOSE.slowClient, "clientBufferBytes");
    }
  }

  #closeAtLimit(
    close: Close,
    limit:
      | "pendingMessages"
      | "pendingBytes"
      | "clientBufferBytes"
      | "tunnelBufferBytes"
      | "webSocketMessageBytes",
  ): void {
    const value = this.#context.options[limit];
    this.#context.observer.limitReached?.(limit, value);
    this.end(withDetail(close, `${limit}=${value}`));
  }

  #closeClient(close: Close): void {
    if (this.#link === null) return;
    const link = this.#link;
    this.#link = null;
    link.close(close);
    this.#told(close.code, close.reason);
  }

  /** The client is gone; the actor must hear of it. */
  #leave(close: Close, code: number, reason: string): void {
    const { phase } = this;
    this.#told(code, reason);
    if (phase === "opening" && this.#openSentAt === undefined) return this.#forget();
    if (phase === "active" && !this.#hibernatable) {
      this.#sendPlain({ kind: "webSocketClose", ...close });
      return this.#forget();
    }
    if (phase !== "opening") this.#enter("closed");
    this.#pushClose(close);
    if (phase === "hibernating") this.actor.wake("close");
  }

  #pushClose(close: Close): void {
    const body: ToClientTunnelBody = { kind: "webSocketClose", ...close };
    this.#makeWay();
    const index = this.#window.push(body, 0, this.#context.host.now());
    this.#closeWaiting = typeof index === "string" ? close : null;
    if (typeof index === "string") return;
    this.actor.totals.pending(1, 0);
    if (!this.#window.held) this.#send(index, body);
  }

  /** Tells of a close that found the window full, behind what nobody has acked: now or never. */
  #sayCloseBeyond(close: Close): void {
    const body: ToClientTunnelBody = { kind: "webSocketClose", ...close };
    this.actor.send(this.requestId, advance(this.#window.lastQueued), body);
  }

  #told(code: number, reason: string): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#context.observer.socketClosed?.(this.actor.record.actorId, this.requestId, code, reason);
  }

  /** Both sides are done with it: only now is the id free. */
  #forget(): void {
    this.#enter("closed");
    if (!this.#context.sockets.delete(this.requestId)) return;
    this.#follower?.over();
    this.#keepNothing();
    this.#context.opening.delete(this);
    this.actor.sockets.delete(this);
    if (this.#hibernatable) this.#context.hibernation.drop(this.requestId);
    this.actor.released();
  }

  #enter(phase: SocketPhase): void {
    if (this.#phase === phase) return;
    this.actor.totals.moved(this.#phase, phase, this.#context.host.now());
    this.#phase = phase;
  }

  /** Nothing of what is pending will be asked for again. */
  #keepNothing(): void {
    const { pending, pendingBytes } = this.#window;
    this.#window.clear();
    this.actor.totals.pending(-pending, -pendingBytes);
  }

  #detailed(close: Close): Close {
    return withDetail(close, formatId(this.requestId));
  }
}
