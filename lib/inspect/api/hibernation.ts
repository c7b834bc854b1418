import * as v from "valibot";
import { type Hibernation, hibernationOf, type SleeperRow, sleeperTable } from "../hibernation.ts";
import { causes, SLEEP_CAUSES, WAKE_CAUSES } from "./actor_shapes.ts";
import { limit, nothing } from "./query.ts";
import { table, value } from "./resource.ts";
import { count, id, ts } from "./shapes.ts";

const shape: v.GenericSchema<Hibernation> = v.strictObject({
  asleep: v.nullable(count),
  sockets: v.nullable(count),
  asleepMs: v.nullable(count),
  sleeps: causes(SLEEP_CAUSES),
  wakes: causes(WAKE_CAUSES),
  saved: v.nullable(v.strictObject({
    actorHours: v.number(),
    bytesEach: count,
    bytesNow: count,
    mebibyteHours: v.number(),
  })),
});

export const hibernation = value({
  path: "/api/hibernation",
  about: "What hibernation does: who sleeps, sleeps and wakes by cause, and what that saved so far",
  query: nothing,
  answer: shape,
  read: ({ inspected }) => hibernationOf(inspected),
});

const sleeper: v.GenericSchema<unknown, SleeperRow> = v.strictObject({
  actorId: id<SleeperRow["actorId"]>(),
  name: v.string(),
  key: v.nullable(v.string()),
  sleepTs: v.nullable(ts),
  alarmTs: v.nullable(ts),
  hibernatingSockets: count,
  pendingMessages: count,
  pendingBytes: count,
  error: v.nullable(v.string()),
  keepAliveTs: v.nullable(ts),
  nextKeepAliveTs: v.nullable(ts),
});

export const sleepers = table({
  path: "/api/hibernation/sleepers",
  about: "Sleeping actors with what the gateway holds for them: sockets, messages, keep-alives",
  query: v.strictObject(limit),
  row: sleeper,
  key: "actorId",
  read: ({ inspected, query }) => sleeperTable(inspected, query.limit ?? inspected.limits.rows),
});
