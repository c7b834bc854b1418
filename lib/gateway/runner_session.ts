import { LinkTurns } from "../body/link_turns.ts";
import { UnackedLog } from "../delivery/mod.ts";
import type { Timer } from "../host/host.ts";
import { patientTimer } from "../host/patient_timer.ts";
import {
  type ActorCheckpoint,
  type ActorCommand,
  type ActorId,
  type Capabilities,
  capabilities,
  type Close,
  type CommandWrapper,
  DecodeError,
  decodeToServer,
  DORMOUSE_PROTOCOL,
  EncodeError,
  encodeToClient,
  type EventWrapper,
  formatId,
  type KvRequest,
  type MessageId,
  type MessageIndex,
  type ProtocolVersion,
  type RequestId,
  type RunnerId,
  sendableClose,
  type SocketMessage,
  TAKEN_BODY,
  type ToClient,
  type ToClientTunnelBody,
  type ToServer,
  type ToServerTunnelMessage,
  type TracedFrame,
  TUNNEL_CLOSE,
  withDetail,
} from "../protocol/mod.ts";
import type { Link, LinkEnd } from "../transport/link.ts";
import type { ActorEntry } from "./actor_entry.ts";
import type { GatewayContext } from "./context.ts";
import { EventAcks } from "./event_acks.ts";
import { answerKv } from "./runner_kv.ts";
import { Traffic } from "./traffic.ts";
import type { Drain, RunnerDetail, RunnerView } from "./view.ts";

/** What a runner says of itself: in the query of its connection, and in its first frame. */
export interface RunnerIdentity {
  readonly namespace: string;
  readonly runnerKey: string;
  readonly protocolVersion: ProtocolVersion;
  readonly transport: "memory" | "websocket";
  readonly init: Extract<ToServer, { kind: "init" }>;
  /** What tells two processes of ours apart that have one key; others do not say it. */
  readonly process: unknown;
}

export interface RunnerTimes {
  readonly createTs: number;
  readonly lastConnectedTs: number;
  readonly lastPingTs: number;
  readonly drainTs: number | null;
}

/**
 * One runner as the gateway knows it. It outlives its tunnel: connected → disconnected → connected
 * again, with its actors, or lost after `runnerLostThresholdMs`, without them.
 */
export class RunnerSession {
  readonly runnerId: RunnerId;
  readonly actors: Map<ActorId, ActorEntry> = new Map();
  /** Of the clients of its actors, while they are here. */
  readonly traffic: Traffic = new Traffic();
  /** Whose turn it is on its tunnel, of the bodies that go out in chunks. */
  readonly turns: LinkTurns;
  readonly #context: GatewayContext;
  readonly #connectedTs: number;
  #attachedTs: number;
  #lastPongTs: number;
  #identity: RunnerIdentity;
  #link: Link | null = null;
  /** Since when the runner leaves. */
  #leaving: Drain | null = null;
  /** Since when an operator wants no new actors here. */
  #setAside: Drain | null = null;
  /** Whether the runner has said something since its init: it knows this session. */
  #isMet = false;
  /** What its version can say. A runner that comes back with another version is another runner. */
  readonly #can: Capabilities;
  readonly #commands: UnackedLog<CommandWrapper>;
  readonly #events: EventAcks;
  #lostTimer: Timer | undefined;
  #pingTimer: Timer | undefined;
  #pingSentAt: number | undefined;
  #lastPongAt = 0;
  #roundTripMs: number | null = null;

  constructor(context: GatewayContext, runnerId: RunnerId, identity: RunnerIdentity) {
    this.#context = context;
    this.runnerId = runnerId;
    this.turns = new LinkTurns(context.host, this, context.options);
    this.#identity = identity;
    this.#can = capabilities(identity.protocolVersion);
    this.#commands = new UnackedLog({ numbering: this.#can.numbering });
    this.#events = new EventAcks(this.#can.numbering);
    this.#connectedTs = this.#attachedTs = this.#lastPongTs = context.host.epoch();
  }

  get identity(): RunnerIdentity {
    return this.#identity;
  }

  get isConnected(): boolean {
    return this.#link !== null;
  }

  /** Whether it is one of ours: bodies go in chunks, with credit. */
  get streams(): boolean {
    return this.#link?.protocol === DORMOUSE_PROTOCOL;
  }

  /** Bytes on their way out. */
  get bufferedBytes(): number {
    return this.#link?.bufferedBytes ?? 0;
  }

  /** Whether more is on its way out than may be: what can wait waits for its turn. */
  get isFull(): boolean {
    return this.bufferedBytes > this.#context.options.tunnelBufferBytes;
  }

  /** Milliseconds since the epoch: first seen, last connected, last heard of, asked to drain. */
  get times(): RunnerTimes {
    return {
      createTs: this.#connectedTs,
      lastConnectedTs: this.#attachedTs,
      lastPingTs: this.#lastPongTs,
      drainTs: this.#leaving?.sinceTs ?? null,
    };
  }

  /** Milliseconds of the last ping; `null` before the first. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  get freeSlots(): number {
    return this.#identity.init.totalSlots - this.actors.size;
  }

  /** Whether it can take over sockets that the gateway holds for an actor. */
  get restoresSockets(): boolean {
    return this.#can.hibernation;
  }

  /** Whether a start can name the sockets that the gateway holds for the actor. */
  get namesSockets(): boolean {
    return this.#can.hibernatingRequests;
  }

  /** Whether new actors may be put here. */
  get isOpen(): boolean {
    return this.#link !== null && this.#drain === null && this.freeSlots > 0;
  }

  /** Whether new actors may be put here, as an operator wants it. */
  takesActors(takes: boolean): void {
    this.#setAside = takes ? null : this.#setAside ?? this.#drainNow("operator");
    if (takes) this.#context.runners.slotFreed();
  }

  /** Takes a tunnel into use, for the first time or again, and sends what the runner must know. */
  attach(link: Link, identity: RunnerIdentity): void {
    this.#lostTimer?.cancel();
    if (this.#link !== null) {
      // The older tunnel may be the living one, when this init was late: its process must not end.
      const { superseded, eviction } = TUNNEL_CLOSE;
      const close = identity.process === undefined ? eviction : superseded;
      this.#link.close(...spread(withDetail(close, this.#ray)));
      for (const actor of [...this.actors.values()]) actor.tunnelLost();
    }
    this.#identity = identity;
    this.#link = link;
    this.#leaving = null;
    const { host, options } = this.#context;
    // A ping that the old tunnel swallowed is not answered on this one.
    this.#pingSentAt = undefined;
    this.#lastPongAt = host.now();
    this.#attachedTs = this.#lastPongTs = host.epoch();
    this.#send({
      kind: "init",
      runnerId: this.runnerId,
      ...(this.#can.numbering === "running" && { lastEventIndex: this.#events.lastIndex }),
      runnerLostThreshold: BigInt(options.runnerLostThresholdMs),
      actorStopThreshold: this.#can.stopThresholds ? BigInt(options.actorStopThresholdMs) : null,
      serverlessDrainGracePeriod: null,
    });
    const { lastCommandIndex } = identity.init;
    // Before the runner has heard of this session, the number is one of an earlier session's.
    if (typeof lastCommandIndex === "bigint" && this.#isMet) {
      this.#commands.ack({ upTo: lastCommandIndex });
    }
    const commands = this.#commands.all();
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
    const saidGoodbye = this.#leaving !== null && end.code === 1000;
    const wait = saidGoodbye ? 0 : options.runnerLostThresholdMs;
    this.#lostTimer = host.after(wait, () => runners.lose(this, reason));
  }

  /** The runner is given up: its actors go elsewhere. */
  lost(): void {
    for (const actor of [...this.actors.values()]) actor.runnerLost();
  }

  /** Sends the runner away and waits for nothing more from it. */
  close(close: Close): void {
    this.#pingTimer?.cancel();
    this.#lostTimer?.cancel();
    this.#link?.close(...spread(close));
    this.#link = null;
  }

  /** Sends a command, now and after each cut until it is taken in. Gives what names it. */
  command(actor: ActorEntry, command: ActorCommand): ActorCheckpoint {
    const { actorId, generation } = actor.record;
    const wrapper = this.#commands.push(
      actorId,
      generation,
      (checkpoint) => ({ checkpoint, command }),
    );
    this.#send({ kind: "commands", commands: [wrapper] });
    return wrapper.checkpoint;
  }

  /**
   * The runner has shown that it took a command in, without an ack. The reference acks every five
   * minutes, and starts an actor anew that it is told again to start: its sockets are gone then.
   */
  tookIn(command: ActorCheckpoint): void {
    this.#commands.ack({ checkpoints: [command] });
  }

  /** The actor is off this runner: its slot is free, and nothing more is to be told about it. */
  release(actor: ActorEntry): void {
    const { actorId } = actor.record;
    if (this.actors.get(actorId) !== actor) return;
    this.actors.delete(actorId);
    this.#commands.forget(actorId);
    this.#context.runners.slotFreed();
  }

  sendTunnel(requestId: RequestId, messageIndex: MessageIndex, body: ToClientTunnelBody): void {
    const messageId = { gatewayId: this.#context.gatewayId, requestId, messageIndex };
    const link = this.#link;
    if (body.kind === "webSocketMessage" && link?.hand !== undefined && !this.#can.tunnelAck) {
      const message = { kind: "tunnel", messageId, body } as const;
      if (link.hand(message)) return this.#trace("toRunner", message, null);
    }
    this.#send({ kind: "tunnel", messageId, body });
  }

  /**
   * One frame of the runner. A frame that says nothing is counted and dropped: the tunnel lives on.
   * So is one of a tunnel that was given up: its peer may have been frozen, and speaks of the past.
   */
  onFrame(link: Link, frame: Uint8Array): void {
    if (link !== this.#link) return this.#context.observer.frameDropped?.("frame of an old tunnel");
    this.#isMet = true;
    let message: ToServer;
    try {
      message = decodeToServer(frame, this.#identity.protocolVersion);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#context.tracer?.({
        runnerId: this.runnerId,
        direction: "toGateway",
        unreadable: error.code,
        bytes: frame.length,
      });
      return this.#context.observer.frameDropped?.(error.code);
    }
    this.#trace("toGateway", message, frame.length);
    switch (message.kind) {
      case "tunnel":
        if (this.#can.tunnelAck) this.#ackTunnel(message);
        return this.#onTunnel(message);
      case "kvRequest":
        return void this.#onKv(message.actorId, message.requestId, message.request);
      case "events":
        return this.#onEvents(message.events);
      case "ackCommands":
        return this.#commands.ack(message.acknowledged);
      case "pong":
        return this.#onPong();
      case "stopping":
        return this.#onStopping();
      case "init":
        return this.#context.observer.frameDropped?.("second init");
    }
  }

  /** A message of an actor here in this process, which was no frame. */
  onMessage(link: Link, message: SocketMessage): void {
    if (link !== this.#link) return this.#context.observer.frameDropped?.("frame of an old tunnel");
    this.#isMet = true;
    this.#trace("toGateway", message, null);
    this.#onTunnel(message);
  }

  view(): RunnerView {
    const { init, protocolVersion, transport } = this.#identity;
    return {
      runnerId: this.runnerId,
      name: init.name,
      version: init.version,
      protocolVersion,
      transport,
      state: this.#state,
      totalSlots: init.totalSlots,
      actors: this.actors.size,
      roundTripMs: this.#roundTripMs,
      connectedTs: this.#connectedTs,
      actorNames: [...init.prepopulateActorNames?.keys() ?? []],
    };
  }

  detail(): RunnerDetail {
    const isConnected = this.#link !== null;
    return {
      ...this.view(),
      namespace: this.#identity.namespace,
      isOurs: isConnected ? this.streams : null,
      tunnelTs: isConnected ? this.#attachedTs : null,
      heardTs: this.#lastPongTs,
      commandsUnacked: this.#commands.size,
      bufferedBytes: this.bufferedBytes,
      drain: this.#drain,
    };
  }

  get #state(): RunnerView["state"] {
    if (this.#link === null) return "disconnected";
    return this.#drain === null ? "connected" : "draining";
  }

  get #drain(): Drain | null {
    return this.#leaving ?? this.#setAside;
  }

  #drainNow(by: Drain["by"]): Drain {
    return { by, sinceTs: this.#context.host.epoch(), actors: this.actors.size };
  }

  #send(message: ToClient): void {
    if (this.#link === null) return;
    let frame: Uint8Array;
    try {
      frame = encodeToClient(message, this.#identity.protocolVersion);
    } catch (error) {
      // What this version has no words for concerns one message, not the tunnel.
      if (!(error instanceof EncodeError)) throw error;
      return this.#context.observer.frameDropped?.(error.code);
    }
    this.#trace("toRunner", message, frame.length);
    this.#link.send(frame);
  }

  #trace(direction: "toGateway", message: ToServer, bytes: number | null): void;
  #trace(direction: "toRunner", message: ToClient, bytes: number | null): void;
  #trace(
    direction: TracedFrame["direction"],
    message: ToServer | ToClient,
    bytes: number | null,
  ): void {
    const { tracer } = this.#context;
    if (tracer === undefined) return;
    tracer({ runnerId: this.runnerId, direction, message, bytes } as TracedFrame);
  }

  /** Up to v3 a runner drops a request whose messages are not acked one by one. */
  #ackTunnel({ messageId, body, legacyIds }: ToServerTunnelMessage): void {
    if (body.kind === "tunnelAck" || legacyIds === undefined) return;
    this.#send({ kind: "tunnel", messageId, body: { kind: "tunnelAck" }, legacyIds });
  }

  #onTunnel({ messageId, body }: ToServerTunnelMessage): void {
    const { sockets, requests, observer, gatewayId } = this.#context;
    const { requestId } = messageId;
    const target = sockets.get(requestId) ?? requests.get(requestId);
    if (target === undefined && body.kind === "webSocketClose") this.#ackClose(messageId);
    // Only the session that hosts the actor now is listened to: one that was given up may be alive.
    if (
      target === undefined || messageId.gatewayId !== gatewayId || target.actor.session !== this
    ) return observer.frameDropped?.(`${body.kind} of no one here`);
    target.fromRunner(messageId.messageIndex, body);
  }

  /** The last word on a socket that is gone: a runner of ours would say it again after each cut. */
  #ackClose({ gatewayId, requestId, messageIndex }: MessageId): void {
    if (!this.streams || gatewayId !== this.#context.gatewayId) return;
    this.sendTunnel(requestId, messageIndex, TAKEN_BODY);
  }

  async #onKv(actorId: ActorId, requestId: number, request: KvRequest): Promise<void> {
    const link = this.#link;
    const { host, store } = this.#context;
    // Only the runner that hosts the actor writes for it: one that was given up may be alive.
    const response = this.actors.has(actorId)
      ? await answerKv(store.kv, actorId, request, host.epoch())
      : {
        kind: "error" as const,
        message: `kv.not_hosted: Actor ${actorId} is not hosted by this runner`,
      };
    // A response belongs to the connection that asked: after a reconnect the runner asks again.
    if (this.#link === link) this.#send({ kind: "kvResponse", requestId, response });
  }

  #onEvents(events: readonly EventWrapper[]): void {
    for (const wrapper of events) {
      if (this.#events.isEmpty) this.#context.host.defer(() => this.#ackEvents());
      this.#events.add(wrapper.checkpoint);
      this.actors.get(wrapper.checkpoint.actorId)?.onEvent(wrapper);
    }
  }

  #ackEvents(): void {
    this.#send({ kind: "ackEvents", acknowledged: this.#events.take() });
  }

  #onStopping(): void {
    this.#leaving ??= this.#drainNow("runner");
    for (const actor of [...this.actors.values()]) actor.runnerLeaves();
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
    // Up to v3 the runner pings on its own, and that is waited for.
    if (this.#can.gatewayPings) {
      this.#pingSentAt ??= host.now();
      this.#send({ kind: "ping", ts: BigInt(host.epoch()) });
    }
    this.#pingTimer = patientTimer(host, options.pingIntervalMs, () => this.#ping());
  }

  #onPong(): void {
    const now = this.#context.host.now();
    this.#lastPongAt = now;
    this.#lastPongTs = this.#context.host.epoch();
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
