/**
 * Our gateway and our runner on a virtual clock, with the tunnel in memory, as in the default
 * process: what they do for a message is counted, and nothing of it depends on time.
 */
import type { ActorDefinition } from "../../lib/actor/mod.ts";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import type { ClientSocket } from "../../lib/gateway/client_socket.ts";
import type { Timer } from "../../lib/host/host.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { Inspector } from "../../lib/inspect/mod.ts";
import {
  CURRENT_VERSION,
  decodeToClient,
  decodeToServer,
  DORMOUSE_PROTOCOL,
  type ProtocolVersion,
  type SocketMessage,
  type ToClient,
  type ToServer,
} from "../../lib/protocol/mod.ts";
import { createRunner, type Runner, type RunnerObserver } from "../../lib/runner/mod.ts";
import {
  MemoryBackend,
  type Operation,
  type Outcome,
  STORE_DEFAULTS,
} from "../../lib/store/mod.ts";
import type { Link } from "../../lib/transport/link.ts";
import { memoryLinkPair } from "../../lib/transport/memory_link.ts";
import type { FakeClient } from "../support/fake_client.ts";
import { GatewayWorld } from "../support/gateway_world.ts";

/** Opened between two turns: a commit has room for so many new sockets. */
const OPENED_AT_ONCE = 100;

export interface Opened {
  readonly socket: ClientSocket;
  readonly client: FakeClient;
}

/** What was counted of one thing that was done. */
export interface Counts {
  /** Kinds of the frames on the tunnel, of a tunnel message the kind of its body; and `handed`. */
  readonly toRunner: Readonly<Record<string, number>>;
  readonly toGateway: Readonly<Record<string, number>>;
  /** Timers that were set, whether they ever fired or not. */
  readonly timers: number;
  /** Operations that the store was asked for, by their methods' names. */
  readonly stored: Readonly<Record<string, number>>;
  /** How often the store went to its backend: a transaction each, where it wrote. */
  readonly batches: number;
}

export interface EmbeddedOptions {
  /** Makes what looks on: at the gateway it follows the sockets, at the runner it hears everything. */
  readonly inspect?: (host: VirtualHost) => Inspector;
}

export class Embedded implements AsyncDisposable {
  readonly world: GatewayWorld;
  readonly runner: Runner;
  readonly #host: CountingHost;
  readonly #backend: CountingBackend;
  readonly #toRunner: (Uint8Array | SocketMessage)[] = [];
  readonly #toGateway: (Uint8Array | SocketMessage)[] = [];

  private constructor(
    world: GatewayWorld,
    host: CountingHost,
    backend: CountingBackend,
    definitions: Readonly<Record<string, ActorDefinition>>,
    observer: RunnerObserver,
  ) {
    this.world = world;
    this.#host = host;
    this.#backend = backend;
    this.runner = createRunner({
      connect: () => Promise.resolve(this.#connect()),
      definitions,
      host,
      observer,
      name: "default",
      totalSlots: 10_000,
    });
  }

  static async start(
    definitions: Readonly<Record<string, ActorDefinition>>,
    options: EmbeddedOptions = {},
  ): Promise<Embedded> {
    const host = new CountingHost();
    const inspector = options.inspect?.(host);
    const backend = new CountingBackend(STORE_DEFAULTS);
    const world = await GatewayWorld.start({
      host,
      backend,
      followSocket: inspector?.gatewayObserver.followSocket,
    });
    const observer = inspector?.runnerObserver ?? {};
    const embedded = new Embedded(world, host, backend, definitions, observer);
    embedded.runner.start();
    await world.settle();
    return embedded;
  }

  /** Opens sockets of one new actor. */
  async open(name: string, sockets: number, path = "/"): Promise<Opened[]> {
    const entry = await this.world.actor({ name });
    const opened: Opened[] = [];
    while (opened.length < sockets) {
      const some = Math.min(OPENED_AT_ONCE, sockets - opened.length);
      for (let i = 0; i < some; i++) opened.push(this.world.connect(entry, path));
      await this.#calm(entry);
    }
    return opened;
  }

  /** Sends messages on these sockets, one after the other and each with its answer, in turns. */
  async talk(
    opened: readonly Opened[],
    messages: number,
    data: string | Uint8Array,
  ): Promise<void> {
    for (let i = 0; i < messages; i++) {
      const { socket, client } = opened[i % opened.length]!;
      client.received.length = 0;
      socket.fromClient(data);
      await this.world.settle();
      if (client.received.length !== 1) throw new Error(`${client.received.length} answers`);
    }
  }

  /** What is done by the end of `run`. */
  async count(run: () => void | Promise<void>): Promise<Counts> {
    await this.world.settle();
    this.#toRunner.length = this.#toGateway.length = 0;
    this.#host.set = 0;
    this.#backend.operations = [];
    this.#backend.batches = 0;
    await run();
    await this.world.settle();
    return {
      toRunner: tally(this.#toRunner, (it) => kindOf(it, decodeToClient)),
      toGateway: tally(this.#toGateway, (it) => kindOf(it, decodeToServer)),
      timers: this.#host.set,
      stored: tally(this.#backend.operations, ({ method }) => method),
      batches: this.#backend.batches,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.runner.shutdown({ deadlineMs: 1_000 });
    await this.#host.advance(1_000);
    await ended;
    await this.world.shutdown();
  }

  #connect(): Link {
    const [gatewayEnd, runnerEnd] = memoryLinkPair(this.#host, DORMOUSE_PROTOCOL);
    this.world.gateway.acceptRunner(counted(gatewayEnd, this.#toRunner), {
      protocolVersion: CURRENT_VERSION,
      namespace: "default",
      runnerKey: "runner",
      transport: "memory",
    });
    return counted(runnerEnd, this.#toGateway);
  }

  /** Waits, in as many turns as it takes, until nobody opens. */
  async #calm(entry: ActorEntry): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      await this.world.settle();
      if ([...entry.sockets.values()].every(({ phase }) => phase === "active")) return;
    }
    throw new Error("Sockets do not open");
  }
}

class CountingHost extends VirtualHost {
  set = 0;

  override after(delayMs: number, callback: () => void): Timer {
    this.set++;
    return super.after(delayMs, callback);
  }
}

class CountingBackend extends MemoryBackend {
  operations: Operation[] = [];
  batches = 0;

  override apply(batch: readonly Operation[]): Promise<readonly Outcome[]> {
    this.operations.push(...batch);
    this.batches++;
    return super.apply(batch);
  }
}

function counted(link: Link, passed: (Uint8Array | SocketMessage)[]): Link {
  return {
    protocol: link.protocol,
    get bufferedBytes() {
      return link.bufferedBytes;
    },
    start: (handlers) => link.start(handlers),
    close: (code, reason) => link.close(code, reason),
    send(frame) {
      passed.push(frame);
      link.send(frame);
    },
    hand(message) {
      const isTaken = link.hand!(message);
      if (isTaken) passed.push(message);
      return isTaken;
    },
  };
}

function kindOf(
  passed: Uint8Array | SocketMessage,
  decode: (frame: Uint8Array, version: ProtocolVersion) => ToClient | ToServer,
): string {
  if (!(passed instanceof Uint8Array)) return "handed";
  const message = decode(passed, CURRENT_VERSION);
  return message.kind === "tunnel" ? message.body.kind : message.kind;
}

function tally<Item>(items: readonly Item[], nameOf: (item: Item) => string): Counts["stored"] {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}
