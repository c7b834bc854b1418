import type { ClientLink, ClientRequest } from "../gateway/client_link.ts";
import type { GatewayOptions } from "../gateway/options.ts";
import type { KvStore } from "../gateway/gateway_store.ts";
import type {
  ActorDetail,
  ActorLook,
  CloseOutcome,
  ClosePlan,
  GatewaySummary,
  HibernateOutcome,
  HibernatePlan,
  HibernationSummary,
  ReplayPlan,
  RequestView,
  RunnerDetail,
  SleeperLook,
  SocketLook,
  SocketView,
  TrafficView,
} from "../gateway/view.ts";
import type {
  ActorHostLook,
  ActorHostView,
  CommittedState,
  HibernateOutcome as RunnerOutcome,
  HibernatePlan as RunnerPlan,
  RunnerSummary,
  TunnelSocketLook,
  TunnelSocketView,
} from "../runner/view.ts";
import type {
  ActorId,
  Close,
  FrameTracer,
  GatewayId,
  RequestId,
  RunnerId,
} from "../protocol/mod.ts";

/** What the dashboard looks at and acts on: the parts of gateway and runner that it needs. */
export interface InspectSource {
  readonly gateway?: GatewaySource;
  readonly runner?: RunnerSource;
}

export interface GatewaySource {
  summary(): GatewaySummary;
  runnerDetails(): RunnerDetail[];
  /** Tells of every frame of every tunnel from now on; `undefined` for of none. */
  trace(tracer: FrameTracer | undefined): void;
  /** What went through each runner since the start, and what went elsewhere. */
  traffic(): TrafficView[];
  hibernation(): HibernationSummary;
  /** Sleepers that are in memory, in any order. */
  sleeperLooks(): Iterable<SleeperLook>;
  /** In any order: those that something goes on with, and that were awake not long ago. */
  actorLooks(): Iterable<ActorLook>;
  /** Oldest first: all, or those of one actor. */
  socketLooks(actorId?: ActorId): Iterable<SocketLook>;
  /** `undefined` when no socket has that id. */
  socketView(requestId: RequestId): SocketView | undefined;
  readonly options: Pick<
    GatewayOptions,
    "ackTimeoutMs" | "pendingMessages" | "pendingBytes" | "hibernationKeepAliveMs"
  >;
  /** HTTP requests that have not ended: all, or those of one actor. */
  requestLooks(actorId?: ActorId): Iterable<{ view(): RequestView }>;
  /** Awake or not, and without waking it. Rejects when there never was such an actor. */
  actorDetail(actorId: ActorId): Promise<ActorDetail>;
  /** What actors keep, to be read. */
  readonly store: { readonly kv: Pick<KvStore, "get" | "sizes"> };
  /** What {@link hibernate} would do now. Throws when no such actor is known. */
  planHibernate(actorId: ActorId): Promise<HibernatePlan>;
  /** With `drain`, an actor that is to stay up goes on elsewhere. */
  hibernate(actorId: ActorId, cause?: "person" | "drain"): Promise<HibernateOutcome>;
  /** Wants the actor awake; returns before it is. Throws when no such actor is known. */
  wake(actorId: ActorId): Promise<void>;
  /** What {@link closeSocket} would do now. Throws when no such socket is known. */
  planClose(requestId: RequestId): ClosePlan;
  closeSocket(requestId: RequestId, close: Close): CloseOutcome;
  /** What {@link replay} would do now. Throws when it cannot be done. */
  planReplay(requestId: RequestId, data: string | Uint8Array): ReplayPlan;
  /** Says something to a socket's actor as its client would. Throws when that cannot be done. */
  replay(requestId: RequestId, data: string | Uint8Array): ReplayPlan;
  /** Sends a request as a client would, and drops the answer. Gives the id that it has at first. */
  replayRequest(
    actorId: ActorId,
    request: ClientRequest,
    body: Uint8Array | null,
  ): Promise<RequestId>;
  /** Who a runner's tunnels say it is. Throws when no such runner is known. */
  runnerKey(runnerId: RunnerId): string;
  /** Where what goes to a client is put. Throws when no such client is here. */
  clientLink(requestId: RequestId): ClientLink;
  /** The actors that are on a runner. Throws when no such runner is known. */
  actorsOf(runnerId: RunnerId): ActorId[];
  /** Whether new actors may be put on a runner. Throws when no such runner is known. */
  takesActors(runnerId: RunnerId, takes: boolean): void;
}

export interface RunnerSource {
  summary(): RunnerSummary;
  /** Tells of every frame of its tunnel from now on; `undefined` for of none. */
  trace(tracer: FrameTracer | undefined): void;
  /** In any order, as the sockets. */
  actorLooks(): Iterable<ActorHostLook>;
  socketLooks(actorId?: ActorId): Iterable<TunnelSocketLook>;
  /** `undefined` when the actor is not awake there. */
  actorView(actorId: ActorId): ActorHostView | undefined;
  /** Its state as it was last made durable; `undefined` when the actor does not run there. */
  actorState(actorId: ActorId): CommittedState | undefined;
  /** `undefined` when the socket is not there. */
  socketView(gatewayId: GatewayId, requestId: RequestId): TunnelSocketView | undefined;
  /** `undefined` when the actor is not awake there. */
  planHibernate(actorId: ActorId): RunnerPlan | undefined;
  hibernate(actorId: ActorId): Promise<RunnerOutcome | undefined>;
  /** Returns whether it was open there. */
  closeSocket(gatewayId: GatewayId, requestId: RequestId, close: Close): boolean;
}
