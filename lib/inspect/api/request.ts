import * as v from "valibot";
import {
  type RequestContent,
  requestContent,
  type RequestInspection,
  requestInspection,
  type RequestSide,
} from "../requests/request_inspection.ts";
import { type OpenRequestRow, openRequests } from "../requests/open_requests.ts";
import { limit, nothing } from "./query.ts";
import { table, value } from "./resource.ts";
import { count, ms, ts } from "./shapes.ts";

const openRow: v.GenericSchema<OpenRequestRow> = v.strictObject({
  requestId: v.string(),
  actorId: v.string(),
  method: v.string(),
  path: v.string(),
  status: v.nullable(count),
  startedTs: ts,
  isSent: v.boolean(),
});

export const inFlight = table({
  path: "/api/requests/in-flight",
  about: "HTTP requests that have not ended; a runner alone knows of none",
  query: v.strictObject(limit),
  row: openRow,
  key: "requestId",
  read: ({ inspected, query }) => openRequests(inspected, query.limit ?? inspected.limits.rows),
});

const inspection: v.GenericSchema<RequestInspection> = v.strictObject({
  requestId: v.string(),
  actorId: v.string(),
  actorName: v.nullable(v.string()),
  actorKey: v.nullable(v.string()),
  method: v.string(),
  path: v.string(),
  phase: v.picklist(["waiting", "sent", "answering", "ended"]),
  status: v.nullable(count),
  error: v.nullable(v.string()),
  startedTs: ts,
  durationMs: v.nullable(ms),
  sentMs: v.nullable(ms),
  answeredMs: v.nullable(ms),
  sendings: v.nullable(count),
  requestBytes: v.nullable(count),
  responseBytes: v.nullable(count),
  isCaptured: v.boolean(),
});

export const request = value({
  path: "/api/requests/{requestId}",
  about: "One HTTP request: how far it is, when it came to which stage, how it ended",
  query: nothing,
  answer: inspection,
  read: ({ inspected, parts }) => requestInspection(inspected, parts.requestId!),
});

const side: v.GenericSchema<RequestSide> = v.strictObject({
  headers: v.array(v.strictObject({ name: v.string(), value: v.string() })),
  headersCut: count,
  bytes: count,
  text: v.nullable(v.string()),
  base64: v.nullable(v.string()),
  isCut: v.boolean(),
});
const contentShape: v.GenericSchema<RequestContent> = v.strictObject({
  request: side,
  response: v.nullable(side),
});

export const content = value({
  path: "/api/requests/{requestId}/content",
  about: "What one HTTP request asked and was answered, heads and bodies, as far as captured",
  query: nothing,
  needs: "payload",
  answer: contentShape,
  read: ({ inspected, parts }) => requestContent(inspected, parts.requestId!),
});
