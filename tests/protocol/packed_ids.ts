/** The packing of ids in 16 bytes, as `wire.md` has it: our own codec does it another way. */
import {
  gatewayId,
  type LegacyIds,
  type MessageId,
  messageIndex,
  requestId,
} from "@/lib/protocol/mod.ts";

export function packedIds({ gatewayId, requestId, messageIndex }: MessageId): LegacyIds {
  const bytes = new Uint8Array(14);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, gatewayId);
  view.setUint32(4, requestId);
  const request = uuid(bytes);
  view.setUint16(8, messageIndex, true);
  return { requestId: request, messageId: uuid(bytes) };
}

/** What a reader makes of ids, given that the message id is not one of ours: then its index is 0. */
export function idsFromRequest({ requestId: uuid }: LegacyIds): MessageId {
  const view = new DataView(Uint8Array.of(...uuid.subarray(0, 6), uuid[7]!, uuid[9]!).buffer);
  return {
    gatewayId: gatewayId(view.getUint32(0)),
    requestId: requestId(view.getUint32(4)),
    messageIndex: messageIndex(0),
  };
}

function uuid(d: Uint8Array): Uint8Array {
  return Uint8Array.of(...d.subarray(0, 6), 0x40, d[6]!, 0x80, ...d.subarray(7, 14));
}
