import * as v from "valibot";
import { commaSeparated, parseQuery } from "../../input/mod.ts";
import { GatewayError } from "../errors.ts";
import { checkDatacenter, DATACENTER } from "./datacenter.ts";
import { pageOf, pageQuery } from "./paging.ts";
import type { Call, Route } from "./route.ts";
import { runnerNames } from "./runner_routes.ts";
import { parseBody } from "./validation.ts";

/**
 * The engine keeps for each runner name whether runners connect by themselves ("normal") or are
 * called up at a URL ("serverless"). An embedded gateway starts no runners and takes every one that
 * connects, so "normal" is what always holds: it is accepted and there is nothing to keep. What
 * the engine's rollout reads from it has no effect here.
 */
export const runnerConfigRoutes: readonly Route[] = [
  { method: "GET", path: "/runner-configs", answer: list },
  { method: "PUT", path: "/runner-configs/:name", answer: put },
  { method: "DELETE", path: "/runner-configs/:name", answer: remove },
];

const listQuery = v.strictObject({
  namespace: v.string(),
  runner_name: v.optional(v.string()),
  runner_names: v.optional(commaSeparated),
  ...pageQuery,
});
const namespaceQuery = v.strictObject({ namespace: v.string() });
const anyObject = v.record(v.string(), v.unknown());
const putBody = v.strictObject({ datacenters: v.record(v.string(), anyObject) });

const NORMAL = {
  normal: {
    drain_on_version_upgrade: false,
    actor_eviction_delay: 0,
    actor_eviction_period: 0,
    actor_eviction_rate: 1,
  },
  protocol_version: null,
};

/** One for each name that a runner gives itself now. */
function list({ gateway, url }: Call): {
  runner_configs: Record<string, { datacenters: Record<string, typeof NORMAL> }>;
  pagination: { cursor: string | null };
} {
  const query = parseQuery(listQuery, url);
  gateway.namespaces.get(query.namespace);
  const wanted = query.runner_names ??
    (query.runner_name === undefined ? undefined : [query.runner_name]);
  const names = [...runnerNames(gateway, query.namespace)]
    .filter((name) => wanted === undefined || wanted.includes(name));
  const { items, pagination } = pageOf(names, String, query);
  return {
    runner_configs: Object.fromEntries(
      items.map((name) => [name, { datacenters: { [DATACENTER]: NORMAL } }]),
    ),
    pagination,
  };
}

async function put(call: Call): Promise<{ endpoint_config_changed: boolean }> {
  const { namespace } = parseQuery(namespaceQuery, call.url);
  const { datacenters } = await parseBody(putBody, call);
  call.gateway.namespaces.get(namespace);
  for (const [datacenter, config] of Object.entries(datacenters)) {
    checkDatacenter(datacenter);
    if (anyNormal(config)) continue;
    const given = Object.keys(config).join(", ") || "nothing";
    const reason = `an embedded gateway starts no runners: normal is wanted, ${given} is given`;
    throw new GatewayError(
      400,
      "runner_config",
      "invalid",
      `Invalid runner config: ${reason}`,
      { reason },
    );
  }
  return { endpoint_config_changed: false };
}

const anyNormal = (config: Record<string, unknown>): boolean =>
  v.is(anyObject, config.normal) && config.serverless === undefined;

function remove({ gateway, url }: Call): Record<string, never> {
  gateway.namespaces.get(parseQuery(namespaceQuery, url).namespace);
  return {};
}
