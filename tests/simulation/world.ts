import { Gateway } from "../../lib/gateway/gateway.ts";
import { liveState } from "../../lib/inspect/live_state.ts";
import { gatewayObserver } from "../../lib/inspect/gateway_observer.ts";
import { INSPECT_LIMITS } from "../../lib/inspect/limits.ts";
import { Recorder } from "../../lib/inspect/recorder.ts";
import {
  type ActorId,
  CLIENT_CLOSE,
  MAX_DISTANCE,
  type ProtocolVersion,
} from "../../lib/protocol/mod.ts";
import { RUNNER_DEFAULTS } from "../../lib/runner/mod.ts";
import { GroupCommit } from "../../lib/store/group_commit.ts";
import { STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { QueuedStore } from "../../lib/store/queued_store.ts";
import type { CableTap } from "./cable.ts";
import { Checker } from "./checker.ts";
import { Digest } from "./digest.ts";
import { Disk } from "./disk.ts";
import { Executor } from "./executor.ts";
import { FAULT_KINDS, type FaultDefinition, isNumbered, losesAnswers } from "./faults.ts";
import type { Act, Plan } from "./plan.ts";
import { LEDGER_SPEC } from "./ledger.ts";
import { ProcessHost } from "./process_host.ts";
import { Random } from "./random.ts";
import type { Ledger } from "./sim_actor.ts";
import { uncounted } from "./sandbox.ts";
import { SimClient } from "./sim_client.ts";
import { SimRunner } from "./sim_runner.ts";

/** Everything pending must be acked so long after the last fault, in milliseconds. */
export const SETTLES_MS = 60_000;
/** How many clients there are at most, with those that faults bring. */
const MAX_CLIENTS = 48;
/** Steps between two looks at everything. */
const LOOK_EVERY = 256;

/** The gateway's process, from its start to its death. */
interface Boot {
  readonly process: ProcessHost;
  readonly gateway: Gateway;
  readonly recorder: Recorder;
  /** Whether it listens. */
  isUp: boolean;
  /** Requests that were begun, and ends that were told. */
  requests: number;
  readonly ends: Map<number, number>;
}

/**
 * The whole program on one virtual clock: clients, the gateway, its store on a simulated disk,
 * cables, runners and actors. A plan says what they do and what happens to them.
 */
export class World {
  readonly executor: Executor;
  readonly checker: Checker;
  readonly disk: Disk;
  readonly digest = new Digest();
  readonly runners: SimRunner[] = [];
  readonly clients: SimClient[] = [];
  readonly actors: ActorId[] = [];
  readonly plan: Plan;
  readonly trace: ((line: string) => void) | undefined;
  readonly #random: Random;
  readonly #everyRunner: SimRunner[] = [];
  readonly #ledgers = new Map<ActorId, Ledger | null>();
  readonly #mayClose = new Set<string>();
  #losesAnswers = false;
  #boot: Boot | undefined;
  #keys = 0;
  #requests = 0;
  #isOver = false;
  #looked = 0;

  constructor(plan: Plan, options: { trace?: (line: string) => void; ticks?: number } = {}) {
    const { seed, weather } = plan;
    this.plan = plan;
    this.trace = options.trace;
    this.executor = new Executor(seed, options.ticks === undefined ? {} : { ticks: options.ticks });
    this.#random = new Random(seed, "world");
    this.checker = new Checker({
      now: () => this.executor.now(),
      durable: (actor) => this.durable(actor),
      limits: weather,
      mayClose: (reason) => this.#mayClose.has(reason),
    });
    this.disk = new Disk(this.executor, new Random(seed, "disk"), weather.disk, (actor) => {
      this.#ledgers.delete(actor);
      this.checker.committed(actor);
    });
    // A plain fact of each fault: what it may cost a client that would go on otherwise.
    if (weather.pendingMessages < MAX_DISTANCE) {
      this.#mayClose.add(CLIENT_CLOSE.pendingLimit.reason);
    }
    for (const { kind } of plan.faults) {
      const { mayClose = [] }: FaultDefinition = FAULT_KINDS[kind];
      for (const reason of mayClose) this.#mayClose.add(reason);
      this.#losesAnswers ||= losesAnswers(kind);
    }
  }

  /** Plays the plan, and all that must hold in the end. Ends early at a broken promise. */
  async play(): Promise<void> {
    await this.#begin();
    const { acts, faults, weather } = this.plan;
    const start = this.executor.now();
    for (const act of acts) this.executor.after(act.at, () => this.#act(act));
    for (const fault of faults) {
      this.executor.after(fault.at, () => {
        this.#note(() => `fault ${fault.number} ${fault.kind}`);
        const definition: FaultDefinition = FAULT_KINDS[fault.kind];
        definition.strike(this, new Random(this.plan.seed, `fault ${fault.number}`));
      });
    }
    await this.#run(start + weather.spanMs);
    this.#stopFaults();
    await this.#run(this.executor.now() + SETTLES_MS);
    this.#checkSettled("after the faults");
    const open = this.clients.filter((client) => client.isOpen);
    for (const client of open) client.say("answer");
    await this.#run(this.executor.now() + SETTLES_MS / 3);
    this.#checkSettled("after another message");
    await this.#checkAsleep();
    await this.#end();
  }

  // What faults and acts do

  /** What is durable of the actor now. */
  durable(actor: ActorId): Ledger | null {
    let ledger = this.#ledgers.get(actor);
    if (ledger === undefined) {
      ledger = this.disk.state<Ledger>(actor);
      this.#ledgers.set(actor, ledger);
    }
    return ledger;
  }

  open(actor: number, hibernates: boolean): void {
    const boot = this.#boot;
    const id = this.actors[actor]!;
    if (this.clients.length >= MAX_CLIENTS) return;
    const { firstMessageIndex } = this.plan.weather;
    const client = new SimClient(
      {
        said: (it) => this.checker.said(it),
        answered: (it, of, number, count, part) => {
          this.#note(() => `client ${it.number} hears ${number} (${count}) part ${part}`);
          this.checker.answered(it, of, number, count, part);
        },
        closed: (it, close) => {
          this.#note(() => `client ${it.number} is closed ${close.code} ${close.reason}`);
          this.checker.closed(it, close);
        },
      },
      this.clients.length,
      id,
      hibernates,
      firstMessageIndex,
    );
    this.clients.push(client);
    const refused = (): void => void (client.end ??= { code: 1006, reason: "" });
    if (boot === undefined || !boot.isUp) return refused();
    const path = hibernates ? "/" : "/?hibernate=0";
    const request = { method: "GET", path, headers: new Map<string, string>() };
    boot.gateway.actors.get(id).then((entry) => {
      // Its gateway has died meanwhile.
      if (client.end !== undefined) return;
      client.socket = boot.gateway.openSocket(entry, request, client);
      this.checker.opened(client);
    }, refused);
  }

  request(actor: number, method: string): void {
    const boot = this.#boot;
    if (boot === undefined || !boot.isUp) return;
    const [verb, slow] = method.split(" ");
    const path = `/${this.#requests++}${slow === undefined ? "" : "slow"}`;
    const request = { method: verb!, path, headers: new Map<string, string>() };
    const fails = (why: string): void => this.checker.fail("requests", `${method} ${path} ${why}`);
    boot.gateway.actors.get(this.actors[actor]!).then(async (entry) => {
      boot.requests++;
      const { status } = await boot.gateway.request(entry, request, null);
      this.#note(() => `${method} ${path} is answered ${status}`);
      if (!KNOWN_STATUS.includes(status)) fails(`is answered ${status}`);
    }, () => {}).catch((error) => fails(`fails: ${error}`));
  }

  hibernate(actor: number, then?: () => void): void {
    const boot = this.#boot;
    if (boot === undefined || !boot.isUp) return;
    this.#note(() => `actor ${actor} is to hibernate`);
    boot.gateway.hibernate(this.actors[actor]!).then((outcome) => {
      this.#note(() => `actor ${actor} has hibernated: ${outcome.result}`);
      then?.();
    }, () => {});
  }

  /** The process dies; after a while another one is there in its place. */
  kill(
    runner: SimRunner,
    { backMs, isPowerCut = false, version = runner.version, sameKey = false }: {
      backMs: number;
      isPowerCut?: boolean;
      version?: ProtocolVersion;
      sameKey?: boolean;
    },
  ): void {
    const slot = this.runners.indexOf(runner);
    if (slot < 0 || runner.isDead || runner.isDraining) return;
    this.#note(() => `${runner.name} dies`);
    runner.process.kill();
    if (isPowerCut) {
      runner.cable?.strand("runner");
      runner.cable?.strand("gateway");
    } else {
      runner.cable?.abandon("runner");
    }
    const key = sameKey ? runner.key : undefined;
    this.executor.after(backMs, () => {
      if (this.runners[slot] === runner) this.#join(slot, { version, key });
    });
  }

  /** Another process comes with the key of this one, which is sent away. */
  evict(runner: SimRunner): void {
    const slot = this.runners.indexOf(runner);
    if (slot < 0 || runner.isDead || runner.isDraining) return;
    this.#join(slot, { version: runner.version, key: runner.key });
  }

  /** Leaves in good order; after a while another one is there in its place. */
  drain(runner: SimRunner, backMs: number): void {
    const slot = this.runners.indexOf(runner);
    // One that is frozen does not hear of it.
    if (slot < 0 || runner.isDead || runner.isDraining || runner.process.isFrozen) return;
    runner.isDraining = true;
    runner.runner.shutdown({ deadlineMs: 5_000 });
    runner.runner.ended.then(() => {
      if (this.#isOver) return;
      this.executor.after(backMs, () => {
        if (this.runners[slot] === runner) this.#join(slot, { version: runner.version });
      });
    });
  }

  /** The gateway's process dies, with all its clients; after a while it is there again. */
  restartGateway(backMs: number): void {
    const boot = this.#boot;
    if (boot === undefined || boot.process.isDead) return;
    this.#note(() => "the gateway dies");
    boot.process.kill();
    boot.isUp = false;
    this.disk.crashed();
    for (const runner of this.#everyRunner) runner.cable?.abandon("gateway");
    for (const client of this.clients) client.broken();
    this.executor.after(backMs, () => this.#bootGateway());
  }

  // From the beginning to the end

  async #begin(): Promise<void> {
    this.#bootGateway();
    await this.#run(5_000, () => this.#boot!.isUp);
    const { weather } = this.plan;
    for (let i = 0; i < weather.actors; i++) {
      const spec = { ...LEDGER_SPEC, key: `${i}` };
      let isMade = false;
      this.#boot!.gateway.actors.create(spec).then((entry) => {
        this.actors.push(entry.record.actorId);
        isMade = true;
      });
      await this.#run(this.executor.now() + 5_000, () => isMade);
    }
    weather.runners.forEach((_, slot) => this.#join(slot, {}));
  }

  #bootGateway(): void {
    const { weather } = this.plan;
    const process = new ProcessHost(this.executor);
    const commit = new GroupCommit(this.disk.open(process), process, STORE_DEFAULTS);
    const store = new QueuedStore(commit, process, STORE_DEFAULTS);
    const recorder = new Recorder(process, INSPECT_LIMITS);
    const told = gatewayObserver(recorder);
    const { counts } = this.checker;
    const ends = new Map<number, number>();
    const gateway = new Gateway({
      host: process,
      store,
      options: {
        firstMessageIndex: weather.firstMessageIndex,
        pendingMessages: weather.pendingMessages,
        pendingBytes: weather.pendingBytes,
        ackTimeoutMs: weather.ackTimeoutMs,
        sweepIntervalMs: weather.sweepIntervalMs,
        runnerLostThresholdMs: weather.runnerLostMs,
        pingIntervalMs: weather.pingTimeoutMs / 2,
        pingTimeoutMs: weather.pingTimeoutMs,
        clientBufferBytes: weather.clientBufferBytes,
        webSocketMessageBytes: weather.webSocketMessageBytes,
        restartBackoffMaxMs: 5_000,
      },
      observer: {
        ...told,
        actorAsleep: (...args) => {
          counts.sleeps++;
          this.#note(() => `actor ${this.#short(args[0])} sleeps`);
          told.actorAsleep!(...args);
        },
        actorRunning: (...args) => {
          counts.wakes++;
          this.#note(() => `actor ${this.#short(args[0])} runs`);
          told.actorRunning!(...args);
        },
        actorCrashed: (...args) => {
          counts.crashes++;
          this.#note(() => `actor ${this.#short(args[0])} crashes: ${args[2]}`);
          told.actorCrashed!(...args);
        },
        runnerLost: (runner, reason) => {
          this.#losesAnswers = true;
          this.#note(() => `runner ${runner} is given up: ${reason}`);
          told.runnerLost!(runner, reason);
        },
        requestEnded: (summary) => {
          ends.set(summary.requestId, (ends.get(summary.requestId) ?? 0) + 1);
          told.requestEnded!(summary);
        },
      },
    });
    const boot: Boot = {
      process,
      gateway,
      recorder,
      isUp: false,
      requests: 0,
      ends,
    };
    this.#boot = boot;
    this.checker.gatewayStarts();
    Object.assign(counts, { sleeps: 0, wakes: 0, crashes: 0 });
    const ready = gateway.start()
      .then(() => {
        if (process.isDead) return;
        boot.isUp = true;
        this.#note(() => "the gateway listens");
      });
    // A gateway whose disk fails as it starts ends; whoever watches over it starts it again.
    ready.catch(() => this.restartGateway(200));
  }

  #join(slot: number, { version, key }: { version?: ProtocolVersion; key?: string | undefined }) {
    const { weather } = this.plan;
    const plan = weather.runners[slot]!;
    const tap: CableTap = {
      sent: (from, { bytes, message }) => {
        this.digest.add(from);
        this.digest.bytes(bytes);
        if (message === null) return;
        this.#note(() => `${from} of ${runner.name} sends ${describe(message)}`);
        this.checker.sent(from, message);
      },
      arrives: (at, { message }) => this.checker.arrives(at, message),
      garbageHurts: (at) => this.checker.fail("garbage costs no tunnel", `closed by the ${at}`),
    };
    const runner: SimRunner = new SimRunner({
      key: key ?? `runner ${this.#keys++}`,
      number: this.#everyRunner.length,
      plan,
      version: version ?? plan.version,
      executor: this.executor,
      random: this.#random,
      delay: weather.tunnel,
      tap,
      watch: {
        begins: (actor) => this.#begins(runner, actor as ActorId),
        handled: (client, number) => this.checker.handled(this.clients[client]!, number),
      },
      sleepAfterMs: weather.sleepAfterMs,
      ballast: weather.ballast,
      options: {
        // Attempts follow each other fast, so that most cuts end before anybody gives up.
        retryMs: 200,
        retryMaxMs: 500,
        kvTimeoutMs: Math.min(15_000, weather.ackTimeoutMs / 2),
        pingIntervalMs: weather.pingTimeoutMs / 2,
        pingTimeoutMs: weather.pingTimeoutMs,
        ackMessages: weather.ackMessages,
        committedAckDelayMs: weather.committedAckDelayMs,
        acksPerRound: weather.acksPerRound,
        ackDelayMaxMs: weather.ackTimeoutMs / 4,
      },
      observer: {
        connection: (state, detail) => {
          this.#note(() => `${runner.name} is ${state} ${detail}`);
        },
        actorStarted: (actor, _name, generation) => {
          runner.hosted.add(actor);
          this.checker.started(actor, generation);
        },
        actorStopped: (actor, _name, generation, code, why) => {
          runner.hosted.delete(actor);
          if (/^The (tunnel was lost|gateway has given)/.test(why)) this.#losesAnswers = true;
          this.#note(() =>
            `${runner.name}: actor ${this.#short(actor)}.${generation} stops ${code}: ${why}`
          );
        },
        limitReached: (limit, value) => this.#note(() => `${runner.key} reached ${limit} ${value}`),
        indexSkipped: (_actor, _gateway, request) =>
          this.#note(() => `${runner.key}: an index of ${request} is missing`),
      },
      gateway: () => this.#boot?.isUp ? this.#boot.process : undefined,
      accept: (link, { key: runnerKey, version: protocolVersion }) => {
        this.#boot!.gateway.acceptRunner(link, {
          protocolVersion,
          namespace: "default",
          runnerKey,
          transport: "websocket",
        });
      },
      isNumbered: (frame) => isNumbered(frame, this.clients),
      die: (it) => uncounted(() => this.kill(it, { backMs: 50 })),
    });
    this.runners[slot] = runner;
    this.#everyRunner.push(runner);
    runner.start();
  }

  /** A handler begins: not in an actor that its runner does not have. */
  #begins(runner: SimRunner, actor: ActorId): void {
    if (!runner.hosted.has(actor)) {
      this.checker.fail("asleep is gone", `a handler of ${this.#short(actor)} begins all the same`);
    }
  }

  #act(act: Act): void {
    switch (act.do) {
      case "open":
        return this.open(act.actor, act.hibernates);
      case "say":
        for (const { command, ...how } of act.messages) {
          this.clients[act.client]?.say(command, how);
        }
        return;
      case "leave":
        return this.clients[act.client]?.leave(act.client % 3 === 0 ? 1006 : 1000);
      case "request":
        return this.request(act.actor, act.method);
      case "hibernate":
        return this.hibernate(act.actor);
      case "wake":
        if (this.#boot?.isUp) this.#boot.gateway.wake(this.actors[act.actor]!).catch(() => {});
    }
  }

  #stopFaults(): void {
    this.#note(() => "the faults are over");
    this.disk.heal();
    this.disk.delay = this.plan.weather.disk;
    for (const runner of this.#everyRunner) {
      runner.unreachableUntil = 0;
      runner.dieAt = undefined;
      runner.tamper = undefined;
      runner.skips = false;
      runner.delay = this.plan.weather.tunnel;
      if (runner.cable !== undefined) runner.cable.breakAt = undefined;
    }
    for (const client of this.clients) client.read();
  }

  async #end(): Promise<void> {
    for (const client of this.clients) client.leave();
    await this.#run(this.executor.now() + 30_000);
    this.#checkSettled("after everybody left");
    this.#isOver = true;
    for (const { runner } of this.#everyRunner) void runner.shutdown({ deadlineMs: 5_000 });
    await this.#run(this.executor.now() + 10_000);
    this.#boot!.isUp = false;
    let isDown = false;
    this.#boot!.gateway.shutdown(0).then(() => isDown = true);
    await this.#run(this.executor.now() + 5_000, () => isDown);
    await this.#run(this.executor.now() + 1_000);
    for (const runner of this.#everyRunner) {
      if (!runner.isDead) this.checker.fail("an end", `${runner.key} has not ended`);
    }
    if (this.executor.planned > 0) {
      this.checker.fail("at rest", `${this.executor.planned} timers are left in the end`);
    }
    this.#throwIfBroken();
  }

  // What must hold when nothing goes on

  #checkSettled(when: string): void {
    const { checker } = this;
    checker.all();
    const boot = this.#boot!;
    const view = boot.gateway.view();
    const fail = (promise: string, detail: string): void =>
      checker.fail(promise, `${when}: ${detail}`);
    if (view.pendingMessages > 0) {
      fail("everything is acked within 60 s", `${view.pendingMessages} messages are pending`);
    }
    if (view.pendingBytes > 0) {
      fail("bytes are conserved", `${view.pendingBytes} bytes are pending`);
    }
    if (view.requestsInFlight > 0) fail("requests end", `${view.requestsInFlight} are in flight`);
    if (boot.ends.size !== boot.requests) {
      fail("requests end", `${boot.requests} began, ${boot.ends.size} ended`);
    }
    for (const times of boot.ends.values()) {
      if (times > 1) fail("requests end once", `${times} times`);
    }
    const open = this.clients.filter((client) => client.isOpen);
    const ids = open.map(({ socket }) => socket!.requestId);
    same(view.sockets.map(({ requestId }) => requestId), ids, (detail) => fail("sockets", detail));
    const kept = open.filter(({ socket }) => socket!.hibernatable);
    same(
      this.disk.socketRecords(),
      kept.map(({ socket }) => socket!.requestId),
      (detail) => fail("records of hibernating sockets", detail),
    );
    for (const client of this.clients) {
      const seen = this.durable(client.actorId)?.seen[client.number] ?? 0;
      // What would have closed its socket cannot be told to a client that has left.
      const isOwed = client.leftHibernatable && client.end === undefined &&
        this.#mayClose.size === 0;
      const isWhole = client.isOpen || isOwed;
      if (isWhole && seen !== client.said) {
        fail("nothing lost", `client ${client.number} said ${client.said}, ${seen} are durable`);
      }
      // Only two ends of ours keep what an actor says until it is taken.
      const isKept = this.plan.weather.runners.every(({ ours }) => ours) && !this.#losesAnswers;
      if (client.isOpen && client.socket!.hibernatable && isKept) this.#checkAnswers(client, fail);
    }
    this.#checkRunners(open, fail);
    this.#checkDashboard(fail);
    this.#throwIfBroken();
  }

  /** What is at a runner is at the gateway too. */
  #checkRunners(open: readonly SimClient[], fail: (promise: string, detail: string) => void): void {
    const ids = new Set<number>(open.map(({ socket }) => socket!.requestId));
    for (const { runner, name, isDead, version } of this.#everyRunner) {
      // In v2 a gateway cannot name its sockets: those of a dead one are restored too.
      if (version === 2) continue;
      if (isDead || runner.view().state !== "connected") continue;
      for (const { requestId } of runner.view().sockets) {
        if (!ids.has(requestId)) fail("sockets", `${name} has ${requestId}, which nobody holds`);
      }
    }
  }

  #checkAnswers(client: SimClient, fail: (promise: string, detail: string) => void): void {
    client.answers.forEach((parts, i) => {
      const command = client.commands[i];
      const wanted = command === "quiet" ? 0 : command === "burst" ? 3 : 1;
      if (parts !== wanted) {
        fail("no answer lost", `client ${client.number}: ${i + 1} has ${parts} of ${wanted}`);
      }
    });
  }

  /** The dashboard says what is so. */
  #checkDashboard(fail: (promise: string, detail: string) => void): void {
    const { gateway, recorder, requests } = this.#boot!;
    const state = liveState({ gateway }, recorder, this.executor.epoch(), 100);
    const { counts } = this.checker;
    const { sockets } = gateway.view();
    const open = this.clients.filter((client) => client.isOpen);
    const shown = {
      socketsOpen: state.totals.socketsOpen,
      socketsHibernating: state.totals.socketsHibernating,
      sleeps: state.totals.sleeps,
      wakes: state.totals.wakes,
      requests: state.totals.requestsEnded,
      pending: state.totals.pendingMessages,
      crashes: recorder.counts.actorsCrashed.total,
    };
    const seen = {
      socketsOpen: open.length,
      socketsHibernating: sockets.filter(({ phase }) => phase === "hibernating").length,
      sleeps: counts.sleeps,
      wakes: counts.wakes,
      requests,
      pending: 0,
      crashes: counts.crashes,
    };
    for (const name of Object.keys(shown) as (keyof typeof shown)[]) {
      if (shown[name] !== seen[name]) {
        fail("the dashboard's counters", `${name} is ${seen[name]}, shown as ${shown[name]}`);
      }
    }
  }

  /** Every actor sleeps: nothing of it is in a runner, and its sockets are open at the gateway. */
  async #checkAsleep(): Promise<void> {
    const kept = this.clients.filter((client) => client.isOpen && client.socket!.hibernatable);
    let left = this.actors.length;
    for (let actor = 0; actor < this.actors.length; actor++) this.hibernate(actor, () => left--);
    await this.#run(this.executor.now() + 20_000, () => left === 0);
    // A runner remembers who has left: at least so long, at most twice that.
    await this.#run(this.executor.now() + 2 * RUNNER_DEFAULTS.departedMs + 1_000);
    if (left > 0) return this.checker.fail("hibernation", `${left} actors do not sleep`);
    for (const { runner, key, isDead } of this.#everyRunner) {
      const { actors, sockets, outgoingKept } = runner.view();
      if (isDead || actors.length + sockets.length + outgoingKept === 0) continue;
      this.checker.fail(
        "asleep is gone",
        `${key} has ${actors.length} actors, ${sockets.length} sockets, ${outgoingKept} messages`,
      );
    }
    for (const { number, end } of kept) {
      if (end !== undefined) this.checker.fail("hibernation keeps sockets", `client ${number}`);
    }
    // The gateway has its sweep and its keep-alive, and for each runner a ping; a runner has one
    // timer that waits for pings, or sends them.
    const { gateway, process } = this.#boot!;
    this.#checkTimers("the gateway", process, 2 + [...gateway.runners].length);
    for (const { key, process } of this.#everyRunner) this.#checkTimers(key, process, 1);
    this.#throwIfBroken();
  }

  #checkTimers(who: string, process: ProcessHost, wanted: number): void {
    if (process.timers <= wanted) return;
    this.checker.fail("asleep is gone", `${who} has ${process.timers} timers, not ${wanted}`);
  }

  /** Lets time pass, until then or until it is done. Throws at a broken promise. */
  async #run(end: number, isDone: () => boolean = () => false): Promise<void> {
    const { checker, executor } = this;
    await executor.runUntil(end, () => {
      checker.step();
      if (executor.steps - this.#looked >= LOOK_EVERY) {
        this.#looked = executor.steps;
        checker.all();
      }
      return checker.failure === undefined && !isDone();
    });
    this.#throwIfBroken();
  }

  #throwIfBroken(): void {
    if (this.checker.failure !== undefined) throw this.checker.failure;
  }

  #short(actor: ActorId): number {
    return this.actors.indexOf(actor);
  }

  #note(line: () => string): void {
    if (this.trace !== undefined) uncounted(() => this.trace!(`${this.executor.now()} ${line()}`));
  }
}

/** What a request may be answered with, whatever goes wrong. */
const KNOWN_STATUS = [200, 404, 499, 500, 502, 503, 504];

function same(shown: number[], wanted: number[], fail: (detail: string) => void): void {
  const order = (ids: number[]): string => ids.sort((a, b) => a - b).join();
  if (order(shown) !== order(wanted)) fail(`${order(shown)} are there, not ${order(wanted)}`);
}

function describe(message: unknown): string {
  return JSON.stringify(message, (_key, value) => {
    if (typeof value === "bigint") return Number(value);
    if (value instanceof Map) return [...value];
    if (value instanceof Uint8Array) {
      return value.length < 60 ? new TextDecoder().decode(value) : `${value.length} bytes`;
    }
    return value;
  });
}
