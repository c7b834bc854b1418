import * as v from "valibot";
import { badRequest, boolean, commaSeparated, parseQuery, text } from "../../input/mod.ts";
import { type ActorId, actorId } from "../../protocol/mod.ts";
import type { ActorEntry } from "../actor_entry.ts";
import type { ActorSpec } from "../actor_registry.ts";
import { actorNotFound, GatewayError } from "../errors.ts";
import type { ActorRecord } from "../gateway_store.ts";
import { type ActorJson, actorJson } from "./actor_json.ts";
import { decodeBase64 } from "./base64.ts";
import { checkDatacenter } from "./datacenter.ts";
import { decodeCursor, encodeCursor, pageOf, pageQuery } from "./paging.ts";
import type { Call, Route } from "./route.ts";
import { parseMetadata } from "./runner_metadata.ts";
import { base64, expectNoBody, parseBody } from "./validation.ts";

/** Bytes of a key, as the engine counts them. */
const LONGEST_KEY = 1024;
/** Bytes of a name of an actor or a runner. The engine has no limit for these. */
const LONGEST_NAME = 1024;
/** Ids in one call, as the engine has it. */
const MOST_IDS = 32;

const namespaceQuery = v.strictObject({ namespace: v.string() });

const newActor = {
  datacenter: v.nullish(v.string()),
  name: text(LONGEST_NAME),
  input: v.nullish(base64),
  runner_name_selector: text(LONGEST_NAME),
  crash_policy: v.picklist(
    ["restart", "sleep", "destroy"],
    ({ received }) => `it is ${received}; restart, sleep or destroy is wanted`,
  ),
};
const createBody = v.strictObject({ ...newActor, key: v.nullish(v.string()) });
const getOrCreateBody = v.strictObject({ ...newActor, key: v.string() });

const listQuery = v.strictObject({
  namespace: v.string(),
  name: v.optional(v.string()),
  key: v.optional(v.string()),
  actor_ids: v.optional(commaSeparated),
  /** The engine's older name for one of `actor_ids`. */
  actor_id: v.optional(v.string()),
  include_destroyed: v.optional(boolean),
  ...pageQuery,
});

const namesQuery = v.strictObject({ namespace: v.string(), ...pageQuery });

/** Actors: made, found, listed, put to sleep, moved, destroyed, and looked into. */
export const actorRoutes: readonly Route[] = [
  { method: "POST", path: "/actors", answer: create },
  { method: "PUT", path: "/actors", answer: getOrCreate },
  { method: "GET", path: "/actors", answer: list },
  { method: "GET", path: "/actors/names", answer: names },
  { method: "DELETE", path: "/actors/:id", answer: destroy },
  { method: "POST", path: "/actors/:id/sleep", answer: sleep },
  { method: "POST", path: "/actors/:id/reschedule", answer: reschedule },
  { method: "GET", path: "/actors/:id/kv/keys/:key", answer: kvGet },
];

async function create(call: Call): Promise<{ actor: ActorJson }> {
  const { gateway, url } = call;
  const { namespace } = parseQuery(namespaceQuery, url);
  const spec = toSpec(namespace, await parseBody(createBody, call));
  const { namespaceId } = gateway.namespaces.get(namespace);
  const entry = await gateway.actors.create(spec);
  entry.wake("create");
  return { actor: actorJson(entry.record, namespaceId) };
}

async function getOrCreate(call: Call): Promise<{ actor: ActorJson; created: boolean }> {
  const { gateway, url } = call;
  const { namespace } = parseQuery(namespaceQuery, url);
  const spec = toSpec(namespace, await parseBody(getOrCreateBody, call));
  const { namespaceId } = gateway.namespaces.get(namespace);
  const { entry, created } = await gateway.actors.getOrCreate(spec);
  if (created) entry.wake("create");
  const actor = actorJson(entry.record, namespaceId);
  // A sleeper was only looked up.
  entry.released();
  return { actor, created };
}

function toSpec(
  namespace: string,
  body: v.InferOutput<typeof createBody> | v.InferOutput<typeof getOrCreateBody>,
): ActorSpec {
  checkDatacenter(body.datacenter ?? "default");
  const key = body.key ?? null;
  if (key !== null) checkKey(key);
  return {
    namespace,
    name: body.name,
    key,
    input: body.input ?? null,
    runnerNameSelector: body.runner_name_selector,
    crashPolicy: body.crash_policy,
  };
}

function checkKey(key: string): void {
  if (key === "") {
    throw new GatewayError(400, "actor", "empty_key", "The key is empty; null means none");
  }
  const bytes = new TextEncoder().encode(key).length;
  if (bytes <= LONGEST_KEY) return;
  throw new GatewayError(
    400,
    "actor",
    "key_too_large",
    `The key has ${bytes} bytes; at most ${LONGEST_KEY} are wanted`,
    { max_size: LONGEST_KEY },
  );
}

/** Newest first. Actors that come into being between two pages are on neither. */
async function list(
  { gateway, url }: Call,
): Promise<{ actors: ActorJson[]; pagination: { cursor: string | null } }> {
  const query = parseQuery(listQuery, url);
  const { namespace, name, key, limit } = query;
  const { namespaceId } = gateway.namespaces.get(namespace);
  const ids = query.actor_ids ?? (query.actor_id === undefined ? undefined : [query.actor_id]);
  if (ids !== undefined && (name !== undefined || key !== undefined)) {
    throw invalidInput("Both actor_ids and name or key are given; one or the other is wanted");
  }
  if (key !== undefined && name === undefined) {
    throw invalidInput("Name is required when key is provided");
  }
  if (ids !== undefined && ids.length > MOST_IDS) {
    throw new GatewayError(
      400,
      "validation",
      "too_many_actor_ids",
      `${ids.length} actor ids are given; at most ${MOST_IDS} are wanted`,
      { count: ids.length, max: MOST_IDS },
    );
  }
  const found = await gateway.store.actors.list({
    namespace,
    ...(name !== undefined && { name }),
    ...(key !== undefined && { key }),
    ...(ids !== undefined && { actorIds: ids.map(actorId) }),
    // Who asks for an actor by its id is told what became of it, as the engine does.
    includeDestroyed: ids !== undefined || (query.include_destroyed ?? false),
    ...(query.cursor !== undefined && { before: parsePosition(query.cursor) }),
    limit: limit + 1,
  });
  const taken = found.slice(0, limit);
  const last = taken.length < found.length ? taken.at(-1) : undefined;
  return {
    actors: taken.map((record) => actorJson(record, namespaceId)),
    pagination: {
      cursor: last === undefined ? null : encodeCursor(`${last.createTs}.${last.actorId}`),
    },
  };
}

function parsePosition(cursor: string): { createTs: number; actorId: ActorId } {
  const match = /^(\d{1,16})\.(.+)$/.exec(decodeCursor(cursor));
  if (match === null) throw badRequest("query: `cursor` is none of this list's");
  return { createTs: Number(match[1]), actorId: actorId(match[2]!) };
}

/** Names of actors that exist or existed, and of those that connected runners say they can host. */
async function names({ gateway, url }: Call): Promise<{
  names: Record<string, { metadata: unknown }>;
  pagination: { cursor: string | null };
}> {
  const query = parseQuery(namesQuery, url);
  gateway.namespaces.get(query.namespace);
  const metadata = new Map<string, unknown>();
  for (const name of await gateway.store.actors.names(query.namespace)) metadata.set(name, {});
  for (const { identity } of gateway.runners) {
    if (identity.namespace !== query.namespace) continue;
    for (const [name, json] of identity.init.prepopulateActorNames ?? []) {
      metadata.set(name, parseMetadata(json) ?? {});
    }
  }
  const { items, pagination } = pageOf(metadata, ([name]) => name, query);
  return {
    names: Object.fromEntries(items.map(([name, metadata]) => [name, { metadata }])),
    pagination,
  };
}

/** Answers when the actor has left its runner and its key is free. Again for one that is destroyed. */
async function destroy(call: Call): Promise<Record<string, never>> {
  await expectNoBody(call);
  const { actorId, destroyTs } = await find(call);
  if (destroyTs === null) await call.gateway.destroy(actorId);
  return {};
}

/** Answers at once: whoever wants to know when it sleeps looks at its `sleep_ts`. */
async function sleep(call: Call): Promise<Record<string, never>> {
  await expectNoBody(call);
  (await awake(call))?.stop("sleep");
  return {};
}

/** Starts the actor anew, where there is most room now. It keeps its sockets as in any sleep. */
async function reschedule(call: Call): Promise<Record<string, never>> {
  await expectNoBody(call);
  const entry = await awake(call) ?? await call.gateway.actors.get(actorId(call.part("id")));
  entry.reschedule();
  return {};
}

async function kvGet(call: Call): Promise<{ value: string; update_ts: number }> {
  const key = decodeBase64(call.part("key"));
  if (key === undefined) {
    throw badRequest("path: the key is not base64; the standard alphabet with padding is wanted");
  }
  const { actorId } = await find(call);
  const { values, metadata } = await call.gateway.store.kv.get(actorId, [key]);
  if (values.length === 0) {
    throw new GatewayError(404, "actor", "kv_key_not_found", "The actor has no such key");
  }
  return { value: values[0]!.toBase64(), update_ts: Number(metadata[0]!.updateTs) };
}

/** The record of the call's actor, destroyed or not. Throws `actor.not_found`. */
async function find({ gateway, url, part }: Call): Promise<ActorRecord> {
  const { namespace } = parseQuery(namespaceQuery, url);
  gateway.namespaces.get(namespace);
  const record = await gateway.store.actors.get(actorId(part("id")));
  if (record?.namespace !== namespace) throw actorNotFound(part("id"));
  return record;
}

/** The call's actor, unless nothing goes on with it. Throws `actor.not_found` for a destroyed one. */
async function awake(call: Call): Promise<ActorEntry | undefined> {
  const { actorId, destroyTs } = await find(call);
  if (destroyTs !== null) throw actorNotFound(actorId);
  return call.gateway.actors.peek(actorId);
}

const invalidInput = (message: string): GatewayError =>
  new GatewayError(400, "validation", "invalid_input", message, { message });
