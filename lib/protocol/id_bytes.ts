import type { GatewayId, RequestId } from "./ids.ts";

/** The four bytes of an id on the wire. */
export function idBytes(id: GatewayId | RequestId): Uint8Array {
  return Uint8Array.of(id >>> 24, id >>> 16, id >>> 8, id);
}
