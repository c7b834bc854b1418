/** Today's ids in the 16 bytes of v1 and v2, which hold version 4 UUIDs (`wire.md`). */
import { EncodeError } from "./errors.ts";
import type { GatewayId, MessageIndex, RequestId } from "./ids.ts";
import type { HibernatingRequest, LegacyIds, MessageId } from "./message.ts";
import { checkInteger } from "./wire_writer.ts";

export const LEGACY_ID_BYTES = 16;
/** The bytes that mark a UUID's version and variant: no id is in them. */
const VERSION_AT = 6;
const VERSION = 0x40;
const VARIANT_AT = 8;
const VARIANT = 0x80;
/** Gateway and request id, 8 bytes, take up 10 of the UUID; the message index follows. */
const INDEX_AT = 10;

/** Both ids as our own side of the wire makes them. */
export function packIds(id: MessageId): LegacyIds {
  const request = [...idBytes(id.gatewayId), ...idBytes(id.requestId)];
  return {
    requestId: pack(request),
    messageId: pack([...request, id.messageIndex & 0xff, id.messageIndex >>> 8]),
  };
}

/**
 * The ids of a peer. Its message id counts only if it belongs to the request: a peer of that age
 * makes them up at random, and then the index is 0.
 */
export function unpackIds({ requestId, messageId }: LegacyIds): MessageId {
  const known = readRequest(requestId);
  const expected = packIds({ ...known, messageIndex: readIndex(messageId) });
  const isOurs = expected.messageId.every((byte, at) => byte === messageId[at]);
  return { ...known, messageIndex: isOurs ? readIndex(messageId) : 0 as MessageIndex };
}

/**
 * The ids to write for a message: those that came with it, or its own ones packed. Throws
 * {@link EncodeError} if they have not the 16 bytes of the wire, or would read as another message;
 * the index only counts unless the body says it (`indexInBody`).
 */
export function legacyIdsOf(
  messageId: MessageId,
  kept: LegacyIds | undefined,
  indexInBody: boolean,
): LegacyIds {
  checkInteger(messageId.gatewayId, "gatewayId", 0xffff_ffff);
  checkInteger(messageId.requestId, "requestId", 0xffff_ffff);
  checkInteger(messageId.messageIndex, "messageIndex", 0xffff);
  if (kept === undefined) return packIds(messageId);
  const { requestId: { length: request }, messageId: { length: message } } = kept;
  if (request !== LEGACY_ID_BYTES || message !== LEGACY_ID_BYTES) {
    throw wrong(`have ${request} and ${message} bytes, wanted ${LEGACY_ID_BYTES}`);
  }
  const read = unpackIds(kept);
  const isSame = read.gatewayId === messageId.gatewayId && read.requestId === messageId.requestId;
  if (!isSame || !indexInBody && read.messageIndex !== messageId.messageIndex) {
    throw wrong("are not those of messageId");
  }
  return kept;
}

function wrong(how: string): EncodeError {
  return new EncodeError("encode.invalid_value", `legacyIds ${how}`);
}

/** The four bytes of an id on the wire. */
function idBytes(id: GatewayId | RequestId): number[] {
  return [id >>> 24, id >>> 16 & 0xff, id >>> 8 & 0xff, id & 0xff];
}

/** Up to 14 bytes around the two marks of a UUID. */
function pack(bytes: readonly number[]): Uint8Array {
  const uuid = new Uint8Array(LEGACY_ID_BYTES);
  uuid[VERSION_AT] = VERSION;
  uuid[VARIANT_AT] = VARIANT;
  let at = 0;
  for (const byte of bytes) {
    if (at === VERSION_AT || at === VARIANT_AT) at++;
    uuid[at++] = byte;
  }
  return uuid;
}

function readRequest(uuid: Uint8Array): HibernatingRequest {
  const view = new DataView(uuid.buffer, uuid.byteOffset, uuid.byteLength);
  const requestId = view.getUint16(4) * 0x1_0000 + view.getUint8(7) * 0x100 + view.getUint8(9);
  return { gatewayId: view.getUint32(0) as GatewayId, requestId: requestId as RequestId };
}

function readIndex(uuid: Uint8Array): MessageIndex {
  return (uuid[INDEX_AT]! | uuid[INDEX_AT + 1]! << 8) as MessageIndex;
}
