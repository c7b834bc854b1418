import {
  type ActorCheckpoint,
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  type CommandWrapper,
  type KvRequest,
  type KvResponse,
  type ToClientTunnelMessage,
} from "../protocol/mod.ts";
import type { CommandLog } from "../runner/command_log.ts";
import type { ToClientInit } from "../runner/connection.ts";
import type { RunnerContext } from "../runner/context.ts";
import type { Hosting } from "../runner/hosting.ts";
import { Strangers } from "../runner/strangers.ts";
import { NextLives, type Start } from "../runner/next_lives.ts";
import { RecentSet } from "../runner/recent_set.ts";
import { RequestMap } from "../runner/request_map.ts";
import type { LinkEnd } from "../transport/link.ts";
import type { CallbackContext } from "./context.ts";
import { HostedActor } from "./hosted_actor.ts";
import type { HostedSocket } from "./hosted_socket.ts";
import type { Runner } from "./runner.ts";
import type { RunnerActor } from "./runner_actor.ts";
import { RunnerShutdownError } from "./shutdown_error.ts";

/** A draining gateway is given so long to stop each actor, before they are stopped from here. */
const DRAIN_COMMANDS_MS = 5_000;

/** Hosts actors that are made of the callbacks of a {@link RunnerConfig}. */
export class CallbackHost implements Hosting {
  /** What the user sees of the actors here. */
  readonly views = new Map<string, RunnerActor>();
  readonly sockets = new RequestMap<HostedSocket>();
  readonly #context: CallbackContext;
  readonly #commands: CommandLog;
  readonly #actors = new Map<ActorId, HostedActor>();
  /** Actors that were given up and are still being put away: their next life waits for it. */
  readonly #leaving = new Map<ActorId, Promise<void>>();
  /** What begins when an actor's last life has ended. */
  readonly #next = new NextLives();
  /** Requests and sockets that came for an actor, or are kept for it, before it runs. */
  readonly #waiting = new RequestMap<HostedActor>();
  readonly #early = new Map<HostedActor, ToClientTunnelMessage[]>();
  /** Actors that have just left: a frame for one of them belongs to its next life. */
  readonly #departed: RecentSet<ActorId>;
  readonly #strangers: Strangers;
  #isDraining = false;
  #onEmpty: (() => void) | undefined;

  constructor(context: RunnerContext, commands: CommandLog, runner: Runner) {
    this.#commands = commands;
    const { host, options, observer } = context;
    const recent = {
      host,
      keepMs: options.departedMs,
      limit: options.departedIds,
      onLimit: () => observer.limitReached?.("departedIds", options.departedIds),
    };
    this.#context = {
      ...context,
      runner,
      sockets: this.sockets,
      departedSockets: new RecentSet(recent),
      closedSockets: new RecentSet(recent),
    };
    this.#strangers = new Strangers(this.#context);
    this.#departed = new RecentSet<ActorId>({
      ...recent,
      onForgotten: (actorId) => commands.forget(actorId),
    });
  }

  actor(actorId: string, generation?: number): HostedActor | undefined {
    const actor = this.#actors.get(actorId as ActorId);
    return generation === undefined || actor?.generation === generation ? actor : undefined;
  }

  /** Whether messages go through to the gateway now. */
  get isUp(): boolean {
    return this.#context.connection.isUp;
  }

  /** An actor that was given up writes no more: it could be taken for its next life. */
  callKv(actorId: ActorId, request: KvRequest): Promise<KvResponse> {
    if (this.#leaving.has(actorId)) return Promise.reject(new RunnerShutdownError());
    return this.#context.kv.call(actorId, request);
  }

  async forceStop(actor: HostedActor): Promise<void> {
    await actor.stop("force", CLIENT_CLOSE.actorStopped, this.#context.stopTimeoutMs());
  }

  // What the tunnel says

  connected(welcome: ToClientInit): void {
    this.#context.closedSockets.clear();
    this.#context.runner.connected(welcome);
  }

  linkEnded(end: LinkEnd): void {
    this.#context.runner.linkEnded(end);
  }

  command({ checkpoint, command }: CommandWrapper): void {
    if (!this.#commands.accept(checkpoint)) return;
    if (command.kind === "start") this.#begin({ checkpoint, command });
    else this.#end(checkpoint);
  }

  tunnel(message: ToClientTunnelMessage): void {
    const { messageId, body } = message;
    const { gatewayId, requestId } = messageId;
    const waiting = this.#waiting.get(gatewayId, requestId);
    if (waiting !== undefined) return this.#keepEarly(waiting, message);
    switch (body.kind) {
      case "webSocketMessage":
      case "webSocketClose": {
        const socket = this.sockets.get(gatewayId, requestId);
        if (socket !== undefined) return socket.frame(messageId.messageIndex, body);
        return this.#strangers.socket(message);
      }
      case "webSocketOpen": {
        const actor = this.#actors.get(body.actorId);
        if (actor?.isStarting) return this.#keepEarly(actor, message);
        if (actor !== undefined) return actor.open(messageId, body);
        if (this.#departed.has(body.actorId)) return;
        return this.#strangers.refuse(message, body.actorId);
      }
      case "requestStart": {
        this.#context.requests.get(gatewayId, requestId)?.abort("The request came again");
        const actor = this.#actors.get(body.actorId);
        if (actor?.isStarting) return this.#keepEarly(actor, message);
        if (actor !== undefined) return actor.request(messageId, body);
        if (this.#departed.has(body.actorId)) return;
        return this.#strangers.refuse(message, body.actorId);
      }
      case "requestChunk":
        return this.#context.requests.get(gatewayId, requestId)?.chunk(body.body, body.finish);
      case "requestAbort":
        return this.#context.requests.get(gatewayId, requestId)?.abort("The client went away");
      case "tunnelAck":
        return;
    }
  }

  tunnelCut(): void {
    for (const actor of [...this.#actors.values()]) actor.tunnelCut();
  }

  abandonAll(why: string): void {
    this.#next.clear();
    for (const actor of [...this.#actors.values()]) {
      const { actorId } = actor;
      const away = actor.abandon(why).then(() => void this.#leaving.delete(actorId));
      this.#leaving.set(actorId, away);
    }
  }

  /**
   * The gateway is asked to stop each actor: a word of one that it has not heard of would look like
   * the actor's own wish. What it does not stop in time is stopped from here.
   */
  async drain(close: Close, timeoutMs: number): Promise<void> {
    this.#isDraining = true;
    if (this.#actors.size === 0) return;
    const patience = Math.min(timeoutMs / 2, DRAIN_COMMANDS_MS);
    const timer = this.#context.host.after(patience, () => {
      for (const actor of [...this.#actors.values()]) {
        void actor.stop("drain", close, timeoutMs - patience);
      }
    });
    await new Promise<void>((resolve) => this.#onEmpty = resolve);
    timer.cancel();
  }

  clear(): void {
    this.#departed.clear();
    this.#waiting.clear();
    this.#early.clear();
    this.#context.departedSockets.clear();
    this.#context.closedSockets.clear();
  }

  #begin(start: Start): void {
    const { actorId, generation } = start.checkpoint;
    const running = this.#actors.get(actorId);
    if (running !== undefined && running.generation >= generation) return;
    // The gateway has given an earlier life up: its end is waited for, its state may be newer.
    const before = running === undefined ? this.#leaving.get(actorId) : this.#stop(running);
    if (before === undefined) return this.#start(start);
    this.#next.after(before, start, (next) => this.#begin(next));
  }

  #end(checkpoint: ActorCheckpoint): void {
    const { actorId, generation } = checkpoint;
    const running = this.#actors.get(actorId);
    if (running?.generation === generation) return void this.#stop(running);
    // One that waits for its last life's end never begins.
    if (!this.#next.cancel(checkpoint)) return;
    this.#departed.add(actorId);
    this.#context.event(actorId, generation, { kind: "stopped", code: "ok", message: null });
  }

  #start({ checkpoint: { actorId, generation }, command }: Start): void {
    const { config, hibernatingRequests } = command;
    if (this.#isDraining) {
      this.#departed.add(actorId);
      const message = "The runner is shutting down";
      return this.#context.event(actorId, generation, { kind: "stopped", code: "error", message });
    }
    this.#departed.delete(actorId);
    const actor = new HostedActor(this.#context, {
      actorId,
      generation,
      config,
      hibernating: hibernatingRequests,
      onRunning: (running) => this.#letIn(running),
      onGone: (gone) => this.#gone(gone),
    });
    this.#actors.set(actorId, actor);
    this.views.set(actorId, actor.view);
    for (const { gatewayId, requestId } of hibernatingRequests) {
      this.#waiting.set(gatewayId, requestId, actor);
    }
    void actor.start();
  }

  #stop(actor: HostedActor): Promise<void> {
    const close = this.#isDraining ? CLIENT_CLOSE.runnerShutdown : CLIENT_CLOSE.actorStopped;
    const cause = this.#isDraining ? "drain" : "command";
    return actor.stop(cause, close, this.#context.stopTimeoutMs());
  }

  #gone(actor: HostedActor): void {
    this.#forgetWaiting(actor);
    if (this.#actors.get(actor.actorId) === actor) {
      this.#actors.delete(actor.actorId);
      this.views.delete(actor.actorId);
    }
    this.#departed.add(actor.actorId);
    if (this.#actors.size === 0) this.#onEmpty?.();
  }

  // Before an actor runs

  #keepEarly(actor: HostedActor, message: ToClientTunnelMessage): void {
    const { gatewayId, requestId } = message.messageId;
    this.#waiting.set(gatewayId, requestId, actor);
    const early = this.#early.get(actor);
    if (early === undefined) return void this.#early.set(actor, [message]);
    const { options, observer } = this.#context;
    if (early.length < options.mailboxMessages) early.push(message);
    else observer.limitReached?.("mailboxMessages", options.mailboxMessages);
  }

  #letIn(actor: HostedActor): void {
    for (const message of this.#forgetWaiting(actor)) this.tunnel(message);
  }

  #forgetWaiting(actor: HostedActor): ToClientTunnelMessage[] {
    const early = this.#early.get(actor) ?? [];
    this.#early.delete(actor);
    for (const { gatewayId, requestId } of actor.hibernating) {
      this.#waiting.delete(gatewayId, requestId, actor);
    }
    for (const { messageId: { gatewayId, requestId } } of early) {
      this.#waiting.delete(gatewayId, requestId, actor);
    }
    return early;
  }
}
