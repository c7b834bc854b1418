import {
  type ActorConfig as StartConfig,
  type ActorEvent,
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  type HibernatingRequest,
  type MessageId,
  type StopCode,
  type ToClientTunnelBody,
} from "../protocol/mod.ts";
import type { RequestStart } from "../runner/http_request.ts";
import type { ActorConfig, HibernatingWebSocketMetadata } from "./config.ts";
import type { CallbackContext } from "./context.ts";
import type { HostedSocket } from "./hosted_socket.ts";
import { type IdBuffer, idBuffer, toGatewayId, toRequestId } from "./ids.ts";
import { RequestDesk } from "./request_desk.ts";
import {
  type ActorSource,
  type PendingRequest,
  type RequestIds,
  RunnerActor,
} from "./runner_actor.ts";
import { SocketDesk } from "./socket_desk.ts";
import type { TunnelWebSocket } from "./tunnel_websocket.ts";

export interface HostedActorInit {
  readonly actorId: ActorId;
  readonly generation: number;
  readonly config: StartConfig;
  /** Sockets that the gateway holds open for it. */
  readonly hibernating: readonly HibernatingRequest[];
  /** It runs: what came for it meanwhile may come in. */
  readonly onRunning: (actor: HostedActor) => void;
  /** It has left: the gateway sends nothing more to it. */
  readonly onGone: (actor: HostedActor) => void;
}

/** Why an actor stops, where its word to the gateway depends on it. */
export type StopCause =
  /** The gateway says so. */
  | "command"
  /** The user says so, without asking the gateway. */
  | "force"
  | "drain";

/**
 * One actor, for one generation.
 *
 *   1. starting   `onActorStart` runs, and restores the sockets that the gateway holds
 *   2. running    requests and sockets go to the user's handlers
 *   3. stopping   `onActorStop` runs while requests end; then plain sockets close
 *   4. gone       the gateway has its word
 *
 * One that the gateway gives up is gone at once; `onActorStop` runs all the same.
 */
export class HostedActor implements ActorSource {
  readonly actorId: ActorId;
  readonly generation: number;
  readonly config: ActorConfig;
  readonly hibernatingRequests: readonly RequestIds[];
  readonly view: RunnerActor;
  readonly sockets: SocketDesk;
  readonly requests: RequestDesk;
  readonly #context: CallbackContext;
  readonly #init: HostedActorInit;
  readonly #started = Promise.withResolvers<void>();
  #phase: "starting" | "running" | "stopping" | "gone" = "starting";
  #intent: "sleep" | "stop" | "destroy" | null = null;
  #isRestored = false;
  /** What the user's start or stop handler failed with. */
  #failure: string | undefined;
  #ending: Promise<void> | undefined;

  constructor(context: CallbackContext, init: HostedActorInit) {
    this.#context = context;
    this.#init = init;
    this.actorId = init.actorId;
    this.generation = init.generation;
    const { name, key, createTs, input } = init.config;
    this.config = { name, key, createTs, input: input?.slice() ?? null };
    this.hibernatingRequests = init.hibernating.map(({ gatewayId, requestId }) => ({
      gatewayId: idBuffer(gatewayId),
      requestId: idBuffer(requestId),
    }));
    this.sockets = new SocketDesk(context, this);
    this.requests = new RequestDesk(context, init.actorId);
    // Nobody need be waiting.
    this.#started.promise.catch(() => {});
    this.view = new RunnerActor(this);
  }

  /** Sockets that the gateway holds open for it. */
  get hibernating(): readonly HibernatingRequest[] {
    return this.#init.hibernating;
  }

  get isStarting(): boolean {
    return this.#phase === "starting";
  }

  // Life

  async start(): Promise<void> {
    const { runner, host, observer } = this.#context;
    const startedAt = host.now();
    try {
      await runner.config.onActorStart(this.actorId, this.generation, this.config);
      // Sockets that the user does not know must not stay open and dead.
      if (!this.#isRestored && !this.#isGone()) await this.restore([]);
    } catch (error) {
      this.#handlerFailed("onActorStart", error);
      this.#started.reject(error);
      return this.stop("force", CLIENT_CLOSE.actorCrashed, this.#context.stopTimeoutMs());
    }
    if (this.#isGone()) return this.#started.resolve();
    this.#phase = "running";
    const { name, key } = this.config;
    observer.actorStarted?.(this.actorId, name, this.generation, host.now() - startedAt, key);
    this.#tell({ kind: "running" });
    this.sockets.running();
    this.#started.resolve();
    if (this.#ending === undefined) this.#init.onRunning(this);
  }

  /** Stops in good order; resolves when it has left. What takes too long is not waited for. */
  stop(cause: StopCause, plainClose: Close, timeoutMs: number): Promise<void> {
    return this.#ending ??= this.#stop(cause, plainClose, timeoutMs);
  }

  async #stop(cause: StopCause, plainClose: Close, timeoutMs: number): Promise<void> {
    const isLate = await this.#within(timeoutMs, async () => {
      await this.#started.promise.catch(() => {});
      if (this.#isGone()) return;
      this.#phase = "stopping";
      this.sockets.isStopping = true;
      await Promise.all([this.#runStop(), this.requests.finish(timeoutMs / 2)]);
    });
    if (this.#isGone()) return;
    this.sockets.closePlain(plainClose);
    if (isLate) return this.#leave("error", `It did not stop within ${timeoutMs} ms`);
    if (this.#failure !== undefined) return this.#leave("error", this.#failure);
    this.#leave(this.#isGraceful(cause) ? "ok" : "error", null);
  }

  /**
   * The gateway has given it up, or soon will: it is gone at once. Resolves when the user has put
   * it away, or has had the time for it.
   */
  abandon(why: string): Promise<void> {
    if (this.#isGone()) return Promise.resolve();
    // The user hears of it first: a close that follows is then nothing to write down.
    const putAway = this.#ending ?? this.#within(this.#context.stopTimeoutMs(), async () => {
      if (this.isStarting) await this.#started.promise.catch(() => {});
      await this.#runStop();
    }).then(() => {});
    this.#ending = putAway;
    this.sockets.losePlain(CLIENT_CLOSE.actorStopped);
    this.#leave("ok", null, why);
    return putAway;
  }

  /**
   * `ok` keeps an engine from counting a crash. The reference says it only of what it destroys or
   * drains, so that each sleep is followed by a longer wait.
   */
  #isGraceful(cause: StopCause): boolean {
    if (cause === "drain" || this.#intent === "destroy") return true;
    return cause === "command" && this.#intent !== "stop";
  }

  #leave(code: StopCode, message: string | null, why = message ?? "stopped"): void {
    this.#phase = "gone";
    this.requests.leave();
    this.sockets.leave();
    this.#tell({ kind: "stopped", code, message });
    const { observer } = this.#context;
    observer.actorStopped?.(this.actorId, this.config.name, this.generation, code, why);
    this.#init.onGone(this);
  }

  async #runStop(): Promise<void> {
    try {
      await this.#context.runner.config.onActorStop(this.actorId, this.generation);
    } catch (error) {
      this.#handlerFailed("onActorStop", error);
    }
  }

  /** Returns whether the work takes longer. */
  async #within(timeoutMs: number, work: () => Promise<void>): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = this.#context.host.after(timeoutMs, () => late.resolve(true));
    try {
      return await Promise.race([work().then(() => false), late.promise]);
    } finally {
      timer.cancel();
    }
  }

  // What the gateway says. An actor that stops takes nothing in: its next life gets it again.

  open(ids: MessageId, body: Extract<ToClientTunnelBody, { kind: "webSocketOpen" }>): void {
    if (this.#phase === "running") void this.sockets.open(ids, body);
  }

  request(ids: MessageId, start: RequestStart): void {
    if (this.#phase === "running") this.requests.take(ids, start);
  }

  /** Plain sockets and requests do not outlive the tunnel: what was in flight is unknown. */
  tunnelCut(): void {
    this.requests.abort("The tunnel is cut");
    this.sockets.losePlain({ code: 1006, reason: "" });
  }

  // What the user says

  async restore(metadata: readonly HibernatingWebSocketMetadata[]): Promise<void> {
    if (this.#isRestored) {
      throw new Error(`The sockets of actor ${this.actorId} are restored already`);
    }
    this.#isRestored = true;
    await this.sockets.restore(this.#init.hibernating, metadata);
  }

  intend(intent: "sleep" | "stop" | "destroy"): void {
    if (this.#ending !== undefined) return;
    this.#intent = intent;
    this.#tell({ kind: "intent", intent: intent === "sleep" ? "sleep" : "stop" });
  }

  setAlarm(alarmTs: bigint | null): void {
    this.#tell({ kind: "setAlarm", alarmTs });
  }

  // What it shows

  get started(): Promise<void> {
    return this.#started.promise;
  }

  get isRestored(): boolean {
    return this.#isRestored;
  }

  get isToBeDestroyed(): boolean {
    return this.#intent === "destroy";
  }

  pendingRequests(): PendingRequest[] {
    const { actorId } = this;
    return [
      ...[...this.requests.all].map((exchange) => ({
        gatewayId: idBuffer(exchange.gatewayId),
        requestId: idBuffer(exchange.requestId),
        actorId,
        clientMessageIndex: 0,
      })),
      ...[...this.sockets.all].map((socket) => this.#pending(socket)),
    ];
  }

  webSockets(): (RequestIds & { readonly ws: TunnelWebSocket })[] {
    return [...this.sockets.all].map((socket) => ({
      gatewayId: socket.gatewayIdBuffer,
      requestId: socket.requestIdBuffer,
      ws: socket.webSocket,
    }));
  }

  pendingRequest(gatewayId: IdBuffer, requestId: IdBuffer): PendingRequest | undefined {
    const socket = this.#socket(gatewayId, requestId);
    if (socket !== undefined) return this.#pending(socket);
    const exchange = this.#context.requests.get(toGatewayId(gatewayId), toRequestId(requestId));
    if (exchange === undefined || !this.requests.all.has(exchange)) return undefined;
    return { gatewayId, requestId, actorId: this.actorId, clientMessageIndex: 0 };
  }

  webSocket(gatewayId: IdBuffer, requestId: IdBuffer): TunnelWebSocket | undefined {
    return this.#socket(gatewayId, requestId)?.webSocket;
  }

  #socket(gatewayId: IdBuffer, requestId: IdBuffer): HostedSocket | undefined {
    const socket = this.#context.sockets.get(toGatewayId(gatewayId), toRequestId(requestId));
    return socket !== undefined && this.sockets.all.has(socket) ? socket : undefined;
  }

  #pending(socket: HostedSocket): PendingRequest {
    const { gatewayIdBuffer: gatewayId, requestIdBuffer: requestId, clientMessageIndex } = socket;
    return { gatewayId, requestId, actorId: this.actorId, clientMessageIndex };
  }

  /** A call, not a comparison: what happened during an `await` is seen. */
  #isGone(): boolean {
    return this.#phase === "gone";
  }

  #handlerFailed(handler: string, error: unknown): void {
    this.#failure ??= error instanceof Error ? error.message : String(error);
    this.#context.observer.handlerFailed?.(this.actorId, handler, error);
  }

  #tell(event: ActorEvent): void {
    this.#context.event(this.actorId, this.generation, event);
  }
}
