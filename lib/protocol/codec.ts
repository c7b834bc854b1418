import { v2 } from "./codec_v2.ts";
import { v7 } from "./codec_v7.ts";
import { DecodeError, EncodeError } from "./errors.ts";
import { FRAME_BYTES, isSupportedVersion, type ProtocolVersion } from "./limits.ts";
import type { ToClient, ToServer } from "./message.ts";
import type { WireCodec } from "./wire_codec.ts";

const CODECS: Readonly<Record<ProtocolVersion, WireCodec>> = { 2: v2, 7: v7 };

/**
 * The bytes of a message from runner to gateway. They stay as they are and may share a buffer with
 * other frames. Throws {@link EncodeError} for what `version` cannot say; `capabilities.ts` tells
 * beforehand. A lone surrogate in a text goes out as U+FFFD.
 *
 * ```ts
 * import { decodeToServer, encodeToServer } from "@/lib/protocol/mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const frame = encodeToServer({ kind: "pong", ts: 1n }, 7);
 * assertEquals(frame, Uint8Array.of(4, 1, 0, 0, 0, 0, 0, 0, 0));
 * assertEquals(decodeToServer(frame, 7), { kind: "pong", ts: 1n });
 * ```
 */
export function encodeToServer(message: ToServer, version: ProtocolVersion): Uint8Array {
  return encoder(version).encodeToServer(message);
}

/** The bytes of a message from gateway to runner. As {@link encodeToServer}. */
export function encodeToClient(message: ToClient, version: ProtocolVersion): Uint8Array {
  return encoder(version).encodeToClient(message);
}

/**
 * Reads a frame from runner to gateway, of at most `maxBytes`. Byte fields of the result are views
 * of the frame: copy what is kept long. Throws {@link DecodeError}, and nothing else, for a frame
 * that is not exactly one message; what it accepts encodes again to the same bytes.
 */
export function decodeToServer(
  frame: Uint8Array,
  version: ProtocolVersion,
  maxBytes: number = FRAME_BYTES,
): ToServer {
  return decoder(frame, version, maxBytes).decodeToServer(frame);
}

/** Reads a frame from gateway to runner. As {@link decodeToServer}. */
export function decodeToClient(
  frame: Uint8Array,
  version: ProtocolVersion,
  maxBytes: number = FRAME_BYTES,
): ToClient {
  return decoder(frame, version, maxBytes).decodeToClient(frame);
}

function encoder(version: ProtocolVersion): WireCodec {
  if (isSupportedVersion(version)) return CODECS[version];
  throw new EncodeError("encode.unsupported_version", unsupported(version));
}

function decoder(frame: Uint8Array, version: ProtocolVersion, maxBytes: number): WireCodec {
  if (!isSupportedVersion(version)) {
    throw new DecodeError("decode.unsupported_version", 0, unsupported(version));
  }
  if (frame.length > maxBytes) {
    const message = `Frame of ${frame.length} bytes is larger than ${maxBytes}`;
    throw new DecodeError("decode.too_large", maxBytes, message);
  }
  return CODECS[version];
}

function unsupported(version: number): string {
  return `Version ${version} is not one of ${Object.keys(CODECS).join(", ")}`;
}
