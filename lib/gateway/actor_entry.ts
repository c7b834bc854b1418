import type { Timer } from "../host/host.ts";
import {
  type ActorCheckpoint,
  type ActorEvent,
  CLIENT_CLOSE,
  type Close,
  type EventWrapper,
  type MessageIndex,
  type RequestId,
  type StopCode,
  type ToClientTunnelBody,
} from "../protocol/mod.ts";
import { detailOf, viewOf } from "./actor_view.ts";
import type { ClientSocket } from "./client_socket.ts";
import type { GatewayContext } from "./context.ts";
import { GONE } from "./errors.ts";
import type { ActorRecord } from "./gateway_store.ts";
import type { ActorPhase, SleepCause, WakeCause } from "./observer.ts";
import type { ProxiedRequest } from "./proxied_request.ts";
import type { RunnerSession } from "./runner_session.ts";
import { SocketTotals } from "./socket_totals.ts";
import type { Traffic } from "./traffic.ts";
import type { ActorDetail, ActorLook, ActorView } from "./view.ts";
import { causeOf, type Want, wantsOf } from "./wants.ts";

const NO_REQUESTS: ReadonlySet<ProxiedRequest> = new Set();

/** How an actor left its runner. */
export interface Rest {
  /** Why it had to be stopped by force; `null` when it was not. */
  readonly forced: string | null;
  /** Messages without an ack then: they go out again after the next wake. */
  readonly messagesReplayed: number;
}

const NO_REST: Rest = { forced: null, messagesReplayed: 0 };

/**
 * One actor as the gateway knows it: where it is in its life, who waits for it, who hosts it.
 *
 *   asleep → (pending →) starting → running → stopping → asleep | destroyed
 *
 * It starts for a cause and stops at a command; a crash, or a runner that is given up, ends any of
 * the middle phases. Each start has a generation of its own, and only the session that hosts the
 * present one is listened to.
 */
export class ActorEntry implements ActorLook {
  readonly record: ActorRecord;
  readonly sockets: Set<ClientSocket> = new Set();
  /** Of {@link sockets}. */
  readonly totals: SocketTotals;
  /** Where its clients' messages are counted: at its runner, while it has one. */
  traffic: Traffic;
  readonly #context: GatewayContext;
  /** Made for a request, and let go of with the last one: thousands sleep without. */
  #requests: Set<ProxiedRequest> | undefined;
  #phase: ActorPhase = "asleep";
  #session: RunnerSession | null = null;
  /** The command that the present generation was started with. */
  #start: ActorCheckpoint | undefined;
  #stopFor: "sleep" | "destroy" = "sleep";
  #sleepCause: SleepCause = "actor";
  #cause: WakeCause = "create";
  #wantedAt = 0;
  #runningAt = 0;
  #lastEvent = -1n;
  #crashes = 0;
  /** Sleeps in a row with somebody waiting and nothing done between: the next wake takes its time. */
  #fruitless = 0;
  /** Asked for while it was stopping. */
  #wakeAfter: WakeCause | undefined;
  #readyTimer: Timer | undefined;
  #stopTimer: Timer | undefined;
  #restartTimer: Timer | undefined;
  #restWaiters: ((rest: Rest) => void)[] | undefined;

  constructor(context: GatewayContext, record: ActorRecord) {
    this.#context = context;
    this.record = record;
    this.totals = new SocketTotals(context.totals);
    this.traffic = context.traffic;
    if (record.destroyTs !== null) this.#phase = "destroyed";
  }

  get phase(): ActorPhase {
    return this.#phase;
  }

  view(): ActorView {
    return viewOf(this);
  }

  detail(): ActorDetail {
    return detailOf(this);
  }

  /** What would wake it at once if it slept. */
  wants(): readonly Want[] {
    return wantsOf(this, this.#context.host.epoch());
  }

  get session(): RunnerSession | null {
    return this.#session;
  }

  get requests(): ReadonlySet<ProxiedRequest> {
    return this.#requests ?? NO_REQUESTS;
  }

  addRequest(request: ProxiedRequest): void {
    this.#requests ??= new Set();
    this.#requests.add(request);
  }

  removeRequest(request: ProxiedRequest): void {
    const requests = this.#requests;
    if (requests === undefined || !requests.has(request)) return;
    // Dropped whole: a set that becomes empty is made anew for that.
    if (requests.size === 1) this.#requests = undefined;
    else requests.delete(request);
  }

  /** Whether what is sent to it now gets there. */
  get isReachable(): boolean {
    return this.#phase === "running" && this.#session!.isConnected;
  }

  /** Whether the gateway holds sockets that its next runner must take over. */
  get holdsSockets(): boolean {
    for (const socket of this.sockets) if (socket.hibernatable) return true;
    return false;
  }

  /** Puts a tunnel message on the way to the actor's runner. Only while it has one. */
  send(request: RequestId, index: MessageIndex, body: ToClientTunnelBody): void {
    this.#session?.sendTunnel(request, index, body);
  }

  /**
   * Wants the actor awake. Does nothing when it is, or is about to be; only a person does not have to
   * wait until an actor that crashed may start again.
   */
  wake(cause: WakeCause): void {
    if (this.#phase === "stopping") this.#wakeAfter = cause;
    if (this.#phase !== "asleep") return;
    if (this.#restartTimer !== undefined && cause !== "person") return;
    this.#restartTimer?.cancel();
    this.#restartTimer = undefined;
    // Forgotten since the caller got it: another entry may stand for the actor now.
    const current = this.#context.actors.current(this);
    if (current !== this) return current.wake(cause);
    this.#cause = cause;
    this.#wantedAt = this.#context.host.now();
    this.record.sleepTs = this.record.rescheduleTs = null;
    this.#context.alarms.cancel(this.record.actorId);
    this.#context.observer.actorWaking?.(this.record.actorId, this.record.name, cause);
    const { actorReadyTimeoutMs } = this.#context.options;
    this.#readyTimer = this.#context.host.after(actorReadyTimeoutMs, () => this.#notReady());
    const session = this.#context.runners.pick(this);
    if (session !== undefined) return this.startOn(session);
    this.#phase = "pending";
    this.record.pendingAllocationTs = this.#context.host.epoch();
    this.#context.runners.waiting.add(this);
    this.#context.actors.persistSoon(this.record);
  }

  /** Starts the actor, in a new generation, on a runner that has room for it. */
  startOn(session: RunnerSession): void {
    const { record } = this;
    this.#phase = "starting";
    this.#session = session;
    this.traffic = session.traffic;
    this.#stopFor = "sleep";
    this.#sleepCause = "actor";
    this.#lastEvent = -1n;
    record.generation++;
    record.startTs = this.#context.host.epoch();
    record.pendingAllocationTs = record.connectableTs = record.error = null;
    session.actors.set(record.actorId, this);
    const { gatewayId } = this.#context;
    const held = session.namesSockets ? [...this.sockets] : [];
    const hibernatingRequests = held
      .filter((socket) => socket.hibernatable)
      .map(({ requestId }) => ({ gatewayId, requestId }));
    const { name, key, input, createTs } = record;
    this.#start = session.command(this, {
      kind: "start",
      config: { name, key, input, createTs: BigInt(createTs) },
      hibernatingRequests,
    });
    this.#context.actors.persistSoon(record);
  }

  /** Lets the actor finish what it has begun, commit, and leave its runner. */
  stop(purpose: "sleep" | "destroy", cause: SleepCause = "person"): void {
    if (this.#phase === "asleep" || this.#phase === "pending") {
      if (purpose === "destroy") return this.#destroyed();
      if (this.#phase === "asleep") return;
      this.#sleepCause = cause;
      return this.#asleep(CLIENT_CLOSE.actorStopped);
    }
    if (purpose === "destroy") this.#stopFor = "destroy";
    if (this.#phase !== "starting" && this.#phase !== "running") return;
    this.#phase = "stopping";
    this.#sleepCause = cause;
    this.#readyTimer?.cancel();
    for (const socket of this.sockets) socket.actorAway();
    this.#session!.command(this, { kind: "stop" });
    const wait = this.#context.options.actorStopThresholdMs * 2;
    this.#stopTimer = this.#context.host.after(wait, () => this.#neverStopped());
  }

  /** Its runner wants to be rid of it. An actor that is to stay up goes on elsewhere. */
  runnerLeaves(): void {
    if (this.#phase === "stopping") return;
    this.stop("sleep", "drain");
    if (this.record.crashPolicy === "restart") this.#wakeAfter ??= "moved";
  }

  /** Starts it anew: at once when it sleeps or waits out a crash, else when it has stopped. */
  reschedule(): void {
    this.#cancelRestart();
    this.stop("sleep");
    this.wake("person");
  }

  /** An event of the runner that hosts it. One of an earlier generation, or a repeated one, is old news. */
  onEvent({ checkpoint, event }: EventWrapper): void {
    if (checkpoint.generation !== this.record.generation || checkpoint.index <= this.#lastEvent) {
      return;
    }
    this.#lastEvent = checkpoint.index;
    this.#apply(event);
  }

  /** A message was acked, a socket opened or a request answered: waking it gets somewhere. */
  progressed(): void {
    this.#fruitless = 0;
  }

  /** The tunnel to its runner is cut; the runner may come back with the actor still on it. */
  tunnelLost(): void {
    for (const socket of [...this.sockets]) socket.tunnelLost();
    for (const request of [...this.requests]) request.tunnelLost();
  }

  /** The tunnel is back: everything unacked goes out again. */
  tunnelBack(): void {
    if (this.#phase === "running") this.#flush();
  }

  /** Its runner is given up. The actor goes on elsewhere when somebody waits, or its policy says so. */
  runnerLost(): void {
    if (this.#stopFor === "destroy" && this.#phase === "stopping") return this.#destroyed();
    const policy = this.record.crashPolicy;
    if (policy === "destroy") return this.#destroyed();
    const wasUp = this.#phase !== "stopping";
    this.#sleepCause = "runner_lost";
    this.#asleep(CLIENT_CLOSE.actorStopped, wasUp && policy === "restart" ? "moved" : undefined);
  }

  /** A socket or request is done: an actor that sleeps with nothing to hold is forgotten here. */
  released(): void {
    if (
      this.#phase === "asleep" && this.sockets.size === 0 && this.requests.size === 0 &&
      this.#restartTimer === undefined && this.#restWaiters === undefined
    ) this.#context.actors.forget(this);
  }

  /** The gateway shuts down: nothing happens by itself any more. */
  dispose(): void {
    this.#readyTimer?.cancel();
    this.#stopTimer?.cancel();
    this.#restartTimer?.cancel();
  }

  /** Resolves when the actor has left its runner. */
  rest(): Promise<Rest> {
    if (this.#phase === "asleep" || this.#phase === "destroyed") return Promise.resolve(NO_REST);
    return new Promise((resolve) => (this.#restWaiters ??= []).push(resolve));
  }

  #apply(event: ActorEvent): void {
    switch (event.kind) {
      case "running":
        return this.#running();
      case "stopped":
        return this.#stopped(event.code, event.message);
      case "intent":
        return this.stop(event.intent === "sleep" ? "sleep" : "destroy", "actor");
      case "setAlarm":
        this.record.alarmTs = event.alarmTs === null ? null : Number(event.alarmTs);
        return this.#context.actors.persist(this.record);
    }
  }

  #running(): void {
    if (this.#phase !== "starting") return;
    this.#phase = "running";
    this.#session!.tookIn(this.#start!);
    const { host, observer } = this.#context;
    this.#runningAt = host.now();
    this.#readyTimer?.cancel();
    this.#readyTimer = undefined;
    this.record.connectableTs = host.epoch();
    const { actorId, name, generation } = this.record;
    const wakeMs = this.#runningAt - this.#wantedAt;
    const { runnerId } = this.#session!;
    observer.actorRunning?.(actorId, name, this.#cause, wakeMs, runnerId, generation);
    this.#context.actors.persistSoon(this.record);
    this.#flush();
  }

  #flush(): void {
    for (const socket of this.sockets) socket.actorReady();
    for (const request of this.requests) request.actorReady();
  }

  /** It keeps its slot no longer, and what it still says is not listened to. */
  #neverStopped(): void {
    const { observer, options } = this.#context;
    observer.limitReached?.("actorStopThresholdMs", options.actorStopThresholdMs);
    this.#stopped("error", `It did not stop within ${options.actorStopThresholdMs * 2} ms`);
  }

  #stopped(code: StopCode, message: string | null): void {
    if (this.#phase === "stopping") {
      if (this.#stopFor === "destroy") return this.#destroyed();
      const forced = code === "error" ? message ?? "no message" : null;
      this.record.error = forced;
      return this.#asleep(CLIENT_CLOSE.actorStopped, undefined, forced);
    }
    if (code === "ok") return this.#asleep(CLIENT_CLOSE.actorStopped);
    this.#crashed(message ?? "no message");
  }

  /** Off its runner. Wakes again at once when somebody waits, or `again` says so. */
  #asleep(close: Close, again?: WakeCause, forced: string | null = null): void {
    const runner = this.#session?.runnerId ?? null;
    this.#leaveRunner();
    const { record } = this;
    record.sleepTs = this.#context.host.epoch();
    let kept = 0;
    let closed = 0;
    for (const socket of [...this.sockets]) {
      if (socket.actorStopped(close)) kept++;
      else closed++;
    }
    const messagesReplayed = this.totals.pendingMessages;
    this.#interruptRequests();
    // Only now: an actor that sleeps is forgotten with its last socket or request.
    this.#phase = "asleep";
    this.#context.actors.persistSoon(record);
    const { actorId, name } = record;
    this.#context.observer.actorAsleep?.(actorId, name, kept, closed, this.#sleepCause, runner);
    this.#rested({ forced, messagesReplayed });
    const cause = again ?? this.#wakeAfter ?? this.#whoWaits();
    this.#wakeAfter = undefined;
    if (cause === undefined) {
      this.#fruitless = 0;
      if (record.alarmTs !== null) this.#context.alarms.set(record.actorId, record.alarmTs);
      return this.released();
    }
    this.#fruitless++;
    if (this.#fruitless > 1) this.#wakeLater(this.#fruitless - 1, cause);
    else this.wake(cause);
  }

  #crashed(message: string): void {
    const { host, observer, options } = this.#context;
    const { record } = this;
    const neverRan = this.#phase === "starting";
    if (!neverRan && host.now() - this.#runningAt >= options.restartBackoffResetMs) {
      this.#crashes = 0;
    }
    this.#crashes++;
    record.error = message;
    const here = this.#session?.identity.transport === "memory";
    observer.actorCrashed?.(record.actorId, record.name, message, here);
    if (record.crashPolicy === "destroy") return this.#destroyed();
    this.#leaveRunner();
    record.sleepTs = host.epoch();
    for (const socket of [...this.sockets]) socket.actorCrashed();
    for (const request of [...this.requests]) {
      // One that idempotence lets be sent again still has to end: it may be what crashes the actor.
      if (neverRan || this.#crashes > 1) request.fail(GONE.crashed(message));
      else request.interrupted(GONE.crashed(message));
    }
    this.#phase = "asleep";
    this.#context.actors.persist(record);
    this.#rested();
    const restarts = record.crashPolicy === "restart" || this.#whoWaits() !== undefined;
    if (restarts) return this.#wakeLater(this.#crashes, "crash");
    if (record.alarmTs !== null) this.#context.alarms.set(record.actorId, record.alarmTs);
    this.released();
  }

  #destroyed(): void {
    this.#leaveRunner();
    this.#phase = "destroyed";
    const { record } = this;
    const { observer, store } = this.#context;
    record.destroyTs = this.#context.host.epoch();
    record.alarmTs = null;
    this.#context.alarms.cancel(record.actorId);
    for (const socket of [...this.sockets]) socket.drop(CLIENT_CLOSE.actorDestroyed);
    for (const request of [...this.requests]) request.fail(GONE.destroyed());
    this.#context.actors.persist(record);
    store.kv.drop(record.actorId).catch((error) => observer.storeFailed?.("kv", error));
    observer.actorDestroyed?.(record.actorId, record.name);
    this.#context.actors.forget(this);
    this.#rested();
  }

  /** Nobody could run it in time: whoever waits for it is told. */
  #notReady(): void {
    const { actorReadyTimeoutMs } = this.#context.options;
    this.#context.observer.limitReached?.("actorReadyTimeoutMs", actorReadyTimeoutMs);
    for (const socket of [...this.sockets]) {
      if (socket.wantsActor) socket.drop(CLIENT_CLOSE.actorReadyTimeout);
    }
    for (const request of [...this.requests]) {
      if (request.isWaiting) request.fail(GONE.notReady(actorReadyTimeoutMs));
    }
    this.stop("sleep", "not_ready");
  }

  #leaveRunner(): void {
    const session = this.#session;
    this.#session = null;
    this.traffic = this.#context.traffic;
    this.#start = undefined;
    this.#readyTimer?.cancel();
    this.#stopTimer?.cancel();
    // A sleeper may be kept for days, and a cancelled timer is larger than the rest of it.
    this.#readyTimer = this.#stopTimer = undefined;
    this.#cancelRestart();
    this.#context.runners.waiting.delete(this);
    session?.release(this);
  }

  #cancelRestart(): void {
    this.#restartTimer?.cancel();
    this.#restartTimer = undefined;
    this.record.rescheduleTs = null;
  }

  #wakeLater(attempt: number, cause: WakeCause): void {
    const { restartBackoffMs, restartBackoffMaxMs } = this.#context.options;
    const wait = Math.min(restartBackoffMaxMs, restartBackoffMs * 2 ** Math.min(attempt - 1, 30));
    const { host } = this.#context;
    this.#restartTimer = host.after(wait, () => {
      this.#restartTimer = undefined;
      this.wake(cause);
    });
    this.record.rescheduleTs = host.epoch() + wait;
    this.#context.actors.persist(this.record);
  }

  #interruptRequests(): void {
    for (const request of [...this.requests]) request.interrupted(GONE.stopped());
  }

  #whoWaits(): WakeCause | undefined {
    return causeOf(this.wants());
  }

  #rested(rest: Rest = NO_REST): void {
    const waiters = this.#restWaiters ?? [];
    this.#restWaiters = undefined;
    for (const resolve of waiters) resolve(rest);
  }
}
