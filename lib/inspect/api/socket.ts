import * as v from "valibot";
import { text } from "../../input/mod.ts";
import {
  messageAt,
  messageDetail as detailOf,
  messageRow,
  messagesOf,
} from "../capture/messages.ts";
import { capturedOf, socketInspection as inspectionOf } from "../socket_inspection.ts";
import { limit, nothing, wholeNumber } from "./query.ts";
import { table, value } from "./resource.ts";
import {
  DIRECTIONS,
  MESSAGE_STATES,
  messageDetail,
  messageRow as messageShape,
  socketInspection,
} from "./socket_shapes.ts";

/** Bytes of the text that is looked for. */
const LONGEST_TEXT = 256;

export const socket = value({
  path: "/api/sockets/{requestId}",
  about: "One WebSocket: how far its messages have come, what waits, and when it would be too late",
  query: nothing,
  answer: socketInspection,
  read: ({ inspected, parts }) => inspectionOf(inspected, parts.requestId!),
});

/** A table and no log, for messages change: they come from stage to stage. */
export const messages = table({
  path: "/api/sockets/{requestId}/messages",
  about: "A WebSocket's captured messages, newest first, with when each came to which stage",
  query: v.strictObject({
    ...limit,
    from: v.optional(v.picklist(DIRECTIONS)),
    index: v.optional(wholeNumber(0, 65_535)),
    state: v.optional(v.picklist(MESSAGE_STATES)),
    text: v.optional(text(LONGEST_TEXT)),
  }),
  needs: "payload",
  row: messageShape,
  key: "id",
  read: ({ inspected, parts, query }) => {
    const { capture, limits } = inspected;
    const captured = capturedOf(inspected, parts.requestId!);
    const wanted = messagesOf(captured, query).take(query.limit ?? limits.captureMessages);
    return {
      rows: [...wanted].map((message) => messageRow(capture, message)),
      inAll: captured.trail?.size ?? 0,
    };
  },
});

export const message = value({
  path: "/api/sockets/{requestId}/messages/{id}",
  about: "One captured message of a WebSocket, with its payload as far as that was captured",
  query: nothing,
  needs: "payload",
  answer: messageDetail,
  read: ({ inspected, parts }) => {
    const captured = capturedOf(inspected, parts.requestId!);
    return detailOf(inspected.capture, messageAt(captured, parts.id!));
  },
});
