import * as v from "valibot";
import type { Drain } from "../../gateway/view.ts";
import type { LinkRow, RoundTrip } from "../runners/links.ts";
import type { RunnerRow } from "../runners/runner_rows.ts";
import { count, ms, runnerEnd, ts } from "./shapes.ts";

/** Every state, so that a new one cannot be forgotten here. */
const states: Readonly<Record<RunnerRow["state"], true>> = {
  connected: true,
  draining: true,
  disconnected: true,
  connecting: true,
  reconnecting: true,
  evicted: true,
  stopped: true,
};

const drain: v.GenericSchema<Drain> = v.strictObject({
  by: v.picklist(["runner", "operator"]),
  sinceTs: ts,
  actors: count,
});

export const runnerRow: v.GenericSchema<RunnerRow> = v.strictObject({
  runnerId: v.string(),
  name: v.string(),
  version: count,
  protocolVersion: count,
  transport: v.picklist(["memory", "websocket"]),
  state: v.picklist(Object.keys(states) as RunnerRow["state"][]),
  totalSlots: count,
  actors: count,
  roundTripMs: v.nullable(ms),
  tunnelTs: v.nullable(ts),
  reconnects: count,
  commandsUnacked: v.nullable(count),
  eventsUnacked: v.nullable(count),
  drain: v.nullable(drain),
  namespace: v.nullable(v.string()),
  actorNames: v.array(v.string()),
  connectedTs: v.nullable(ts),
  heardTs: v.nullable(ts),
  isOurs: v.nullable(v.boolean()),
  bufferedBytes: v.nullable(count),
  end: v.nullable(runnerEnd),
});

export const linkRow: v.GenericSchema<LinkRow> = v.strictObject({
  id: count,
  upTs: v.nullable(ts),
  endTs: v.nullable(ts),
  reason: v.nullable(v.string()),
});

export const roundTripRow: v.GenericSchema<RoundTrip & { readonly id: number }> = v.strictObject({
  id: count,
  ts,
  ms,
});
