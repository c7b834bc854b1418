/**
 * A gateway and a runner that only pretend, for what looks at them: the inspector and the dashboard.
 * Actors and sockets are added with {@link FakeSource.actor} and {@link FakeSource.socket}; what
 * happens to them is told to the observers, as the real ones do.
 */
import type {
  ClientSocketFollower,
  GatewayObserver,
  SocketPhase,
  WakeCause,
} from "../../lib/gateway/observer.ts";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { GATEWAY_DEFAULTS } from "../../lib/gateway/options.ts";
import type { KvStore } from "../../lib/gateway/gateway_store.ts";
import type {
  ActorDetail,
  ActorView,
  CloseOutcome,
  ClosePlan,
  GatewaySummary,
  HibernateOutcome,
  HibernatePlan,
  ReplayPlan,
  RequestView,
  RunnerDetail,
  RunnerView,
  SleeperView,
  SocketView,
} from "../../lib/gateway/view.ts";
import type { Host } from "../../lib/host/host.ts";
import type { GatewaySource, InspectSource, RunnerSource } from "../../lib/inspect/mod.ts";
import {
  type ActorId,
  actorId,
  type Close,
  formatId,
  type FrameTracer,
  gatewayId,
  messageIndex,
  type RequestId,
  requestId,
  type RunnerId,
  runnerId,
} from "../../lib/protocol/mod.ts";
import type { RunnerObserver, TunnelSocketFollower } from "../../lib/runner/observer.ts";
import { KV_LIMITS } from "../../lib/protocol/mod.ts";
import { HEADER_KEY, headerValue } from "../../lib/kept/records.ts";
import { stateParts } from "../../lib/kept/state_parts.ts";
import { serializeState } from "../../lib/kept/state_text.ts";
import type { ActorHostView, RunnerSelfView, TunnelSocketView } from "../../lib/runner/view.ts";
import { memoryKv } from "../../lib/store/memory_kv.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type FakeSocket = Mutable<SocketView> & { committed: number; answers: number };

/** Those who follow a socket, at either end. */
interface Followers {
  readonly near: ClientSocketFollower | undefined;
  readonly far: TunnelSocketFollower | undefined;
}

export class FakeSource implements InspectSource {
  readonly actors = new Map<ActorId, Mutable<ActorView>>();
  readonly sockets: FakeSocket[] = [];
  readonly runners: Mutable<RunnerDetail>[] = [];
  requestsInFlight = 0;
  /** Whoever traces frames now. */
  tracer: FrameTracer | undefined;
  /** How long actors slept in all. */
  asleepMs = 0;
  /** Messages of clients that have come, and that have gone to them. */
  readonly #traffic = { messagesIn: 0, messagesOut: 0 };
  /** What clients were told whose sockets were closed by hand. */
  readonly closed: [RequestId, number, string][] = [];
  /** Counts what costs: how often somebody looked. */
  views = 0;
  /** What the runner says of an actor, beside what follows from its sockets. */
  readonly inside = new Map<ActorId, Partial<ActorHostView>>();
  /** What the gateway says of one, beside its view. */
  readonly details = new Map<ActorId, Partial<ActorDetail>>();
  readonly requestsOpen: RequestView[] = [];
  readonly kv = memoryKv({ ...KV_LIMITS, listBytes: 1 << 24 });
  readonly #states = new Map<ActorId, { text: string; bytes: number; revision: number }>();
  readonly #host: Host;
  readonly #observer: GatewayObserver;
  readonly #atRunner: RunnerObserver;
  readonly #startedTs: number;
  readonly #followers = new Map<RequestId, Followers>();
  #nextId = 1;

  /** `observer` is told what a gateway tells, `atRunner` what a runner tells. */
  constructor(host: Host, observer: GatewayObserver, atRunner: RunnerObserver = {}) {
    this.#host = host;
    this.#startedTs = host.epoch();
    this.#observer = observer;
    this.#atRunner = atRunner;
    this.runners.push({
      runnerId: runnerId("runner-1"),
      name: "default",
      version: 1,
      protocolVersion: 7,
      transport: "memory",
      state: "connected",
      totalSlots: 10_000,
      actors: 0,
      roundTripMs: 0.08,
      connectedTs: host.epoch(),
      actorNames: ["chat", "clock", "counter", "custom", "echo"],
      namespace: "default",
      isOurs: true,
      tunnelTs: host.epoch(),
      heardTs: host.epoch(),
      commandsUnacked: 0,
      bufferedBytes: 0,
      drain: null,
    });
  }

  /** The first runner's tunnel comes up, and a ping took so long; or it goes down. */
  tunnel(up: { readonly pingMs: number } | { readonly down: string }): void {
    const runner = this.runners[0]!;
    const { runnerId, name } = runner;
    if ("down" in up) {
      runner.state = "disconnected";
      runner.tunnelTs = null;
      this.#observer.runnerDisconnected?.(runnerId, up.down);
      this.#atRunner.connection?.("reconnecting", up.down);
    } else {
      if (runner.state === "disconnected") runner.state = "connected";
      runner.tunnelTs = runner.heardTs = this.#host.epoch();
      runner.roundTripMs = up.pingMs;
      this.#observer.runnerJoined?.(runnerId, name);
      this.#observer.roundTrip?.(runnerId, up.pingMs);
      this.#atRunner.connection?.("connected", runnerId);
    }
  }

  actor(name: string, key: string, cause: WakeCause = "create"): ActorView {
    const actor: ActorView = {
      actorId: actorId(`${name}-${key}-${this.#nextId++}`),
      name,
      key,
      namespace: "default",
      phase: "running",
      generation: 1,
      runnerId: runnerId("runner-1"),
      sockets: 0,
      hibernatingSockets: 0,
      requestsInFlight: 0,
      pendingMessages: 0,
      pendingBytes: 0,
      alarmTs: null,
      createTs: this.#host.epoch(),
      sleepTs: null,
      error: null,
    };
    this.actors.set(actor.actorId, { ...actor });
    this.#runs(actor, cause, 0.4);
    return actor;
  }

  /** Tells both observers of a wake of 1 ms in all, of which the command took 0.1. */
  #runs({ actorId, name, key, generation }: ActorView, cause: WakeCause, wakeMs: number): void {
    this.#observer.actorWaking?.(actorId, name, cause);
    const now = this.#host.now();
    const times = { receivedAt: now + 0.1, loadedAt: now + 0.3, runningAt: now + wakeMs };
    this.#atRunner.actorStarted?.(actorId, name, generation, wakeMs, key, times);
    const runner = runnerId("runner-1");
    this.#observer.actorRunning?.(actorId, name, cause, wakeMs, runner, generation);
    this.#atRunner.firstHandled?.(actorId, generation, now + wakeMs + 0.2);
  }

  /** What is durable of an actor's state. */
  commit(actor: ActorId, state: unknown): void {
    const revision = (this.#states.get(actor)?.revision ?? 0) + 1;
    const text = serializeState(state);
    const bytes = new TextEncoder().encode(text);
    this.#states.set(actor, { text, bytes: bytes.length, revision });
    const parts = stateParts(bytes, 0, revision);
    const header = headerValue({ revision, parts: parts.length, stateBytes: bytes.length });
    const entries = [[HEADER_KEY, header] as const, ...parts];
    this.kv.put(actor, entries.map(([key]) => key), entries.map(([, value]) => value), 1);
  }

  socket(actor: ActorId, hibernatable = true): FakeSocket {
    const id = this.#nextId++;
    const socket: FakeSocket = {
      requestId: requestId(0x5000_0000 + id),
      actorId: actor,
      actorName: this.#actor(actor).name,
      phase: "active",
      hibernatable,
      path: "/",
      openedTs: this.#host.epoch(),
      lastSent: messageIndex(0),
      lastAcked: messageIndex(0),
      pendingMessages: 0,
      pendingBytes: 0,
      oldestUnackedMs: null,
      received: 0,
      delivered: 0,
      actorKey: this.#actor(actor).key,
      lastQueued: messageIndex(0),
      isHeld: false,
      oldestSentAt: null,
      keepAliveTs: hibernatable ? this.#host.epoch() : null,
      committed: 0,
      answers: 0,
    };
    this.sockets.push(socket);
    const { requestId: request, path } = socket;
    const followed = {
      gatewayId: gatewayId(1),
      requestId: request,
      actorId: actor,
      path,
      protocols: null,
    };
    this.#followers.set(request, {
      near: this.#observer.followSocket?.(followed),
      far: this.#atRunner.followSocket?.(followed),
    });
    this.#observer.socketOpened?.(actor, socket.requestId, hibernatable);
    return socket;
  }

  /** `count` messages of the client, of which all but `pending` are acked after `ms`. */
  messages(socket: FakeSocket, count: number, ms: number, pending = 0): void {
    this.#traffic.messagesIn += count;
    socket.lastSent = socket.lastQueued = messageIndex(socket.lastSent + count);
    socket.lastAcked = messageIndex(socket.lastSent - pending);
    socket.committed = socket.lastAcked;
    socket.pendingMessages = pending;
    socket.pendingBytes = pending * 64;
    socket.oldestUnackedMs = pending === 0 ? null : ms;
    socket.oldestSentAt = pending === 0 ? null : this.#host.now() - ms;
    const runner = this.#actor(socket.actorId).runnerId ?? runnerId("runner-1");
    for (let acked = pending; acked < count; acked++) this.#observer.messageAcked?.(ms, runner);
    if (pending < count) this.#observer.ackReceived?.();
    this.#atRunner.committed?.(socket.actorId, count * 64, count - pending, ms);
  }

  /** The client says this, and all becomes of it that can, `answer` included. */
  say(socket: FakeSocket, data: string | Uint8Array, answer?: string | Uint8Array): void {
    const { near, far } = this.#followers.get(socket.requestId)!;
    const body = bodyOf(data);
    const index = messageIndex(socket.lastSent + 1);
    near?.clientSaid(index, body);
    near?.sent(index);
    far?.received(index, body);
    far?.handled(index);
    if (answer !== undefined) far?.actorSaid(bodyOf(answer));
    far?.committed(index, index);
    if (answer !== undefined) {
      const its = messageIndex(socket.answers++);
      far?.left(its);
      near?.taken(its, bodyOf(answer));
      near?.delivered(its);
      socket.delivered++;
      this.#traffic.messagesOut++;
    }
    far?.ackSaid(index);
    near?.acked(index);
    socket.received++;
    this.messages(socket, 1, 1);
  }

  /** The client says this, and the actor, which is slow, has not heard of it. */
  mutter(socket: FakeSocket, data: string | Uint8Array): void {
    const { near } = this.#followers.get(socket.requestId)!;
    socket.received++;
    this.messages(socket, 1, 0, socket.pendingMessages + 1);
    near?.clientSaid(socket.lastSent, bodyOf(data));
    near?.sent(socket.lastSent);
  }

  /** A frame of the first runner's tunnel that carries what a client says. */
  frame(socket: FakeSocket, text: string, bytes: number | null = text.length + 16): void {
    const { requestId, lastSent: messageIndex } = socket;
    const messageId = { gatewayId: gatewayId(1), requestId, messageIndex };
    const body = { kind: "webSocketMessage", ...bodyOf(text) } as const;
    const message = { kind: "tunnel", messageId, body } as const;
    this.tracer?.({ runnerId: runnerId("runner-1"), direction: "toRunner", message, bytes });
  }

  /** One that answers a ping. */
  pong(runner = runnerId("runner-1")): void {
    const message = { kind: "pong", ts: BigInt(this.#host.epoch()) } as const;
    this.tracer?.({ runnerId: runner, direction: "toGateway", message, bytes: 9 });
  }

  /** Says that about a second has gone by. */
  sweep(): void {
    this.#observer.swept?.();
  }

  request(
    actor: ActorId,
    method: string,
    path: string,
    status: number,
    durationMs: number,
    { body = null, answer = "ok" }: { body?: string | null; answer?: string } = {},
  ): RequestId {
    const id = requestId(this.#nextId++);
    const headers = new Map([["accept", "*/*"], ["authorization", "Bearer of-a-client"]]);
    const follower = this.#observer.followRequest?.({
      requestId: id,
      actorId: actor,
      method,
      path,
      headers,
    });
    follower?.sent(id, body === null ? null : new TextEncoder().encode(body));
    follower?.answered(status, new Map([["content-type", "text/plain"]]));
    follower?.bodyCame(new TextEncoder().encode(answer));
    const summary = {
      actorId: actor,
      requestId: id,
      method,
      path,
      status,
      startedTs: this.#host.epoch(),
      durationMs,
      error: status < 500 ? null : "actor.response_aborted",
    };
    follower?.ended(summary);
    this.#observer.requestEnded?.(summary);
    this.#atRunner.requestEnded?.(summary);
    return id;
  }

  readonly gateway: GatewaySource = {
    summary: () => this.#summary(),
    traffic: () => {
      const { pendingMessages } = this.#summary();
      const { runnerId } = this.runners[0]!;
      const nothing = { messagesIn: 0, messagesOut: 0, pendingMessages: 0 };
      return [
        { runnerId, ...this.#traffic, pendingMessages },
        { runnerId: null, ...nothing },
      ];
    },
    hibernation: () => ({ asleep: this.#sleepers().length, asleepMs: this.asleepMs }),
    sleeperLooks: () =>
      this.#sleepers().map((record) => ({
        record,
        view: () => ({ ...record, keepAliveTs: record.hibernatingSockets > 0 ? 1_000 : null }),
      })),
    actorLooks: () =>
      this.#views().map((record) => ({ record, phase: record.phase, view: () => record })),
    socketLooks: (id) => {
      this.views++;
      return this.sockets.filter(({ actorId }) => id === undefined || actorId === id)
        .map((socket) => ({ view: () => viewOf(socket) }));
    },
    socketView: (id) => {
      const socket = this.sockets.find(({ requestId }) => requestId === id);
      return socket === undefined ? undefined : viewOf(socket);
    },
    options: GATEWAY_DEFAULTS,
    requestLooks: (id) =>
      this.requestsOpen.filter(({ actorId }) => id === undefined || actorId === id)
        .map((request) => ({ view: () => request })),
    actorDetail: (id) =>
      Promise.resolve().then((): ActorDetail => {
        const { actorId: known } = this.#actor(id);
        const view = this.#views().find(({ actorId }) => actorId === known)!;
        return {
          view,
          crashPolicy: "sleep",
          startTs: view.createTs,
          rescheduleTs: null,
          destroyTs: null,
          inputBytes: null,
          plainSockets: this.sockets
            .filter(({ actorId, hibernatable }) => actorId === id && !hibernatable).length,
          wants: [],
          ...this.details.get(id),
        };
      }),
    store: {
      kv: {
        get: (id, keys) => Promise.resolve(this.kv.get(id, keys)),
        sizes: (id, range) => Promise.resolve(this.kv.sizes(id, range)),
      } satisfies Pick<KvStore, "get" | "sizes">,
    },
    planHibernate: (id) => Promise.resolve().then(() => this.#plan(id)),
    hibernate: (id) => Promise.resolve().then(() => this.#hibernate(id)),
    wake: (id) => Promise.resolve().then(() => this.#wake(id)),
    planClose: (id) => this.#planClose(id),
    closeSocket: (id, close) => this.#closeSocket(id, close),
    planReplay: (id) => this.#planReplay(id),
    replay: (id, data) => {
      const plan = this.#planReplay(id);
      this.say(this.#socket(id), data);
      this.replayed.push(data);
      return plan;
    },
    replayRequest: (id, { method, path, headers }, body) => {
      this.requested.push({ method, path, headers: Object.fromEntries(headers), body });
      const text = body === null ? null : new TextDecoder().decode(body);
      return Promise.resolve(this.request(id, method, path, 200, 1, { body: text }));
    },
    runnerKey: (id) => this.#runner(id).runnerId,
    clientLink: (id) => {
      this.#socket(id);
      return { send: () => {}, close: () => {}, bufferedBytes: 0 };
    },
    actorsOf: (id) => {
      this.#runner(id);
      return [...this.actors.values()].filter(({ runnerId }) => runnerId === id)
        .map(({ actorId }) => actorId);
    },
    takesActors: (id, takes) => {
      const runner = this.#runner(id);
      const { actors } = this.#withActors(runner);
      runner.state = takes ? "connected" : "draining";
      runner.drain = takes ? null : { by: "operator", sinceTs: this.#host.epoch(), actors };
    },
    trace: (tracer) => void (this.tracer = tracer),
    runnerDetails: () => this.runners.map((runner) => this.#withActors(runner)),
  };

  /** What was asked as a client. */
  readonly requested: {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: Uint8Array | null;
  }[] = [];
  /** What was said as a client. */
  readonly replayed: (string | Uint8Array)[] = [];

  /** What the runner says of its tunnel, beside what it says of actors and sockets. */
  end: Partial<RunnerSelfView> = {};

  readonly runner: RunnerSource = {
    summary: () => ({ ...this.#runnerView(), ...this.end }),
    trace: (tracer) => void (this.tracer = tracer),
    actorLooks: () => this.#runnerView().actors.map((actor) => ({ ...actor, view: () => actor })),
    socketLooks: (id) =>
      this.#runnerView().sockets.filter(({ actorId }) => id === undefined || actorId === id)
        .map((socket) => ({ ...socket, view: () => socket })),
    actorState: (id) =>
      this.#isAwake(id) ? this.#states.get(id) ?? { text: null, bytes: 0, revision: 0 } : undefined,
    actorView: (id) => this.#runnerView().actors.find(({ actorId }) => actorId === id),
    socketView: (_gateway, id) =>
      this.#runnerView().sockets.find(({ requestId }) => requestId === id),
    planHibernate: (id) => this.#isAwake(id) ? this.#runnerPlan(id) : undefined,
    hibernate: (id) => {
      if (!this.#isAwake(id)) return Promise.resolve(undefined);
      const plan = this.#runnerPlan(id);
      const { tookMs, detail } = this.#hibernate(id);
      return Promise.resolve({ ...plan, result: "asleep", tookMs, detail });
    },
    closeSocket: (_gateway, id, close) =>
      this.sockets.some(({ requestId }) => requestId === id) &&
      this.#closeSocket(id, close).result === "closed",
  };

  #isAwake(id: ActorId): boolean {
    return this.actors.get(id)?.phase === "running";
  }

  #runnerPlan(id: ActorId): ReturnType<RunnerSource["planHibernate"]> & object {
    return { ...this.#plan(id), phase: "running" };
  }

  #views(): ActorView[] {
    return [...this.actors.values()].map((actor) => {
      const sockets = this.sockets.filter((socket) => socket.actorId === actor.actorId);
      const sum = (read: (socket: FakeSocket) => number) =>
        sockets.reduce((total, socket) => total + read(socket), 0);
      return {
        ...actor,
        sockets: sockets.length,
        hibernatingSockets: sum(({ phase }) => phase === "hibernating" ? 1 : 0),
        pendingMessages: sum(({ pendingMessages }) => pendingMessages),
        pendingBytes: sum(({ pendingBytes }) => pendingBytes),
      };
    });
  }

  #sleepers(): Omit<SleeperView, "keepAliveTs">[] {
    return this.#views().filter(({ phase }) => phase === "asleep")
      .map(({ actorId, name, key, sleepTs, alarmTs, error, ...view }) => {
        const { hibernatingSockets, pendingMessages, pendingBytes } = view;
        const held = { hibernatingSockets, pendingMessages, pendingBytes };
        return { actorId, name, key, sleepTs, alarmTs, error, ...held };
      });
  }

  #summary(): GatewaySummary {
    const actors = this.#views();
    return {
      gatewayId: gatewayId(1),
      runners: this.runners.map(viewOfRunner),
      socketsKnown: this.sockets.length,
      socketsOpen: this.sockets.filter(({ phase }) => phase !== "closed").length,
      socketsHibernating: this.sockets.filter(({ phase }) => phase === "hibernating").length,
      requestsInFlight: this.requestsInFlight,
      bodyBytes: 0,
      bodyBytesPeak: 0,
      pendingMessages: actors.reduce((sum, actor) => sum + actor.pendingMessages, 0),
      pendingBytes: actors.reduce((sum, actor) => sum + actor.pendingBytes, 0),
    };
  }

  #runnerView(): RunnerSelfView {
    const awake = [...this.actors.values()].filter(({ phase }) => phase === "running");
    const sockets = this.sockets.filter(({ phase }) => phase === "active");
    return {
      state: "connected",
      runnerId: runnerId("runner-1"),
      protocolVersion: 7,
      endpoint: "http://127.0.0.1:6420",
      name: "default",
      version: 1,
      totalSlots: 10_000,
      actorNames: ["chat", "clock", "counter", "custom", "echo"],
      connectedTs: this.#startedTs,
      pingedTs: this.#startedTs,
      reconnects: 0,
      eventsUnacked: 0,
      outgoingKept: 0,
      bodyBytes: 0,
      bodyBytesPeak: 0,
      actorsAwake: awake.length,
      socketsOpen: sockets.length,
      requestsInFlight: 0,
      unhandledMessages: 0,
      heldMessages: 0,
      actors: awake.map(({ actorId, name, key, generation, createTs, alarmTs }) => ({
        actorId,
        name,
        key,
        generation,
        phase: "running",
        startedTs: createTs,
        sockets: sockets.filter((socket) => socket.actorId === actorId).length,
        plainSockets: 0,
        requestsInFlight: 0,
        mailbox: 0,
        uncommitted: false,
        heldMessages: 0,
        heldBytes: 0,
        alarmTs,
        sleepAfterMs: 30_000,
        idleLeftMs: null,
        holds: [],
        handler: null,
        ...this.inside.get(actorId),
      })),
      sockets: sockets.map((socket): TunnelSocketView => ({
        gatewayId: gatewayId(1),
        requestId: socket.requestId,
        actorId: socket.actorId,
        hibernatable: socket.hibernatable,
        phase: "active",
        path: socket.path,
        sinceTs: socket.openedTs,
        lastReceived: socket.lastSent,
        lastHandled: socket.lastSent,
        lastCommitted: messageIndex(socket.committed),
        lastAcked: socket.hibernatable ? socket.lastAcked : null,
      })),
    };
  }

  #plan(id: ActorId): HibernatePlan {
    const { phase } = this.#actor(id);
    const sockets = this.sockets.filter((socket) => socket.actorId === id);
    return {
      actorId: id,
      phase,
      socketsKept: sockets.filter(({ hibernatable }) => hibernatable).length,
      socketsClosed: sockets.filter(({ hibernatable }) => !hibernatable).length,
      messagesReplayed: sockets.reduce((sum, { pendingMessages }) => sum + pendingMessages, 0),
      requestsInFlight: 0,
    };
  }

  #hibernate(id: ActorId): HibernateOutcome {
    const plan = this.#plan(id);
    const actor = this.#actor(id);
    const { runnerId } = actor;
    if (plan.phase === "asleep") {
      return { ...plan, result: "already_asleep", tookMs: 0, detail: "It was asleep already" };
    }
    for (let at = this.sockets.length - 1; at >= 0; at--) {
      const socket = this.sockets[at]!;
      if (socket.actorId !== id) continue;
      if (socket.hibernatable) socket.phase = "hibernating";
      else this.sockets.splice(at, 1);
    }
    actor.phase = "asleep";
    actor.runnerId = null;
    actor.sleepTs = this.#host.epoch();
    const { socketsKept: kept, socketsClosed: closed } = plan;
    this.#observer.actorAsleep?.(id, actor.name, kept, closed, "person", runnerId);
    const left = { kept, closed };
    this.#atRunner.actorStopped?.(id, actor.name, 1, "ok", "stopped", undefined, left);
    return { ...plan, result: "asleep", tookMs: 1.5, detail: "It left its runner's memory" };
  }

  #planClose(id: RequestId): ClosePlan {
    const { actorId, requestId, phase, pendingMessages } = this.#socket(id);
    const wakesActor = phase === "hibernating";
    return { actorId, requestId, phase, pendingMessages, wakesActor };
  }

  #planReplay(id: RequestId): ReplayPlan {
    return { ...this.#planClose(id), index: messageIndex(this.#socket(id).lastQueued + 1) };
  }

  #closeSocket(id: RequestId, { code, reason }: Close): CloseOutcome {
    const plan = this.#planClose(id);
    const socket = this.#socket(id);
    this.sockets.splice(this.sockets.indexOf(socket), 1);
    this.closed.push([id, code, reason]);
    this.#observer.socketClosed?.(socket.actorId, id, code, reason);
    return { ...plan, result: "closed" };
  }

  #socket(id: RequestId): FakeSocket {
    const socket = this.sockets.find(({ requestId }) => requestId === id);
    if (socket === undefined) {
      throw new GatewayError(404, "socket", "not_found", `No socket has the id ${formatId(id)}`);
    }
    return socket;
  }

  #withActors(runner: RunnerDetail): RunnerDetail {
    const there = [...this.actors.values()].filter(({ runnerId }) => runnerId === runner.runnerId);
    return { ...runner, actors: there.length };
  }

  #runner(id: RunnerId): Mutable<RunnerDetail> {
    const runner = this.runners.find(({ runnerId }) => runnerId === id);
    if (runner === undefined) {
      throw new GatewayError(404, "runner", "not_found", `No runner has the id ${id}`);
    }
    return runner;
  }

  #wake(id: ActorId, cause: WakeCause = "person"): void {
    const actor = this.#actor(id);
    if (actor.phase !== "asleep") return;
    actor.phase = "running";
    actor.runnerId = runnerId("runner-1");
    actor.sleepTs = null;
    actor.generation++;
    const woken: SocketPhase = "active";
    for (const socket of this.sockets) if (socket.actorId === id) socket.phase = woken;
    this.#runs(actor, cause, 0.3);
  }

  #actor(id: ActorId): Mutable<ActorView> {
    const actor = this.actors.get(id);
    if (actor === undefined) {
      throw new GatewayError(404, "actor", "not_found", `No actor has the id ${id}`);
    }
    return actor;
  }
}

function viewOf({ committed: _committed, answers: _answers, ...socket }: FakeSocket): SocketView {
  return socket;
}

/** The part of it that an overview has. */
function viewOfRunner(
  {
    namespace: _namespace,
    isOurs: _isOurs,
    tunnelTs: _tunnelTs,
    heardTs: _heardTs,
    commandsUnacked: _commandsUnacked,
    bufferedBytes: _bufferedBytes,
    drain: _drain,
    ...view
  }: RunnerDetail,
): RunnerView {
  return view;
}

function bodyOf(data: string | Uint8Array): { data: Uint8Array; binary: boolean } {
  return typeof data === "string"
    ? { data: new TextEncoder().encode(data), binary: false }
    : { data, binary: true };
}
