import type { ActorDefinition } from "../actor/mod.ts";
import type { Host, Timer } from "../host/host.ts";
import {
  type ActorEvent,
  type ActorId,
  capabilities,
  CLIENT_CLOSE,
  CURRENT_VERSION,
  type EventWrapper,
  type ProtocolVersion,
  type RunnerId,
  type ToClient,
  TUNNEL_CLOSE,
} from "../protocol/mod.ts";
import type { Connect } from "../transport/link.ts";
import { ActorHost } from "./actor_host.ts";
import { CommandLog } from "./command_log.ts";
import { Connection, type ToClientInit } from "./connection.ts";
import type { RunnerContext } from "./context.ts";
import { EventLog } from "./event_log.ts";
import { KvClient } from "./kv_client.ts";
import type { RunnerObserver } from "./observer.ts";
import { checkRunnerOptions, RUNNER_DEFAULTS, type RunnerOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { RecentSet } from "./recent_set.ts";
import { RequestMap } from "./request_map.ts";
import type { RunnerSelfView } from "./view.ts";

export interface RunnerInit {
  /** Opens a link to the gateway; called for each attempt. */
  readonly connect: Connect;
  /** What this runner hosts, by the name that clients ask for. */
  readonly definitions: Readonly<Record<string, ActorDefinition>>;
  readonly host: Host;
  /** The name of the pool that actors choose their runner from. */
  readonly name: string;
  /** How many actors it takes at a time. */
  readonly totalSlots: number;
  /** The version of the program, for the gateway's information: a newer one is preferred. */
  readonly version?: number;
  readonly protocolVersion?: ProtocolVersion;
  /** Where the gateway is, for people. */
  readonly endpoint?: string;
  readonly observer?: RunnerObserver;
  readonly options?: Partial<RunnerOptions>;
}

/** Hosts actors for a gateway. */
export interface Runner {
  /** Connects, and stays connected until it is shut down or evicted. */
  start(): void;
  /** Resolves when the gateway has taken the runner in; rejects when it never will. */
  readonly ready: Promise<void>;
  /** Resolves when the runner has ended, whatever ended it. */
  readonly ended: Promise<void>;
  /**
   * Ends in good order: takes on nothing new, finishes requests, commits, lets hibernatable sockets
   * hibernate, closes the others with 1012, and leaves. Done by the deadline, whatever happens.
   *
   * @param options.deadlineMs The option `shutdownMs` when left out.
   */
  shutdown(options?: { readonly deadlineMs?: number }): Promise<void>;
  view(): RunnerSelfView;
}

export function createRunner(init: RunnerInit): Runner {
  return new TunnelRunner(init);
}

/** The runner's parts, and what each tells the others. */
class TunnelRunner implements Runner {
  readonly #init: RunnerInit;
  readonly #version: ProtocolVersion;
  readonly #host: Host;
  readonly #observer: RunnerObserver;
  readonly #options: RunnerOptions;
  readonly #connection: Connection;
  readonly #commands: CommandLog;
  readonly #events: EventLog;
  readonly #kv: KvClient;
  readonly #context: RunnerContext;
  readonly #actors: ActorHost;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #runnerId: RunnerId | null = null;
  #lostThresholdMs: number | undefined;
  #lostTimer: Timer | undefined;
  #outgoingEvents: EventWrapper[] = [];
  #acksScheduled = false;
  #draining = false;
  #shutdown: Promise<void> | undefined;

  constructor(init: RunnerInit) {
    this.#init = init;
    this.#version = init.protocolVersion ?? CURRENT_VERSION;
    this.#host = init.host;
    this.#observer = init.observer ?? {};
    this.#options = { ...RUNNER_DEFAULTS, ...init.options };
    checkRunnerOptions(this.#options);
    // Nobody need be listening.
    this.#ready.promise.catch(() => {});
    const host = this.#host;
    const observer = this.#observer;
    const options = this.#options;
    const atLimit = (name: keyof RunnerOptions) => (): void =>
      observer.limitReached?.(name, Number(options[name]));
    this.#connection = new Connection(
      { connect: init.connect, version: this.#version, host, observer, options },
      {
        init: () => this.#hello(),
        onInit: (welcome) => this.#onInit(welcome),
        onMessage: (message) => this.#onMessage(message),
        onCut: () => this.#onCut(),
        onEvicted: (reason) => this.#onEvicted(reason),
      },
    );
    const perActor = capabilities(this.#version).checkpointsPerActor;
    this.#commands = new CommandLog({ perActor });
    this.#events = new EventLog({
      limit: options.eventsUnacked,
      perActor,
      onLimit: atLimit("eventsUnacked"),
    });
    this.#kv = new KvClient({
      host,
      send: (message) => this.#connection.send(message),
      timeoutMs: options.kvTimeoutMs,
      limit: options.kvRequests,
      onLimit: atLimit("kvRequests"),
    });
    const recent = {
      host,
      keepMs: options.departedMs,
      limit: options.departedIds,
      onLimit: atLimit("departedIds"),
    };
    this.#context = {
      host,
      observer,
      options,
      definitions: new Map(Object.entries(init.definitions)),
      connection: this.#connection,
      outbox: new Outbox(this.#connection, options, observer),
      kv: this.#kv,
      sockets: new RequestMap(),
      requests: new RequestMap(),
      departedSockets: new RecentSet(recent),
      closedSockets: new RecentSet(recent),
      stopTimeoutMs: options.actorStopThresholdMs * options.stopShare,
      event: (actorId, generation, event) => this.#event(actorId, generation, event),
    };
    this.#actors = new ActorHost(this.#context, this.#commands);
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

  shutdown(options: { readonly deadlineMs?: number } = {}): Promise<void> {
    return this.#shutdown ??= this.#drain(options.deadlineMs ?? this.#options.shutdownMs);
  }

  view(): RunnerSelfView {
    return {
      state: this.#connection.state,
      runnerId: this.#runnerId,
      protocolVersion: this.#version,
      endpoint: this.#init.endpoint ?? "",
      reconnects: this.#connection.reconnects,
      eventsUnacked: this.#events.size,
      actors: this.#actors.view(),
      sockets: [...this.#context.sockets.values()].map((socket) => socket.view()),
    };
  }

  // What the connection says

  #hello(): Parameters<Connection["send"]>[0] {
    const { name, totalSlots, version, definitions } = this.#init;
    return {
      kind: "init",
      name,
      version: version ?? 1,
      totalSlots,
      ...(!capabilities(this.#version).checkpointsPerActor
        ? { lastCommandIndex: this.#commands.lastIndex }
        : {}),
      prepopulateActorNames: new Map(Object.keys(definitions).map((actor) => [actor, "{}"])),
      metadata: null,
    };
  }

  #onInit(welcome: ToClientInit): void {
    this.#lostTimer?.cancel();
    this.#lostThresholdMs = Number(welcome.runnerLostThreshold);
    const { actorStopThreshold } = welcome;
    if (actorStopThreshold !== null) {
      Object.assign(this.#context, {
        stopTimeoutMs: Number(actorStopThreshold) * this.#options.stopShare,
      });
    }
    if (this.#runnerId !== null && this.#runnerId !== welcome.runnerId) this.#becameAnother();
    this.#runnerId = welcome.runnerId;
    this.#observer.registered?.(welcome.runnerId);
    if (this.#draining) this.#connection.send({ kind: "stopping" });
    // Before the events: what an actor said goes out ahead of the word that it has stopped, or the
    // gateway would take it for something that its next life says.
    this.#context.outbox.flush();
    this.#outgoingEvents = [];
    const events = this.#events.all();
    if (events.length > 0) this.#connection.send({ kind: "events", events });
    this.#kv.resend();
    this.#context.closedSockets.clear();
    this.#ready.resolve();
  }

  #onMessage(message: ToClient): void {
    switch (message.kind) {
      case "tunnel":
        return this.#actors.tunnel(message);
      case "commands":
        for (const command of message.commands) this.#actors.command(command);
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

  #onCut(): void {
    this.#actors.tunnelCut();
    if (this.#lostThresholdMs === undefined) return;
    const away = this.#lostThresholdMs * this.#options.lostShare;
    this.#lostTimer = this.#host.after(away, () => {
      this.#abandon(`The tunnel was lost for ${away} ms`);
    });
  }

  /** The gateway knows us as another runner: it has moved the actors that it knew us with. */
  #becameAnother(): void {
    this.#abandon("The gateway has given this runner's actors up");
    this.#actors.clear();
    this.#commands.clear();
    this.#events.clear();
  }

  /**
   * Every actor leaves, and nothing that it had under way is sent again: a write of its past, when
   * it has lived elsewhere meanwhile and comes back here, would undo what it has committed since.
   */
  #abandon(why: string): void {
    this.#actors.abandonAll(why);
    this.#context.outbox.drop();
    this.#kv.stop();
  }

  #onEvicted(reason: string): void {
    this.#end(`evicted: ${reason}`);
  }

  // What the actors say

  /** Told at the end of the turn, together with what else happens in it, until it is acked. */
  #event(actorId: ActorId, generation: number, event: ActorEvent): void {
    const wrapper = this.#events.push(actorId, generation, event);
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
    const orderly = this.#actors.drain(runnerShutdown, Math.max(0, deadlineMs - ackMs) * 0.9)
      .then(() => this.#eventsAcked(ackMs));
    await Promise.race([orderly, deadline.promise]);
    // A process that ends now takes its close with it: the gateway would wait for it to come back.
    const goodbye = this.#host.after(ackMs, deadline.resolve);
    await Promise.race([this.#connection.stop(TUNNEL_CLOSE.runnerShutdown), deadline.promise]);
    goodbye.cancel();
    timer.cancel();
    this.#end("shut down");
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
    this.#actors.clear();
    this.#context.departedSockets.clear();
    this.#context.closedSockets.clear();
    this.#ready.reject(new Error(`The runner has ended: ${why}`));
    this.#ended.resolve();
  }
}
