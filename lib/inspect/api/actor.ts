import * as v from "valibot";
import { actorId } from "../../protocol/mod.ts";
import { bothSides, inspectionOf } from "../actor_inspection.ts";
import { requestsOf } from "../actor_requests.ts";
import { kvOf, kvValueOf, stateOf } from "../actor_store.ts";
import { awakeOf } from "../awake.ts";
import {
  actorInspection,
  actorRequestRow,
  actorState,
  awake as awakeShape,
  kvRow,
  kvValue,
  life,
} from "./actor_shapes.ts";
import { limit, MOST_ROWS, nothing } from "./query.ts";
import { type Look, type QuerySchema, table, value } from "./resource.ts";

const idOf = <Query extends QuerySchema>({ parts }: Look<Query>) => actorId(parts.actorId!);

export const actor = value({
  path: "/api/actors/{actorId}",
  about: "One actor, awake or not: where it is in its life, on which runner, and what waits for it",
  query: nothing,
  answer: actorInspection,
  read: async (look) => {
    const { source, host } = look.inspected;
    return inspectionOf(source, await bothSides(source, idOf(look)), host.epoch());
  },
});

export const awake = value({
  path: "/api/actors/{actorId}/awake",
  about: "Why an actor is awake, most important first, and when it falls asleep by itself",
  query: nothing,
  answer: awakeShape,
  read: async (look) => awakeOf(await bothSides(look.inspected.source, idOf(look))),
});

export const state = value({
  path: "/api/actors/{actorId}/state",
  about: "An actor's state as it was last made durable, as JSON; the begin of one that is long",
  query: nothing,
  needs: "payload",
  answer: actorState,
  read: (look) => {
    const { source, states, limits } = look.inspected;
    return stateOf(source, idOf(look), states, limits.shownBytes);
  },
});

export const kv = table({
  path: "/api/actors/{actorId}/kv",
  about: "The keys that an actor's author uses, in the order of their bytes, with their sizes; " +
    `\`inAll\` counts up to ${MOST_ROWS}`,
  query: v.strictObject(limit),
  needs: "payload",
  row: kvRow,
  key: "key",
  read: (look) => {
    const { source, limits } = look.inspected;
    return kvOf(source, idOf(look), look.query.limit ?? limits.rows, MOST_ROWS);
  },
});

export const kvEntry = value({
  path: "/api/actors/{actorId}/kv/{key}",
  about: "What an actor has under one of its keys, or the begin of it",
  query: nothing,
  needs: "payload",
  answer: kvValue,
  read: (look) => {
    const { source, limits } = look.inspected;
    return kvValueOf(source, idOf(look), look.parts.key!, limits.shownBytes);
  },
});

export const lives = table({
  path: "/api/actors/{actorId}/lives",
  about: "An actor's last lives, newest first: why each began, how long that took, how it ended",
  query: v.strictObject(limit),
  row: life,
  key: "id",
  read: (look) => {
    const { recorder, limits } = look.inspected;
    const rows = recorder.lives.of(idOf(look));
    return { rows: rows.slice(0, look.query.limit ?? limits.rows), inAll: rows.length };
  },
});

export const requests = table({
  path: "/api/actors/{actorId}/requests",
  about: "An actor's HTTP requests: those in flight, then the latest that have ended",
  query: v.strictObject(limit),
  row: actorRequestRow,
  key: "requestId",
  read: (look) => {
    const { source, recorder, limits } = look.inspected;
    return requestsOf(source, recorder, idOf(look), look.query.limit ?? limits.rows);
  },
});
