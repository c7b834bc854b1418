import type { ActorDefinition } from "../actor/mod.ts";
import {
  type ActorCheckpoint,
  type ActorId,
  CLIENT_CLOSE,
  type Close,
  type CommandWrapper,
  type GatewayId,
  type RequestId,
  type ToClientTunnelMessage,
} from "../protocol/mod.ts";
import { ActorInstance } from "./actor_instance.ts";
import type { CommandLog } from "./command_log.ts";
import type { ActorHostContext, RunnerContext } from "./context.ts";
import type { Hosting } from "./hosting.ts";
import { NextLives, type Start } from "./next_lives.ts";
import { RecentSet } from "./recent_set.ts";
import { RequestMap } from "./request_map.ts";
import { Strangers } from "./strangers.ts";
import type {
  ActorHostLook,
  ActorHostView,
  CommittedState,
  HibernateOutcome,
  HibernatePlan,
  HostedSummary,
  TunnelSocketLook,
  TunnelSocketView,
} from "./view.ts";

/** Every actor on this runner: starts and stops them, and brings each frame to its actor. */
export class ActorHost implements Hosting {
  readonly #context: ActorHostContext;
  readonly #commands: CommandLog;
  readonly #actors = new Map<ActorId, ActorInstance>();
  /** What begins when an actor's last life has ended. */
  readonly #next = new NextLives();
  /** Sockets of starting actors, until they are restored. */
  readonly #restoring = new RequestMap<ActorInstance>();
  /** Actors that have just left: a frame for one of them belongs to its next life. */
  readonly #departed: RecentSet<ActorId>;
  readonly #strangers: Strangers;
  #isClosed = false;

  constructor(
    context: RunnerContext,
    commands: CommandLog,
    definitions: ReadonlyMap<string, ActorDefinition>,
  ) {
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
      definitions,
      sockets: new RequestMap(),
      departedSockets: new RecentSet(recent),
      closedSockets: new RecentSet(recent),
    };
    this.#strangers = new Strangers(this.#context);
    this.#departed = new RecentSet<ActorId>({
      ...recent,
      onForgotten: (actorId) => commands.forget(actorId),
    });
  }

  get size(): number {
    return this.#actors.size;
  }

  connected(): void {
    this.#context.closedSockets.clear();
  }

  command({ checkpoint, command }: CommandWrapper): void {
    if (!this.#commands.accept(checkpoint)) return;
    if (command.kind === "start") this.#begin({ checkpoint, command });
    else this.#end(checkpoint);
  }

  /** A frame about a request or socket. */
  tunnel(message: ToClientTunnelMessage): void {
    const { messageId, body } = message;
    const { gatewayId, requestId } = messageId;
    switch (body.kind) {
      case "webSocketMessage":
      case "webSocketClose": {
        const socket = this.#context.sockets.get(gatewayId, requestId);
        if (socket !== undefined) return socket.frame(messageId, body);
        const restoring = this.#restoring.get(gatewayId, requestId);
        if (restoring !== undefined) return restoring.early(message);
        return this.#strangers.socket(message);
      }
      case "webSocketOpen": {
        const actor = this.#actors.get(body.actorId);
        if (actor !== undefined) return actor.open(messageId, body);
        if (this.#departed.has(body.actorId)) return;
        return this.#strangers.refuse(message, body.actorId);
      }
      case "requestStart": {
        this.#context.requests.get(gatewayId, requestId)?.abort("The request came again");
        const actor = this.#actors.get(body.actorId);
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

  /** The tunnel is cut. */
  tunnelCut(): void {
    for (const actor of [...this.#actors.values()]) actor.tunnelCut();
  }

  /** The gateway gives every actor here up: they leave without a commit. */
  abandonAll(why: string): void {
    this.#next.clear();
    for (const actor of [...this.#actors.values()]) actor.abandon(why);
  }

  /** Stops every actor in good order and starts no other. Resolves when all have left. */
  async drain(close: Close, timeoutMs: number): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#actors.values()].map((actor) => {
      actor.intend("sleep");
      return actor.stop(close, timeoutMs);
    }));
  }

  /** Forgets what has departed. */
  clear(): void {
    this.#departed.clear();
    this.#restoring.clear();
    this.#context.departedSockets.clear();
    this.#context.closedSockets.clear();
  }

  /** What {@link hibernate} would do; `undefined` when the actor is not here. */
  planHibernate(actorId: ActorId): HibernatePlan | undefined {
    return this.#actors.get(actorId)?.plan();
  }

  /** Lets an actor sleep and says what came of it; `undefined` when it is not here. */
  async hibernate(actorId: ActorId): Promise<HibernateOutcome | undefined> {
    const actor = this.#actors.get(actorId);
    if (actor === undefined) return undefined;
    const { host, options: { hibernateTimeoutMs } } = this.#context;
    const plan = actor.plan();
    const startedAt = host.now();
    const late = Promise.withResolvers<null>();
    const timer = host.after(hibernateTimeoutMs, () => late.resolve(null));
    const departure = await Promise.race([actor.hibernate(), late.promise]);
    timer.cancel();
    const tookMs = host.now() - startedAt;
    if (departure === null) {
      const detail = `It has not left within ${hibernateTimeoutMs} ms: the gateway must allow it`;
      return { ...plan, result: "failed", tookMs, detail };
    }
    const { why, left } = departure;
    if (left === null) return { ...plan, result: "failed", tookMs, detail: why };
    const { kept: socketsKept, closed: socketsClosed } = left;
    const detail = "It left this runner's memory";
    return { ...plan, socketsKept, socketsClosed, result: "asleep", tookMs, detail };
  }

  /** What the actors are together. */
  summary(): HostedSummary {
    let requestsInFlight = 0;
    let unhandledMessages = 0;
    let heldMessages = 0;
    for (const actor of this.#actors.values()) {
      requestsInFlight += actor.requestsInFlight;
      unhandledMessages += actor.mailbox.length;
      heldMessages += actor.outputs.heldMessages;
    }
    return {
      actorsAwake: this.#actors.size,
      socketsOpen: this.#context.sockets.size,
      requestsInFlight,
      unhandledMessages,
      heldMessages,
    };
  }

  actorLooks(): Iterable<ActorHostLook> {
    return this.#actors.values();
  }

  /** All, or those of one actor. */
  socketLooks(actorId?: ActorId): Iterable<TunnelSocketLook> {
    if (actorId === undefined) return this.#context.sockets.values();
    return this.#actors.get(actorId)?.sockets ?? [];
  }

  actorView(actorId: ActorId): ActorHostView | undefined {
    return this.#actors.get(actorId)?.view();
  }

  /** `undefined` when it is not here, or not loaded. */
  actorState(actorId: ActorId): CommittedState | undefined {
    return this.#actors.get(actorId)?.committedState();
  }

  socketView(gatewayId: GatewayId, requestId: RequestId): TunnelSocketView | undefined {
    return this.#context.sockets.get(gatewayId, requestId)?.view();
  }

  /** Closes a socket as its actor's author would. Returns whether it was open here. */
  closeSocket(gatewayId: GatewayId, requestId: RequestId, { code, reason }: Close): boolean {
    const socket = this.#context.sockets.get(gatewayId, requestId);
    if (socket === undefined || !socket.isOpen) return false;
    socket.close(code, reason);
    return true;
  }

  #begin(start: Start): void {
    const { actorId, generation } = start.checkpoint;
    const running = this.#actors.get(actorId);
    if (running === undefined) return this.#start(start);
    if (running.generation >= generation) return;
    // The gateway has given that generation up: its end is waited for, its state may be newer.
    this.#next.after(this.#stop(running), start, (next) => this.#start(next));
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
    const definition = this.#context.definitions.get(config.name);
    const refusal = this.#isClosed
      ? "The runner is shutting down"
      : definition === undefined
      ? `No such actor definition: ${config.name}`
      : undefined;
    if (refusal !== undefined || definition === undefined) {
      this.#departed.add(actorId);
      const event = { kind: "stopped", code: "error", message: refusal ?? null } as const;
      return this.#context.event(actorId, generation, event);
    }
    this.#departed.delete(actorId);
    const actor = new ActorInstance(this.#context, {
      actorId,
      generation,
      config,
      definition,
      hibernating: hibernatingRequests,
      onGone: (instance) => this.#gone(instance),
    });
    this.#actors.set(actorId, actor);
    for (const { gatewayId, requestId } of hibernatingRequests) {
      this.#restoring.set(gatewayId, requestId, actor);
    }
    void actor.start().then(() => {
      for (const { gatewayId, requestId } of hibernatingRequests) {
        this.#restoring.delete(gatewayId, requestId, actor);
      }
    });
  }

  #stop(actor: ActorInstance): Promise<void> {
    return actor.stop(CLIENT_CLOSE.actorStopped, this.#context.stopTimeoutMs());
  }

  #gone(actor: ActorInstance): void {
    if (this.#actors.get(actor.actorId) === actor) this.#actors.delete(actor.actorId);
    this.#departed.add(actor.actorId);
  }
}
