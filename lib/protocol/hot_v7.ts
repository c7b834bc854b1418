/**
 * The tunnel messages that come by the thousand, in the bytes of version 7: WebSocket messages,
 * their acks, and chunks of a body, which are laid out like messages. The generated code takes
 * some forty times as long for them (`bench/codec_bench.ts`).
 */
import { frameTooLarge, u16 } from "./encode_parts.ts";
import type { GatewayId, MessageIndex, RequestId } from "./ids.ts";
import { FRAME_BYTES } from "./limits.ts";
import type { MessageId } from "./message.ts";
import { allocate } from "./slab.ts";

/** Tag of the tunnel message, gateway id, request id, message index, tag of the body. */
const ENVELOPE_BYTES = 1 + 4 + 4 + 2 + 1;
const BODY_TAG = ENVELOPE_BYTES - 1;
const ACK_BYTES = ENVELOPE_BYTES + 2;
/** A length of four groups of seven bits is the longest that the fast path reads: 256 MiB. */
const MAX_LENGTH_GROUPS = 4;

/** A body of bytes and one flag. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly flag: boolean;
}

export function encodePayload(
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
  const frame = allocate(size);
  writeEnvelope(frame, tunnelTag, id, bodyTag);
  let offset = ENVELOPE_BYTES;
  let left = length;
  while (left >= 0x80) {
    frame[offset++] = left & 0x7f | 0x80;
    left >>>= 7;
  }
  frame[offset++] = left;
  frame.set(bytes, offset);
  frame[offset + length] = flag ? 1 : 0;
  return frame;
}

export function encodeAck(
  tunnelTag: number,
  id: MessageId,
  bodyTag: number,
  index: MessageIndex,
): Uint8Array {
  const frame = allocate(ACK_BYTES);
  writeEnvelope(frame, tunnelTag, id, bodyTag);
  u16(index, "index");
  frame[ENVELOPE_BYTES] = index & 0xff;
  frame[ENVELOPE_BYTES + 1] = index >>> 8;
  return frame;
}

/** The tag of the body if `frame` is a tunnel message, else −1. */
export function bodyTagOf(frame: Uint8Array, tunnelTag: number): number {
  return frame.length > ENVELOPE_BYTES && frame[0] === tunnelTag ? frame[BODY_TAG]! : -1;
}

export function readMessageId(frame: Uint8Array): MessageId {
  return {
    gatewayId: readId(frame, 1) as GatewayId,
    requestId: readId(frame, 5) as RequestId,
    messageIndex: readU16(frame, 9) as MessageIndex,
  };
}

/** The payload as a view, or `null` if anything is wrong: the careful decoder then says what. */
export function readPayload(frame: Uint8Array): Payload | null {
  let offset = ENVELOPE_BYTES;
  let length = 0;
  let byte = 0x80;
  for (let group = 0; byte >= 0x80; group++) {
    if (group === MAX_LENGTH_GROUPS || offset === frame.length) return null;
    byte = frame[offset++]!;
    if (byte === 0 && group > 0) return null;
    length |= (byte & 0x7f) << (7 * group);
  }
  const end = offset + length;
  if (end + 1 !== frame.length) return null;
  const flag = frame[end]!;
  return flag > 1 ? null : { bytes: frame.subarray(offset, end), flag: flag === 1 };
}

/** The index of an ack, or −1 if the frame has not its length. */
export function readAck(frame: Uint8Array): number {
  return frame.length === ACK_BYTES ? readU16(frame, ENVELOPE_BYTES) : -1;
}

function writeEnvelope(frame: Uint8Array, tunnelTag: number, id: MessageId, bodyTag: number): void {
  const { gatewayId, requestId, messageIndex } = id;
  frame[0] = tunnelTag;
  writeId(frame, 1, gatewayId);
  writeId(frame, 5, requestId);
  u16(messageIndex, "messageIndex");
  frame[9] = messageIndex & 0xff;
  frame[10] = messageIndex >>> 8;
  frame[BODY_TAG] = bodyTag;
}

function writeId(frame: Uint8Array, at: number, id: number): void {
  frame[at] = id >>> 24;
  frame[at + 1] = id >>> 16;
  frame[at + 2] = id >>> 8;
  frame[at + 3] = id;
}

function readId(frame: Uint8Array, at: number): number {
  return (frame[at]! << 24 | frame[at + 1]! << 16 | frame[at + 2]! << 8 | frame[at + 3]!) >>> 0;
}

function readU16(frame: Uint8Array, at: number): number {
  return frame[at]! | frame[at + 1]! << 8;
}
