/**
 * Our gateway, our runner and what looks at them, as in the default process, on a virtual clock: for
 * tests of what is shown of both at once. The store can be told to take its time.
 */
import { type FaultLimits, Faults } from "../../lib/faults/mod.ts";
import type { ActorDefinition } from "../../lib/actor/mod.ts";
import type { GatewayOptions } from "../../lib/gateway/options.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { answerOf, lookAt } from "../../lib/inspect/api/mod.ts";
import { createInspector, type InspectLimits, type Inspector } from "../../lib/inspect/mod.ts";
import { CURRENT_VERSION, DORMOUSE_PROTOCOL } from "../../lib/protocol/mod.ts";
import { createRunner, type Runner, type RunnerOptions } from "../../lib/runner/mod.ts";
import {
  MemoryBackend,
  openMemoryStore,
  type Operation,
  type Outcome,
  STORE_DEFAULTS,
} from "../../lib/store/mod.ts";
import { memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { Gateway } from "../../lib/gateway/gateway.ts";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import { FakeClient } from "./fake_client.ts";

export interface WholeWorldOptions {
  readonly gateway?: Partial<GatewayOptions>;
  readonly runner?: Partial<RunnerOptions>;
  readonly limits?: Partial<InspectLimits>;
  /** How many actors the runner has room for. */
  readonly slots?: number;
  /** Left out: nothing goes wrong on purpose. */
  readonly faults?: Partial<FaultLimits>;
}

export class WholeWorld {
  readonly host = new VirtualHost();
  readonly disk = new Disk(STORE_DEFAULTS);
  readonly inspector: Inspector;
  readonly gateway: Gateway;
  readonly runner: Runner;
  readonly #faults: Faults | null;

  private constructor(
    definitions: Readonly<Record<string, ActorDefinition>>,
    { gateway = {}, runner = {}, limits = {}, slots = 100, faults }: WholeWorldOptions,
  ) {
    const { host } = this;
    this.#faults = faults === undefined ? null : new Faults({ host, limits: faults });
    const inspector = this.inspector = createInspector({
      host,
      role: "all",
      limits,
      faults: this.#faults,
    });
    const store = openMemoryStore({ host, backend: this.disk });
    const observer = inspector.gatewayObserver;
    this.gateway = new Gateway({
      host,
      store,
      observer,
      options: gateway,
      ...(this.#faults && { faults: this.#faults }),
    });
    this.runner = createRunner({
      connect: () => {
        const [ours, theirs] = memoryLinkPair(host, DORMOUSE_PROTOCOL);
        this.gateway.acceptRunner(ours, {
          protocolVersion: CURRENT_VERSION,
          namespace: "default",
          runnerKey: "runner",
          transport: "memory",
        });
        return Promise.resolve(theirs);
      },
      definitions,
      host,
      name: "default",
      totalSlots: slots,
      observer: inspector.runnerObserver,
      options: runner,
    });
    inspector.observe({ gateway: this.gateway, runner: this.runner });
  }

  static async start(
    definitions: Readonly<Record<string, ActorDefinition>>,
    options: WholeWorldOptions = {},
  ): Promise<WholeWorld> {
    const world = new WholeWorld(definitions, options);
    await world.gateway.start();
    world.runner.start();
    await world.settle();
    return world;
  }

  /** What goes wrong on purpose, in a world that was started with it. */
  get faults(): Faults {
    return this.#faults!;
  }

  /** A new actor, which sleeps. */
  actor(name: string, key: string | null = null): Promise<ActorEntry> {
    return this.gateway.actors.create({
      namespace: "default",
      name,
      key,
      input: null,
      runnerNameSelector: "default",
      crashPolicy: "sleep",
    });
  }

  /** A client's WebSocket, opened as soon as the actor answers. */
  connect(actor: ActorEntry, path = "/"): { socket: ClientSocket; client: FakeClient } {
    const client = new FakeClient();
    const request = { method: "GET", path, headers: new Map([["host", "test"]]) };
    return { socket: this.gateway.openSocket(actor, request, client), client };
  }

  request(actor: ActorEntry, path = "/"): Promise<Response> {
    return this.gateway.request(actor, { method: "GET", path, headers: new Map() }, null);
  }

  /** What is at an address of the API. */
  // deno-lint-ignore no-explicit-any
  async look(path: string): Promise<any> {
    const { inspected } = this.inspector;
    const { resource, look } = lookAt(inspected, new URL(path, "http://localhost"));
    const answer = answerOf(resource, look);
    await this.settle();
    return await answer;
  }

  phase(actor: ActorEntry): string {
    return this.gateway.actors.peek(actor.record.actorId)?.phase ?? "asleep";
  }

  settle(): Promise<void> {
    return this.host.settle();
  }

  async shutdown(): Promise<void> {
    this.disk.release();
    const ended = this.runner.shutdown({ deadlineMs: 1_000 });
    await this.host.advance(1_000);
    await ended;
    await this.gateway.shutdown(0);
    await this.settle();
  }
}

/** Counts what it is asked for, and keeps writes waiting while it is told to. */
class Disk extends MemoryBackend {
  readonly asked: string[] = [];
  #held: PromiseWithResolvers<void> | undefined;

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  override async apply(batch: readonly Operation[], writes = false): Promise<readonly Outcome[]> {
    for (const { table, method } of batch) this.asked.push(`${table}.${method}`);
    if (writes) await this.#held?.promise;
    return super.apply(batch);
  }
}
