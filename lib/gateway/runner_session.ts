import type { Timer } from "../host/host.ts";
import {
  type ActorCommand,
  type ActorId,
  type Close,
  type CommandWrapper,
  DecodeError,
  decodeToServer,
  encodeToClient,
  type EventWrapper,
  formatId,
  type KvRequest,
  type KvResponse,
  type MessageIndex,
  type ProtocolVersion,
  type RequestId,
  type RunnerId,
  sendableClose,
  type ToClient,
  type ToClientTunnelBody,
  type ToServer,
  type ToServerTunnelMessage,
  TUNNEL_CLOSE,
  withDetail,
} from "../protocol/mod.ts";
import type { Link, LinkEnd } from "../transport/link.ts";
import type { ActorEntry } from "./actor_entry.ts";
import type { GatewayContext } from "./context.ts";
import type { RunnerView } from "./view.ts";

/** What a runner says of itself: in the query of its connection, and in its first frame. */
export interface RunnerIdentity {
  readonly namespace: string;
  readonly runnerKey: string;
  readonly protocolVersion: ProtocolVersion;
  readonly transport: "memory" | "websocket";
  readonly init: Extract<ToServer, { kind: "init" }>;
}

/**
 * One runner as the gateway knows it. It outlives its tunnel: connected → disconnected → connected
 * again, with its actors, or lost after `runnerLostThresholdMs`, without them.
 */
export class RunnerSession {
  readonly runnerId: RunnerId;
  readonly actors = new Map<ActorId, ActorEntry>();
  readonly #context: GatewayContext;
  readonly #connectedTs: number;
  #identity: RunnerIdentity;
  #link: Link | null = null;
  #draining = false;
  /** Commands that the runner has not acked, in order, by actor. */
  readonly #unacked = new Map<ActorId, CommandWrapper[]>();
  readonly #commandIndex = new Map<ActorId, { generation: number; next: bigint }>();
  /** Events taken in since the last ack went out. */
  readonly #eventsToAck = new Map<ActorId, EventWrapper["checkpoint"]>();
  #lostTimer: Timer | undefined;
  #pingTimer: Timer | undefined;
  #pingSentAt: number | undefined;
  #lastPongAt = 0;
  #roundTripMs: number | null = null;

  constructor(context: GatewayContext, runnerId: RunnerId, identity: RunnerIdentity) {
    this.#context = context;
    this.runnerId = runnerId;
    this.#identity = identity;
    this.#connectedTs = context.host.epoch();
  }

  get identity(): RunnerIdentity {
    return this.#identity;
  }

  get isConnected(): boolean {
    return this.#link !== null;
  }

  get freeSlots(): number {
    return this.#identity.init.totalSlots - this.actors.size;
  }

  /** Whether new actors may be put here. */
  get isOpen(): boolean {
    return this.#link !== null && !this.#draining && this.freeSlots > 0;
  }

  /** Takes a tunnel into use, for the first time or again, and sends what the runner must know. */
  attach(link: Link, identity: RunnerIdentity): void {
    this.#lostTimer?.cancel();
    if (this.#link !== null) {
      this.#link.close(...spread(withDetail(TUNNEL_CLOSE.eviction, this.#ray)));
      for (const actor of [...this.actors.values()]) actor.tunnelLost();
    }
    this.#identity = identity;
    this.#link = link;
    this.#draining = false;
    const { host, options } = this.#context;
    this.#lastPongAt = host.now();
    this.#send({
      kind: "init",
      runnerId: this.runnerId,
      lastEventIndex: -1n,
      runnerLostThreshold: BigInt(options.runnerLostThresholdMs),
      actorStopThreshold: BigInt(options.actorStopThresholdMs),
      serverlessDrainGracePeriod: null,
    });
    const commands = [...this.#unacked.values()].flat();
    if (commands.length > 0) this.#send({ kind: "commands", commands });
    for (const actor of [...this.actors.values()]) actor.tunnelBack();
    this.#ping();
  }

  /** The tunnel `link` has ended. Another one may have taken its place already. */
  detach(link: Link, end: LinkEnd): void {
    if (this.#link !== link) return;
    this.#link = null;
    this.#pingTimer?.cancel();
    const { host, observer, options, runners } = this.#context;
    const reason = `${end.code} ${end.reason}`.trim();
    observer.runnerDisconnected?.(this.runnerId, reason);
    for (const actor of [...this.actors.values()]) actor.tunnelLost();
    const saidGoodbye = this.#draining && end.code === 1000;
    const wait = saidGoodbye ? 0 : options.runnerLostThresholdMs;
    this.#lostTimer = host.after(wait, () => runners.lose(this, reason));
  }

  /** The runner is given up: its actors go elsewhere. */
  lost(): void {
    for (const actor of [...this.actors.values()]) actor.runnerLost();
    this.#unacked.clear();
  }

  close(close: Close): void {
    this.#pingTimer?.cancel();
    this.#lostTimer?.cancel();
    this.#link?.close(...spread(close));
  }

  command(actor: ActorEntry, command: ActorCommand): void {
    const { actorId, generation } = actor.record;
    let counter = this.#commandIndex.get(actorId);
    if (counter?.generation !== generation) counter = { generation, next: 0n };
    const wrapper = { checkpoint: { actorId, generation, index: counter.next++ }, command };
    this.#commandIndex.set(actorId, counter);
    const unacked = this.#unacked.get(actorId);
    if (unacked === undefined) this.#unacked.set(actorId, [wrapper]);
    else unacked.push(wrapper);
    this.#send({ kind: "commands", commands: [wrapper] });
  }

  /** The actor is off this runner: its slot is free, and nothing more is to be told about it. */
  release(actor: ActorEntry): void {
    const { actorId } = actor.record;
    if (this.actors.get(actorId) !== actor) return;
    this.actors.delete(actorId);
    this.#unacked.delete(actorId);
    this.#commandIndex.delete(actorId);
    this.#context.runners.slotFreed();
  }

  sendTunnel(requestId: RequestId, messageIndex: MessageIndex, body: ToClientTunnelBody): void {
    const { gatewayId } = this.#context;
    this.#send({ kind: "tunnel", messageId: { gatewayId, requestId, messageIndex }, body });
  }

  /** One frame of the runner. A frame that says nothing is counted and dropped: the tunnel lives on. */
  onFrame(frame: Uint8Array): void {
    let message: ToServer;
    try {
      message = decodeToServer(frame, this.#identity.protocolVersion);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return this.#context.observer.frameDropped?.(error.code);
    }
    switch (message.kind) {
      case "tunnel":
        return this.#onTunnel(message);
      case "kvRequest":
        return void this.#onKv(message.actorId, message.requestId, message.request);
      case "events":
        return this.#onEvents(message.events);
      case "ackCommands":
        return this.#onAckCommands(message.acknowledged);
      case "pong":
        return this.#onPong();
      case "stopping":
        return this.#onStopping();
      case "init":
        return this.#context.observer.frameDropped?.("second init");
    }
  }

  view(): RunnerView {
    const { init, protocolVersion, transport } = this.#identity;
    return {
      runnerId: this.runnerId,
      name: init.name,
      version: init.version,
      protocolVersion,
      transport,
      state: this.#link === null ? "disconnected" : this.#draining ? "draining" : "connected",
      totalSlots: init.totalSlots,
      actors: this.actors.size,
      roundTripMs: this.#roundTripMs,
      connectedTs: this.#connectedTs,
    };
  }

  #send(message: ToClient): void {
    if (this.#link === null) return;
    this.#link.send(encodeToClient(message, this.#identity.protocolVersion));
  }

  #onTunnel({ messageId, body }: ToServerTunnelMessage): void {
    const { sockets, requests, observer, gatewayId } = this.#context;
    const { requestId } = messageId;
    const target = sockets.get(requestId) ?? requests.get(requestId);
    // Only the session that hosts the actor now is listened to: one that was given up may be alive.
    if (
      target === undefined || messageId.gatewayId !== gatewayId || target.actor.session !== this
    ) return observer.frameDropped?.(`${body.kind} of no one here`);
    target.fromRunner(body);
  }

  async #onKv(actorId: ActorId, requestId: number, request: KvRequest): Promise<void> {
    const link = this.#link;
    let response: KvResponse;
    try {
      if (!this.actors.has(actorId)) {
        throw new Error(`kv.not_hosted: Actor ${actorId} is not hosted by this runner`);
      }
      response = await this.#kv(actorId, request);
    } catch (error) {
      response = { kind: "error", message: kvErrorMessage(error) };
    }
    // A response belongs to the connection that asked: after a reconnect the runner asks again.
    if (this.#link === link) this.#send({ kind: "kvResponse", requestId, response });
  }

  async #kv(actorId: ActorId, request: KvRequest): Promise<KvResponse> {
    const { kv } = this.#context.store;
    switch (request.kind) {
      case "get":
        return { kind: "get", ...await kv.get(actorId, request.keys) };
      case "list": {
        const limit = request.limit === null ? null : Number(request.limit);
        const options = { reverse: request.reverse ?? false, limit };
        return { kind: "list", ...await kv.list(actorId, request.query, options) };
      }
      case "put":
        await kv.put(actorId, request.keys, request.values, this.#context.host.epoch());
        return { kind: "put" };
      case "delete":
        await kv.delete(actorId, request.keys);
        return { kind: "delete" };
      case "deleteRange":
        await kv.deleteRange(actorId, request.start, request.end);
        return { kind: "delete" };
      case "drop":
        await kv.drop(actorId);
        return { kind: "drop" };
    }
  }

  #onEvents(events: readonly EventWrapper[]): void {
    for (const wrapper of events) {
      const { checkpoint } = wrapper;
      if (this.#eventsToAck.size === 0) this.#context.host.defer(() => this.#ackEvents());
      this.#eventsToAck.set(checkpoint.actorId, checkpoint);
      this.actors.get(checkpoint.actorId)?.onEvent(wrapper);
    }
  }

  #ackEvents(): void {
    const checkpoints = [...this.#eventsToAck.values()];
    this.#eventsToAck.clear();
    this.#send({ kind: "ackEvents", acknowledged: { checkpoints } });
  }

  #onAckCommands(acknowledged: Extract<ToServer, { kind: "ackCommands" }>["acknowledged"]): void {
    if (!("checkpoints" in acknowledged)) return;
    for (const { actorId, generation, index } of acknowledged.checkpoints) {
      const left = this.#unacked.get(actorId)?.filter(({ checkpoint }) =>
        checkpoint.generation > generation ||
        checkpoint.generation === generation && checkpoint.index > index
      );
      if (left === undefined || left.length === 0) this.#unacked.delete(actorId);
      else this.#unacked.set(actorId, left);
    }
  }

  #onStopping(): void {
    this.#draining = true;
    for (const actor of [...this.actors.values()]) actor.stop("sleep");
  }

  #ping(): void {
    const { host, options } = this.#context;
    this.#pingTimer?.cancel();
    const silentFor = host.now() - this.#lastPongAt;
    if (silentFor >= options.pingTimeoutMs) {
      const link = this.#link!;
      link.close(...spread(withDetail(TUNNEL_CLOSE.pingTimeout, this.#ray)));
      // A frozen peer answers no close either: do not wait for it.
      return this.detach(link, { code: 1006, reason: TUNNEL_CLOSE.pingTimeout.reason });
    }
    this.#pingSentAt ??= host.now();
    this.#send({ kind: "ping", ts: BigInt(host.epoch()) });
    this.#pingTimer = host.after(options.pingIntervalMs, () => this.#ping());
  }

  #onPong(): void {
    const now = this.#context.host.now();
    this.#lastPongAt = now;
    if (this.#pingSentAt === undefined) return;
    this.#roundTripMs = now - this.#pingSentAt;
    this.#pingSentAt = undefined;
    this.#context.observer.roundTrip?.(this.runnerId, this.#roundTripMs);
  }

  get #ray(): string {
    return formatId(this.#context.gatewayId);
  }
}

function spread(close: Close): [number, string] {
  const { code, reason } = sendableClose(close.code, close.reason);
  return [code, reason];
}

/** The store's code and sentence, so that the runner can tell its author which limit was passed. */
function kvErrorMessage(error: unknown): string {
  if (error instanceof Error && "code" in error) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
