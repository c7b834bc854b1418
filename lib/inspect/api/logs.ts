import * as v from "valibot";
import type { BoundedLog } from "../bounded_log.ts";
import { limit } from "./query.ts";
import { type Entries, log } from "./resource.ts";
import { eventRow, requestRow } from "./shapes.ts";

export const events = log({
  path: "/api/events",
  about: "How actors and runners come and go, and what went wrong; newest first",
  query: v.strictObject(limit),
  row: eventRow,
  read: ({ inspected }, after, most) => entriesOf(inspected.recorder.events, after, most),
});

export const requests = log({
  path: "/api/requests",
  about: "HTTP requests that have ended; newest first",
  query: v.strictObject(limit),
  row: requestRow,
  read: ({ inspected }, after, most) => entriesOf(inspected.recorder.requests, after, most),
});

function entriesOf<Entry extends object>(
  log: BoundedLog<Entry>,
  after: number,
  most: number,
): Entries {
  return { lastId: log.lastId, forgotten: log.forgotten, rows: log.newest(most, after) };
}
