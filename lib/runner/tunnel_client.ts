import { LinkTurns } from "../body/link_turns.ts";
import { Occupancy } from "../body/occupancy.ts";
import { UnackedLog } from "../delivery/mod.ts";
import type { Host, Timer } from "../host/host.ts";
import {
  type ActorEvent,
  type ActorId,
  type Capabilities,
  capabilities,
  CLIENT_CLOSE,
  type EventWrapper,
  type FrameTracer,
  isTaken,
  type ProtocolVersion,
  type RunnerId,
  type ToClient,
  type ToClientTunnelMessage,
  type ToServer,
  TUNNEL_CLOSE,
} from "../protocol/mod.ts";
import type { Connect } from "../transport/link.ts";
import { sentence } from "../rule/rule.ts";
import { CommandLog } from "./command_log.ts";
import { ClientAcks } from "./client_acks.ts";
import { Connection, type ToClientInit } from "./connection.ts";
import type { RunnerContext } from "./context.ts";
import type { Hosting } from "./hosting.ts";
import { KvClient } from "./kv_client.ts";
import type { RunnerObserver } from "./observer.ts";
import { checkRunnerOptions, type RunnerOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { RequestMap } from "./request_map.ts";
import { contradictedThresholds } from "./timer_rules.ts";
import type { TunnelView } from "./view.ts";

export interface TunnelClientInit {
  /** Opens a link to the gateway; called for each attempt. */
  readonly connect: Connect;
  readonly version: ProtocolVersion;
  readonly host: Host;
  readonly observer: RunnerObserver;
  readonly options: RunnerOptions;
  /** Who the runner says it is. */
  readonly hello: Omit<Extract<ToServer, { kind: "init" }>, "kind" | "lastCommandIndex">;
}

/**
 * A runner's end of the tunnel: the connection, and what goes over it and must not get lost.
 * Whatever hosts the actors is plugged in.
 */
export class TunnelClient<Hosted extends Hosting> {
  readonly hosting: Hosted;
  readonly #init: TunnelClientInit;
  readonly #host: Host;
  readonly #observer: RunnerObserver;
  readonly #options: RunnerOptions;
  readonly #can: Capabilities;
  readonly #connection: Connection;
  readonly #commands: CommandLog;
  readonly #events: UnackedLog<EventWrapper>;
  readonly #kv: KvClient;
  readonly #context: RunnerContext;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #runnerId: RunnerId | null = null;
  #lostThresholdMs: number | undefined;
  #stopThresholdMs: number;
  /** What contradicts the gateway, as it was told last. */
  #contradictions = "";
  #lostTimer: Timer | undefined;
  #outgoingEvents: EventWrapper[] = [];
  #acksScheduled = false;
  #draining = false;
  #shutdown: Promise<void> | undefined;

  constructor(
    init: TunnelClientInit,
    hosting: (context: RunnerContext, commands: CommandLog) => Hosted,
  ) {
    this.#init = init;
    this.#host = init.host;
    this.#observer = init.observer;
    this.#options = init.options;
    checkRunnerOptions(this.#options);
    this.#stopThresholdMs = this.#options.actorStopThresholdMs;
    // Nobody need be listening.
    this.#ready.promise.catch(() => {});
    const { connect, version, host, observer, options } = init;
    const atLimit = (name: keyof RunnerOptions) => (): void =>
      observer.limitReached?.(name, Number(options[name]));
    this.#connection = new Connection(
      { connect, version, host, observer, options },
      {
        init: () => this.#hello(),
        onInit: (welcome) => this.#onInit(welcome),
        onMessage: (message) => this.#onMessage(message),
        onCut: () => this.#onCut(),
        onLinkEnd: (end) => this.hosting.linkEnded?.(end),
        onEvicted: (reason) => this.#onEvicted(reason),
      },
    );
    const can = this.#can = capabilities(version);
    this.#commands = new CommandLog(can.numbering);
    this.#events = new UnackedLog({
      numbering: can.numbering,
      limit: options.eventsUnacked,
      onLimit: atLimit("eventsUnacked"),
      onGone: ({ checkpoint, event }) => {
        if (event.kind === "stopped") this.#context.outbox.lifeHeard(checkpoint);
      },
    });
    this.#kv = new KvClient({
      host,
      send: (message) => this.#connection.send(message),
      version,
      timeoutMs: options.kvTimeoutMs,
      limit: options.kvRequests,
      onLimit: atLimit("kvRequests"),
    });
    const outbox = new Outbox(this.#connection, options, observer);
    this.#context = {
      host,
      observer,
      options,
      can,
      connection: this.#connection,
      outbox,
      acks: new ClientAcks(host, this.#connection, outbox, options, observer),
      kv: this.#kv,
      requests: new RequestMap(),
      turns: new LinkTurns(host, this.#connection, options),
      bodies: new Occupancy(),
      stopTimeoutMs: () => this.#stopThresholdMs * options.stopShare,
      event: (actorId, generation, event) => this.#event(actorId, generation, event),
    };
    this.hosting = hosting(this.#context, this.#commands);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  start(): void {
    this.#connection.start();
  }

  /** Ends in good order, by the deadline. */
  shutdown(deadlineMs: number = this.#options.shutdownMs): Promise<void> {
    return this.#shutdown ??= this.#drain(deadlineMs);
  }

  /** Ends at once: the actors are given up, and nothing of them is told any more. */
  leave(): Promise<void> {
    return this.#shutdown ??= this.#leave();
  }

  get runnerId(): RunnerId | null {
    return this.#runnerId;
  }

  /** Tells of every frame from now on; `undefined` for of none. */
  trace(tracer: FrameTracer | undefined): void {
    this.#connection.trace(tracer);
  }

  /** What there is to see of the tunnel. */
  view(): TunnelView {
    const { name, version, totalSlots, prepopulateActorNames } = this.#init.hello;
    const { connectedTs, pingedTs } = this.#connection;
    return {
      state: this.#connection.state,
      runnerId: this.#runnerId,
      name,
      version,
      totalSlots,
      actorNames: [...prepopulateActorNames?.keys() ?? []],
      connectedTs,
      pingedTs,
      protocolVersion: this.#init.version,
      reconnects: this.#connection.reconnects,
      eventsUnacked: this.#events.size,
      outgoingKept: this.#context.outbox.kept,
      bodyBytes: this.#context.bodies.heldBytes,
      bodyBytesPeak: this.#context.bodies.peakBytes,
    };
  }

  // What the connection says

  #hello(): ToServer {
    return {
      kind: "init",
      ...this.#init.hello,
      ...(this.#can.numbering === "running" && { lastCommandIndex: this.#commands.lastIndex }),
    };
  }

  #onInit(welcome: ToClientInit): void {
    this.#lostTimer?.cancel();
    this.#lostThresholdMs = Number(welcome.runnerLostThreshold);
    const { actorStopThreshold } = welcome;
    if (actorStopThreshold !== null) this.#stopThresholdMs = Number(actorStopThreshold);
    this.#checkThresholds(actorStopThreshold !== null);
    if (this.#runnerId !== null && this.#runnerId !== welcome.runnerId) this.#becameAnother();
    this.#runnerId = welcome.runnerId;
    this.#observer.registered?.(welcome.runnerId);
    if (this.#draining) this.#connection.send({ kind: "stopping" });
    // Before the events: what an actor said goes out ahead of the word that it has stopped, or the
    // gateway would take it for something that its next life says.
    this.#context.outbox.flush();
    this.#outgoingEvents = [];
    const { lastEventIndex } = welcome;
    if (lastEventIndex !== undefined) this.#events.ack({ upTo: lastEventIndex });
    const events = this.#events.all();
    if (events.length > 0) this.#connection.send({ kind: "events", events });
    this.#kv.resend();
    this.hosting.connected(welcome);
    this.#ready.resolve();
  }

  /**
   * It runs all the same, for what contradicts is dangerous only in a fault, and the gateway's
   * operator may not be ours. Told once, not at every reconnect.
   */
  #checkThresholds(isStopTold: boolean): void {
    const found = contradictedThresholds(this.#options, {
      runnerLostMs: this.#lostThresholdMs!,
      actorStopMs: isStopTold ? this.#stopThresholdMs : null,
    }).map(sentence);
    const told = found.join("\n");
    if (told === this.#contradictions) return;
    this.#contradictions = told;
    for (const what of found) this.#observer.timersContradict?.(what);
  }

  #onMessage(message: ToClient): void {
    switch (message.kind) {
      case "tunnel":
        if (this.#can.tunnelAck) this.#ackTunnel(message);
        if (isTaken(message.body) && this.#taken(message)) return;
        return this.hosting.tunnel(message);
      case "commands":
        for (const command of message.commands) this.hosting.command(command);
        return this.#scheduleAcks();
      case "ackEvents":
        return this.#events.ack(message.acknowledged);
      case "kvResponse":
        if (this.#kv.onResponse(message.requestId, message.response)) return;
        return this.#observer.frameDropped?.("kvResponse that nobody waits for");
      case "init":
      case "ping":
      case "close":
        return;
    }
  }

  /** Up to v2 each tunnel message is acked by itself, with the ids that it came with. */
  #ackTunnel({ messageId, body, legacyIds }: ToClientTunnelMessage): void {
    if (body.kind === "tunnelAck" || legacyIds === undefined) return;
    this.#connection.send({ kind: "tunnel", messageId, body: { kind: "tunnelAck" }, legacyIds });
  }

  /** Whether it is about a socket: an empty chunk of a request grants credit. */
  #taken({ messageId: { gatewayId, requestId, messageIndex } }: ToClientTunnelMessage): boolean {
    return this.#context.outbox.acked(gatewayId, requestId, messageIndex);
  }

  #onCut(): void {
    this.#context.outbox.cut();
    this.hosting.tunnelCut();
    if (this.#lostThresholdMs === undefined) return;
    const away = this.#lostThresholdMs * this.#options.lostShare;
    this.#lostTimer = this.#host.after(away, () => {
      this.#abandon(`The tunnel was lost for ${away} ms`);
    });
  }

  /** The gateway knows us as another runner: it has moved the actors that it knew us with. */
  #becameAnother(): void {
    this.#abandon("The gateway has given this runner's actors up");
    this.#context.outbox.drop();
    this.hosting.clear();
    this.#commands.clear();
    this.#events.clear();
  }

  /**
   * Every actor leaves, and none of its writes is sent again: one of its past, when it has lived
   * elsewhere meanwhile and comes back here, would undo what it has committed since. What they said
   * may still be wanted: it goes out ahead of their ends, if the gateway still knows this runner.
   */
  #abandon(why: string): void {
    this.hosting.abandonAll(why);
    this.#kv.stop();
  }

  #onEvicted(reason: string): void {
    this.#end(`evicted: ${reason}`);
  }

  // What the actors say

  /** Told at the end of the turn, together with what else happens in it, until it is acked. */
  #event(actorId: ActorId, generation: number, event: ActorEvent): void {
    const wrapper = this.#events.push(
      actorId,
      generation,
      (checkpoint) => ({ checkpoint, event }),
    );
    if (event.kind === "stopped") this.#events.close(actorId);
    if (!this.#connection.isUp) return;
    if (this.#outgoingEvents.length === 0) this.#host.defer(this.#sendEvents);
    this.#outgoingEvents.push(wrapper);
  }

  readonly #sendEvents = (): void => {
    const events = this.#outgoingEvents;
    if (events.length === 0) return;
    this.#outgoingEvents = [];
    this.#connection.send({ kind: "events", events });
  };

  #scheduleAcks(): void {
    if (this.#acksScheduled) return;
    this.#acksScheduled = true;
    this.#host.defer(this.#sendAcks);
  }

  readonly #sendAcks = (): void => {
    this.#acksScheduled = false;
    const acknowledged = this.#commands.takeAcks();
    if (acknowledged !== undefined) this.#connection.send({ kind: "ackCommands", acknowledged });
  };

  // The end

  async #drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    this.#connection.drain();
    this.#connection.send({ kind: "stopping" });
    const deadline = Promise.withResolvers<void>();
    const timer = this.#host.after(deadlineMs, deadline.resolve);
    const ackMs = Math.min(this.#options.shutdownAckMs, deadlineMs / 4);
    const { runnerShutdown } = CLIENT_CLOSE;
    // The gateway starts elsewhere what it has given up: nobody here may outlive that.
    const stopMs = Math.min(Math.max(0, deadlineMs - ackMs) * 0.9, this.#context.stopTimeoutMs());
    const orderly = this.hosting.drain(runnerShutdown, stopMs)
      .then(() => this.#eventsAcked(ackMs));
    await Promise.race([orderly, deadline.promise]);
    await this.#goodbye(ackMs, deadline.promise);
    timer.cancel();
    this.#end("shut down");
  }

  async #leave(): Promise<void> {
    const gone = this.#goodbye(this.#options.shutdownAckMs);
    this.#end("shut down");
    await gone;
  }

  /** A process that ends now takes its close with it: the gateway would wait for it to come back. */
  async #goodbye(limitMs: number, deadline?: Promise<void>): Promise<void> {
    const limit = Promise.withResolvers<void>();
    const timer = this.#host.after(limitMs, limit.resolve);
    const closed = this.#connection.stop(TUNNEL_CLOSE.runnerShutdown);
    await Promise.race([closed, limit.promise, ...(deadline === undefined ? [] : [deadline])]);
    timer.cancel();
  }

  /**
   * Waits until the gateway has heard everything, for as long as `limitMs`: through a cut as well,
   * or the last answers would be lost to one that lasts a moment.
   */
  async #eventsAcked(limitMs: number): Promise<void> {
    const until = this.#host.now() + limitMs;
    const isAllHeard = () => this.#events.size === 0 && this.#context.outbox.kept === 0;
    while (!isAllHeard() && this.#host.now() < until) {
      await new Promise<void>((resolve) => this.#host.after(this.#options.linkPollMs, resolve));
    }
  }

  #end(why: string): void {
    this.#lostTimer?.cancel();
    this.#abandon(why);
    this.#context.outbox.drop();
    this.hosting.clear();
    this.#ready.reject(new Error(`The runner has ended: ${why}`));
    this.#ended.resolve();
  }
}
