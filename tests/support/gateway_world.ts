import { assertEquals } from "@std/assert";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import type { ActorSpec } from "../../lib/gateway/actor_registry.ts";
import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import { Gateway } from "../../lib/gateway/gateway.ts";
import type { GatewayStore } from "../../lib/gateway/gateway_store.ts";
import type { GatewayObserver } from "../../lib/gateway/observer.ts";
import type { GatewayOptions } from "../../lib/gateway/options.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { ActorId } from "../../lib/protocol/mod.ts";
import { type MemoryBackend, openMemoryStore } from "../../lib/store/mod.ts";
import { FakeClient } from "./fake_client.ts";
import { FakeRunner, type FakeRunnerOptions } from "./fake_runner.ts";

/** A call of the observer: its name, then its arguments. */
export type Observed = readonly [name: keyof GatewayObserver, ...args: unknown[]];

export interface WorldOptions {
  readonly options?: Partial<GatewayOptions>;
  readonly host?: VirtualHost;
  /** What an earlier gateway left in its store. */
  readonly backend?: MemoryBackend;
  /** Who follows sockets. */
  readonly followSocket?: GatewayObserver["followSocket"];
}

/** A gateway on a virtual clock and a store in memory, with an observer that keeps all it hears. */
export class GatewayWorld {
  readonly host: VirtualHost;
  readonly store: GatewayStore;
  readonly gateway: Gateway;
  readonly observed: Observed[] = [];

  private constructor({ options, host, backend, followSocket }: WorldOptions) {
    this.host = host ?? new VirtualHost();
    this.store = openMemoryStore({ host: this.host, ...(backend && { backend }) });
    this.gateway = new Gateway({
      host: this.host,
      store: this.store,
      observer: this.#observer(followSocket),
      options: options ?? {},
    });
  }

  static async start(options: WorldOptions = {}): Promise<GatewayWorld> {
    const world = new GatewayWorld(options);
    await world.gateway.start();
    return world;
  }

  async runner(options: FakeRunnerOptions = {}): Promise<FakeRunner> {
    const runner = FakeRunner.join(this.gateway, this.host, options);
    await this.host.settle();
    return runner;
  }

  /** A new actor, which sleeps. */
  async actor(spec: Partial<ActorSpec> = {}): Promise<ActorEntry> {
    return await this.gateway.actors.create({
      namespace: "default",
      name: "counter",
      key: null,
      input: null,
      runnerNameSelector: "default",
      crashPolicy: "sleep",
      ...spec,
    });
  }

  /** A client opens a WebSocket. Settle to let the actor answer. */
  connect(entry: ActorEntry, path = "/"): { socket: ClientSocket; client: FakeClient } {
    const client = new FakeClient();
    const request = { method: "GET", path, headers: new Map([["host", "test"]]) };
    return { socket: this.gateway.openSocket(entry, request, client), client };
  }

  /** A client's WebSocket that the actor has answered. */
  async open(entry: ActorEntry): Promise<{ socket: ClientSocket; client: FakeClient }> {
    const opened = this.connect(entry);
    await this.settle();
    return opened;
  }

  request(
    entry: ActorEntry,
    method = "GET",
    signal?: AbortSignal,
  ): Promise<Response> {
    const request = { method, path: "/path", headers: new Map() };
    return this.gateway.request(entry, request, null, signal);
  }

  settle(): Promise<void> {
    return this.host.settle();
  }

  phase(id: ActorId): string {
    return this.gateway.actors.peek(id)?.phase ?? "forgotten";
  }

  /** Calls of one kind, without their name. */
  heard(name: keyof GatewayObserver): unknown[][] {
    return this.observed.filter(([called]) => called === name).map(([, ...args]) => args);
  }

  /** Ends the gateway and asserts that it keeps nothing: no client, no actor, no timer. */
  async end(): Promise<void> {
    await this.settle();
    const { sockets, ...summary } = this.gateway.view();
    assertEquals(sockets, []);
    const { socketsOpen, socketsHibernating, pendingMessages, pendingBytes, requestsInFlight } =
      summary;
    assertEquals(
      [socketsOpen, socketsHibernating, pendingMessages, pendingBytes, requestsInFlight],
      [0, 0, 0, 0, 0],
    );
    assertEquals(await this.store.sockets.list(), []);
    await this.shutdown();
  }

  async shutdown(): Promise<void> {
    await this.gateway.shutdown(0);
    await this.settle();
    assertEquals(this.host.timers, 0, "timers are left");
    assertEquals(this.heard("storeFailed"), []);
  }

  #observer(followSocket: GatewayObserver["followSocket"]): GatewayObserver {
    return new Proxy({}, {
      get: (_target, name) =>
        name === "followSocket" ? followSocket : (...args: unknown[]) => {
          this.observed.push([name as keyof GatewayObserver, ...args]);
        },
    });
  }
}

/** A world with one runner, one actor that runs, and one open socket of it. */
export async function scene(
  options: WorldOptions & {
    readonly runner?: FakeRunnerOptions;
    readonly actor?: Partial<ActorSpec>;
  } = {},
): Promise<Scene> {
  const world = await GatewayWorld.start(options);
  const runner = await world.runner(options.runner);
  const entry = await world.actor(options.actor);
  return { world, runner, entry, ...await world.open(entry) };
}

export interface Scene {
  readonly world: GatewayWorld;
  readonly runner: FakeRunner;
  readonly entry: ActorEntry;
  readonly socket: ClientSocket;
  readonly client: FakeClient;
}
