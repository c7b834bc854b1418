import { assert, assertEquals } from "@std/assert";
import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import { Gateway } from "../../lib/gateway/gateway.ts";
import type { HibernateOutcome } from "../../lib/gateway/view.ts";
import {
  CURRENT_VERSION,
  decodeToServer,
  distance,
  type MessageIndex,
  messageIndex,
} from "../../lib/protocol/mod.ts";
import { createRunner, type Runner } from "../../lib/runner/mod.ts";
import { MemoryBackend, STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { QueuedStore } from "../../lib/store/queued_store.ts";
import { committedLedger, type Ledger, LEDGER_SPEC } from "./ledger.ts";
import type { Explorable } from "./small_world_explorer.ts";
import { PATIENCE_MS, SmallClock, SmallProcess } from "./small_world_host.ts";
import { JudgedClient, memoryOf, SeenCommit, Traffic } from "./small_world_parts.ts";
import { type Choice, Wire, type WireEnd } from "./small_world_wire.ts";

export type Deed = "say" | "hibernate" | "wake" | "cut" | "kill";

export interface Plan {
  /** Who does what, each in its order, at whatever moment. */
  readonly scripts: readonly (readonly Deed[])[];
  readonly firstMessageIndex: number;
  /** The actor is on the first of them when the world begins. */
  readonly runners: 1 | 2;
  /** Below a second it falls due among the events. */
  readonly runnerLostThresholdMs: number;
  readonly firstRetryMs: number;
  /** Every order, of what happens in different processes too. Takes ten times as long. */
  readonly everyOrder?: boolean;
}

/** No ping, sweep or sleep comes in between: they have no part in this. */
const NEVER_MS = 1_000_000;
/** What is left to time, in the end: second retries and the waits of a crash are below. */
const LAST_MS = 10_000;

interface SmallRunner {
  readonly process: SmallProcess;
  readonly runner: Runner;
}

/**
 * The real gateway, store, runner and actor with one hibernatable socket, in which nothing happens by
 * itself: each frame, each commit and each timer is a choice, and so is each deed of the scripts.
 */
export class SmallWorld implements Explorable {
  readonly #plan: Plan;
  readonly #clock = new SmallClock();
  readonly #backend = new MemoryBackend(STORE_DEFAULTS);
  readonly #store: SeenCommit;
  readonly #gateway: Gateway;
  readonly #runners: SmallRunner[] = [];
  readonly #wires: Wire[] = [];
  readonly #client: JudgedClient;
  readonly #failures: string[] = [];
  readonly #done: number[];
  readonly #traffic = new Traffic();
  readonly #hibernations: (HibernateOutcome["result"] | null)[] = [];
  /** Whether it was woken while it stopped, which it remembers until it has. */
  #wokenAfter = false;
  /** Sleeps without an ack between: the next wake takes longer. */
  #fruitless = 0;
  #flush: (() => void) | undefined;
  /** What the store had of the actor after its last commit, once it was looked at. */
  #read: readonly string[] | undefined;
  #memory: Ledger | undefined;
  #entry!: ActorEntry;
  #socket!: ClientSocket;
  #said = 0;

  private constructor(plan: Plan) {
    this.#plan = plan;
    this.#done = plan.scripts.map(() => 0);
    const host = new SmallProcess(this.#clock, "gateway");
    const storeHost = new SmallProcess(
      this.#clock,
      "store",
      (callback) => this.#flush = callback,
    );
    this.#store = new SeenCommit(this.#backend, storeHost, STORE_DEFAULTS);
    this.#client = new JudgedClient((what) => this.#fail(what));
    this.#gateway = new Gateway({
      host,
      // Each read is a step of its own, and nothing is remembered beside what a state is told apart by.
      store: new QueuedStore(this.#store, host, {
        ...STORE_DEFAULTS,
        recordDelayMs: 0,
        listCacheBytes: 0,
      }),
      options: {
        firstMessageIndex: plan.firstMessageIndex,
        runnerLostThresholdMs: plan.runnerLostThresholdMs,
        pingIntervalMs: NEVER_MS,
        pingTimeoutMs: 2 * NEVER_MS,
        ackTimeoutMs: 4 * NEVER_MS,
        hibernationKeepAliveMs: NEVER_MS,
      },
      observer: {
        ackRefused: (_actor, _request, why) => {
          if (why === "future") this.#fail("an ack from the future");
        },
        messageAcked: () => this.#fruitless = 0,
        actorAsleep: () => this.#fruitless++,
        actorCrashed: (_actor, _name, why) => this.#fail(`the actor crashed: ${why}`),
        storeFailed: (what, error) => this.#fail(`the store failed: ${what} ${error}`),
        limitReached: (limit) => this.#fail(`the gateway's limit ${limit} is reached`),
      },
    });
  }

  /** Begins with the socket open, and nothing under way. */
  static async begin(plan: Plan): Promise<SmallWorld> {
    const world = new SmallWorld(plan);
    await world.#until(world.#gateway.start());
    for (let i = 0; i < plan.runners; i++) {
      world.#join(`runner ${i}`);
      await world.#rest();
    }
    world.#entry = await world.#until(world.#gateway.actors.create(LEDGER_SPEC));
    const request = { method: "GET", path: "/", headers: new Map<string, string>() };
    world.#socket = world.#gateway.openSocket(world.#entry, request, world.#client);
    await world.#rest();
    assertEquals(world.#socket.phase, "active");
    return world;
  }

  get choices(): readonly Choice[] {
    const choices = [...this.#events, ...this.#deeds];
    return this.#plan.everyOrder ? choices : this.#ample(choices);
  }

  async take({ take }: Choice): Promise<void> {
    take();
    await this.#clock.settle();
    await this.#completeRecords();
  }

  async digest(): Promise<string> {
    const { actors: [actor], runners, sockets: [socket] } = this.#gateway.view();
    return JSON.stringify([
      this.#done,
      actor && [actor.phase, actor.generation, actor.runnerId, actor.error],
      runners.map(({ runnerId, state, actors }) => [runnerId, state, actors]),
      socket &&
      [
        socket.phase,
        socket.lastSent,
        socket.lastAcked,
        socket.pendingMessages,
        socket.oldestUnackedMs === null,
      ],
      this.#runners.map(({ process, runner }) =>
        process.isDead || [memoryOf(runner), this.#traffic.memoryOf(process.name)]
      ),
      this.#memory?.handled,
      this.#wires.map(({ isCut, gateway, runner }) => [isCut, underWay(gateway), underWay(runner)]),
      [...this.#store.pending].map(({ table, method }) => `${table}.${method}`),
      await this.#durable(),
      this.#clock.waits,
      this.#traffic.memoryOf("gateway"),
      this.#client.received,
      this.#client.closes.length,
      this.#hibernations,
      this.#entry.phase === "stopping" && this.#wokenAfter,
      this.#fruitless,
    ]);
  }

  async check(): Promise<void> {
    assertEquals(this.#failures, []);
    assertEquals(this.#client.closes, [], "the client is closed");
    const durable = await this.#durable();
    const sent = Array.from({ length: this.#said }, (_, i) => `${i + 1}`);
    assertEquals(durable, sent.slice(0, durable.length), "handled once and in order");
    assert(this.#client.answered <= durable.length, "an answer to what is not durable");
    const [socket] = this.#gateway.view().sockets;
    assert(socket !== undefined, "the gateway has lost the socket");
    const acked = this.#covered(socket.lastAcked);
    assert(acked <= durable.length, `acked ${acked}, durable ${durable.length}`);
    for (const index of this.#acksUnderWay()) {
      const said = this.#covered(index);
      assert(said <= durable.length, `an ack of ${said} is under way, durable ${durable.length}`);
    }
    for (const { process, runner } of this.#runners) {
      if (process.isDead) continue;
      const { sockets, actors } = runner.view();
      if (this.#entry.phase === "asleep") {
        assertEquals([actors, sockets], [[], []], "an asleep actor has something in the runner");
      }
      for (const { lastReceived, lastHandled, lastCommitted } of sockets) {
        // An earlier life, which its runner has not left yet, is behind.
        const isPresent = actors.some(({ generation }) =>
          generation === this.#entry.record.generation
        );
        const order = [lastCommitted, lastHandled, lastReceived, socket.lastSent]
          .map((index) => this.#covered(index));
        if (isPresent) order.unshift(acked);
        assertEquals(order, order.toSorted((a, b) => a - b), "acked to sent are in order");
        assert(this.#covered(lastCommitted) <= durable.length, "committed, but not durable");
      }
    }
  }

  async end(): Promise<void> {
    await this.#pass();
    await this.check();
    const sent = Array.from({ length: this.#said }, (_, i) => `${i + 1}`);
    assertEquals(await this.#durable(), sent, "everything is handled in the end");
    const [socket] = this.#gateway.view().sockets;
    assertEquals(socket?.pendingMessages, 0, "everything is acked in the end");
    const missing = this.#said - this.#client.received.length;
    const isKilled = this.#runners.some(({ process }) => process.isDead);
    assert(isKilled || missing <= this.#traffic.lostAnswers, `${missing} answers are missing`);
    assertEquals(this.#hibernations.includes(null), false, "a hibernation has no outcome");
    this.#socket.clientClosed(1000, "");
    await this.#pass();
    assertEquals(this.#gateway.view().sockets, [], "sockets are left");
    for (const { process, runner } of this.#runners) {
      if (process.isDead) continue;
      void runner.shutdown();
      await this.#pass();
      assertEquals([runner.view().actors, runner.view().sockets], [[], []]);
    }
    const { actors, runners } = this.#gateway.view();
    assertEquals([actors, runners], [[], []], "actors or runners are left");
    await this.#until(this.#gateway.shutdown(0));
    assertEquals(this.#clock.waits, [], "timers are left");
    assertEquals(this.#failures, []);
  }

  // What can happen

  /**
   * What stands for the rest: when nothing can come in between any more, what happens in a runner
   * goes ahead of what happens elsewhere, for the order of the two makes no difference to either. What
   * arrives on a tunnel that the gateway has replaced makes none at all, and goes ahead too.
   */
  #ample(choices: readonly Choice[]): readonly Choice[] {
    const stale = choices.find(({ wire }) => wire !== undefined && this.#traffic.isReplaced(wire));
    if (stale !== undefined) return [stale];
    if (this.#willBreak || this.#clock.due !== undefined) return choices;
    for (const { process } of this.#runners) {
      const own = choices.filter(({ where }) => where === process.name);
      if (own.length > 0) return own;
    }
    return choices;
  }

  /** Whether a cut or a kill is still to come. */
  get #willBreak(): boolean {
    return this.#plan.scripts.some((script, i) =>
      script.slice(this.#done[i]).some((deed) => deed === "cut" || deed === "kill")
    );
  }

  get #events(): Choice[] {
    const choices = this.#wires.flatMap((wire) => wire.choices);
    if (this.#flush !== undefined) {
      choices.push({ name: "the store commits", where: "gateway", take: this.#commit });
    }
    const { due } = this.#clock;
    if (due !== undefined) {
      choices.push({
        name: `${due.owner} has waited ${due.delayMs} ms`,
        where: null,
        take: () => this.#clock.fire(due),
      });
    }
    return choices;
  }

  get #deeds(): Choice[] {
    return this.#plan.scripts.flatMap((script, i) => {
      const deed = script[this.#done[i]!];
      if (deed === undefined) return [];
      return [{
        name: deed,
        where: deed === "cut" || deed === "kill" ? null : "gateway",
        take: () => {
          this.#done[i]!++;
          this.#do(deed);
        },
      }];
    });
  }

  #do(deed: Deed): void {
    const { actorId } = this.#entry.record;
    switch (deed) {
      case "say":
        return this.#socket.fromClient(`${++this.#said}`);
      case "hibernate": {
        const i = this.#hibernations.push(null) - 1;
        this.#gateway.hibernate(actorId).then(({ result, detail }) => {
          this.#hibernations[i] = result;
          if (result === "failed") this.#fail(`a hibernation failed: ${detail}`);
        });
        return;
      }
      case "wake":
        this.#wokenAfter = this.#entry.phase === "stopping";
        this.#gateway.wake(actorId);
        return;
      case "cut":
        return this.#wires.findLast(({ isOpen }) => isOpen)?.cut();
      case "kill": {
        this.#runners[0]!.process.kill();
        for (const wire of this.#wires) if (wire.name === "runner 0") wire.kill();
        return;
      }
    }
  }

  readonly #commit = (): void => {
    const flush = this.#flush!;
    this.#flush = this.#read = undefined;
    flush();
  };

  /** Records that nobody waits for are no event: only what an actor keeps or reads is. */
  async #completeRecords(): Promise<void> {
    while (this.#flush !== undefined && !this.#store.isAwaited) {
      this.#commit();
      await this.#clock.settle();
    }
  }

  #join(name: string): void {
    const process = new SmallProcess(this.#clock, name);
    const runner = createRunner({
      host: process,
      definitions: { ledger: this.#actor() },
      name: "default",
      totalSlots: 1,
      options: {
        pingTimeoutMs: NEVER_MS,
        // Each further timer multiplies the orders.
        committedAckDelayMs: 0,
        retryJitter: 0,
        firstRetryMs: this.#plan.firstRetryMs,
      },
      observer: {
        outgoingLost: (count) => {
          // A runner that was away for too long gives up what it had to say.
          if (this.#plan.runnerLostThresholdMs < PATIENCE_MS) this.#traffic.lostAnswers += count;
          else this.#fail(`${count} answers are given up`);
        },
        indexSkipped: () => this.#fail("a message is missing"),
        commitFailed: (_actor, why) => this.#fail(`a commit failed: ${why}`),
        handlerFailed: (_actor, handler, error) => this.#fail(`${handler} failed: ${error}`),
        limitReached: (limit) => this.#fail(`the runner's limit ${limit} is reached`),
      },
      connect: () => {
        const wire = new Wire(name, this.#wires.length + 1, this.#traffic);
        this.#wires.push(wire);
        this.#gateway.acceptRunner(wire.gateway, {
          protocolVersion: CURRENT_VERSION,
          namespace: "default",
          runnerKey: name,
          transport: "memory",
        });
        return Promise.resolve(wire.runner);
      },
    });
    this.#runners.push({ process, runner });
    runner.start();
  }

  #actor(): ActorDefinition {
    return defineActor<Ledger>({
      state: () => ({ handled: [] }),
      sleepAfter: false,
      start: (actor) => void (this.#memory = actor.state),
      stop: () => void (this.#memory = undefined),
      websocket: {
        hibernate: true,
        message(actor, socket, data) {
          actor.state.handled.push(data as string);
          socket.send(`${data} ${actor.state.handled.length}`);
        },
      },
    }) as ActorDefinition;
  }

  // What is seen

  #fail(what: string): void {
    this.#failures.push(what);
  }

  *#acksUnderWay(): Generator<MessageIndex> {
    for (const { gateway } of this.#wires) {
      for (const frame of gateway.incoming) {
        const message = decodeToServer(frame, CURRENT_VERSION);
        if (message.kind !== "tunnel" || message.body.kind !== "webSocketMessageAck") continue;
        yield message.body.index;
      }
    }
  }

  #covered(index: MessageIndex): number {
    return distance(messageIndex(this.#plan.firstMessageIndex), index);
  }

  /** What the store has of the actor now, read past every queue. */
  async #durable(): Promise<readonly string[]> {
    this.#read ??= await committedLedger(this.#backend, this.#entry.record.actorId);
    return this.#read;
  }

  // Letting time pass

  /** Until nothing but time can happen. */
  async #rest(): Promise<void> {
    for (let [first] = this.#events; first !== undefined; [first] = this.#events) {
      await this.take(first);
    }
  }

  /** Ten seconds, and all that falls due in them. */
  async #pass(): Promise<void> {
    const end = this.#clock.now() + LAST_MS;
    await this.#rest();
    for (
      let timer = this.#clock.dueBy(end);
      timer !== undefined;
      timer = this.#clock.dueBy(end)
    ) {
      this.#clock.fire(timer);
      await this.#clock.settle();
      await this.#rest();
    }
  }

  async #until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    promise.finally(() => isSettled = true).catch(() => {});
    await this.#clock.settle();
    while (!isSettled) {
      const [first] = this.#events;
      assert(first !== undefined, "a promise never settles");
      await this.take(first);
    }
    return await promise;
  }
}

function underWay({ incoming, end, isOver }: WireEnd): unknown {
  return [isOver, end !== undefined, incoming.map((frame) => String.fromCharCode(...frame))];
}
