import * as v from "valibot";
import type { CrashPolicy } from "../../gateway/gateway_store.ts";
import type { SleepCause, WakeCause } from "../../gateway/observer.ts";
import type { ActorInspection } from "../actor_inspection.ts";
import type { ActorRequestRow } from "../actor_requests.ts";
import type { ActorState, KvRow, KvValue } from "../actor_store.ts";
import type { Awake, AwakeCode } from "../awake.ts";
import type { Life, LifeEnd } from "../lives.ts";
import { actorPhase, actorRow, count, ms, runnerRow, ts } from "./shapes.ts";

/** The members of a record that has every word of a union, so that a new one cannot be forgotten. */
function words<Word extends string>(
  all: Readonly<Record<Word, true>>,
): v.GenericSchema<Word> {
  return v.picklist(Object.keys(all) as Word[]) as unknown as v.GenericSchema<Word>;
}

export const WAKE_CAUSES: Readonly<Record<WakeCause, true>> = {
  create: true,
  message: true,
  request: true,
  open: true,
  close: true,
  alarm: true,
  person: true,
  moved: true,
  crash: true,
};

export const SLEEP_CAUSES: Readonly<Record<SleepCause, true>> = {
  actor: true,
  person: true,
  drain: true,
  runner_lost: true,
  not_ready: true,
};

/** A count for each cause that there was. */
export function causes<Cause extends string>(all: Readonly<Record<Cause, true>>) {
  const names = [...Object.keys(all), "unknown"];
  const entries = names.map((cause) => [cause, v.exactOptional(count)] as const);
  return v.strictObject(Object.fromEntries(entries)) as unknown as v.GenericSchema<
    Readonly<Partial<Record<Cause | "unknown", number>>>
  >;
}

type Entries = v.ObjectEntries;
const entriesOf = (schema: unknown): Entries => (schema as { entries: Entries }).entries;

const { name, version, transport, state } = entriesOf(runnerRow);

export const actorInspection = v.strictObject({
  ...entriesOf(actorRow),
  namespace: v.nullable(v.string()),
  crashPolicy: v.nullable(words<CrashPolicy>({ restart: true, sleep: true, destroy: true })),
  createTs: v.nullable(ts),
  startTs: v.nullable(ts),
  rescheduleTs: v.nullable(ts),
  destroyTs: v.nullable(ts),
  inputBytes: v.nullable(count),
  runner: v.nullable(v.strictObject({ name, version, transport, state } as Entries)),
  heldBytes: v.nullable(count),
  uncommitted: v.nullable(v.boolean()),
}) as unknown as v.GenericSchema<unknown, ActorInspection>;

const awakeCode = words<AwakeCode>({
  no_runner: true,
  starting: true,
  requests_in_flight: true,
  plain_sockets: true,
  handler_running: true,
  messages_unhandled: true,
  uncommitted: true,
  sockets_attaching: true,
  never_sleeps: true,
  requests_waiting: true,
  sockets_opening: true,
  messages_unacked: true,
  closes_unacked: true,
  alarm_due: true,
});

export const awake: v.GenericSchema<Awake> = v.strictObject({
  actorId: v.string(),
  phase: actorPhase,
  reasons: v.array(v.strictObject({
    code: awakeCode,
    count,
    holds: v.boolean(),
    sentence: v.string(),
  })),
  idleLeftMs: v.nullable(ms),
  sleepAfterMs: v.nullable(ms),
  isComplete: v.boolean(),
});

export const actorState: v.GenericSchema<ActorState> = v.strictObject({
  from: v.picklist(["runner", "store"]),
  bytes: count,
  revision: count,
  isUncommitted: v.nullable(v.boolean()),
  exists: v.boolean(),
  isCut: v.boolean(),
  state: v.unknown(),
  text: v.nullable(v.string()),
});

const kvEntries = {
  key: v.string(),
  text: v.nullable(v.string()),
  valueBytes: count,
  updateTs: ts,
};

export const kvRow: v.GenericSchema<KvRow> = v.strictObject(kvEntries);

export const kvValue: v.GenericSchema<KvValue> = v.strictObject({
  ...kvEntries,
  isCut: v.boolean(),
  valueText: v.nullable(v.string()),
  valueBase64: v.nullable(v.string()),
});

export const life: v.GenericSchema<Life> = v.strictObject({
  id: count,
  generation: v.nullable(count),
  runnerId: v.nullable(v.string()),
  cause: v.nullable(words(WAKE_CAUSES)),
  wantedTs: ts,
  runningTs: v.nullable(ts),
  wakeMs: v.nullable(ms),
  commandMs: v.nullable(ms),
  loadMs: v.nullable(ms),
  restoreMs: v.nullable(ms),
  handlerMs: v.nullable(ms),
  endTs: v.nullable(ts),
  end: v.nullable(words<LifeEnd>({ sleep: true, crash: true, destroyed: true, given_up: true })),
  sleepCause: v.nullable(words(SLEEP_CAUSES)),
  detail: v.nullable(v.string()),
  kept: v.nullable(count),
  closed: v.nullable(count),
});

export const actorRequestRow: v.GenericSchema<ActorRequestRow> = v.strictObject({
  requestId: v.string(),
  method: v.string(),
  path: v.string(),
  status: v.nullable(count),
  startedTs: ts,
  durationMs: v.nullable(ms),
  error: v.nullable(v.string()),
});
