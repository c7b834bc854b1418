import { GatewayError } from "../gateway/errors.ts";
import type { ActorView, GatewayView, HibernateOutcome, HibernatePlan } from "../gateway/view.ts";
import type { RunnerSelfView } from "../runner/view.ts";
import type { ActorId } from "../protocol/mod.ts";

/** What the dashboard looks at and acts on: the parts of gateway and runner that it needs. */
export interface InspectSource {
  readonly gateway?: GatewaySource;
  readonly runner?: { view(): RunnerSelfView };
}

export interface GatewaySource {
  view(): GatewayView;
  /** Sleepers without sockets that were awake not long ago: what `view` leaves out. */
  recentActors(): readonly ActorView[];
  /** What {@link hibernate} would do now. Throws when no such actor is known. */
  planHibernate(actorId: ActorId): Promise<HibernatePlan>;
  hibernate(actorId: ActorId): Promise<HibernateOutcome>;
  /** Wants the actor awake; returns before it is. Throws when no such actor is known. */
  wake(actorId: ActorId): Promise<void>;
}

/** The gateway to act on. Throws a {@link GatewayError} where this process has none. */
export function gatewayOf({ gateway }: InspectSource): GatewaySource {
  if (gateway !== undefined) return gateway;
  throw new GatewayError(
    409,
    "dashboard",
    "no_gateway",
    "This process has no gateway: hibernate and wake actors where the gateway runs",
  );
}
