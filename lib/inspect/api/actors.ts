import * as v from "valibot";
import { actorTable } from "../live_state.ts";
import { limit } from "./query.ts";
import { table } from "./resource.ts";
import { actorRow } from "./shapes.ts";

export const actors = table({
  path: "/api/actors",
  about: "Actors that something goes on with, and those that were awake not long ago; " +
    "or those that are on one runner",
  query: v.strictObject({ ...limit, runner: v.optional(v.string()) }),
  row: actorRow,
  key: "actorId",
  read: ({ inspected: { source, host, limits }, query }) =>
    actorTable(source, host.epoch(), query.limit ?? limits.rows, query.runner),
});
