import type { ProtocolVersion } from "./limits.ts";
import type { ToClient, ToServer } from "./message.ts";

export function encodeToServer(_message: ToServer, _version: ProtocolVersion): Uint8Array {
  throw new Error("codec not yet written");
}
export function decodeToServer(_frame: Uint8Array, _version: ProtocolVersion): ToServer {
  throw new Error("codec not yet written");
}
export function encodeToClient(_message: ToClient, _version: ProtocolVersion): Uint8Array {
  throw new Error("codec not yet written");
}
export function decodeToClient(_frame: Uint8Array, _version: ProtocolVersion): ToClient {
  throw new Error("codec not yet written");
}
