import { type GatewayId, gatewayId, type RequestId, requestId } from "../protocol/mod.ts";

/** An id as this door's users hold it: four bytes. */
export type IdBuffer = ArrayBuffer;

/** The bytes of an id, in the order of the wire. */
export function idBuffer(id: GatewayId | RequestId): IdBuffer {
  const buffer = new ArrayBuffer(4);
  new DataView(buffer).setUint32(0, id);
  return buffer;
}

export function toGatewayId(id: IdBuffer): GatewayId {
  return gatewayId(readId(id, "gateway"));
}

export function toRequestId(id: IdBuffer): RequestId {
  return requestId(readId(id, "request"));
}

/** The bytes of an id as hexadecimal digits. */
export function idToStr(id: ArrayBuffer): string {
  return [...new Uint8Array(id)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function readId(id: IdBuffer, what: string): number {
  if (id.byteLength !== 4) {
    throw new TypeError(`The ${what} id has ${id.byteLength} bytes, an ArrayBuffer of 4 is wanted`);
  }
  // A Buffer, whatever the type says, is what some stores give back.
  return ArrayBuffer.isView(id)
    ? new DataView(id.buffer, id.byteOffset).getUint32(0)
    : new DataView(id).getUint32(0);
}
