export { createInspector, type Inspector, type InspectorOptions } from "./inspector.ts";
export type { EventKind, InspectEvent } from "./event.ts";
export type { FeedMessage } from "./feed.ts";
export { loadLatencySeries } from "./latencies.ts";
export type { LatencyPoint, LatencySummary } from "./latency_series.ts";
export { INSPECT_LIMITS, type InspectLimits } from "./limits.ts";
export type {
  ActorRow,
  EventRow,
  LiveState,
  RequestRow,
  Role,
  Snapshot,
  SocketRow,
  Totals,
  TunnelSummary,
  Update,
} from "./snapshot.ts";
export {
  type ActorControl,
  actorControl,
  type GatewaySource,
  type InspectSource,
  type RunnerSource,
} from "./source.ts";
