/** Messages whose bytes and texts have lengths on both sides of each boundary of LEB128. */
import {
  actorId,
  gatewayId,
  messageIndex,
  type ProtocolVersion,
  requestId,
  type ToClient,
  type ToServer,
} from "@/lib/protocol/mod.ts";
import { packedIds } from "./packed_ids.ts";

/** 128, 16 384 and 2 097 152, where a length takes a byte more; a library is known to err at 16 385. */
const BOUNDARIES = [1, 2, 3].map((groups) => (1 << 7) ** groups);
export const LENGTHS = BOUNDARIES.flatMap((edge) => [edge - 1, edge, edge + 1]);

const messageId = {
  gatewayId: gatewayId(0xbf902de7),
  requestId: requestId(0xc0ad46c2),
  messageIndex: messageIndex(0x1234),
};

export function boundaryMessages(
  version: ProtocolVersion,
  length: number,
): { readonly toServer: readonly ToServer[]; readonly toClient: readonly ToClient[] } {
  const data = new Uint8Array(length).map((_, at) => at * 31);
  const text = "é".repeat(length / 2) + "a".repeat(length % 2);
  const legacyIds = version <= 2 ? { legacyIds: packedIds(messageId) } : {};
  const tunnel = { kind: "tunnel", messageId, ...legacyIds } as const;
  const kv = { kind: "kvRequest", actorId: actorId("a"), requestId: 1 } as const;
  const headers = new Map([["a", text]]);
  return {
    toServer: [
      { ...tunnel, body: { kind: "webSocketMessage", data, binary: true } },
      { ...tunnel, body: { kind: "responseChunk", body: data, finish: false } },
      {
        ...tunnel,
        body: { kind: "responseStart", status: 200, headers, body: data, stream: false },
      },
      { ...kv, request: { kind: "put", keys: [], values: [data] } },
      { ...kv, actorId: actorId(text), request: { kind: "drop" } },
    ],
    toClient: [
      { ...tunnel, body: { kind: "webSocketMessage", data, binary: false } },
      { ...tunnel, body: { kind: "requestChunk", body: data, finish: true } },
      { kind: "kvResponse", requestId: 1, response: { kind: "error", message: text } },
    ],
  };
}
