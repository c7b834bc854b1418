export { asHar, asNdjson } from "./capture/export.ts";
export type { Direction, Stage } from "./capture/captured_message.ts";
export type { MessageDetail, MessageRow, MessageState } from "./capture/messages.ts";
export {
  type ActAnswer,
  actAnswer,
  type ActCounts,
  type Action,
  ACTIONS,
  type ActRow,
  type AuditEntry,
  type AuditRow,
  findAction,
  perform,
  type Verb,
} from "./actions/mod.ts";
export { createInspector, type Inspector, type InspectorOptions } from "./inspector.ts";
export type { Inspected } from "./inspected.ts";
export type { EventKind, InspectEvent } from "./event.ts";
export type { HistoryRunner } from "./history/history.ts";
export type { LatencySummary } from "./history/latency_counts.ts";
export type { HistoryRow, SleepCauses, WakeCauses } from "./history/step.ts";
export type { ActorInspection } from "./actor_inspection.ts";
export type { ActorRequestRow } from "./actor_requests.ts";
export type { ActorState, KvRow, KvValue } from "./actor_store.ts";
export type { Hibernation, Saved, SleeperRow } from "./hibernation.ts";
export type { LinkRow, RoundTrip } from "./runners/links.ts";
export type { FrameDirection, FrameKind } from "./trace/frame.ts";
export type { FrameDetail, FrameRow } from "./trace/frame_rows.ts";
export type { RunnerRow } from "./runners/runner_rows.ts";
export type { Awake, AwakeCode, AwakeReason } from "./awake.ts";
export type { Life, LifeEnd } from "./lives.ts";
export { INSPECT_LIMITS, type InspectLimits } from "./limits.ts";
export type {
  ActorRow,
  EventRow,
  LatencyPoint,
  LiveState,
  Overview,
  RequestRow,
  Role,
  Snapshot,
  SocketRow,
  Totals,
  TunnelSummary,
} from "./snapshot.ts";
export { capturedOf, type SocketInspection } from "./socket_inspection.ts";
export { type GatewaySource, type InspectSource, type RunnerSource } from "./source.ts";
export { asRequestHar } from "./requests/har.ts";
export type { OpenRequestRow } from "./requests/open_requests.ts";
export {
  type RequestContent,
  requestContent,
  type RequestInspection,
  requestInspection,
  type RequestSide,
} from "./requests/request_inspection.ts";
export type { FaultsNow } from "./api/faults.ts";
export type { PromisesKept } from "./api/promises.ts";
