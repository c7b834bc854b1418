import * as v from "valibot";
import { socketTable } from "../live_state.ts";
import { limit } from "./query.ts";
import { table } from "./resource.ts";
import { socketRow } from "./shapes.ts";

export const sockets = table({
  path: "/api/sockets",
  about: "Clients' WebSockets, oldest first, with how far their messages have come",
  query: v.strictObject(limit),
  row: socketRow,
  key: "requestId",
  read: ({ inspected: { source, limits }, query }) =>
    socketTable(source, query.limit ?? limits.rows),
});
