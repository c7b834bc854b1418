import type { ActorRecord, CrashPolicy } from "../gateway_store.ts";
import { DATACENTER } from "./datacenter.ts";

/** An actor as the engine's API tells it (`wire.md`). Times are milliseconds since the epoch. */
export interface ActorJson {
  readonly actor_id: string;
  readonly name: string;
  readonly key: string | null;
  readonly namespace_id: string;
  readonly datacenter: string;
  readonly runner_name_selector: string;
  readonly crash_policy: CrashPolicy;
  readonly create_ts: number;
  readonly start_ts: number | null;
  readonly pending_allocation_ts: number | null;
  /** Since when it takes requests; `null` while it does not. */
  readonly connectable_ts: number | null;
  readonly sleep_ts: number | null;
  readonly reschedule_ts: number | null;
  readonly destroy_ts: number | null;
  /** Left out when there is none. */
  readonly error?: "no_capacity" | { readonly crashed: { readonly message: string } };
}

export function actorJson(record: ActorRecord, namespaceId: string): ActorJson {
  const isUp = record.sleepTs === null && record.destroyTs === null;
  return {
    actor_id: record.actorId,
    name: record.name,
    key: record.key,
    namespace_id: namespaceId,
    datacenter: DATACENTER,
    runner_name_selector: record.runnerNameSelector,
    crash_policy: record.crashPolicy,
    create_ts: record.createTs,
    start_ts: record.startTs,
    pending_allocation_ts: isUp ? record.pendingAllocationTs : null,
    connectable_ts: isUp ? record.connectableTs : null,
    sleep_ts: record.sleepTs,
    reschedule_ts: record.rescheduleTs,
    destroy_ts: record.destroyTs,
    ...errorOf(record, isUp),
  };
}

function errorOf(record: ActorRecord, isUp: boolean): Pick<ActorJson, "error"> {
  if (isUp && record.pendingAllocationTs !== null) return { error: "no_capacity" };
  if (record.error !== null) return { error: { crashed: { message: record.error } } };
  return {};
}
