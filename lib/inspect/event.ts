import type { Consumer, WakeCause } from "../gateway/observer.ts";
import type { ConnectionState } from "../runner/view.ts";
import type { ActorId, RunnerId } from "../protocol/mod.ts";

import type { PromiseKind } from "./promises/socket_check.ts";

interface OfActor {
  readonly actorId: ActorId;
  readonly actorName: string;
  /** Told by a runner alone, which has no list of sleepers to look it up in. */
  readonly actorKey?: string | null;
}

/** What the event log keeps: how actors and runners come and go, and what went wrong. */
export type InspectEvent =
  & { readonly ts: number }
  & (
    /** `cause` is `null` where only a gateway elsewhere knows it: then the latency is the load's. */
    | { readonly kind: "wake"; readonly cause: WakeCause | null; readonly latencyMs: number }
      & OfActor
    | { readonly kind: "moved"; readonly latencyMs: number } & OfActor
    /** `kept`: sockets that hibernate; `closed`: those that could not. */
    | { readonly kind: "sleep"; readonly kept: number; readonly closed: number } & OfActor
    /** It left its runner without a commit: it goes on elsewhere, from its last one. */
    | { readonly kind: "given_up"; readonly detail: string } & OfActor
    | { readonly kind: "crash"; readonly detail: string } & OfActor
    | { readonly kind: "destroyed" } & OfActor
    | { readonly kind: "handler_failed"; readonly handler: string; readonly detail: string } & {
      readonly actorId: ActorId;
    }
    | { readonly kind: "commit_failed"; readonly detail: string } & { readonly actorId: ActorId }
    | { readonly kind: "runner_joined"; readonly runnerId: RunnerId; readonly detail: string }
    | { readonly kind: "runner_disconnected"; readonly runnerId: RunnerId; readonly detail: string }
    | { readonly kind: "runner_lost"; readonly runnerId: RunnerId; readonly detail: string }
    | { readonly kind: "tunnel"; readonly state: ConnectionState; readonly detail: string }
    | { readonly kind: "messages_lost"; readonly count: number }
    /** What waits for one socket's client or actor nears its limit. */
    | { readonly kind: "slow"; readonly who: Consumer; readonly requestId: string } & {
      readonly actorId: ActorId;
    }
    | { readonly kind: "caught_up"; readonly who: Consumer; readonly requestId: string } & {
      readonly actorId: ActorId;
    }
    | { readonly kind: "limit"; readonly limit: string; readonly value: number }
    | { readonly kind: "store_failed"; readonly detail: string }
    /** Somebody makes it go wrong, or it is over. `on`: the runner or socket, if it is about one. */
    | { readonly kind: "fault"; readonly on: string | null; readonly detail: string }
    /** What must never happen. */
    | { readonly kind: "promise_broken"; readonly promise: PromiseKind; readonly detail: string }
      & {
        readonly actorId: ActorId;
        readonly requestId: string;
      }
  );

export type EventKind = InspectEvent["kind"];
