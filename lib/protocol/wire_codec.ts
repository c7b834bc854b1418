import type { ToClient, ToServer } from "./message.ts";

/** One version of the wire: the model to its bytes, and back. */
export interface WireCodec {
  /** Throws `EncodeError`. */
  encodeToServer(message: ToServer): Uint8Array;
  /** Throws `EncodeError`. */
  encodeToClient(message: ToClient): Uint8Array;
  /** Throws `DecodeError`. */
  decodeToServer(frame: Uint8Array): ToServer;
  /** Throws `DecodeError`. */
  decodeToClient(frame: Uint8Array): ToClient;
}
