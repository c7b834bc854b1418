import { Occupancy } from "../body/occupancy.ts";
import { Batch } from "../host/batch.ts";
import type { Host } from "../host/host.ts";
import { randomWords } from "../host/random_words.ts";
import {
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  formatId,
  type FrameTracer,
  gatewayId,
  type RequestId,
  requestId,
  type RunnerId,
  TUNNEL_CLOSE,
} from "../protocol/mod.ts";
import type { Link } from "../transport/link.ts";
import type { ActorEntry } from "./actor_entry.ts";
import { ActorRegistry } from "./actor_registry.ts";
import { planOf, sleeperOf, sleeperRow } from "./actor_view.ts";
import { AlarmClock } from "./alarm_clock.ts";
import {
  closeByHand,
  closePlanOf,
  hibernateByHand,
  replayByHand,
  replayPlanOf,
} from "./by_hand.ts";
import type { ClientLink, ClientRequest } from "./client_link.ts";
import { ClientSocket } from "./client_socket.ts";
import type { GatewayContext } from "./context.ts";
import { actorNotFound, GatewayError, runnerNotFound, socketNotFound } from "./errors.ts";
import type { GatewayFaults } from "./faults.ts";
import type { GatewayStore } from "./gateway_store.ts";
import { HibernationKeeper } from "./hibernation.ts";
import { NamespaceRegistry } from "./namespace_registry.ts";
import type { GatewayObserver } from "./observer.ts";
import { GATEWAY_DEFAULTS, type GatewayOptions } from "./options.ts";
import { ProxiedRequest } from "./proxied_request.ts";
import { refuseRunner } from "./refuse_runner.ts";
import type { RequestBody } from "./request_body.ts";
import { type RunnerHandshake, RunnerRegistry } from "./runner_registry.ts";
import type { RunnerSession } from "./runner_session.ts";
import { SocketTotals } from "./socket_totals.ts";
import { Sweep } from "./sweep.ts";
import { checkGatewayTimers } from "./timer_rules.ts";
import { Traffic } from "./traffic.ts";
import type {
  ActorDetail,
  ActorLook,
  CloseOutcome,
  ClosePlan,
  GatewaySummary,
  GatewayView,
  HibernateOutcome,
  HibernatePlan,
  HibernationSummary,
  ReplayPlan,
  RequestView,
  RunnerDetail,
  SleeperLook,
  SocketLook,
  SocketView,
  TrafficView,
} from "./view.ts";

export interface GatewaySetup {
  readonly host: Host;
  readonly store: GatewayStore;
  readonly observer?: GatewayObserver;
  readonly options?: Partial<GatewayOptions>;
  readonly faults?: GatewayFaults;
}

/**
 * The embedded gateway: holds clients' WebSockets and requests, and carries them to the actors'
 * runners over their tunnels. It knows no listener: whoever has a client or a runner hands it in.
 */
export class Gateway {
  readonly actors: ActorRegistry;
  readonly namespaces: NamespaceRegistry;
  readonly options: GatewayOptions;
  readonly store: GatewayStore;
  readonly #context: GatewayContext;
  readonly #host: Host;
  readonly #sweep: Sweep;
  readonly #faults: GatewayFaults | undefined;
  #closing = false;

  constructor({ host, store, observer = {}, options: given = {}, faults }: GatewaySetup) {
    this.#host = host;
    this.store = store;
    this.#faults = faults;
    const options = this.options = { ...GATEWAY_DEFAULTS, ...given };
    checkGatewayTimers(this.options);
    this.namespaces = new NamespaceRegistry({
      host,
      store: store.namespaces,
      observer,
      limit: this.options.namespaces,
    });
    const sockets = new Map<RequestId, ClientSocket>();
    const requests = new Map<RequestId, ProxiedRequest>();
    const randomWord = randomWords(host);
    const newRequestId = (): RequestId => {
      for (;;) {
        const id = requestId(randomWord());
        if (!sockets.has(id) && !requests.has(id)) return id;
      }
    };
    const context = {
      gatewayId: gatewayId(randomWord()),
      host,
      store,
      observer,
      options: this.options,
      sockets,
      totals: new SocketTotals(),
      traffic: new Traffic(),
      requests,
      actorAcks: new Batch(host, this.options.actorAckDelayMs, (socket) => socket.ackActor()),
      bodies: new Occupancy(),
      tracer: undefined,
      opening: new Set<ClientSocket>(),
      pendingLimits: { messages: this.options.pendingMessages, bytes: this.options.pendingBytes },
      actorAckShare: {
        messages: this.options.actorAckMessages,
        bytes: this.options.actorAckBytes,
      },
      get firstMessageIndex() {
        return faults?.firstMessageIndex ?? options.firstMessageIndex;
      },
      newRequestId,
      alarms: new AlarmClock(host, (actor) => this.#ring(actor)),
    } as GatewayContext & {
      actors: ActorRegistry;
      runners: RunnerRegistry;
      hibernation: HibernationKeeper;
    };
    // These need each other through the context: it is complete from here on.
    context.actors = this.actors = new ActorRegistry(context);
    context.runners = new RunnerRegistry(context);
    context.hibernation = new HibernationKeeper(context);
    this.#context = context;
    this.#sweep = new Sweep(context);
  }

  /** Takes up what the last process left in the store, and begins to watch the time. */
  async start(): Promise<void> {
    await this.namespaces.load();
    await this.#context.hibernation.recover();
    for (const { name } of this.namespaces.list()) await this.actors.recall(name);
    this.#sweep.start();
  }

  /** Takes a runner's tunnel: its first frame must be its init. */
  acceptRunner(link: Link, handshake: RunnerHandshake): void {
    if (this.#closing) return refuseRunner(this.#host, link, TUNNEL_CLOSE.gatewayShutdown);
    this.#context.runners.accept(this.#faults?.tunnel(link, handshake) ?? link, handshake);
  }

  /** Whether actors may live in the namespace. */
  hasNamespace(name: string): boolean {
    return this.namespaces.has(name);
  }

  /** Counts a limit that whoever serves the gateway found reached, by its option. */
  limitReached(limit: keyof GatewayOptions): void {
    this.#context.observer.limitReached?.(limit, this.options[limit]);
  }

  /** The runners that are connected, or not yet given up. */
  get runners(): Iterable<RunnerSession> {
    return this.#context.runners.sessions;
  }

  /**
   * Takes a client's WebSocket for an actor, which is woken for it. Throws a {@link GatewayError}
   * when no more sockets are taken.
   */
  openSocket(entry: ActorEntry, request: ClientRequest, link: ClientLink): ClientSocket {
    this.#refuseWhenClosing();
    this.#checkRoom("openSockets", this.#context.sockets.size);
    const actor = this.actors.current(entry);
    const taken = this.#faults?.client(link) ?? link;
    const socket = new ClientSocket(this.#context, actor, request, taken);
    if (actor.phase === "running" && actor.session?.isConnected) socket.actorReady();
    else actor.wake("open");
    return socket;
  }

  /**
   * Sends a request to an actor, which is woken for it. A failure on the way is a response too.
   * Throws a {@link GatewayError} when no more requests are taken.
   */
  request(
    entry: ActorEntry,
    request: ClientRequest,
    body: RequestBody,
    signal?: AbortSignal,
  ): Promise<Response> {
    const proxied = this.#take(entry, request, body);
    if (signal !== undefined) proxied.abortWith(signal);
    if (proxied.isOpen) this.#bring(proxied);
    return proxied.response;
  }

  /** As {@link request}, for whoever watches the client in a way of its own. */
  send(entry: ActorEntry, request: ClientRequest, body: RequestBody): ProxiedRequest {
    const proxied = this.#take(entry, request, body);
    this.#bring(proxied);
    return proxied;
  }

  /**
   * Sends a request as a client would, and drops the answer. Gives the id that it has at first.
   * Rejects with `actor.not_found`.
   */
  async replayRequest(
    id: ActorId,
    request: ClientRequest,
    body: Uint8Array | null,
  ): Promise<RequestId> {
    const proxied = this.send(await this.actors.get(id), request, body);
    void proxied.response.then((answer) => answer.body?.pipeTo(new WritableStream()))
      .catch(() => {}); // Why it broke off is told of the request.
    return proxied.requestId;
  }

  #take(entry: ActorEntry, request: ClientRequest, body: RequestBody): ProxiedRequest {
    this.#refuseWhenClosing();
    this.#checkRoom("requestsInFlight", this.#context.requests.size);
    return new ProxiedRequest(this.#context, this.actors.current(entry), request, body);
  }

  #bring(proxied: ProxiedRequest): void {
    const { actor } = proxied;
    if (actor.phase === "running" && actor.session?.isConnected) proxied.actorReady();
    else actor.wake("request");
  }

  /** What hibernating the actor would do. Throws `actor.not_found`. */
  async planHibernate(id: ActorId): Promise<HibernatePlan> {
    return planOf(await this.actors.get(id));
  }

  /**
   * Puts the actor to sleep and says what came of it; with `drain`, one that is to stay up goes on
   * elsewhere. Throws `actor.not_found`.
   */
  async hibernate(id: ActorId, cause: "person" | "drain" = "person"): Promise<HibernateOutcome> {
    return await hibernateByHand(await this.actors.get(id), this.#host, cause);
  }

  /** Wakes the actor, if it sleeps. Throws `actor.not_found`. */
  async wake(id: ActorId, cause: "person" | "alarm" = "person"): Promise<void> {
    (await this.actors.get(id)).wake(cause);
  }

  /** What closing a client's socket would do. Throws `socket.not_found`. */
  planClose(id: RequestId): ClosePlan {
    return closePlanOf(this.#socket(id));
  }

  /** Closes a client's socket; its actor hears of it as of a close of the client. Throws `socket.not_found`. */
  closeSocket(id: RequestId, close: Close): CloseOutcome {
    return closeByHand(this.#socket(id), close);
  }

  /** What {@link replay} would do now. Throws as that. */
  planReplay(id: RequestId, data: string | Uint8Array): ReplayPlan {
    return replayPlanOf(this.#socket(id), data, this.options);
  }

  /**
   * Says something to a socket's actor as its client would. Throws `socket.not_found`, or
   * `socket.cannot_replay` where that would end the socket or reach nobody.
   */
  replay(id: RequestId, data: string | Uint8Array): ReplayPlan {
    return replayByHand(this.#socket(id), data, this.options);
  }

  /** The actors that are on a runner. Throws `runner.not_found`. */
  actorsOf(id: RunnerId): ActorId[] {
    return [...this.#runner(id).actors.keys()];
  }

  /**
   * Puts no more actors on a runner, over cuts of its tunnel too, until it is told otherwise. What is
   * there stays. Throws `runner.not_found`.
   */
  takesActors(id: RunnerId, takes: boolean): void {
    this.#runner(id).takesActors(takes);
  }

  /** What the tunnels of a runner say who it is, one after the other. Throws `runner.not_found`. */
  runnerKey(id: RunnerId): string {
    return this.#runner(id).identity.runnerKey;
  }

  /** Where what goes to a client is put. Throws `socket.not_found`, of one that has left too. */
  clientLink(id: RequestId): ClientLink {
    const { link } = this.#socket(id);
    if (link === null) throw socketNotFound(formatId(id));
    return link;
  }

  #socket(id: RequestId): ClientSocket {
    const socket = this.#context.sockets.get(id);
    if (socket === undefined) throw socketNotFound(formatId(id));
    return socket;
  }

  #runner(id: RunnerId): RunnerSession {
    for (const session of this.runners) if (session.runnerId === id) return session;
    throw runnerNotFound(id);
  }

  async #ring(id: ActorId): Promise<boolean> {
    try {
      await this.wake(id, "alarm");
    } catch (error) {
      // An actor that was destroyed meanwhile has no use for its alarm.
      if (error instanceof GatewayError) return true;
      this.#context.observer.storeFailed?.("alarm", error);
      return false;
    }
    return true;
  }

  /** Destroys the actor and its data. Throws `actor.not_found`. */
  async destroy(id: ActorId): Promise<void> {
    const actor = await this.actors.get(id);
    const rest = actor.rest();
    actor.stop("destroy");
    await rest;
  }

  view(): GatewayView {
    return {
      ...this.summary(),
      actors: [...this.actors.entries].map((actor) => actor.view()),
      sockets: [...this.socketLooks()].map((socket) => socket.view()),
    };
  }

  summary(): GatewaySummary {
    const { gatewayId, runners, sockets, totals, requests, bodies } = this.#context;
    return {
      gatewayId,
      runners: [...runners.sessions].map((session) => session.view()),
      socketsKnown: sockets.size,
      socketsOpen: totals.open,
      socketsHibernating: totals.hibernating,
      requestsInFlight: requests.size,
      bodyBytes: bodies.heldBytes,
      bodyBytesPeak: bodies.peakBytes,
      pendingMessages: totals.pendingMessages,
      pendingBytes: totals.pendingBytes,
    };
  }

  /** Tells of every frame of every runner's tunnel from now on; `undefined` for of none. */
  trace(tracer: FrameTracer | undefined): void {
    this.#context.tracer = tracer;
  }

  /** All that there is to see of each runner. */
  runnerDetails(): RunnerDetail[] {
    return [...this.runners].map((session) => session.detail());
  }

  /** What went through each runner, and what went elsewhere. */
  traffic(): TrafficView[] {
    const { runners, totals, traffic } = this.#context;
    let elsewhere = totals.pendingMessages;
    const views = [...runners.sessions].map(({ runnerId, actors, traffic }): TrafficView => {
      let pendingMessages = 0;
      for (const actor of actors.values()) pendingMessages += actor.totals.pendingMessages;
      elsewhere -= pendingMessages;
      return { runnerId, ...traffic, pendingMessages };
    });
    return [...views, { runnerId: null, ...traffic, pendingMessages: elsewhere }];
  }

  hibernation(): HibernationSummary {
    const { totals } = this.#context;
    return { asleep: totals.asleep, asleepMs: totals.asleepMs(this.#host.now()) };
  }

  /** Every sleeper of the {@link actorLooks}. */
  *sleeperLooks(): Generator<SleeperLook> {
    const { keptAliveTs } = this.#context.hibernation;
    for (const actor of this.actors.entries) {
      if (actor.phase !== "asleep") continue;
      yield { record: actor.record, view: () => sleeperOf(actor, keptAliveTs) };
    }
    for (const view of this.actors.recent) {
      yield { record: view, view: () => sleeperRow(view, null) };
    }
  }

  /** The actors of the {@link view}, and sleepers without sockets that were awake not long ago. */
  *actorLooks(): Generator<ActorLook> {
    yield* this.actors.entries;
    for (const view of this.actors.recent) {
      yield { record: view, phase: view.phase, view: () => view };
    }
  }

  /** Awake or not, and without waking it. Throws `actor.not_found` when there never was one. */
  async actorDetail(id: ActorId): Promise<ActorDetail> {
    const actor = await this.actors.look(id);
    if (actor === undefined) throw actorNotFound(id);
    return actor.detail();
  }

  /** Every socket, or those of one actor, in the order in which they were opened. */
  socketLooks(id?: ActorId): Iterable<SocketLook> {
    if (id === undefined) return this.#context.sockets.values();
    return this.actors.peek(id)?.sockets ?? [];
  }

  /** `undefined` when no socket has that id. */
  socketView(id: RequestId): SocketView | undefined {
    return this.#context.sockets.get(id)?.view();
  }

  /** HTTP requests that have not ended, or those of one actor. */
  requestLooks(id?: ActorId): Iterable<{ view(): RequestView }> {
    if (id === undefined) return this.#context.requests.values();
    return this.actors.peek(id)?.requests ?? [];
  }

  /**
   * Ends everything: no new clients; requests in flight have until `deadlineMs`; then sockets close
   * with 1012, runners are sent away, and the store is closed.
   */
  async shutdown(deadlineMs: number): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const { requests, sockets, runners, alarms, actorAcks, hibernation } = this.#context;
    if (requests.size > 0) {
      const inFlight = [...requests.values()].map((request) => request.ended);
      await new Promise<void>((resolve) => {
        const timer = this.#host.after(deadlineMs, resolve);
        Promise.all(inFlight).then(() => {
          timer.cancel();
          resolve();
        });
      });
    }
    const goingDown = new GatewayError(
      503,
      "guard",
      "gateway_shutdown",
      "The gateway is shutting down",
    );
    for (const request of [...requests.values()]) request.fail(goingDown);
    for (const socket of [...sockets.values()]) socket.drop(CLIENT_CLOSE.gatewayShutdown);
    alarms.clear();
    actorAcks.stop();
    this.#sweep.stop();
    hibernation.stop();
    runners.close(TUNNEL_CLOSE.gatewayShutdown);
    for (const actor of this.actors.entries) actor.dispose();
    await this.store.close();
  }

  #checkRoom(limit: "openSockets" | "requestsInFlight", used: number): void {
    const value = this.options[limit];
    if (used < value) return;
    this.#context.observer.limitReached?.(limit, value);
    throw new GatewayError(
      503,
      "guard",
      "too_busy",
      `The gateway's limit ${limit} of ${value} is reached`,
    );
  }

  #refuseWhenClosing(): void {
    if (this.#closing) {
      throw new GatewayError(503, "guard", "gateway_shutdown", "The gateway is shutting down");
    }
  }
}
