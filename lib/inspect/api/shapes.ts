/**
 * The shapes of what the API answers, as the OpenAPI document tells them and as its tests check them.
 * Times `…Ts` are in ms since 1970; `null` is what this process cannot know, or what is not so now.
 */
import * as v from "valibot";
import type { RunnerView } from "../../gateway/view.ts";
import type { Hold, HoldCode } from "../../runner/holds.ts";
import type { EventKind } from "../event.ts";
import type {
  ActorRow,
  EventRow,
  Overview,
  RequestRow,
  RunnerEnd,
  SocketRow,
} from "../snapshot.ts";

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const index = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)));
export const ms = v.pipe(v.number(), v.minValue(0));
export const ts = v.number();
export const id = <Id extends string>() => v.string() as unknown as v.GenericSchema<unknown, Id>;

export const actorPhase = v.picklist([
  "asleep",
  "pending",
  "starting",
  "running",
  "stopping",
  "destroyed",
]);
export const socketPhase = v.picklist(["opening", "active", "hibernating", "closed"]);
const tunnelState = v.picklist([
  "connecting",
  "connected",
  "reconnecting",
  "draining",
  "evicted",
  "stopped",
  "no_runner",
]);

/** Every kind of hold, so that a new one cannot be forgotten here. */
const holdCodes: Readonly<Record<HoldCode, true>> = {
  starting: true,
  requests_in_flight: true,
  plain_sockets: true,
  handler_running: true,
  messages_unhandled: true,
  uncommitted: true,
  sockets_attaching: true,
  never_sleeps: true,
};
const hold: v.GenericSchema<Hold> = v.strictObject({
  code: v.picklist(Object.keys(holdCodes) as HoldCode[]),
  count,
});

export const actorRow: v.GenericSchema<ActorRow> = v.strictObject({
  actorId: v.string(),
  name: v.string(),
  key: v.nullable(v.string()),
  phase: actorPhase,
  generation: count,
  runnerId: v.nullable(v.string()),
  sockets: count,
  hibernatingSockets: v.nullable(count),
  requestsInFlight: count,
  pendingMessages: v.nullable(count),
  pendingBytes: v.nullable(count),
  sinceTs: ts,
  sleepTs: v.nullable(ts),
  alarmTs: v.nullable(ts),
  error: v.nullable(v.string()),
  inside: v.nullable(v.strictObject({
    unhandledMessages: count,
    heldMessages: count,
    sleepsTs: v.nullable(ts),
    holds: v.array(hold),
  })),
});

export const socketRow: v.GenericSchema<SocketRow> = v.strictObject({
  requestId: v.string(),
  actorId: v.string(),
  actorName: v.string(),
  phase: socketPhase,
  hibernatable: v.boolean(),
  path: v.string(),
  openedTs: ts,
  sent: index,
  received: index,
  handled: index,
  committed: index,
  acked: index,
  pendingMessages: v.nullable(count),
  pendingBytes: v.nullable(count),
  oldestUnackedMs: v.nullable(ms),
});

export const requestRow: v.GenericSchema<unknown, RequestRow> = v.strictObject({
  id: count,
  actorId: id<RequestRow["actorId"]>(),
  requestId: v.number() as unknown as v.GenericSchema<unknown, RequestRow["requestId"]>,
  method: v.string(),
  path: v.string(),
  status: count,
  startedTs: ts,
  durationMs: ms,
  error: v.nullable(v.string()),
});

/** Every kind of event, so that a new one cannot be forgotten here. */
const kinds: Readonly<Record<EventKind, true>> = {
  wake: true,
  moved: true,
  sleep: true,
  given_up: true,
  crash: true,
  destroyed: true,
  handler_failed: true,
  commit_failed: true,
  runner_joined: true,
  runner_disconnected: true,
  runner_lost: true,
  tunnel: true,
  messages_lost: true,
  slow: true,
  caught_up: true,
  limit: true,
  store_failed: true,
  fault: true,
  promise_broken: true,
};
export const EVENT_KINDS = Object.keys(kinds) as EventKind[];

/** What else is there depends on the kind. */
export const eventRow: v.GenericSchema<unknown, EventRow> = v.looseObject({
  id: count,
  ts,
  kind: v.picklist(EVENT_KINDS),
}) as unknown as v.GenericSchema<unknown, EventRow>;

export const runnerEnd: v.GenericSchema<RunnerEnd> = v.strictObject({
  runnerId: v.nullable(v.string()),
  endpoint: v.string(),
  name: v.string(),
  connectedTs: v.nullable(ts),
  pingedTs: v.nullable(ts),
  retries: count,
  eventsUnacked: count,
  outgoingKept: count,
  outgoingLost: count,
});

export const runnerRow: v.GenericSchema<unknown, RunnerView> = v.strictObject({
  runnerId: id<RunnerView["runnerId"]>(),
  name: v.string(),
  version: count,
  protocolVersion: count,
  transport: v.picklist(["memory", "websocket"]),
  state: v.picklist(["connected", "disconnected", "draining"]),
  totalSlots: count,
  actors: count,
  roundTripMs: v.nullable(ms),
  connectedTs: ts,
  actorNames: v.array(v.string()),
});

export const latency = v.strictObject({
  count,
  p50: v.nullable(ms),
  p90: v.nullable(ms),
  p99: v.nullable(ms),
  max: v.nullable(ms),
});

export const overview: v.GenericSchema<unknown, Overview> = v.strictObject({
  role: v.picklist(["all", "gateway", "runner"]),
  startedTs: ts,
  tunnel: v.strictObject({
    state: tunnelState,
    runners: count,
    transport: v.nullable(v.picklist(["memory", "websocket"])),
    protocolVersion: v.nullable(count),
    roundTripMs: v.nullable(ms),
    end: v.nullable(runnerEnd),
  }),
  totals: v.strictObject({
    actors: v.strictObject({
      asleep: v.exactOptional(count),
      pending: v.exactOptional(count),
      starting: v.exactOptional(count),
      running: v.exactOptional(count),
      stopping: v.exactOptional(count),
      destroyed: v.exactOptional(count),
    }),
    requestsInFlight: count,
    requestsEnded: count,
    socketsOpen: count,
    socketsHibernating: v.nullable(count),
    pendingMessages: v.nullable(count),
    pendingBytes: v.nullable(count),
    sleeps: count,
    wakes: count,
    unhandledMessages: v.nullable(count),
    heldMessages: v.nullable(count),
  }),
  latency,
  runners: v.array(runnerRow),
});
