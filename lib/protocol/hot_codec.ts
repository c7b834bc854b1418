/**
 * The messages that come by the thousand: WebSocket messages, their acks, and chunks of a body,
 * which are laid out like messages. Their bytes are the same since version {@link HOT_SINCE}. Any
 * other kind, and any frame that is not exactly well-formed, is `null` here: the careful codec
 * takes it then.
 */
import type { GatewayId, MessageIndex, RequestId } from "./ids.ts";
import { LAYOUTS } from "./layout.ts";
import { CURRENT_VERSION, FRAME_BYTES } from "./limits.ts";
import type {
  MessageId,
  ToClient,
  ToClientTunnelMessage,
  ToServer,
  ToServerTunnelMessage,
} from "./message.ts";
import { allocate } from "./slab.ts";
import { readU32, writeU32 } from "./u32.ts";
import { checkInteger, frameTooLarge } from "./wire_writer.ts";

export const HOT_SINCE = 4;

const { toServer, toClient, toServerBodies, toClientBodies } = LAYOUTS[CURRENT_VERSION]!;
const TUNNEL_TO_SERVER = toServer.indexOf("tunnel");
const RESPONSE_CHUNK = toServerBodies.indexOf("responseChunk");
const MESSAGE_TO_SERVER = toServerBodies.indexOf("webSocketMessage");
const MESSAGE_ACK = toServerBodies.indexOf("webSocketMessageAck");
const TUNNEL_TO_CLIENT = toClient.indexOf("tunnel");
const REQUEST_CHUNK = toClientBodies.indexOf("requestChunk");
const MESSAGE_TO_CLIENT = toClientBodies.indexOf("webSocketMessage");

/** Tag of the tunnel message, gateway id, request id, message index, tag of the body. */
const ENVELOPE_BYTES = 1 + 4 + 4 + 2 + 1;
const BODY_TAG_AT = ENVELOPE_BYTES - 1;
const ACK_BYTES = ENVELOPE_BYTES + 2;
/** Seven bits of a length each: 256 MiB, which no frame reaches. */
const MAX_LENGTH_GROUPS = 4;

export function encodeToServer(message: ToServer): Uint8Array | null {
  if (message.kind !== "tunnel" || message.legacyIds !== undefined) return null;
  const { messageId, body } = message;
  switch (body.kind) {
    case "webSocketMessage":
      return payload(TUNNEL_TO_SERVER, messageId, MESSAGE_TO_SERVER, body.data, body.binary);
    case "webSocketMessageAck":
      return ack(messageId, body.index);
    case "responseChunk":
      return payload(TUNNEL_TO_SERVER, messageId, RESPONSE_CHUNK, body.body, body.finish);
    default:
      return null;
  }
}

export function encodeToClient(message: ToClient): Uint8Array | null {
  if (message.kind !== "tunnel" || message.legacyIds !== undefined) return null;
  const { messageId, body } = message;
  switch (body.kind) {
    case "webSocketMessage":
      return payload(TUNNEL_TO_CLIENT, messageId, MESSAGE_TO_CLIENT, body.data, body.binary);
    case "requestChunk":
      return payload(TUNNEL_TO_CLIENT, messageId, REQUEST_CHUNK, body.body, body.finish);
    default:
      return null;
  }
}

export function decodeToServer(frame: Uint8Array): ToServerTunnelMessage | null {
  if (frame.length <= ENVELOPE_BYTES || frame[0] !== TUNNEL_TO_SERVER) return null;
  const tag = frame[BODY_TAG_AT]!;
  if (tag === MESSAGE_ACK) {
    if (frame.length !== ACK_BYTES) return null;
    const index = readU16(frame, ENVELOPE_BYTES) as MessageIndex;
    const body = { kind: "webSocketMessageAck", index } as const;
    return { kind: "tunnel", messageId: readMessageId(frame), body };
  }
  if (tag !== MESSAGE_TO_SERVER && tag !== RESPONSE_CHUNK) return null;
  const bytes = readPayload(frame);
  if (bytes === null) return null;
  const flag = frame[frame.length - 1] === 1;
  const body = tag === MESSAGE_TO_SERVER
    ? { kind: "webSocketMessage", data: bytes, binary: flag } as const
    : { kind: "responseChunk", body: bytes, finish: flag } as const;
  return { kind: "tunnel", messageId: readMessageId(frame), body };
}

export function decodeToClient(frame: Uint8Array): ToClientTunnelMessage | null {
  if (frame.length <= ENVELOPE_BYTES || frame[0] !== TUNNEL_TO_CLIENT) return null;
  const tag = frame[BODY_TAG_AT]!;
  if (tag !== MESSAGE_TO_CLIENT && tag !== REQUEST_CHUNK) return null;
  const bytes = readPayload(frame);
  if (bytes === null) return null;
  const flag = frame[frame.length - 1] === 1;
  const body = tag === MESSAGE_TO_CLIENT
    ? { kind: "webSocketMessage", data: bytes, binary: flag } as const
    : { kind: "requestChunk", body: bytes, finish: flag } as const;
  return { kind: "tunnel", messageId: readMessageId(frame), body };
}

/** A body of bytes and one flag behind them. */
function payload(
  tunnelTag: number,
  id: MessageId,
  bodyTag: number,
  bytes: Uint8Array,
  flag: boolean,
): Uint8Array {
  const { length } = bytes;
  const groups = length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4;
  const size = ENVELOPE_BYTES + groups + length + 1;
  if (size > FRAME_BYTES) throw frameTooLarge();
  const frame = envelope(size, tunnelTag, id, bodyTag);
  let offset = ENVELOPE_BYTES;
  let left = length;
  while (left >= 0x80) {
    frame[offset++] = left & 0x7f | 0x80;
    left >>>= 7;
  }
  frame[offset++] = left;
  frame.set(bytes, offset);
  frame[size - 1] = flag ? 1 : 0;
  return frame;
}

function ack(id: MessageId, index: MessageIndex): Uint8Array {
  checkInteger(index, "index", 0xffff);
  const frame = envelope(ACK_BYTES, TUNNEL_TO_SERVER, id, MESSAGE_ACK);
  frame[ENVELOPE_BYTES] = index;
  frame[ENVELOPE_BYTES + 1] = index >>> 8;
  return frame;
}

function envelope(size: number, tunnelTag: number, id: MessageId, bodyTag: number): Uint8Array {
  const { gatewayId, requestId, messageIndex } = id;
  checkInteger(gatewayId, "gatewayId", 0xffff_ffff);
  checkInteger(requestId, "requestId", 0xffff_ffff);
  checkInteger(messageIndex, "messageIndex", 0xffff);
  const frame = allocate(size);
  frame[0] = tunnelTag;
  writeU32(frame, 1, gatewayId);
  writeU32(frame, 5, requestId);
  frame[9] = messageIndex;
  frame[10] = messageIndex >>> 8;
  frame[BODY_TAG_AT] = bodyTag;
  return frame;
}

/** The bytes between the envelope and a last byte that holds a flag, as a view. */
function readPayload(frame: Uint8Array): Uint8Array | null {
  const end = frame.length - 1;
  if (frame[end]! > 1) return null;
  let offset = ENVELOPE_BYTES;
  let length = 0;
  let byte = 0x80;
  for (let group = 0; byte >= 0x80; group++) {
    if (group === MAX_LENGTH_GROUPS || offset === end) return null;
    byte = frame[offset++]!;
    if (byte === 0 && group > 0) return null;
    length |= (byte & 0x7f) << (7 * group);
  }
  return offset + length === end ? frame.subarray(offset, end) : null;
}

function readMessageId(frame: Uint8Array): MessageId {
  return {
    gatewayId: readU32(frame, 1) as GatewayId,
    requestId: readU32(frame, 5) as RequestId,
    messageIndex: readU16(frame, 9) as MessageIndex,
  };
}

function readU16(frame: Uint8Array, at: number): number {
  return frame[at]! | frame[at + 1]! << 8;
}
