import * as v from "valibot";
import type { MessageDetail, MessageRow, MessageState } from "../capture/messages.ts";
import { type Direction, STAGE, type Stage } from "../capture/captured_message.ts";
import type { SocketInspection } from "../socket_inspection.ts";
import { count, index, ms, socketPhase, ts } from "./shapes.ts";

export const DIRECTIONS: readonly Direction[] = ["client", "actor"];
const STAGES = Object.keys(STAGE) as Stage[];
export const MESSAGE_STATES: readonly MessageState[] = ["said", ...STAGES];

export const socketInspection: v.GenericSchema<SocketInspection> = v.strictObject({
  requestId: v.string(),
  actorId: v.string(),
  actorName: v.nullable(v.string()),
  actorKey: v.nullable(v.string()),
  phase: socketPhase,
  hibernatable: v.nullable(v.boolean()),
  path: v.string(),
  subprotocols: v.array(v.string()),
  openedTs: ts,
  queued: index,
  sent: index,
  received: index,
  handled: index,
  committed: index,
  acked: index,
  untilWrap: v.nullable(count),
  isHeld: v.nullable(v.boolean()),
  pendingMessages: v.nullable(count),
  pendingBytes: v.nullable(count),
  mostPendingMessages: v.nullable(count),
  mostPendingBytes: v.nullable(count),
  oldestSentTs: v.nullable(ts),
  ackTimeoutMs: v.nullable(ms),
  messagesIn: v.nullable(count),
  messagesOut: v.nullable(count),
  record: v.nullable(v.strictObject({ keepAliveTs: ts, everyMs: ms })),
  resent: count,
  repeatedOfClient: count,
  repeatedOfActor: count,
  captured: v.strictObject({
    messages: count,
    forgotten: count,
    missed: count,
    missedSince: count,
    payloads: v.boolean(),
  }),
});

const stages = v.strictObject(
  Object.fromEntries(STAGES.map((stage) => [stage, v.exactOptional(ms)])),
) as unknown as v.GenericSchema<MessageRow["stages"]>;

const messageEntries = {
  id: count,
  from: v.picklist(DIRECTIONS),
  index,
  kind: v.picklist(["text", "binary"]),
  bytes: count,
  preview: v.nullable(v.string()),
  state: v.picklist(MESSAGE_STATES),
  ts,
  stages,
  resent: count,
  repeated: count,
  commit: v.nullable(count),
  skipped: count,
};

export const messageRow: v.GenericSchema<MessageRow> = v.strictObject(messageEntries);

export const messageDetail: v.GenericSchema<MessageDetail> = v.strictObject({
  ...messageEntries,
  text: v.nullable(v.string()),
  base64: v.nullable(v.string()),
  isCut: v.boolean(),
});
