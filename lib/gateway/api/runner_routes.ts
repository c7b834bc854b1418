import * as v from "valibot";
import { boolean, commaSeparated, parseQuery } from "../../input/mod.ts";
import type { RunnerSession } from "../runner_session.ts";
import { DATACENTER } from "./datacenter.ts";
import { byAge, pageOf, pageQuery } from "./paging.ts";
import type { Call, Route } from "./route.ts";
import { parseMetadata } from "./runner_metadata.ts";

/** A runner as the engine's API tells it. Times are milliseconds since the epoch. */
interface RunnerJson {
  readonly runner_id: string;
  readonly namespace_id: string;
  readonly datacenter: string;
  readonly name: string;
  readonly key: string;
  readonly version: number;
  readonly total_slots: number;
  readonly remaining_slots: number;
  readonly create_ts: number;
  readonly drain_ts: number | null;
  /** Always `null`: a runner that is given up is forgotten. */
  readonly stop_ts: null;
  readonly last_ping_ts: number;
  readonly last_connected_ts: number;
  /** Whole milliseconds, 0 before the first ping. */
  readonly last_rtt: number;
  /** What the runner says of itself; `null` for nothing. */
  readonly metadata: unknown;
}

const listQuery = v.strictObject({
  namespace: v.string(),
  name: v.optional(v.string()),
  runner_ids: v.optional(commaSeparated),
  /** The engine's older name for one of `runner_ids`. */
  runner_id: v.optional(v.string()),
  /** Taken, and of no effect: no stopped runner is kept. */
  include_stopped: v.optional(boolean),
  ...pageQuery,
});
const namesQuery = v.strictObject({ namespace: v.string(), ...pageQuery });

/** Runners that are connected, or lost their tunnel and are not yet given up. */
export const runnerRoutes: readonly Route[] = [
  { method: "GET", path: "/runners", answer: list },
  { method: "GET", path: "/runners/names", answer: names },
];

/** Oldest first. */
function list({ gateway, url }: Call): {
  runners: RunnerJson[];
  pagination: { cursor: string | null };
} {
  const query = parseQuery(listQuery, url);
  const { namespaceId } = gateway.namespaces.get(query.namespace);
  const ids = query.runner_ids ?? (query.runner_id === undefined ? undefined : [query.runner_id]);
  const wanted = [...gateway.runners].filter(({ identity, runnerId }) =>
    identity.namespace === query.namespace &&
    (query.name === undefined || identity.init.name === query.name) &&
    (ids === undefined || ids.includes(runnerId))
  );
  const { items, pagination } = pageOf(
    wanted,
    ({ times, runnerId }) => byAge(times.createTs, runnerId),
    query,
  );
  return { runners: items.map((session) => toJson(session, namespaceId)), pagination };
}

function names({ gateway, url }: Call): {
  names: readonly string[];
  pagination: { cursor: string | null };
} {
  const query = parseQuery(namesQuery, url);
  gateway.namespaces.get(query.namespace);
  const { items, pagination } = pageOf(runnerNames(gateway, query.namespace), String, query);
  return { names: items, pagination };
}

/** The names that runners of the namespace give themselves, each once. */
export function runnerNames({ runners }: Call["gateway"], namespace: string): Set<string> {
  const found = new Set<string>();
  for (const { identity } of runners) {
    if (identity.namespace === namespace) found.add(identity.init.name);
  }
  return found;
}

function toJson(session: RunnerSession, namespaceId: string): RunnerJson {
  const { identity, times } = session;
  return {
    runner_id: session.runnerId,
    namespace_id: namespaceId,
    datacenter: DATACENTER,
    name: identity.init.name,
    key: identity.runnerKey,
    version: identity.init.version,
    total_slots: identity.init.totalSlots,
    remaining_slots: session.freeSlots,
    create_ts: times.createTs,
    drain_ts: times.drainTs,
    stop_ts: null,
    last_ping_ts: times.lastPingTs,
    last_connected_ts: times.lastConnectedTs,
    last_rtt: Math.round(session.roundTripMs ?? 0),
    metadata: parseMetadata(identity.init.metadata),
  };
}
