import { checkDefinition } from "../actor/check_definition.ts";
import type { ActorDefinition } from "../actor/mod.ts";
import type { Host } from "../host/host.ts";
import { randomHex } from "../host/random_hex.ts";
import {
  type ActorId,
  type Close,
  CURRENT_VERSION,
  type FrameTracer,
  type GatewayId,
  type ProtocolVersion,
  type RequestId,
} from "../protocol/mod.ts";
import type { Connect } from "../transport/link.ts";
import { ActorHost } from "./actor_host.ts";
import type { RunnerObserver } from "./observer.ts";
import { RUNNER_DEFAULTS, type RunnerOptions } from "./options.ts";
import { TunnelClient } from "./tunnel_client.ts";
import type {
  ActorHostLook,
  ActorHostView,
  CommittedState,
  HibernateOutcome,
  HibernatePlan,
  RunnerSelfView,
  RunnerSummary,
  TunnelSocketLook,
  TunnelSocketView,
} from "./view.ts";

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
  summary(): RunnerSummary;
  /** Tells of every frame of its tunnel from now on; `undefined` for of none. */
  trace(tracer: FrameTracer | undefined): void;
  /** The actors and sockets of the {@link view}, which may be many: their own views are not made yet. */
  actorLooks(): Iterable<ActorHostLook>;
  socketLooks(actorId?: ActorId): Iterable<TunnelSocketLook>;
  /** `undefined` when it is not awake here. */
  actorView(actorId: ActorId): ActorHostView | undefined;
  /** Its state as it was last made durable; `undefined` when it does not run here. */
  actorState(actorId: ActorId): CommittedState | undefined;
  /** `undefined` when it is not here. */
  socketView(gatewayId: GatewayId, requestId: RequestId): TunnelSocketView | undefined;
  /** What {@link hibernate} would do now; `undefined` when the actor is not awake here. */
  planHibernate(actorId: ActorId): HibernatePlan | undefined;
  /**
   * Asks the gateway to let the actor sleep, and says what came of it; `undefined` when it is not
   * awake here. What waits for it at the gateway wakes it again, here or elsewhere.
   */
  hibernate(actorId: ActorId): Promise<HibernateOutcome | undefined>;
  /** Closes a client's socket as its actor's author would. Returns whether it was open here. */
  closeSocket(gatewayId: GatewayId, requestId: RequestId, close: Close): boolean;
}

/** Throws an `ActorError` `actor.definition_invalid`, or a `RangeError` for an option. */
export function createRunner(init: RunnerInit): Runner {
  const { connect, host, name, totalSlots, definitions, observer = {} } = init;
  for (const definition of Object.values(definitions)) checkDefinition(definition);
  const client = new TunnelClient(
    {
      connect,
      host,
      observer,
      version: init.protocolVersion ?? CURRENT_VERSION,
      options: { ...RUNNER_DEFAULTS, ...init.options },
      hello: {
        name,
        totalSlots,
        version: init.version ?? 1,
        prepopulateActorNames: new Map(Object.keys(definitions).map((actor) => [actor, "{}"])),
        // A process that takes another's place under its key has none of its actors.
        metadata: JSON.stringify({ process: randomHex(host, 8) }),
      },
    },
    (context, commands) => new ActorHost(context, commands, new Map(Object.entries(definitions))),
  );
  const { hosting } = client;
  const summary = (): RunnerSummary => ({
    ...client.view(),
    ...hosting.summary(),
    endpoint: init.endpoint ?? "",
  });
  return {
    start: () => client.start(),
    ready: client.ready,
    ended: client.ended,
    shutdown: ({ deadlineMs } = {}) => client.shutdown(deadlineMs),
    view: () => ({
      ...summary(),
      actors: [...hosting.actorLooks()].map((actor) => actor.view()),
      sockets: [...hosting.socketLooks()].map((socket) => socket.view()),
    }),
    summary,
    trace: (tracer) => client.trace(tracer),
    actorLooks: () => hosting.actorLooks(),
    socketLooks: (actorId) => hosting.socketLooks(actorId),
    actorView: (actorId) => hosting.actorView(actorId),
    actorState: (actorId) => hosting.actorState(actorId),
    socketView: (gatewayId, requestId) => hosting.socketView(gatewayId, requestId),
    planHibernate: (actorId) => hosting.planHibernate(actorId),
    hibernate: (actorId) => hosting.hibernate(actorId),
    closeSocket: (gatewayId, requestId, close) => hosting.closeSocket(gatewayId, requestId, close),
  };
}
