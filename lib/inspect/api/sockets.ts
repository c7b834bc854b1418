import * as v from "valibot";
import { actorId } from "../../protocol/mod.ts";
import { socketTable } from "../live_state.ts";
import { limit } from "./query.ts";
import { table } from "./resource.ts";
import { socketRow } from "./shapes.ts";

export const sockets = table({
  path: "/api/sockets",
  about: "Clients' WebSockets, or one actor's, oldest first, with how far their messages have come",
  query: v.strictObject({ ...limit, actor: v.optional(v.string()) }),
  row: socketRow,
  key: "requestId",
  read: ({ inspected: { source, recorder, limits }, query }) =>
    socketTable(
      source,
      recorder.secrets,
      query.limit ?? limits.rows,
      query.actor === undefined ? undefined : actorId(query.actor),
    ),
});
