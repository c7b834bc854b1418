import type { ActorDefinition, ActorKv, Handled, SocketRequest } from "../actor/mod.ts";
import { KvError } from "../actor/errors.ts";
import { PrefixedKv } from "../actor/kv.ts";
import { OutputGate, ReceiveWindow } from "../delivery/mod.ts";
import type { Timer } from "../host/host.ts";
import {
  type ActorConfig,
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  type HibernatingRequest,
  type KvRequest,
  type KvResponse,
  type MessageId,
  type MessageIndex,
  requestKey,
  type StopCode,
  type ToClientTunnelBody,
  type ToClientTunnelMessage,
  type ToServerTunnelBody,
  withDetail,
} from "../protocol/mod.ts";
import { HostedContext } from "./actor_context.ts";
import { Alarm } from "./alarm.ts";
import { CommitLoop } from "./commit_loop.ts";
import type { RunnerContext } from "./context.ts";
import { errorResponse, HttpExchange, type RequestStart } from "./http_request.ts";
import { IdleWatch } from "./idle_watch.ts";
import { isReplayable, type Letter } from "./letter.ts";
import { loadSnapshot } from "./load_snapshot.ts";
import { LooseChannel } from "./loose_channel.ts";
import { Mailbox } from "./mailbox.ts";
import type { KeptLimit, Outgoing } from "./outbox.ts";
import { parseState, serializeState, type Snapshot, type SocketSnapshot } from "./snapshot.ts";
import { TunnelSocket } from "./tunnel_socket.ts";
import type { ActorHostView } from "./view.ts";

export type InstancePhase = "starting" | "running" | "stopping" | "stopped";

type Body<Kind extends ToClientTunnelBody["kind"]> = Extract<ToClientTunnelBody, { kind: Kind }>;

/** What a hosted actor is started with. */
export interface InstanceInit {
  readonly actorId: ActorId;
  readonly generation: number;
  readonly config: ActorConfig;
  readonly definition: ActorDefinition;
  /** Sockets that the gateway holds open for it. */
  readonly hibernating: readonly HibernatingRequest[];
  /** It has left: nothing of it remains here. */
  readonly onGone: (instance: ActorInstance) => void;
}

const decoder = new TextDecoder();

/**
 * One actor in memory, for one generation.
 *
 *   1. starting   its snapshot is loaded, its sockets are restored, its start handler runs
 *   2. running    letters are handled, requests answered, work committed
 *   3. stopping   requests end, plain sockets close, the stop handler runs, the last commit
 *   4. stopped    nothing remains: no memory, timer or handler
 *
 * A crash, and a tunnel that is lost for good, lead to the end from anywhere, without a commit.
 */
export class ActorInstance {
  readonly actorId: ActorId;
  readonly generation: number;
  readonly kv: ActorKv;
  /** The open ones, as the author sees them. */
  readonly sockets = new Set<TunnelSocket>();
  state: unknown = undefined;
  readonly #context: RunnerContext;
  readonly #init: InstanceInit;
  readonly #definition: ActorDefinition;
  readonly #isStateful: boolean;
  readonly #actor: HostedContext;
  readonly #mailbox: Mailbox<Letter>;
  readonly #gate: OutputGate<Outgoing>;
  readonly #commit: CommitLoop;
  readonly #idle: IdleWatch;
  readonly #alarm: Alarm;
  readonly #startedTs: number;
  /** Every socket that is registered here: opening, open, or closed and not yet committed. */
  readonly #known = new Set<TunnelSocket>();
  readonly #requests = new Set<HttpExchange>();
  #waiting: HttpExchange[] = [];
  #early: ToClientTunnelMessage[] = [];
  #plainSockets = 0;
  #phase: InstancePhase = "starting";
  /** Whether the start or stop handler is half way. */
  #inHook = false;
  readonly #started = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;
  #stopTimer: Timer | undefined;
  #requestsEnded: (() => void) | undefined;

  constructor(context: RunnerContext, init: InstanceInit) {
    const { host, options } = context;
    const { definition } = init;
    this.#context = context;
    this.#init = init;
    this.#definition = definition;
    this.#isStateful = definition.state !== undefined;
    this.actorId = init.actorId;
    this.generation = init.generation;
    this.kv = new PrefixedKv(this.#call);
    this.#actor = new HostedContext(this, init.actorId, init.config);
    this.#mailbox = new Mailbox(this);
    this.#gate = new OutputGate({ messages: options.gateMessages, bytes: options.gateBytes });
    this.#commit = new CommitLoop(host, this, this.#call, this.#gate, options.socketsPerCommit);
    const sleepAfter = definition.sleepAfter ?? options.sleepAfterMs;
    this.#idle = new IdleWatch(host, sleepAfter, () => this.#isIdle, () => this.intend("sleep"));
    this.#alarm = new Alarm(host, () => this.#mailbox.post({ kind: "alarm", bytes: 0 }));
    this.#startedTs = host.epoch();
  }

  get phase(): InstancePhase {
    return this.#phase;
  }

  // Life

  async start(): Promise<void> {
    const { host, observer } = this.#context;
    const startedAt = host.now();
    try {
      const snapshot = await loadSnapshot(this.#call);
      if (this.#isGone()) return;
      this.#restore(snapshot);
      await this.#runHook("start");
      if (this.#isGone()) return;
      this.#phase = "running";
      const { name } = this.#init.config;
      observer.actorStarted?.(this.actorId, name, this.generation, host.now() - startedAt);
      this.#tell({ kind: "running" });
      if (snapshot.header?.alarmTs !== undefined) this.#tellAlarm(this.#alarm.at);
      this.#idle.start();
      this.#alarm.start();
      this.#commit.touch();
      this.#begin();
    } catch (error) {
      this.crash(error);
    } finally {
      this.#started.resolve();
    }
  }

  /**
   * Stops in good order; resolves when it has left. What takes too long is broken off.
   *
   * @param plainClose What the clients hear whose sockets cannot hibernate.
   */
  stop(plainClose: Close, timeoutMs: number): Promise<void> {
    this.#stopping ??= this.#stop(plainClose, timeoutMs).catch((error) => this.crash(error));
    return this.#stopping;
  }

  async #stop(plainClose: Close, timeoutMs: number): Promise<void> {
    const { host } = this.#context;
    this.#stopTimer = host.after(timeoutMs, () => {
      this.crash(new Error(`It did not stop within ${timeoutMs} ms`));
    });
    await this.#started.promise;
    if (this.#isGone()) return;
    this.#phase = "stopping";
    this.#idle.stop();
    this.#alarm.stop();
    // What the gateway sends again after the wake is left to it.
    this.#mailbox.discard(isReplayable);
    await this.#requestsDone(timeoutMs / 2);
    await this.#mailbox.idle();
    if (this.#isGone()) return;
    for (const socket of [...this.sockets]) {
      if (!socket.hibernatable) this.closedByActor(socket, plainClose.code, plainClose.reason);
    }
    await this.#mailbox.idle();
    if (this.#isGone()) return;
    await this.#runHook("stop").catch((error) => this.handlerFailed("stop", error));
    if (this.#isGone()) return;
    this.#commit.touch();
    await this.#commit.settled();
    this.#leave("ok", null, "stopped");
  }

  /** It has lost what it did since its last commit: nothing of that may be seen outside. */
  crash(error: unknown): void {
    if (this.#phase === "stopped") return;
    const why = error instanceof Error ? error.message : String(error);
    const { code, reason } = CLIENT_CLOSE.actorCrashed;
    for (const socket of this.#known) {
      if (socket.hibernatable) continue;
      this.#context.outbox.send(socket, { kind: "webSocketClose", code, reason, hibernate: false });
    }
    this.#leave("error", why, why);
  }

  /** The gateway has given it up, or soon will: leaves at once, without a commit. */
  abandon(why: string): void {
    this.#leave("ok", null, why);
  }

  #leave(code: StopCode, message: string | null, why: string): void {
    if (this.#phase === "stopped") return;
    this.#phase = "stopped";
    const { observer, sockets, departedSockets } = this.#context;
    this.#commit.stop();
    const dropped = this.#gate.drop();
    if (dropped > 0) observer.outgoingLost?.(dropped);
    this.#idle.stop();
    this.#alarm.stop();
    this.#stopTimer?.cancel();
    this.#mailbox.discard(() => true);
    for (const exchange of [...this.#requests]) exchange.abort("The actor has stopped");
    for (const socket of this.#known) {
      const { gatewayId, requestId } = socket;
      socket.closed();
      sockets.delete(gatewayId, requestId, socket);
      departedSockets.add(requestKey(gatewayId, requestId));
    }
    this.#known.clear();
    this.sockets.clear();
    this.#early = [];
    this.#waiting = [];
    this.#started.resolve();
    this.#requestsEnded?.();
    this.#tell({ kind: "stopped", code, message });
    observer.actorStopped?.(this.actorId, this.#init.config.name, this.generation, code, why);
    this.#init.onGone(this);
  }

  /** Hands over what came while it was not ready. */
  #begin(): void {
    const early = this.#early;
    this.#early = [];
    for (const { messageId, body } of early) {
      const socket = this.#context.sockets.get(messageId.gatewayId, messageId.requestId);
      if (socket !== undefined && this.#known.has(socket)) this.frame(socket, messageId, body);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const exchange of waiting) this.#respond(exchange);
    this.#mailbox.pump();
  }

  #restore(snapshot: Snapshot): void {
    this.#commit.restore(snapshot);
    this.#alarm.set(snapshot.header?.alarmTs ?? null);
    if (this.#isStateful) {
      this.state = snapshot.state === null
        ? this.#definition.state!(this.#actor)
        : parseState(snapshot.state);
    }
    const kept = new Map(
      snapshot.sockets.map((socket) => [requestKey(socket.gatewayId, socket.requestId), socket]),
    );
    for (const { gatewayId, requestId } of this.#init.hibernating) {
      const key = requestKey(gatewayId, requestId);
      const record = kept.get(key);
      kept.delete(key);
      this.#context.departedSockets.delete(key);
      if (record !== undefined) this.#register(this.#restored(record));
      else {
        const { code, reason } = CLIENT_CLOSE.metaNotFound;
        const close = { kind: "webSocketClose", code, reason, hibernate: false } as const;
        this.#context.outbox.send(new LooseChannel(gatewayId, requestId), close);
      }
    }
    for (const record of kept.values()) {
      const socket = this.#restored(record);
      this.#register(socket);
      this.#closed(socket);
      // 1006 is a report within this program: no close frame came.
      this.#mailbox.post({
        kind: "close",
        socket,
        code: 1006,
        reason: "",
        indexed: false,
        bytes: 0,
      });
    }
  }

  #restored(record: SocketSnapshot): TunnelSocket {
    const { gatewayId, requestId, index, path, attachment } = record;
    const window = new ReceiveWindow(index, { adopt: !this.#isStateful });
    return new TunnelSocket(this, {
      gatewayId,
      requestId,
      path,
      window,
      openIndex: index,
      attachment,
      restored: true,
    });
  }

  #register(socket: TunnelSocket): void {
    this.#known.add(socket);
    this.#context.sockets.set(socket.gatewayId, socket.requestId, socket);
    if (socket.isOpen) this.sockets.add(socket);
  }

  // Frames of the gateway

  /** A frame for a socket that is not restored yet. */
  early(message: ToClientTunnelMessage): void {
    const { mailboxMessages } = this.#context.options;
    if (this.#early.length < mailboxMessages) this.#early.push(message);
    else this.#context.observer.limitReached?.("mailboxMessages", mailboxMessages);
  }

  open(messageId: MessageId, body: Body<"webSocketOpen">): void {
    if (this.#phase === "stopping" || this.#isGone()) return;
    const { gatewayId, requestId } = messageId;
    const known = this.#context.sockets.get(gatewayId, requestId);
    if (known !== undefined && this.#known.has(known) && (known.isOpen || known.isOpening)) {
      // The answer got lost in a cut. What is in flight on the socket stays as it is.
      if (known.isOpen) this.#answerOpen(known);
      return;
    }
    const { websocket } = this.#definition;
    const channel = new LooseChannel(gatewayId, requestId);
    if (websocket === undefined) return this.#reject(channel, CLIENT_CLOSE.notImplemented);
    const request: SocketRequest = { path: body.path, headers: body.headers };
    let hibernatable: boolean;
    try {
      const { hibernate } = websocket;
      hibernatable = typeof hibernate === "function" ? hibernate(request) : hibernate ?? false;
    } catch (error) {
      this.handlerFailed("hibernate", error);
      return this.#reject(channel, CLIENT_CLOSE.serverError);
    }
    const openIndex = messageId.messageIndex;
    const socket = new TunnelSocket(this, {
      gatewayId,
      requestId,
      path: body.path,
      window: hibernatable ? new ReceiveWindow(openIndex) : null,
      openIndex,
      attachment: null,
      restored: false,
    });
    this.#context.departedSockets.delete(requestKey(gatewayId, requestId));
    this.#register(socket);
    if (!hibernatable) this.#plainSockets++;
    this.#mailbox.post({ kind: "open", socket, request, bytes: 0 });
  }

  #reject(channel: LooseChannel, { code, reason }: Close): void {
    this.#context.outbox.send(channel, { kind: "webSocketClose", code, reason, hibernate: false });
  }

  frame(socket: TunnelSocket, { messageIndex: index }: MessageId, body: ToClientTunnelBody): void {
    if (this.#isGone() || (this.#phase === "stopping" && socket.hibernatable)) return;
    switch (body.kind) {
      case "webSocketMessage":
        if (this.#isNext(socket, index)) this.#message(socket, body);
        return;
      case "webSocketClose":
        if (!this.#isNext(socket, index)) return;
        return this.#mailbox.post({
          kind: "close",
          socket,
          code: body.code ?? 1005,
          reason: body.reason ?? "",
          indexed: true,
          bytes: 0,
        });
      default:
        this.#context.observer.frameDropped?.(`${body.kind} for a WebSocket`);
    }
  }

  #isNext(socket: TunnelSocket, index: MessageIndex): boolean {
    const { observer } = this.#context;
    const { gatewayId, requestId, window } = socket;
    if (window === null) {
      if (!socket.countPlain(index)) observer.indexSkipped?.(this.actorId, gatewayId, requestId);
      return socket.isOpen || socket.isOpening;
    }
    // Nothing after a gap is handled, nor after the actor's own close.
    if (!socket.isOpen && !socket.isOpening) return false;
    switch (window.receive(index)) {
      case "deliver":
        return true;
      case "duplicate":
        observer.duplicateDropped?.(this.actorId, gatewayId, requestId);
        socket.ackAgain = true;
        this.#commit.toAck(socket);
        return false;
      case "inFlight":
        observer.duplicateDropped?.(this.actorId, gatewayId, requestId);
        return false;
      case "gap":
        observer.indexSkipped?.(this.actorId, gatewayId, requestId);
        this.#cutOff(socket, CLIENT_CLOSE.indexSkip);
        return false;
    }
  }

  #message(socket: TunnelSocket, { data, binary }: Body<"webSocketMessage">): void {
    const { mailboxMessages, mailboxBytes } = this.#context.options;
    if (this.#mailbox.length >= mailboxMessages) {
      return this.#atLimit(socket, CLIENT_CLOSE.mailboxFull, "mailboxMessages");
    }
    if (this.#mailbox.bytes + data.length > mailboxBytes) {
      return this.#atLimit(socket, CLIENT_CLOSE.mailboxFull, "mailboxBytes");
    }
    this.#mailbox.post({
      kind: "message",
      socket,
      data: binary ? data.slice() : decoder.decode(data),
      bytes: data.length,
    });
  }

  /** The tunnel is cut: plain sockets and requests do not outlive it. */
  tunnelCut(): void {
    for (const exchange of [...this.#requests]) exchange.abort("The tunnel is cut");
    for (const socket of [...this.#known]) {
      if (socket.hibernatable || (!socket.isOpen && !socket.isOpening)) continue;
      const wasOpen = socket.isOpen;
      this.#closed(socket);
      if (!wasOpen) continue;
      this.#mailbox.post({
        kind: "close",
        socket,
        code: 1006,
        reason: "",
        indexed: false,
        bytes: 0,
      });
    }
  }

  request(ids: MessageId, start: RequestStart): void {
    if (this.#phase === "stopping" || this.#isGone()) return;
    let exchange: HttpExchange;
    try {
      exchange = new HttpExchange(this.#context, this, ids, start);
    } catch (error) {
      // A method or header that HTTP does not allow.
      this.#context.outbox.send(
        new LooseChannel(ids.gatewayId, ids.requestId),
        errorResponse(400, "http.invalid_request", String(error)),
      );
      return;
    }
    this.#requests.add(exchange);
    if (this.#phase === "starting") this.#waiting.push(exchange);
    else this.#respond(exchange);
  }

  #respond(exchange: HttpExchange): void {
    if (this.#definition.fetch === undefined) {
      return exchange.refuse(404, "actor.no_fetch_handler", "This actor answers no HTTP requests");
    }
    void exchange.respond(this.#fetch);
  }

  readonly #fetch = (request: Request): Response | Promise<Response> =>
    this.#definition.fetch!(this.#actor, request);

  // The mailbox's owner

  mayHandle(): boolean {
    if (this.#inHook || (this.#phase !== "running" && this.#phase !== "stopping")) return false;
    return !(this.#isStateful && this.#commit.isFull);
  }

  handle(letter: Letter): void | Promise<void> {
    let handled: Handled;
    try {
      handled = this.#handler(letter);
    } catch (error) {
      return this.#letterFailed(letter, error);
    }
    if (handled === undefined) return;
    return handled.then(undefined, (error) => this.#letterFailed(letter, error));
  }

  #handler(letter: Letter): Handled {
    const { websocket } = this.#definition;
    switch (letter.kind) {
      case "message":
        // What comes behind the actor's own close is not for it any more.
        if (!letter.socket.isOpen) return;
        return websocket?.message?.(this.#actor, letter.socket, letter.data);
      case "open":
        if (!letter.socket.isOpening) return;
        this.#opened(letter.socket);
        return websocket?.open?.(this.#actor, letter.socket, letter.request);
      case "close": {
        const { socket, code, reason } = letter;
        if (socket.closeTold) return;
        socket.closeTold = true;
        this.#closed(socket);
        return websocket?.close?.(this.#actor, socket, code, reason);
      }
      case "alarm":
        if (!this.#alarm.isDue) return;
        this.#alarm.set(null);
        return this.#definition.alarm?.(this.#actor);
    }
  }

  handled(letter: Letter, awaited: boolean): void {
    if (this.#isGone()) return;
    this.#idle.active();
    if (letter.kind === "message" || (letter.kind === "close" && letter.indexed)) {
      const { socket } = letter;
      if (socket.window !== null) {
        socket.window.handle();
        if (!this.#isStateful && socket.isOpen) this.#commit.toAck(socket);
        else if (this.#known.has(socket)) this.#commit.indexChanged(socket);
      }
    }
    if (!this.#isStateful && !this.#commit.isPending && !this.#commit.hasWrites) return;
    if (awaited) this.#commit.flush();
    else this.#commit.touch();
  }

  #letterFailed(letter: Letter, error: unknown): void {
    this.handlerFailed(letter.kind, error);
    if (letter.kind !== "message" && letter.kind !== "open") return;
    if (letter.socket.isOpen) this.#cutOff(letter.socket, CLIENT_CLOSE.serverError);
  }

  // The sockets' owner

  get webSocketMessageBytes(): number {
    return this.#context.options.webSocketMessageBytes;
  }

  get attachmentBytes(): number {
    return this.#context.options.attachmentBytes;
  }

  output(socket: TunnelSocket, body: ToServerTunnelBody, bytes: number): void {
    if (this.#isGone()) return this.outputLost();
    const output = { channel: socket, body };
    if (this.#passesThrough) return this.send(output);
    const refusal = this.#gate.hold(output, bytes);
    if (refusal !== "held") {
      this.outputLost();
      const limit = refusal === "messages" ? "gateMessages" : "gateBytes";
      return this.#atLimit(socket, CLIENT_CLOSE.outputLimit, limit);
    }
    this.#commit.touch();
  }

  outputLost(): void {
    this.#context.observer.outgoingLost?.(1);
  }

  closedByActor(socket: TunnelSocket, code: number, reason: string): void {
    this.#closed(socket);
    const body = { kind: "webSocketClose", code, reason, hibernate: false } as const;
    if (this.#passesThrough) this.send({ channel: socket, body });
    else this.#gate.holdAlways({ channel: socket, body });
    this.#commit.touch();
    this.#mailbox.post({ kind: "close", socket, code, reason, indexed: false, bytes: 0 });
  }

  attachmentChanged(socket: TunnelSocket): void {
    if (this.#isGone() || !socket.hibernatable || !socket.isOpen) return;
    this.#commit.metaChanged(socket);
  }

  #opened(socket: TunnelSocket): void {
    socket.opened();
    this.sockets.add(socket);
    if (socket.hibernatable) {
      this.#commit.indexChanged(socket);
      this.#commit.metaChanged(socket);
    }
    this.#answerOpen(socket);
  }

  #answerOpen(socket: TunnelSocket): void {
    const body = { kind: "webSocketOpen", canHibernate: socket.hibernatable } as const;
    this.output(socket, body, 0);
  }

  /** The socket is closed for the actor. Its record goes with the next commit. */
  #closed(socket: TunnelSocket): void {
    if (!socket.isOpen && !socket.isOpening) return;
    socket.closed();
    this.sockets.delete(socket);
    if (socket.hibernatable) return this.#commit.indexChanged(socket);
    this.#plainSockets--;
    this.forget(socket);
  }

  /** Closes from here, for a reason that is not the author's. */
  #cutOff(socket: TunnelSocket, close: Close): void {
    if (socket.isOpen || socket.isOpening) this.closedByActor(socket, close.code, close.reason);
  }

  #atLimit(
    socket: TunnelSocket,
    close: Close,
    limit: "mailboxMessages" | "mailboxBytes" | "gateMessages" | "gateBytes" | KeptLimit,
  ): void {
    const value = this.#context.options[limit];
    this.#context.observer.limitReached?.(limit, value);
    this.#cutOff(socket, withDetail(close, `${limit}=${value}`));
  }

  // The requests' owner

  outputResponse(exchange: HttpExchange, body: ToServerTunnelBody, bytes: number): boolean {
    if (this.#isGone()) return false;
    const output = { channel: exchange, body };
    if (this.#passesThrough) {
      this.send(output);
      return true;
    }
    const refusal = this.#gate.hold(output, bytes);
    this.#commit.touch();
    if (refusal === "held") return true;
    const limit = refusal === "messages" ? "gateMessages" : "gateBytes";
    this.#context.observer.limitReached?.(limit, this.#context.options[limit]);
    this.#gate.holdAlways({ channel: exchange, body: { kind: "responseAbort" } });
    exchange.abort(`${limit}=${this.#context.options[limit]}`);
    return false;
  }

  handlerFailed(handler: string, error: unknown): void {
    this.#context.observer.handlerFailed?.(this.actorId, handler, error);
  }

  requestEnded(exchange: HttpExchange): void {
    this.#requests.delete(exchange);
    this.#idle.active();
    if (this.#requests.size === 0) this.#requestsEnded?.();
    if (!this.#isGone() && this.#isStateful) this.#commit.touch();
  }

  // The commit loop's owner

  get isBusy(): boolean {
    return this.#inHook || this.#mailbox.isRunning;
  }

  get alarmTs(): number | null {
    return this.#alarm.at;
  }

  stateText(): string | null {
    return this.#isStateful ? serializeState(this.state) : null;
  }

  ack(socket: TunnelSocket, index: MessageIndex): void {
    this.#context.outbox.send(socket, { kind: "webSocketMessageAck", index });
  }

  forget(socket: TunnelSocket): void {
    const { gatewayId, requestId } = socket;
    this.#known.delete(socket);
    this.#context.sockets.delete(gatewayId, requestId, socket);
    this.#context.closedSockets.add(requestKey(gatewayId, requestId));
  }

  send(output: Outgoing): void {
    const { channel, body } = output;
    const sent = this.#context.outbox.send(channel, body);
    if (channel instanceof HttpExchange) channel.released();
    else if (sent !== "taken" && channel instanceof TunnelSocket) {
      this.#atLimit(channel, CLIENT_CLOSE.outputLimit, sent);
    }
  }

  collected(): void {
    this.#mailbox.pump();
  }

  alarmKept(alarmTs: number | null): void {
    this.#tellAlarm(alarmTs);
  }

  committed(bytes: number, messages: number, ms: number): void {
    this.#idle.active();
    this.#context.observer.committed?.(this.actorId, bytes, messages, ms);
  }

  commitFailed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#context.observer.commitFailed?.(this.actorId, why);
    this.crash(error);
  }

  // The author's context's owner

  epoch(): number {
    return this.#context.host.epoch();
  }

  setAlarm(at: number | null): void {
    if (this.#isGone()) return;
    this.#alarm.set(at);
    this.#commit.touch();
  }

  intend(intent: "sleep" | "stop"): void {
    if (!this.#isGone() && this.#stopping === undefined) this.#tell({ kind: "intent", intent });
  }

  view(): ActorHostView {
    return {
      actorId: this.actorId,
      name: this.#init.config.name,
      key: this.#init.config.key,
      generation: this.generation,
      phase: this.#phase === "stopped" ? "stopping" : this.#phase,
      startedTs: this.#startedTs,
      sockets: this.sockets.size,
      plainSockets: this.#plainSockets,
      requestsInFlight: this.#requests.size,
      mailbox: this.#mailbox.length,
      uncommitted: this.#commit.isPending,
      heldMessages: this.#gate.heldMessages,
      heldBytes: this.#gate.heldBytes,
      alarmTs: this.#alarm.at,
      idleLeftMs: this.#idle.leftMs,
    };
  }

  /** Whether what it says depends on nothing that is not durable yet. */
  get #passesThrough(): boolean {
    return !this.#isStateful && !this.#commit.hasWrites && this.#gate.heldMessages === 0;
  }

  get #isIdle(): boolean {
    return this.#phase === "running" && this.#requests.size === 0 && this.#plainSockets === 0 &&
      this.#mailbox.isIdle && !this.#commit.isPending;
  }

  /** A call, not a comparison: what happened during an `await` is seen. */
  #isGone(): boolean {
    return this.#phase === "stopped";
  }

  async #runHook(hook: "start" | "stop"): Promise<void> {
    this.#inHook = true;
    try {
      await this.#definition[hook]?.(this.#actor);
    } finally {
      this.#inHook = false;
    }
  }

  async #requestsDone(graceMs: number): Promise<void> {
    if (this.#requests.size === 0) return;
    const timer = this.#context.host.after(graceMs, () => {
      for (const exchange of [...this.#requests]) exchange.breakOff("The actor is stopping");
    });
    await new Promise<void>((resolve) => this.#requestsEnded = resolve);
    this.#requestsEnded = undefined;
    timer.cancel();
  }

  #tell(event: Parameters<RunnerContext["event"]>[2]): void {
    this.#context.event(this.actorId, this.generation, event);
  }

  #tellAlarm(alarmTs: number | null): void {
    this.#tell({ kind: "setAlarm", alarmTs: alarmTs === null ? null : BigInt(alarmTs) });
  }

  readonly #call = (request: KvRequest): Promise<KvResponse> => {
    if (this.#isGone()) return Promise.reject(new KvError("kv.stopped", "The actor has stopped"));
    return this.#context.kv.call(this.actorId, request);
  };
}
