import * as v from "valibot";
import { commaSeparated, parseQuery } from "../../input/mod.ts";
import type { NamespaceRecord } from "../gateway_store.ts";
import { byAge, pageOf, pageQuery } from "./paging.ts";
import type { Call, Route } from "./route.ts";
import { parseBody } from "./validation.ts";

interface NamespaceJson {
  readonly namespace_id: string;
  readonly name: string;
  readonly display_name: string;
  readonly create_ts: number;
}

const listQuery = v.strictObject({
  name: v.optional(v.string()),
  namespace_ids: v.optional(commaSeparated),
  /** The engine's older name for one of `namespace_ids`. */
  namespace_id: v.optional(v.string()),
  ...pageQuery,
});
const createBody = v.strictObject({ name: v.string(), display_name: v.string() });

export const namespaceRoutes: readonly Route[] = [
  { method: "GET", path: "/namespaces", answer: list },
  { method: "POST", path: "/namespaces", answer: create },
];

/** Oldest first. */
function list({ gateway, url }: Call): {
  namespaces: NamespaceJson[];
  pagination: { cursor: string | null };
} {
  const query = parseQuery(listQuery, url);
  const ids = query.namespace_ids ??
    (query.namespace_id === undefined ? undefined : [query.namespace_id]);
  const wanted = gateway.namespaces.list().filter(({ name, namespaceId }) =>
    (query.name === undefined || name === query.name) &&
    (ids === undefined || ids.includes(namespaceId))
  );
  const { items, pagination } = pageOf(
    wanted,
    ({ createTs, namespaceId }) => byAge(createTs, namespaceId),
    query,
  );
  return { namespaces: items.map(toJson), pagination };
}

async function create(call: Call): Promise<{ namespace: NamespaceJson }> {
  const { name, display_name } = await parseBody(createBody, call);
  return { namespace: toJson(await call.gateway.namespaces.create(name, display_name)) };
}

const toJson = (record: NamespaceRecord): NamespaceJson => ({
  namespace_id: record.namespaceId,
  name: record.name,
  display_name: record.displayName,
  create_ts: record.createTs,
});
