import { GatewayError } from "../gateway/errors.ts";
import type { GatewayOptions } from "../gateway/options.ts";
import type { KvStore } from "../gateway/gateway_store.ts";
import type {
  ActorDetail,
  ActorLook,
  GatewaySummary,
  HibernateOutcome,
  HibernatePlan,
  RequestView,
  SocketLook,
  SocketView,
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
import type { ActorId, GatewayId, RequestId } from "../protocol/mod.ts";

/** What the dashboard looks at and acts on: the parts of gateway and runner that it needs. */
export interface InspectSource {
  readonly gateway?: GatewaySource;
  readonly runner?: RunnerSource;
}

export interface GatewaySource {
  summary(): GatewaySummary;
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
  hibernate(actorId: ActorId): Promise<HibernateOutcome>;
  /** Wants the actor awake; returns before it is. Throws when no such actor is known. */
  wake(actorId: ActorId): Promise<void>;
}

export interface RunnerSource {
  summary(): RunnerSummary;
  /** In any order, as the sockets. */
  actorLooks(): Iterable<ActorHostLook>;
  socketLooks(actorId?: ActorId): Iterable<TunnelSocketLook>;
  /** `undefined` when the actor is not awake there. */
  actorView(actorId: ActorId): ActorHostView | undefined;
  /** Its state as it was last made durable; `undefined` when the actor is not awake there. */
  actorState(actorId: ActorId): CommittedState | undefined;
  /** `undefined` when the socket is not there. */
  socketView(gatewayId: GatewayId, requestId: RequestId): TunnelSocketView | undefined;
  /** `undefined` when the actor is not awake there. */
  planHibernate(actorId: ActorId): RunnerPlan | undefined;
  hibernate(actorId: ActorId): Promise<RunnerOutcome | undefined>;
}

/** What a person can do to actors. Rejects with a {@link GatewayError} that says why not. */
export type ActorControl = Pick<GatewaySource, "planHibernate" | "hibernate" | "wake">;

/** Through the gateway where there is one; else the runner does what it can for its own actors. */
export function actorControl({ gateway, runner }: InspectSource): ActorControl {
  if (gateway !== undefined) return gateway;
  const where = runner === undefined
    ? "the gateway"
    : `the gateway at ${runner.summary().endpoint}`;
  const here = <T>(actorId: ActorId, value: T | undefined): T => {
    if (value !== undefined) return value;
    throw new GatewayError(
      409,
      "dashboard",
      "not_awake_here",
      `Actor ${actorId} is not awake on this runner: whether it sleeps or is on another one, ` +
        `only ${where} knows`,
    );
  };
  return {
    // deno-lint-ignore require-await
    planHibernate: async (actorId) => here(actorId, runner?.planHibernate(actorId)),
    hibernate: async (actorId) => here(actorId, await runner?.hibernate(actorId)),
    wake: () =>
      Promise.reject(
        new GatewayError(
          409,
          "dashboard",
          "no_gateway",
          `A runner cannot wake an actor. Only ${where} can: a message or a request wakes it`,
        ),
      ),
  };
}
