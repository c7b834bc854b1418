import * as v from "valibot";
import { GatewayError } from "../../gateway/errors.ts";
import { text } from "../../input/mod.ts";
import type { FrameDirection, FrameKind } from "../trace/frame.ts";
import {
  type FrameDetail,
  frameDetail,
  type FrameFilter,
  type FrameRow,
  frameRows,
} from "../trace/frame_rows.ts";
import { limit, nothing } from "./query.ts";
import { log, value } from "./resource.ts";
import { count, index, ts } from "./shapes.ts";

/** Every kind, so that a new one cannot be forgotten here. */
const kinds: Readonly<Record<FrameKind, true>> = {
  init: true,
  ping: true,
  pong: true,
  commands: true,
  ackCommands: true,
  events: true,
  ackEvents: true,
  kvRequest: true,
  kvResponse: true,
  requestStart: true,
  requestChunk: true,
  requestAbort: true,
  responseStart: true,
  responseChunk: true,
  responseAbort: true,
  webSocketOpen: true,
  webSocketMessage: true,
  webSocketMessageAck: true,
  webSocketClose: true,
  tunnelAck: true,
  stopping: true,
  close: true,
  unreadable: true,
};
const KINDS = Object.keys(kinds) as FrameKind[];
const DIRECTIONS: readonly FrameDirection[] = ["toGateway", "toRunner"];
/** Bytes of the text that is looked for. */
const LONGEST_TEXT = 256;

const frame = {
  id: count,
  ts,
  runnerId: v.nullable(v.string()),
  direction: v.picklist(DIRECTIONS),
  kind: v.picklist(KINDS),
  bytes: v.nullable(count),
  actorId: v.nullable(v.string()),
  requestId: v.nullable(v.string()),
  index,
  note: v.string(),
  skipped: count,
  isFirst: v.boolean(),
};

const frameRow: v.GenericSchema<FrameRow> = v.strictObject({
  ...frame,
  preview: v.nullable(v.string()),
});

const frameShape: v.GenericSchema<FrameDetail> = v.strictObject({
  ...frame,
  decoded: v.nullable(v.string()),
});

export const frames = log({
  path: "/api/tunnel/frames",
  about: "What goes over the tunnels, decoded, newest first. It is noted only while somebody " +
    "watches it as events; `preview` needs the role payload",
  query: v.strictObject({
    ...limit,
    runner: v.optional(v.string()),
    direction: v.optional(v.picklist(DIRECTIONS)),
    kind: v.optional(v.picklist(KINDS)),
    text: v.optional(text(LONGEST_TEXT)),
  }),
  row: frameRow,
  watch: ({ inspected }) => inspected.trace.watch(inspected.source),
  read: ({ inspected, query, sight }, after, most) =>
    frameRows(inspected.trace, query as FrameFilter, after, most, sight),
});

export const oneFrame = value({
  path: "/api/tunnel/frames/{id}",
  about: "One frame, with everything in it for who has the role payload",
  query: nothing,
  answer: frameShape,
  read: ({ inspected, parts, sight }) => {
    const id = parts.id!;
    const found = inspected.trace.frames.find((frame) => String(frame.id) === id);
    if (found !== undefined) return frameDetail(found, sight);
    throw new GatewayError(
      404,
      "tunnel",
      "no_frame",
      `No frame with the id ${JSON.stringify(id)} is kept: the oldest go first`,
    );
  },
});
