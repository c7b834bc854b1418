import { assert, assertEquals } from "@std/assert";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import { Gateway } from "../../lib/gateway/gateway.ts";
import type { GatewayStore } from "../../lib/gateway/gateway_store.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import {
  type ActorId,
  distance,
  type MessageIndex,
  messageIndex,
  type ProtocolVersion,
  type ToServer,
} from "../../lib/protocol/mod.ts";
import { MemoryBackend, openMemoryStore, STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { LaggingHost } from "./hosts.ts";
import { committedLedger } from "./ledger.ts";
import type { FirstAfterThaw } from "./process_host.ts";
import { type ClientWorld, SimulatedClient } from "./simulated_client.ts";
import { SimulatedRunner } from "./simulated_runner.ts";

export const ACTORS = 2;
export const RUNNERS = 2;
const MAX_CLIENTS = 10;

export interface Weather {
  readonly seed: number;
  readonly firstMessageIndex: number;
  /** Frames on a tunnel take up to so long. */
  readonly tunnelLagMs: number;
  /** Commits take up to so long. */
  readonly storeLagMs: number;
  /** Whether actors sleep soon when nothing goes on, or only when a person says so. */
  readonly sleepy: boolean;
  /** What each runner speaks; one that takes the place of a dead one speaks the same. */
  readonly versions: readonly ProtocolVersion[];
}

/** One thing that happens. Numbers are taken modulo how many there are. */
export type Step =
  | { readonly do: "open"; readonly actor: number; readonly hibernates: boolean }
  | { readonly do: "say"; readonly client: number; readonly times: number; readonly slow: boolean }
  | { readonly do: "leave"; readonly client: number }
  | { readonly do: "ticks"; readonly count: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "hibernate"; readonly actor: number }
  | { readonly do: "wake"; readonly actor: number }
  | { readonly do: "request"; readonly actor: number }
  | { readonly do: "cut"; readonly runner: number }
  | {
    readonly do: "halfCut";
    readonly runner: number;
    readonly first: "runner" | "gateway";
    readonly ms: number;
  }
  | { readonly do: "outage"; readonly runner: number; readonly ms: number }
  | { readonly do: "kill"; readonly runner: number; readonly ms: number }
  | {
    readonly do: "freeze";
    readonly runner: number;
    readonly ms: number;
    readonly first: FirstAfterThaw;
  }
  | { readonly do: "shutdown"; readonly runner: number };

/** The whole path on one virtual clock: clients, gateway, store, tunnels, runners, actors. */
export class WholePath implements ClientWorld {
  readonly host: VirtualHost;
  readonly backend = new MemoryBackend(STORE_DEFAULTS);
  readonly gateway: Gateway;
  readonly clients: SimulatedClient[] = [];
  /** Answers that never came, to clients that are still there. */
  missing = 0;
  /** Whether a runner's actors went elsewhere without it: what it had to say went with it. */
  gaveUp = false;
  readonly #weather: Weather;
  readonly #store: GatewayStore;
  readonly #actors: ActorEntry[] = [];
  readonly #runners: (SimulatedRunner | undefined)[] = [];
  readonly #everyRunner: SimulatedRunner[] = [];
  readonly #answers: Promise<Response>[] = [];
  readonly #failures: string[] = [];

  private constructor(weather: Weather) {
    this.#weather = weather;
    this.host = new VirtualHost({ seed: weather.seed });
    this.#store = openMemoryStore({
      host: new LaggingHost(this.host, weather.storeLagMs),
      backend: this.backend,
    });
    this.gateway = new Gateway({
      host: this.host,
      store: this.#store,
      options: { firstMessageIndex: weather.firstMessageIndex },
      observer: {
        runnerLost: (_runner, reason) => {
          if (!reason.startsWith("1000")) this.gaveUp = true;
        },
        ackRefused: (_actor, request, why) => {
          if (why === "future") this.fail(`an ack from the future on ${request}`);
        },
        storeFailed: (what, error) => this.fail(`the store failed: ${what} ${error}`),
        limitReached: (limit, value) => {
          // A request without a runner is answered all the same.
          if (limit === "resendTimeoutMs") return;
          this.fail(`the gateway's limit ${limit} of ${value} is reached`);
        },
      },
    });
  }

  static async begin(weather: Weather): Promise<WholePath> {
    const path = new WholePath(weather);
    await path.#until(path.gateway.start());
    for (let i = 0; i < RUNNERS; i++) path.#join(i);
    await path.host.advance(4 * weather.tunnelLagMs + 4);
    for (let i = 0; i < ACTORS; i++) {
      const made = path.gateway.actors.create({
        namespace: "default",
        name: "ledger",
        key: `${i}`,
        input: null,
        runnerNameSelector: "default",
        crashPolicy: "sleep",
      });
      path.#actors.push(await path.#until(made));
    }
    for (let i = 0; i < 3; i++) path.#open(i, i !== 2);
    return path;
  }

  committed(actor: ActorId): readonly string[] {
    return committedLedger(this.backend, actor);
  }

  fail(what: string): void {
    this.#failures.push(`at ${this.host.now()} ms: ${what}`);
  }

  async play(step: Step): Promise<void> {
    switch (step.do) {
      case "open":
        return this.#open(step.actor, step.hibernates);
      case "say": {
        const client = this.clients[step.client % this.clients.length]!;
        for (let i = 0; i < step.times; i++) client.say(step.slow);
        return;
      }
      case "leave":
        return this.clients[step.client % this.clients.length]!.leave();
      case "ticks":
        for (let i = 0; i < step.count; i++) await Promise.resolve();
        return;
      case "wait":
        return await this.host.advance(step.ms);
      case "hibernate":
        return void this.gateway.hibernate(this.#actorId(step.actor));
      case "wake":
        return void this.gateway.wake(this.#actorId(step.actor));
      case "request": {
        const request = { method: "GET", path: "/", headers: new Map<string, string>() };
        this.#answers.push(this.gateway.request(this.#actors[step.actor]!, request, null));
        return;
      }
      case "cut":
        return this.#runners[step.runner]?.cut();
      case "halfCut":
        return this.#runners[step.runner]?.halfCut(step.first, step.ms);
      case "outage":
        return this.#runners[step.runner]?.outage(step.ms);
      case "kill": {
        const runner = this.#runners[step.runner];
        if (runner === undefined) return;
        this.gaveUp = true;
        runner.kill();
        this.#runners[step.runner] = undefined;
        this.host.after(step.ms, () => this.#join(step.runner));
        return;
      }
      case "freeze":
        return this.#runners[step.runner]?.freeze(step.ms, step.first);
      case "shutdown": {
        const runner = this.#runners[step.runner];
        // One that is frozen does not hear of it.
        if (runner === undefined || runner.isFrozen) return;
        this.#runners[step.runner] = undefined;
        // It waits, but not for ever: what it cannot say by its deadline is lost.
        if (runner.troubleLeftMs > 200) this.gaveUp = true;
        runner.runner.shutdown({ deadlineMs: 5_000 });
        runner.runner.ended.then(() => this.#join(step.runner));
        return;
      }
    }
  }

  /** Faults stop, and time passes: what must hold then. */
  async settle(): Promise<void> {
    for (const runner of this.#runners) runner?.endOutage();
    await this.host.advance(60_000);
    this.#check();
    // A socket that is open and dead looks healthy until somebody uses it.
    const open = this.clients.filter((client) => client.isOpen);
    for (const client of open) client.say();
    await this.host.advance(20_000);
    this.#check();
    for (const client of open) {
      assertEquals(client.answered.at(-1), client.sent.length, `client ${client.id} is not heard`);
      if (client.hibernates) this.missing += client.sent.length - client.answered.length;
    }
    assert(this.gaveUp || this.missing === 0, `${this.missing} answers are missing`);
    for (const answer of this.#answers) assert((await this.#until(answer)).status >= 200);
  }

  /** Everybody leaves, and nothing remains. */
  async end(): Promise<void> {
    for (const client of this.clients) client.leave();
    await this.host.advance(20_000);
    this.#check();
    for (const runner of this.#runners) runner!.runner.shutdown({ deadlineMs: 5_000 });
    await this.host.advance(10_000);
    for (const runner of this.#everyRunner) {
      assert(runner.isDead || runner.hasEnded, "a runner has not ended");
    }
    await this.#until(this.gateway.shutdown(0));
    const { tunnelLagMs, storeLagMs } = this.#weather;
    await this.host.advance(4 * (tunnelLagMs + storeLagMs) + 1);
    assertEquals(this.#failures, []);
    assertEquals(this.host.timers, 0, "timers are left");
  }

  #check(): void {
    assertEquals(this.#failures, []);
    for (const client of this.clients) {
      const mine = this.committed(client.actorId).filter((text) =>
        text.startsWith(`${client.id}:`)
      );
      const why =
        `client ${client.id}: handled ${mine}, sent ${client.sent}, closed ${client.ended}`;
      if (client.hibernates) assertEquals(client.closes, [], why);
      const isWhole = client.isOpen || client.leftHibernatable;
      assertEquals(mine, isWhole ? client.sent : client.sent.slice(0, mine.length), why);
    }
    const open = this.clients.filter((client) => client.isOpen);
    const view = this.gateway.view();
    const ids = (sockets: Iterable<{ requestId: number }>): number[] =>
      [...sockets].map(({ requestId }) => requestId).sort((a, b) => a - b);
    assertEquals(ids(view.sockets), ids(open.map(({ socket }) => socket)), "the gateway's sockets");
    assertEquals(view.pendingMessages, 0, "messages are pending");
    assertEquals(view.pendingBytes, 0, "bytes are pending");
    assertEquals(view.requestsInFlight, 0, "requests are in flight");
    assertEquals(
      ids(this.#records()),
      ids(open.filter(({ hibernates }) => hibernates).map(({ socket }) => socket)),
      "the records of hibernating sockets",
    );
    for (const { actorId, sockets } of view.actors) {
      const mine = open.filter((client) => client.actorId === actorId);
      assertEquals(sockets, mine.length, `sockets of ${actorId}`);
    }
  }

  #records(): { requestId: number }[] {
    const outcome = this.backend.perform({ table: "sockets", method: "list", args: [] });
    return (outcome as { value: unknown }).value as { requestId: number }[];
  }

  /** Acked is committed: looked at in the moment that the gateway has taken the ack. */
  #checkAck(message: ToServer): void {
    if (message.kind !== "tunnel" || message.body.kind !== "webSocketMessageAck") return;
    const { requestId } = message.messageId;
    const client = this.clients.find(({ socket }) => socket.requestId === requestId);
    if (client === undefined) return this.fail("an ack for no client");
    const covered = this.#covered(message.body.index);
    const committed = this.committed(client.actorId)
      .filter((text) => text.startsWith(`${client.id}:`)).length;
    // The client's close has an index of its own.
    if (committed < Math.min(covered, client.sent.length)) {
      this.fail(`client ${client.id}: acked ${covered}, committed ${committed}`);
    }
  }

  #covered(index: MessageIndex): number {
    return distance(messageIndex(this.#weather.firstMessageIndex), index);
  }

  #open(actor: number, hibernates: boolean): void {
    if (this.clients.length >= MAX_CLIENTS) return;
    const entry = this.#actors[actor % ACTORS]!;
    const client = new SimulatedClient(
      this,
      this.clients.length,
      entry.record.actorId,
      hibernates,
    );
    const path = hibernates ? "/" : "/?hibernate=0";
    const request = { method: "GET", path, headers: new Map<string, string>() };
    client.socket = this.gateway.openSocket(entry, request, client);
    this.clients.push(client);
  }

  #join(slot: number): void {
    const runner = new SimulatedRunner({
      host: this.host,
      gateway: this.gateway,
      key: `runner ${this.#everyRunner.length}`,
      version: this.#weather.versions[slot]!,
      lagMs: this.#weather.tunnelLagMs,
      sleepy: this.#weather.sleepy,
      // Attempts follow each other fast, so that most cuts end before anybody gives up.
      options: { retryMs: 200, retryMaxMs: 500 },
      onTaken: (message) => this.#checkAck(message),
      onAbandoned: () => this.gaveUp = true,
    });
    this.#runners[slot] = runner;
    this.#everyRunner.push(runner);
  }

  /** Lets time pass until the promise has settled: at most a minute. */
  async #until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => void (isSettled = true);
    promise.then(settled, settled);
    for (let i = 0; i < 6_000 && !isSettled; i++) await this.host.advance(10);
    assert(isSettled, "a promise never settles");
    return await promise;
  }

  #actorId(actor: number): ActorId {
    return this.#actors[actor % ACTORS]!.record.actorId;
  }
}
