import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import { Gateway } from "../../lib/gateway/gateway.ts";
import type { GatewayOptions } from "../../lib/gateway/options.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { type ActorId, CURRENT_VERSION, DORMOUSE_PROTOCOL } from "../../lib/protocol/mod.ts";
import { createRunner, type Runner } from "../../lib/runner/mod.ts";
import { MemoryBackend, openMemoryStore, STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { type Link, LinkError, type LinkHandlers } from "../../lib/transport/link.ts";
import { type MemoryLink, memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { LaggingHost } from "./hosts.ts";
import { committedLedger, LEDGER_SPEC, ledgerActor } from "./ledger.ts";
import { type FirstAfterThaw, ProcessHost } from "./process_host.ts";
import { type ClientWorld, SimulatedClient } from "./simulated_client.ts";

/** Frames take up to so long, each way. */
const LAG_MS = 5;

/**
 * The real gateway and real runners with default options on a virtual clock, to break between them
 * what breaks, and to see when a client is told.
 */
export class FaultWorld implements ClientWorld {
  readonly host: VirtualHost;
  readonly gateway: Gateway;
  readonly entry: ActorEntry;
  readonly #backend: MemoryBackend;
  readonly #failures: string[] = [];
  readonly #clients: SimulatedClient[] = [];
  #runners = 0;

  private constructor(
    host: VirtualHost,
    gateway: Gateway,
    backend: MemoryBackend,
    entry: ActorEntry,
  ) {
    this.host = host;
    this.gateway = gateway;
    this.entry = entry;
    this.#backend = backend;
  }

  /** With one actor, which sleeps, and no runner. */
  static async begin(
    { seed = 1, options = {} }: { seed?: number; options?: Partial<GatewayOptions> } = {},
  ): Promise<FaultWorld> {
    const host = new VirtualHost({ seed });
    const backend = new MemoryBackend(STORE_DEFAULTS);
    const gateway = new Gateway({ host, store: openMemoryStore({ host, backend }), options });
    await gateway.start();
    const entry = await gateway.actors.create(LEDGER_SPEC);
    return new FaultWorld(host, gateway, backend, entry);
  }

  /** Starts a runner and lets it join. */
  async runner(): Promise<FaultyRunner> {
    const runner = new FaultyRunner(this.host, this.gateway, `runner ${++this.#runners}`);
    await this.host.advance(8 * LAG_MS);
    return runner;
  }

  /** Opens a socket and has it answered once. */
  async open(hibernates = true): Promise<SimulatedClient> {
    const { actorId } = this.entry.record;
    const client = new SimulatedClient(this, this.#clients.length, actorId, hibernates);
    const path = hibernates ? "/" : "/?hibernate=0";
    const request = { method: "GET", path, headers: new Map<string, string>() };
    client.socket = this.gateway.openSocket(this.entry, request, client);
    this.#clients.push(client);
    client.say();
    await this.until(() => isAnswered(client));
    return client;
  }

  async sleep(): Promise<void> {
    void this.gateway.hibernate(this.entry.record.actorId);
    await this.until(() => this.gateway.actors.peek(this.entry.record.actorId)?.phase === "asleep");
  }

  request(method: string): Promise<Response> {
    const request = { method, path: "/", headers: new Map<string, string>() };
    return this.gateway.request(this.entry, request, null);
  }

  /** Lets time pass until the condition holds: how long that took, in milliseconds, to within one. */
  async until(condition: () => boolean, withinMs = 60_000): Promise<number> {
    const began = this.host.now();
    await this.host.settle();
    while (!condition()) {
      if (this.host.now() - began > withinMs) throw new Error(`Not within ${withinMs} ms`);
      await this.host.advance(1);
    }
    return this.host.now() - began;
  }

  /** When the response is there, counted from now, and its status. */
  async answer(response: Promise<Response>): Promise<{ status: number; ms: number }> {
    let status: number | undefined;
    void response.then((it) => status = it.status);
    const ms = await this.until(() => status !== undefined);
    return { status: status!, ms };
  }

  committed(actor: ActorId = this.entry.record.actorId): readonly string[] {
    return committedLedger(this.#backend, actor);
  }

  fail(what: string): void {
    this.#failures.push(`at ${this.host.now()} ms: ${what}`);
  }

  /** Everything that a client of a hibernatable socket ever sent is in its actor's state once. */
  check(): void {
    const lost = this.#clients.filter((client) => client.hibernates && client.isOpen)
      .filter((client) =>
        `${this.committed().filter((text) => text.startsWith(`${client.id}:`))}` !==
          `${client.sent}`
      )
      .map((client) => `client ${client.id}: ${this.committed()} of ${client.sent}`);
    const wrong = [...this.#failures, ...lost];
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  }
}

/** Whether the client was answered whatever it sent. */
export function isAnswered({ answered, sent }: SimulatedClient): boolean {
  return answered.length === sent.length;
}

/** A runner's process with its cable. */
export class FaultyRunner {
  readonly process: ProcessHost;
  readonly runner: Runner;
  readonly #host: VirtualHost;
  readonly #gateway: Gateway;
  readonly #key: string;
  #isDown = false;
  #link: MemoryLink | undefined;
  #ends: readonly [End, End] | undefined;

  constructor(host: VirtualHost, gateway: Gateway, key: string) {
    this.process = new ProcessHost(host);
    this.#host = host;
    this.#gateway = gateway;
    this.#key = key;
    this.runner = createRunner({
      host: this.process,
      definitions: { ledger: ledgerActor },
      name: "default",
      totalSlots: 10,
      connect: () => this.#connect(),
    });
    this.runner.start();
  }

  /** Whether its tunnel is up again after a cut. */
  get isBack(): boolean {
    const { state, reconnects } = this.runner.view();
    return state === "connected" && reconnects > 0;
  }

  /** What had left it still arrives. */
  kill(): void {
    this.process.kill();
    this.#ends![0].strand();
    const link = this.#link!;
    this.#host.after(2 * LAG_MS, () => link.cut());
  }

  freeze(): void {
    this.process.freeze();
  }

  thaw(first: FirstAfterThaw): void {
    this.process.thaw(first);
  }

  /** The cable breaks, both ends notice, and nobody can connect for so long. */
  outage(ms: number): void {
    this.#isDown = true;
    this.#host.after(ms, () => this.#isDown = false);
    this.#link!.cut();
  }

  /** The tunnel carries nothing any more, and neither end notices. */
  strand(): void {
    for (const end of this.#ends!) end.strand();
  }

  #connect(): Promise<Link> {
    if (this.#isDown) return Promise.reject(new LinkError("link.refused", "The cable is out"));
    const [ours, theirs] = memoryLinkPair(new LaggingHost(this.#host, LAG_MS), DORMOUSE_PROTOCOL);
    this.#link = ours;
    const process = this.process;
    this.#ends = [
      new End(ours, (callback) => process.arrive(callback)),
      new End(theirs, (callback) => callback()),
    ];
    this.#gateway.acceptRunner(this.#ends[1], {
      protocolVersion: CURRENT_VERSION,
      namespace: "default",
      runnerKey: this.#key,
      transport: "websocket",
    });
    return Promise.resolve(this.#ends[0]);
  }
}

/** One end of a link, which can lose touch with the other. */
class End implements Link {
  readonly #link: Link;
  readonly #arrive: (callback: () => void) => void;
  #isStranded = false;

  constructor(link: Link, arrive: (callback: () => void) => void) {
    this.#link = link;
    this.#arrive = arrive;
  }

  get protocol(): string {
    return this.#link.protocol;
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes;
  }

  start({ onFrame, onClose }: LinkHandlers): void {
    this.#link.start({
      onFrame: (frame) => {
        if (!this.#isStranded) this.#arrive(() => onFrame(frame));
      },
      onClose: (end) => {
        if (!this.#isStranded) this.#arrive(() => onClose(end));
      },
    });
  }

  send(frame: Uint8Array): void {
    if (!this.#isStranded) this.#link.send(frame);
  }

  close(code: number, reason: string): void {
    if (!this.#isStranded) this.#link.close(code, reason);
  }

  strand(): void {
    this.#isStranded = true;
  }
}
