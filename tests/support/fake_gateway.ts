/**
 * A gateway that a test scripts, over an in-memory link, so that a test reads as a conversation:
 *
 *     const world = await runnerWorld({ counter });
 *     await world.gateway.start("a1", { name: "counter" });      // until the actor runs
 *     const client = await world.gateway.open("a1", "/");        // until the runner has answered
 *     client.send("inc");
 *     await world.host.settle();
 *     assertEquals(client.texts(), ['{"count":1}']);
 *     assertEquals(client.acks(), [1]);
 *
 * By itself it answers init, keeps a key-value space for each actor and acks events. Whatever a test
 * wants otherwise is a field of {@link FakeGateway}: `kvMode` "hold" keeps requests until
 * {@link FakeGateway.answerKv}, "drop" loses them, a function answers for itself; `ackEvents`,
 * `answerInit` turn the others off. Nothing else is done by itself: a test that wants a replay calls
 * `replay`, one that wants a stop calls `stop`. To play a new kind of message, send it with
 * `say` and look at it in `heard`; make a method of it when a second test needs it.
 */
import {
  type ActorCommand,
  type ActorEvent,
  actorId,
  advance,
  capabilities,
  type CommandWrapper,
  decodeToServer,
  encodeToClient,
  type EventWrapper,
  gatewayId,
  type HibernatingRequest,
  type KvRequest,
  type KvResponse,
  type MessageIndex,
  messageIndex,
  type ProtocolVersion,
  type RequestId,
  requestId,
  runnerId,
  type ToClient,
  type ToClientTunnelBody,
  type ToServer,
  type ToServerTunnelBody,
} from "../../lib/protocol/mod.ts";
import { acknowledgement } from "../../lib/delivery/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { type Link, LinkError } from "../../lib/transport/link.ts";
import { memoryLinkPair } from "../../lib/transport/memory_link.ts";
import type { ActorDefinition } from "../../lib/actor/mod.ts";
import { createRunner, type Runner, type RunnerOptions } from "../../lib/runner/mod.ts";
import { LogObserver } from "./log_observer.ts";

export const GATEWAY = gatewayId(0x67617465);

type KvAnswer = (request: KvRequest, actor: string) => KvResponse;

export class FakeGateway {
  readonly host: VirtualHost;
  readonly version: ProtocolVersion;
  /** The subprotocol of its links: that of any gateway, unless it says that it is one of ours. */
  readonly protocol: string | undefined;
  runnerId = "runner-1";
  runnerLostThresholdMs = 3_000;
  actorStopThresholdMs = 30_000;
  answerInit = true;
  ackEvents = true;
  kvMode: "answer" | "hold" | "drop" | KvAnswer = "answer";
  /** Links that are asked for are refused while this is set. */
  isDown = false;
  /** Everything the runner has said, on every link. */
  readonly heard: ToServer[] = [];
  readonly kv = new FakeKv();
  readonly sockets = new Map<RequestId, FakeClient>();
  links = 0;
  #link: Link | undefined;
  #heldKv: Extract<ToServer, { kind: "kvRequest" }>[] = [];
  #nextRequest = 1;
  readonly #generations = new Map<string, number>();
  readonly #commandIndexes = new Map<string, bigint>();
  lastEnd: { code: number; reason: string } | undefined;

  constructor(host: VirtualHost, version: ProtocolVersion = 7, protocol?: string) {
    this.host = host;
    this.version = version;
    this.protocol = protocol;
  }

  /** What the runner under test connects with. */
  readonly connect = (): Promise<Link> => {
    if (this.isDown) return Promise.reject(new LinkError("link.refused", "Nobody is there"));
    const [ours, theirs] = memoryLinkPair(this.host, this.protocol);
    this.attach(ours);
    return Promise.resolve(theirs);
  };

  /** Takes a runner's tunnel, one in memory or any other. */
  attach(ours: Link): void {
    this.links++;
    this.#link = ours;
    ours.start({
      onFrame: (frame) => {
        if (this.#link === ours) this.#hear(decodeToServer(frame, this.version));
      },
      onClose: (end) => {
        this.lastEnd = end;
        if (this.#link === ours) this.#link = undefined;
      },
    });
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /** Breaks the tunnel. What the runner had not sent by then is lost. */
  cut(code = 1006, reason = ""): void {
    const link = this.#link;
    this.#link = undefined;
    link?.close(code, reason);
    this.#heldKv = [];
  }

  say(message: ToClient): void {
    this.#link?.send(encodeToClient(message, this.version));
  }

  /** Bytes as they are. */
  sayRaw(frame: Uint8Array): void {
    this.#link?.send(frame);
  }

  /** @param lastEventIndex What it says to have taken in, where one number runs over all. */
  sayInit(lastEventIndex = -1n): void {
    this.say({
      kind: "init",
      runnerId: runnerId(this.runnerId),
      ...(capabilities(this.version).numbering === "running" && { lastEventIndex }),
      runnerLostThreshold: BigInt(this.runnerLostThresholdMs),
      actorStopThreshold: this.version >= 6 ? BigInt(this.actorStopThresholdMs) : null,
      serverlessDrainGracePeriod: null,
    });
  }

  tunnel(request: RequestId, index: number, body: ToClientTunnelBody): void {
    const messageId = { gatewayId: GATEWAY, requestId: request, messageIndex: messageIndex(index) };
    this.say({ kind: "tunnel", messageId, body });
  }

  // Actors

  /** Sends a command with the actor's next index, or again with the one given. */
  command(actor: string, command: ActorCommand, again?: CommandWrapper): CommandWrapper {
    const generation = this.#generations.get(actor) ?? 1;
    const counter = capabilities(this.version).numbering === "generation" ? actor : "all";
    const index = this.#commandIndexes.get(counter) ?? 0n;
    if (again === undefined) this.#commandIndexes.set(counter, index + 1n);
    const wrapper = again ??
      { checkpoint: { actorId: actorId(actor), generation, index }, command };
    this.say({ kind: "commands", commands: [wrapper] });
    return wrapper;
  }

  /** Starts an actor in its next generation, and waits until whatever comes of it has come. */
  async start(
    actor: string,
    options: {
      name: string;
      key?: string;
      input?: Uint8Array;
      hibernating?: readonly HibernatingRequest[];
    },
  ): Promise<CommandWrapper> {
    this.#generations.set(actor, (this.#generations.get(actor) ?? 0) + 1);
    this.#commandIndexes.set(actor, 0n);
    const sent = this.command(actor, {
      kind: "start",
      config: {
        name: options.name,
        key: options.key ?? null,
        createTs: BigInt(this.host.epoch()),
        input: options.input ?? null,
      },
      hibernatingRequests: capabilities(this.version).hibernatingRequests
        ? options.hibernating ?? []
        : [],
    });
    await this.host.settle();
    return sent;
  }

  async stop(actor: string): Promise<CommandWrapper> {
    const sent = this.command(actor, { kind: "stop" });
    await this.host.settle();
    return sent;
  }

  /** Stops an actor and starts it again with the sockets that it left open. */
  async sleepAndWake(actor: string, name: string): Promise<void> {
    await this.stop(actor);
    await this.start(actor, { name, hibernating: this.hibernating(actor) });
    this.replay();
    await this.host.settle();
  }

  hibernating(actor: string): HibernatingRequest[] {
    return [...this.sockets.values()]
      .filter((client) => client.actor === actor && client.canHibernate && !client.isClosed)
      .map((client) => ({ gatewayId: GATEWAY, requestId: client.requestId }));
  }

  generation(actor: string): number {
    return this.#generations.get(actor) ?? 0;
  }

  // Clients

  /** Opens a client's WebSocket, and waits until the runner has done what it does. */
  async open(
    actor: string,
    path = "/",
    options: { headers?: Record<string, string>; firstIndex?: number } = {},
  ): Promise<FakeClient> {
    const client = new FakeClient(this, actor, this.newRequest(), options.firstIndex ?? 0);
    this.sockets.set(client.requestId, client);
    this.tunnel(client.requestId, options.firstIndex ?? 0, {
      kind: "webSocketOpen",
      actorId: actorId(actor),
      path,
      headers: new Map(Object.entries(options.headers ?? {})),
    });
    await this.host.settle();
    return client;
  }

  /** Sends everything again that is not acked, as after a wake or a reconnect. */
  replay(): void {
    for (const client of this.sockets.values()) client.replay();
  }

  /** Sends a request; what comes of it is in `answer`. */
  request(
    actor: string,
    path = "/",
    options: {
      method?: string;
      headers?: Record<string, string>;
      body?: Uint8Array;
      stream?: boolean;
    } = {},
  ): RequestId {
    const id = this.newRequest();
    this.tunnel(id, 0, {
      kind: "requestStart",
      actorId: actorId(actor),
      method: options.method ?? "GET",
      path,
      headers: new Map(Object.entries(options.headers ?? {})),
      body: options.body ?? null,
      stream: options.stream ?? false,
    });
    return id;
  }

  /** What the runner has answered to a request: its status, headers, and all bytes so far. */
  answer(request: RequestId): {
    status: number;
    headers: ReadonlyMap<string, string>;
    text: string;
    stream: boolean;
    end: "open" | "finished" | "aborted";
  } | undefined {
    const said = this.said(request);
    const start = said.find((body) => body.kind === "responseStart");
    if (start?.kind !== "responseStart") return undefined;
    const decoder = new TextDecoder();
    let text = start.body === null ? "" : decoder.decode(start.body);
    let end: "open" | "finished" | "aborted" = start.stream ? "open" : "finished";
    for (const body of said) {
      if (body.kind === "responseAbort") end = "aborted";
      if (body.kind !== "responseChunk") continue;
      text += decoder.decode(body.body);
      if (body.finish) end = "finished";
    }
    return { status: start.status, headers: start.headers, text, stream: start.stream, end };
  }

  newRequest(): RequestId {
    return requestId(this.#nextRequest++);
  }

  // What was heard

  /** What the runner has said about one request or socket, in order. */
  said(request: RequestId): ToServerTunnelBody[] {
    const bodies: ToServerTunnelBody[] = [];
    for (const message of this.heard) {
      if (message.kind === "tunnel" && message.messageId.requestId === request) {
        bodies.push(message.body);
      }
    }
    return bodies;
  }

  eventWrappers(actor: string): EventWrapper[] {
    return this.heard.flatMap((message) => message.kind === "events" ? message.events : [])
      .filter(({ checkpoint }) => checkpoint.actorId === actor);
  }

  events(actor: string): ActorEvent[] {
    return this.eventWrappers(actor).map(({ event }) => event);
  }

  /** Kinds of the events so far; an intent and a stop say which. */
  eventNames(actor: string): string[] {
    return this.events(actor).map((event) => {
      if (event.kind === "intent") return `intent ${event.intent}`;
      if (event.kind === "stopped") return `stopped ${event.code}`;
      return event.kind;
    });
  }

  commandAcks(): { actor: string; generation: number; index: bigint }[] {
    return this.heard.flatMap((message) =>
      message.kind === "ackCommands" && "checkpoints" in message.acknowledged
        ? message.acknowledged.checkpoints.map((c) => ({
          actor: c.actorId,
          generation: c.generation,
          index: c.index,
        }))
        : []
    );
  }

  kvRequests(kind?: KvRequest["kind"]): KvRequest[] {
    return this.heard.flatMap((message) => message.kind === "kvRequest" ? [message.request] : [])
      .filter((request) => kind === undefined || request.kind === kind);
  }

  /** How many requests wait for {@link answerKv}. */
  get heldKv(): number {
    return this.#heldKv.length;
  }

  /** Answers what was held: all of it, or the first `count`. With `error`, by that. */
  answerKv(count = this.#heldKv.length, error?: string): void {
    for (const held of this.#heldKv.splice(0, count)) {
      if (error === undefined) this.#answerKv(held);
      else this.#kvResponse(held.requestId, { kind: "error", message: error });
    }
  }

  #hear(message: ToServer): void {
    this.heard.push(message);
    switch (message.kind) {
      case "init":
        if (this.answerInit) this.sayInit();
        return;
      case "kvRequest":
        if (this.kvMode === "hold") this.#heldKv.push(message);
        else if (this.kvMode !== "drop") this.#answerKv(message);
        return;
      case "events":
        if (!this.ackEvents) return;
        return this.#ackEvents(message.events.map(({ checkpoint }) => checkpoint));
      case "tunnel":
        return this.sockets.get(message.messageId.requestId)?.hear(message.body);
      default:
        return;
    }
  }

  #ackEvents(checkpoints: EventWrapper["checkpoint"][]): void {
    const { numbering } = capabilities(this.version);
    const acknowledged = acknowledgement(numbering, checkpoints, checkpoints.at(-1)!.index);
    this.say({ kind: "ackEvents", acknowledged });
  }

  #answerKv({ requestId, actorId, request }: Extract<ToServer, { kind: "kvRequest" }>): void {
    const response = typeof this.kvMode === "function"
      ? this.kvMode(request, actorId)
      : this.kv.apply(actorId, request);
    this.#kvResponse(requestId, response);
  }

  #kvResponse(requestId: number, response: KvResponse): void {
    this.say({ kind: "kvResponse", requestId, response });
  }
}

/** A client's WebSocket at the fake gateway: numbers messages and keeps them until they are acked. */
export class FakeClient {
  readonly requestId: RequestId;
  readonly actor: string;
  readonly received: ToServerTunnelBody[] = [];
  pending: { readonly index: MessageIndex; readonly body: ToClientTunnelBody }[] = [];
  #last: MessageIndex;
  readonly #gateway: FakeGateway;

  constructor(gateway: FakeGateway, actor: string, id: RequestId, firstIndex: number) {
    this.#gateway = gateway;
    this.actor = actor;
    this.requestId = id;
    this.#last = messageIndex(firstIndex);
  }

  /** Sends a message with the next index and keeps it. With `lost`, the tunnel never carries it. */
  send(data: string | Uint8Array, options: { lost?: boolean } = {}): MessageIndex {
    const binary = typeof data !== "string";
    return this.#push(
      {
        kind: "webSocketMessage",
        data: binary ? data : new TextEncoder().encode(data),
        binary,
      },
      options.lost ?? false,
    );
  }

  close(code = 1000, reason = ""): MessageIndex {
    return this.#push({ kind: "webSocketClose", code, reason }, false);
  }

  replay(): void {
    for (const { index, body } of this.pending) this.#gateway.tunnel(this.requestId, index, body);
  }

  /** Sends a message with an index of one's own choice, and does not keep it. */
  sendAt(index: number, text: string): void {
    this.#gateway.tunnel(this.requestId, index, {
      kind: "webSocketMessage",
      data: new TextEncoder().encode(text),
      binary: false,
    });
  }

  get canHibernate(): boolean {
    return this.received.some((body) => body.kind === "webSocketOpen" && body.canHibernate);
  }

  get isClosed(): boolean {
    return this.closeHeard !== undefined;
  }

  get closeHeard(): { code: number | null; reason: string | null } | undefined {
    for (const body of this.received) {
      if (body.kind === "webSocketClose" && !body.hibernate) {
        return { code: body.code, reason: body.reason };
      }
    }
    return undefined;
  }

  texts(): string[] {
    return this.received.flatMap((body) =>
      body.kind === "webSocketMessage" ? [new TextDecoder().decode(body.data)] : []
    );
  }

  acks(): number[] {
    return this.received.flatMap((body) =>
      body.kind === "webSocketMessageAck" ? [body.index as number] : []
    );
  }

  kinds(): string[] {
    return this.received.map((body) => body.kind);
  }

  hear(body: ToServerTunnelBody): void {
    this.received.push(body);
    if (body.kind !== "webSocketMessageAck") return;
    const covered = this.pending.findIndex(({ index }) => index === body.index);
    if (covered >= 0) this.pending.splice(0, covered + 1);
  }

  #push(body: ToClientTunnelBody, lost: boolean): MessageIndex {
    this.#last = advance(this.#last);
    this.pending.push({ index: this.#last, body });
    if (!lost) this.#gateway.tunnel(this.requestId, this.#last, body);
    return this.#last;
  }
}

/** A key-value space for each actor: sorted, without limits. */
export class FakeKv {
  readonly #actors = new Map<string, Map<string, readonly [Uint8Array, Uint8Array]>>();

  apply(actor: string, request: KvRequest): KvResponse {
    let space = this.#actors.get(actor);
    if (space === undefined) this.#actors.set(actor, space = new Map());
    switch (request.kind) {
      case "get":
        return {
          kind: "get",
          ...entries(
            request.keys.map((key) => space.get(nameOf(key))).filter((entry) =>
              entry !== undefined
            ),
          ),
        };
      case "list": {
        let found = [...space.entries()].sort(([a], [b]) => a < b ? -1 : 1)
          .filter(([name]) => isWithin(name, request.query)).map(([, entry]) => entry);
        if (request.reverse) found.reverse();
        if (request.limit !== null) found = found.slice(0, Number(request.limit));
        return { kind: "list", ...entries(found) };
      }
      case "put":
        for (const [i, key] of request.keys.entries()) {
          space.set(nameOf(key), [key.slice(), request.values[i]!.slice()]);
        }
        return { kind: "put" };
      case "delete":
        for (const key of request.keys) space.delete(nameOf(key));
        return { kind: "delete" };
      case "deleteRange":
        for (const name of [...space.keys()]) {
          if (name >= nameOf(request.start) && name < nameOf(request.end)) space.delete(name);
        }
        return { kind: "delete" };
      case "drop":
        this.#actors.delete(actor);
        return { kind: "drop" };
    }
  }

  /** Keys of an actor, in hexadecimal digits, sorted. */
  keys(actor: string): string[] {
    return [...this.#actors.get(actor)?.keys() ?? []].sort();
  }

  value(actor: string, key: string): Uint8Array | undefined {
    return this.#actors.get(actor)?.get(key)?.[1];
  }

  set(actor: string, key: Uint8Array, value: Uint8Array): void {
    this.apply(actor, { kind: "put", keys: [key], values: [value] });
  }
}

function entries(found: readonly (readonly [Uint8Array, Uint8Array])[]): {
  keys: Uint8Array[];
  values: Uint8Array[];
  metadata: { version: Uint8Array; updateTs: bigint }[];
} {
  return {
    keys: found.map(([key]) => key),
    values: found.map(([, value]) => value),
    metadata: found.map(() => ({ version: new Uint8Array(1), updateTs: 0n })),
  };
}

export function nameOf(key: Uint8Array): string {
  return [...key].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isWithin(name: string, query: Extract<KvRequest, { kind: "list" }>["query"]): boolean {
  switch (query.kind) {
    case "all":
      return true;
    case "prefix":
      return name.startsWith(nameOf(query.key));
    case "range": {
      const end = nameOf(query.end);
      return name >= nameOf(query.start) && (query.exclusive ? name < end : name <= end);
    }
  }
}

/** A runner under test at a fake gateway, registered. */
export interface RunnerWorld {
  readonly host: VirtualHost;
  readonly gateway: FakeGateway;
  readonly runner: Runner;
  readonly log: LogObserver;
}

export async function runnerWorld(
  definitions: Record<string, ActorDefinition>,
  options: Partial<RunnerOptions> = {},
  setup: { version?: ProtocolVersion; seed?: number; protocol?: string } = {},
): Promise<RunnerWorld> {
  const host = new VirtualHost({ seed: setup.seed ?? 1 });
  const gateway = new FakeGateway(host, setup.version, setup.protocol);
  const log = new LogObserver();
  const runner = createRunner({
    connect: gateway.connect,
    definitions,
    host,
    name: "test",
    totalSlots: 100,
    observer: log,
    // What an engine would drop, and acks that wait, are for their own tests.
    options: { attachGraceMs: 0, ackDelayMs: 0, committedAckDelayMs: 0, ...options },
    ...(setup.version === undefined ? {} : { protocolVersion: setup.version }),
  });
  runner.start();
  await host.settle();
  return { host, gateway, runner, log };
}
