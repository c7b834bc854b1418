/**
 * A runner that a test scripts, over an in-memory link, so that a test reads as a conversation:
 *
 *     const runner = await FakeRunner.join(gateway, host);
 *     const { socket, client } = world.open(entry);     // the runner starts the actor and answers
 *     await host.settle();
 *     socket.fromClient("a");
 *     await host.settle();
 *     assertEquals(runner.texts(), ["a"]);              // what reached the runner
 *     runner.tell(socket.requestId, { kind: "webSocketMessageAck", index: messageIndex(1) });
 *
 * It behaves well by itself: acks commands, starts and stops actors, opens sockets as hibernatable,
 * answers requests with 200, pings with pongs. Each of these is one function of {@link Script}; a
 * test that wants other behaviour gives its own, or {@link silent} for none, in `join` or at any
 * time by `runner.script`. To play something new, add a function to `Script`, its default below, and
 * its call in `#play`. What it keeps of its actors is only what frames need: no rule of the runner's
 * own lives here.
 */
import { acknowledgement } from "../../lib/delivery/mod.ts";
import type { Gateway } from "../../lib/gateway/gateway.ts";
import type { Host } from "../../lib/host/host.ts";
import {
  type ActorEvent,
  type ActorId,
  type Capabilities,
  capabilities,
  type CommandWrapper,
  CURRENT_VERSION,
  decodeToClient,
  encodeToServer,
  type GatewayId,
  isSupportedVersion,
  messageIndex,
  type ProtocolVersion,
  type RequestId,
  type RunnerId,
  type ToClient,
  type ToClientTunnelBody,
  type ToClientTunnelMessage,
  type ToServer,
  type ToServerTunnelBody,
} from "../../lib/protocol/mod.ts";
import type { Link, LinkEnd } from "../../lib/transport/link.ts";
import { type MemoryLink, memoryLinkPair } from "../../lib/transport/memory_link.ts";

type Message<Kind extends ToClientTunnelBody["kind"]> = ToClientTunnelMessage & {
  readonly body: Extract<ToClientTunnelBody, { kind: Kind }>;
};

/** What the runner does about what comes. */
export interface Script {
  command(runner: FakeRunner, command: CommandWrapper): void;
  start(runner: FakeRunner, actor: ActorId): void;
  stop(runner: FakeRunner, actor: ActorId): void;
  open(runner: FakeRunner, message: Message<"webSocketOpen">): void;
  message(runner: FakeRunner, message: Message<"webSocketMessage">): void;
  close(runner: FakeRunner, message: Message<"webSocketClose">): void;
  request(runner: FakeRunner, message: Message<"requestStart">): void;
  ping(runner: FakeRunner, ts: bigint): void;
}

/** Does nothing about it. */
export const silent = (): void => {};

/** Acks each message as it comes, a close as well, where the version can. */
export const ack = (runner: FakeRunner, { messageId }: ToClientTunnelMessage): void => {
  if (runner.can.messageAck) runner.ack(messageId.requestId, messageId.messageIndex);
};

/** Opens a socket as one that does not outlive its actor's sleep. */
export const openPlain = (runner: FakeRunner, { messageId }: ToClientTunnelMessage): void =>
  runner.tell(messageId.requestId, { kind: "webSocketOpen", canHibernate: false });

const DEFAULT_SCRIPT: Script = {
  command: (runner, { checkpoint }) =>
    runner.send({
      kind: "ackCommands",
      acknowledged: acknowledgement(runner.can.numbering, [checkpoint], checkpoint.index),
    }),
  start: (runner, actor) => runner.event(actor, { kind: "running" }),
  stop: (runner, actor) => runner.event(actor, { kind: "stopped", code: "ok", message: null }),
  open: (runner, { messageId }) =>
    runner.tell(messageId.requestId, {
      kind: "webSocketOpen",
      canHibernate: runner.can.hibernation,
    }),
  message: silent,
  close: ack,
  request: (runner, { messageId }) => runner.respond(messageId.requestId, "ok"),
  ping: (runner, ts) => runner.send({ kind: "pong", ts }),
};

export interface FakeRunnerOptions {
  readonly key?: string;
  /** What it says of itself, a JSON text. */
  readonly metadata?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly slots?: number;
  /** Of the wire. */
  readonly version?: number;
  /** Of the program that it hosts: 1. */
  readonly programVersion?: number;
  /** The subprotocol of its links: that of any runner, unless it says that it is one of ours. */
  readonly protocol?: string;
  readonly actorNames?: readonly string[];
  readonly script?: Partial<Script>;
}

export class FakeRunner {
  script: Script;
  /** Everything that came, of all its connections. */
  received: ToClient[] = [];
  readonly ends: LinkEnd[] = [];
  /** Generations of the actors that were started here. */
  readonly generations = new Map<ActorId, number>();
  runnerId: RunnerId | undefined;
  #link!: Link & Partial<Pick<MemoryLink, "cut">>;
  #gatewayId: GatewayId | undefined;
  readonly #eventIndex = new Map<string, bigint>();
  readonly #gateway: Pick<Gateway, "acceptRunner">;
  readonly #host: Host;
  readonly #options: FakeRunnerOptions;

  constructor(
    gateway: Pick<Gateway, "acceptRunner">,
    host: Host,
    options: FakeRunnerOptions = {},
  ) {
    this.#gateway = gateway;
    this.#host = host;
    this.#options = options;
    this.script = { ...DEFAULT_SCRIPT, ...options.script };
  }

  /** A runner that is connected and has sent its init. Let the host settle before you count on it. */
  static join(gateway: Gateway, host: Host, options: FakeRunnerOptions = {}): FakeRunner {
    const runner = new FakeRunner(gateway, host, options);
    runner.connect();
    runner.init();
    return runner;
  }

  /** Opens a tunnel, and says nothing yet. */
  connect(): void {
    const [gatewayEnd, ownEnd] = memoryLinkPair(this.#host, this.#options.protocol);
    const { key = "runner", namespace = "default" } = this.#options;
    this.attach(ownEnd);
    this.#gateway.acceptRunner(gatewayEnd, {
      protocolVersion: this.#options.version ?? 7,
      namespace,
      runnerKey: key,
      transport: "memory",
    });
  }

  /** Uses a tunnel that is open already. Only one in memory can be cut from here. */
  attach(link: Link & Partial<Pick<MemoryLink, "cut">>): void {
    this.#link = link;
    link.start({
      onFrame: (frame) => {
        const message = decodeToClient(frame, this.#version);
        this.received.push(message);
        this.#play(message);
      },
      onClose: (end) => this.ends.push(end),
    });
  }

  /** @param more What only some versions say. */
  init(more: { readonly lastCommandIndex?: bigint } = {}): void {
    const { name = "default", slots = 100, actorNames, programVersion = 1 } = this.#options;
    this.send({
      kind: "init",
      name,
      version: programVersion,
      totalSlots: slots,
      prepopulateActorNames: actorNames === undefined
        ? null
        : new Map(actorNames.map((actorName) => [actorName, "{}"])),
      metadata: this.#options.metadata ?? null,
      ...more,
    });
  }

  /** Comes back on a new tunnel, as the same runner. */
  reconnect(more: Parameters<FakeRunner["init"]>[0] = {}): void {
    this.connect();
    this.init(more);
  }

  /** The tunnel breaks. */
  cut(): void {
    this.#link.cut!();
  }

  leave(code: number, reason: string): void {
    this.#link.close(code, reason);
  }

  send(message: ToServer): void {
    this.#link.send(encodeToServer(message, this.#version));
  }

  sendFrame(frame: Uint8Array): void {
    this.#link.send(frame);
  }

  /** Says something about a socket or a request. Its index counts on sockets of our own runners. */
  tell(requestId: RequestId, body: ToServerTunnelBody, index = 0): void {
    const messageId = {
      gatewayId: this.#gatewayId!,
      requestId,
      messageIndex: messageIndex(index),
    };
    this.send({ kind: "tunnel", messageId, body });
  }

  ack(requestId: RequestId, index: number): void {
    this.tell(requestId, { kind: "webSocketMessageAck", index: messageIndex(index) });
  }

  /** Sends a text to the client. */
  say(requestId: RequestId, text: string, index = 0): void {
    const data = new TextEncoder().encode(text);
    this.tell(requestId, { kind: "webSocketMessage", data, binary: false }, index);
  }

  respond(requestId: RequestId, body: string, status = 200): void {
    this.tell(requestId, {
      kind: "responseStart",
      status,
      headers: new Map([["content-type", "text/plain"]]),
      body: new TextEncoder().encode(body),
      stream: false,
    });
  }

  /** The next event of an actor, in the generation that was started here last. */
  event(actorId: ActorId, event: ActorEvent): void {
    const generation = this.generations.get(actorId)!;
    const key = this.can.numbering === "generation" ? `${generation} ${actorId}` : "all";
    const index = this.#eventIndex.get(key) ?? 0n;
    this.#eventIndex.set(key, index + 1n);
    this.send({ kind: "events", events: [{ checkpoint: { actorId, generation, index }, event }] });
  }

  wantSleep(actorId: ActorId): void {
    this.event(actorId, { kind: "intent", intent: "sleep" });
  }

  crash(actorId: ActorId, message: string): void {
    this.event(actorId, { kind: "stopped", code: "error", message });
  }

  /** Tunnel messages of a kind that came, oldest first. */
  tunnel<Kind extends ToClientTunnelBody["kind"]>(kind: Kind): Message<Kind>[] {
    return this.received.filter((message): message is Message<Kind> =>
      message.kind === "tunnel" && message.body.kind === kind
    );
  }

  /** Messages of clients as `index:text`, oldest first. */
  messages(requestId?: RequestId): string[] {
    return this.tunnel("webSocketMessage")
      .filter(({ messageId }) => requestId === undefined || messageId.requestId === requestId)
      .map(({ messageId, body }) =>
        `${messageId.messageIndex}:${new TextDecoder().decode(body.data)}`
      );
  }

  commands(): CommandWrapper[] {
    return this.received.flatMap((message) => message.kind === "commands" ? message.commands : []);
  }

  /** Forgets what came, so that the next assertion is about what comes next. */
  clear(): void {
    this.received = [];
  }

  get can(): Capabilities {
    return capabilities(this.#version);
  }

  get #version(): ProtocolVersion {
    const { version = CURRENT_VERSION } = this.#options;
    // A version that no codec speaks is only ever said, never used.
    return isSupportedVersion(version) ? version : CURRENT_VERSION;
  }

  #play(message: ToClient): void {
    const { script } = this;
    switch (message.kind) {
      case "init":
        this.runnerId = message.runnerId;
        return;
      case "ping":
        return script.ping(this, message.ts);
      case "commands":
        for (const command of message.commands) {
          script.command(this, command);
          const { actorId, generation } = command.checkpoint;
          if (command.command.kind === "stop") script.stop(this, actorId);
          else if (this.generations.get(actorId) !== generation) {
            this.generations.set(actorId, generation);
            script.start(this, actorId);
          }
        }
        return;
      case "tunnel":
        return this.#playTunnel(message);
      case "ackEvents":
      case "kvResponse":
      case "close":
        return;
    }
  }

  #playTunnel(message: ToClientTunnelMessage): void {
    const { script } = this;
    this.#gatewayId = message.messageId.gatewayId;
    switch (message.body.kind) {
      case "webSocketOpen":
        return script.open(this, message as Message<"webSocketOpen">);
      case "webSocketMessage":
        return script.message(this, message as Message<"webSocketMessage">);
      case "webSocketClose":
        return script.close(this, message as Message<"webSocketClose">);
      case "requestStart":
        return script.request(this, message as Message<"requestStart">);
      case "requestChunk":
      case "requestAbort":
      case "tunnelAck":
        return;
    }
  }
}
