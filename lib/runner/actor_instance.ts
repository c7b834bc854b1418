import type { ActorDefinition, ActorKv, WebSocketHandlers } from "../actor/mod.ts";
import { ActorError, KvError } from "../actor/errors.ts";
import { PrefixedKv } from "../actor/kv.ts";
import { OutputGate } from "../delivery/mod.ts";
import type { Timer } from "../host/host.ts";
import {
  type ActorConfig,
  type ActorEvent,
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  type HibernatingRequest,
  type KvRequest,
  type KvResponse,
  type MessageId,
  type StopCode,
  type ToClientTunnelBody,
  type ToClientTunnelMessage,
} from "../protocol/mod.ts";
import { HostedContext } from "./actor_context.ts";
import { Alarm } from "./alarm.ts";
import type { Outgoing } from "./channel.ts";
import { CommitLoop } from "./commit_loop.ts";
import type { ActorHostContext } from "./context.ts";
import { type Hold, holdsOf } from "./holds.ts";
import type { RequestStart } from "./http_request.ts";
import { IdleWatch } from "./idle_watch.ts";
import { isReplayable, type Letter } from "./letter.ts";
import { LetterReader } from "./letter_reader.ts";
import { loadSnapshot } from "./load_snapshot.ts";
import { Mailbox } from "./mailbox.ts";
import type { SocketsLeft } from "./observer.ts";
import { OutputPath } from "./output_path.ts";
import { isCoded, reasonOf } from "./reason.ts";
import { RequestRoom } from "./request_room.ts";
import { SocketRoom } from "./socket_room.ts";
import { parseState, StateWriter } from "../kept/state_text.ts";
import type { TunnelSocket } from "./tunnel_socket.ts";
import type { ActorHostView, CommittedState, HibernatePlan } from "./view.ts";

/** How an actor has left: `left` is `null` where it did not stop in good order. */
export interface Departure {
  readonly why: string;
  readonly left: SocketsLeft | null;
}

type InstancePhase = "starting" | "running" | "stopping" | "stopped";

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
  readonly isStateful: boolean;
  readonly kv: ActorKv;
  readonly mailbox: Mailbox<Letter>;
  readonly commit: CommitLoop;
  readonly outputs: OutputPath;
  state: unknown = undefined;
  readonly #context: ActorHostContext;
  readonly #init: InstanceInit;
  readonly #definition: ActorDefinition;
  readonly #actor: HostedContext;
  readonly #sockets: SocketRoom;
  readonly #requests: RequestRoom;
  readonly #stateWriter = new StateWriter();
  readonly #idle: IdleWatch;
  readonly #alarm: Alarm;
  readonly #reader: LetterReader;
  readonly #startedTs: number;
  readonly #started = Promise.withResolvers<void>();
  readonly #left = Promise.withResolvers<Departure>();
  #phase: InstancePhase = "starting";
  /** Whether the start or stop handler is half way. */
  #inHook = false;
  /** Tells of the first handler's end, where somebody listens, and is gone then. */
  #onFirst: (() => void) | undefined;
  #stopping: Promise<void> | undefined;
  #stopTimer: Timer | undefined;

  constructor(context: ActorHostContext, init: InstanceInit) {
    const { host, options, outbox } = context;
    const { actorId, definition } = init;
    this.#context = context;
    this.#init = init;
    this.#definition = definition;
    this.actorId = actorId;
    this.generation = init.generation;
    this.isStateful = definition.state !== undefined;
    this.kv = new PrefixedKv(this.#call);
    this.mailbox = new Mailbox(this);
    const gate = new OutputGate<Outgoing>({
      messages: options.gateMessages,
      bytes: options.gateBytes,
    });
    this.commit = new CommitLoop(host, this, this.#call, gate, options);
    this.outputs = new OutputPath(outbox, gate, this.commit, {
      isStateful: this.isStateful,
      isImmediate: definition.output === "immediate",
    });
    this.#sockets = new SocketRoom(context, this);
    this.#requests = new RequestRoom(context, this);
    this.#actor = new HostedContext(this, actorId, init.config);
    const sleepAfter = definition.sleepAfter ?? options.sleepAfterMs;
    this.#idle = new IdleWatch(host, sleepAfter, () => this.#isIdle, () => this.intend("sleep"));
    this.#alarm = new Alarm(host, () => this.mailbox.post({ kind: "alarm", bytes: 0 }));
    this.#reader = new LetterReader(this, definition, this.#actor, this.#sockets, this.#alarm);
    this.#startedTs = host.epoch();
  }

  // Life

  async start(): Promise<void> {
    const { host, observer } = this.#context;
    const startedAt = host.now();
    try {
      const snapshot = await loadSnapshot(this.#call);
      if (this.#isGone()) return;
      this.commit.restore(snapshot);
      this.#alarm.set(snapshot.header?.alarmTs ?? null);
      if (this.isStateful) {
        this.state = snapshot.state === null
          ? this.#definition.state!(this.#actor)
          : parseState(snapshot.state);
      }
      const loadedAt = host.now();
      this.#sockets.restore(snapshot.sockets, this.#init.hibernating);
      await this.#runHook("start");
      if (this.#isGone()) return;
      this.#phase = "running";
      const { name, key } = this.#init.config;
      const times = { receivedAt: startedAt, loadedAt, runningAt: host.now() };
      const tookMs = times.runningAt - startedAt;
      observer.actorStarted?.(this.actorId, name, this.generation, tookMs, key, times);
      if (observer.firstHandled !== undefined) this.#onFirst = this.#tellFirst;
      this.#tell({ kind: "running" });
      this.#sockets.running();
      // The gateway may not have heard of it: the last life may have ended just before its word.
      if (snapshot.header?.alarmTs !== undefined) this.alarmKept(this.#alarm.at);
      this.#idle.start();
      this.#alarm.start();
      this.commit.touch();
      this.#requests.begin();
      this.mailbox.pump();
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
    this.#stopTimer = this.#context.host.after(timeoutMs, () => {
      const what = this.isBusy ? "A handler did not end" : "It did not stop";
      this.crash(`${what} within ${timeoutMs} ms`);
    });
    await this.#started.promise;
    if (this.#isGone()) return;
    this.#phase = "stopping";
    this.#idle.stop();
    this.#alarm.stop();
    // What the gateway sends again after the wake is left to it.
    this.mailbox.discard(isReplayable);
    // Half of the time for those who wait for an answer, the other half for the rest.
    await this.#requests.finish(timeoutMs / 2);
    await this.mailbox.idle();
    if (this.#isGone()) return;
    this.#sockets.closePlain(plainClose);
    await this.mailbox.idle();
    if (this.#isGone()) return;
    await this.#runHook("stop").catch((error) => this.handlerFailed("stop", error));
    if (this.#isGone()) return;
    this.commit.touch();
    await this.commit.settled();
    this.#sockets.stopping();
    this.#leave("ok", null, "stopped", { left: this.#sockets.left });
  }

  /**
   * Asks the gateway that it may sleep. Resolves when it has left, with how it did: whether a person
   * asks, the actor itself or the gateway, the way is the same.
   */
  async hibernate(): Promise<Departure> {
    await this.#started.promise;
    this.intend("sleep");
    return await this.#left.promise;
  }

  /** What {@link hibernate} would do now. */
  plan(): HibernatePlan {
    return {
      actorId: this.actorId,
      phase: this.phase,
      socketsKept: this.#sockets.left.kept,
      socketsClosed: this.#sockets.plain,
      messagesReplayed: this.mailbox.count((letter) =>
        letter.kind === "message" && isReplayable(letter)
      ),
      requestsInFlight: this.requestsInFlight,
    };
  }

  /** It has lost what it did since its last commit: nothing of that may be seen outside. */
  crash(error: unknown): void {
    if (this.#isGone()) return;
    const why = reasonOf(error);
    this.#sockets.crashed(CLIENT_CLOSE.actorCrashed);
    this.#leave(
      "error",
      why,
      why,
      error instanceof Error && !isCoded(error) ? { cause: error } : {},
    );
  }

  /** The gateway has given it up, or soon will: leaves at once, without a commit. */
  abandon(why: string): void {
    this.intend("sleep");
    this.#leave("ok", null, why);
  }

  #leave(
    code: StopCode,
    message: string | null,
    why: string,
    { cause, left }: { readonly cause?: Error; readonly left?: SocketsLeft } = {},
  ): void {
    if (this.#isGone()) return;
    this.#phase = "stopped";
    const { observer } = this.#context;
    this.commit.stop();
    const dropped = this.outputs.drop();
    if (dropped > 0) observer.outgoingLost?.(dropped);
    this.#idle.stop();
    this.#alarm.stop();
    this.#stopTimer?.cancel();
    this.mailbox.discard(() => true);
    this.#requests.close();
    this.#sockets.close();
    this.#started.resolve();
    this.#tell({ kind: "stopped", code, message });
    const { name } = this.#init.config;
    observer.actorStopped?.(this.actorId, name, this.generation, code, why, cause, left);
    this.#left.resolve({ why, left: left ?? null });
    this.#init.onGone(this);
  }

  async #runHook(hook: "start" | "stop"): Promise<void> {
    this.#inHook = true;
    try {
      await this.#definition[hook]?.(this.#actor);
    } finally {
      this.#inHook = false;
    }
  }

  // What the gateway says. An actor that stops takes nothing in: it is sent again to its next life.

  open(ids: MessageId, body: Extract<ToClientTunnelBody, { kind: "webSocketOpen" }>): void {
    if (this.#takesIn) this.#sockets.connect(ids, body);
  }

  request(ids: MessageId, start: RequestStart): void {
    if (this.#takesIn) this.#requests.take(ids, start);
  }

  /** A frame for a socket that is not restored yet. */
  early(message: ToClientTunnelMessage): void {
    this.#sockets.early(message);
  }

  /** Plain sockets and requests do not outlive the tunnel. */
  tunnelCut(): void {
    this.#requests.abort("The tunnel is cut");
    this.#sockets.tunnelCut();
  }

  // What the mailbox asks

  mayHandle(): boolean {
    if (this.#inHook || (this.#phase !== "running" && this.#phase !== "stopping")) return false;
    return !(this.isStateful && this.commit.isFull);
  }

  handle(letter: Letter): void | Promise<void> {
    return this.#reader.read(letter);
  }

  handled(letter: Letter, awaited: boolean): void {
    if (this.#isGone()) return;
    // The end of the last plain socket is a letter too: until then no clock need be read.
    if (this.#sockets.plain === 0) this.#idle.active();
    this.#onFirst?.();
    this.#reader.count(letter);
    if (!this.isStateful && this.commit.isClear) return;
    if (awaited) this.commit.flush();
    else this.commit.touch();
  }

  // What the commit loop asks

  get isBusy(): boolean {
    return this.#inHook || this.mailbox.isRunning;
  }

  get alarmTs(): number | null {
    return this.#alarm.at;
  }

  stateText(): string | null {
    return this.isStateful ? this.#stateWriter.write(this.state) : null;
  }

  ack(socket: TunnelSocket, bytes: number, again: boolean): void {
    if (again) this.#context.acks.say(socket);
    else this.#context.acks.owe(socket, bytes, this.isStateful);
  }

  forget(socket: TunnelSocket): void {
    this.#sockets.forget(socket);
  }

  send(output: Outgoing): void {
    this.outputs.send(output);
  }

  collected(): void {
    this.mailbox.pump();
  }

  alarmKept(alarmTs: number | null): void {
    this.#tell({ kind: "setAlarm", alarmTs: alarmTs === null ? null : BigInt(alarmTs) });
  }

  committed(bytes: number, messages: number, ms: number): void {
    this.#idle.active();
    this.#context.observer.committed?.(this.actorId, bytes, messages, ms);
  }

  commitFailed(error: unknown): void {
    const { observer, options } = this.#context;
    if (error instanceof ActorError && error.code === "actor.state_too_large") {
      observer.limitReached?.("stateBytes", options.stateBytes);
    }
    observer.commitFailed?.(this.actorId, reasonOf(error));
    this.crash(error);
  }

  // What its sockets, its requests and its author ask

  get webSocket(): WebSocketHandlers | undefined {
    return this.#definition.websocket;
  }

  get fetch(): ((request: Request) => Response | Promise<Response>) | undefined {
    if (this.#definition.fetch === undefined) return undefined;
    return (request) => this.#definition.fetch!(this.#actor, request);
  }

  get sockets(): ReadonlySet<TunnelSocket> {
    return this.#sockets.open;
  }

  socketsAttached(): void {
    if (!this.#isGone()) this.#idle.active();
  }

  get isStopping(): boolean {
    return this.#phase === "stopping";
  }

  handlerFailed(handler: string, error: unknown): void {
    this.#context.observer.handlerFailed?.(this.actorId, handler, error);
  }

  requestEnded(): void {
    if (this.#isGone()) return;
    this.#idle.active();
    this.#onFirst?.();
    if (this.isStateful) this.commit.touch();
  }

  epoch(): number {
    return this.#context.host.epoch();
  }

  setAlarm(at: number | null): void {
    if (this.#isGone()) return;
    this.#alarm.set(at);
    this.commit.touch();
  }

  /**
   * Tells the gateway what it wants. A Rivet Engine takes an actor that stops well, with nobody
   * having asked for it, for one that is done: it destroys it and its data.
   */
  intend(intent: "sleep" | "stop"): void {
    if (!this.#isGone() && this.#stopping === undefined) this.#tell({ kind: "intent", intent });
  }

  get name(): string {
    return this.#init.config.name;
  }

  get key(): string | null {
    return this.#init.config.key;
  }

  get phase(): ActorHostView["phase"] {
    return this.#phase === "stopped" ? "stopping" : this.#phase;
  }

  get requestsInFlight(): number {
    return this.#requests.size;
  }

  view(): ActorHostView {
    return {
      actorId: this.actorId,
      name: this.name,
      key: this.key,
      generation: this.generation,
      phase: this.phase,
      startedTs: this.#startedTs,
      sockets: this.sockets.size,
      plainSockets: this.#sockets.plain,
      requestsInFlight: this.requestsInFlight,
      mailbox: this.mailbox.length,
      uncommitted: this.commit.isPending,
      heldMessages: this.outputs.heldMessages,
      heldBytes: this.outputs.heldBytes,
      alarmTs: this.#alarm.at,
      sleepAfterMs: this.#idle.afterMs,
      idleLeftMs: this.#idle.leftMs,
      holds: this.#holds,
      handler: this.#handler,
    };
  }

  /** As it is durable, without a word to its author; `undefined` before it is loaded. */
  committedState(): CommittedState | undefined {
    return this.#phase === "starting" ? undefined : this.commit.committed;
  }

  get #isIdle(): boolean {
    return this.#phase === "running" && this.#holds.length === 0;
  }

  get #holds(): readonly Hold[] {
    return holdsOf({
      starting: Number(this.#phase === "starting"),
      requests_in_flight: this.#requests.size,
      plain_sockets: this.#sockets.plain,
      handler_running: Number(this.isBusy),
      messages_unhandled: this.mailbox.length,
      uncommitted: Number(this.commit.isPending),
      sockets_attaching: Number(this.#sockets.isAttaching),
      never_sleeps: Number(this.#idle.afterMs === null),
    });
  }

  get #handler(): string | null {
    if (this.#inHook) return this.#phase === "starting" ? "start" : "stop";
    return this.mailbox.current?.kind ?? null;
  }

  get #takesIn(): boolean {
    return this.#phase === "starting" || this.#phase === "running";
  }

  /** A call, not a comparison: what happened during an `await` is seen. */
  #isGone(): boolean {
    return this.#phase === "stopped";
  }

  readonly #tellFirst = (): void => {
    this.#onFirst = undefined;
    const { host, observer } = this.#context;
    observer.firstHandled?.(this.actorId, this.generation, host.now());
  };

  #tell(event: ActorEvent): void {
    this.#context.event(this.actorId, this.generation, event);
  }

  readonly #call = (request: KvRequest): Promise<KvResponse> => {
    if (this.#isGone()) return Promise.reject(new KvError("kv.stopped", "The actor has stopped"));
    return this.#context.kv.call(this.actorId, request);
  };
}
