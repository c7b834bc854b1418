import { DecodeError, EncodeError } from "./errors.ts";
import * as hot from "./hot_codec.ts";
import { type Layout, LAYOUTS } from "./layout.ts";
import { FRAME_BYTES, type ProtocolVersion, SUPPORTED_VERSIONS } from "./limits.ts";
import type { ToClient, ToServer } from "./message.ts";
import { readToClient, writeToClient } from "./to_client_codec.ts";
import { readToServer, writeToServer } from "./to_server_codec.ts";
import { WireReader } from "./wire_reader.ts";
import { WireWriter } from "./wire_writer.ts";

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
  const layout = layoutToWrite(version);
  const frame = version >= hot.HOT_SINCE ? hot.encodeToServer(message) : null;
  return frame ?? writeWhole(writeToServer, layout, message);
}

/** The bytes of a message from gateway to runner. As {@link encodeToServer}. */
export function encodeToClient(message: ToClient, version: ProtocolVersion): Uint8Array {
  const layout = layoutToWrite(version);
  const frame = version >= hot.HOT_SINCE ? hot.encodeToClient(message) : null;
  return frame ?? writeWhole(writeToClient, layout, message);
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
  const layout = layoutToRead(frame, version, maxBytes);
  const message = version >= hot.HOT_SINCE ? hot.decodeToServer(frame) : null;
  return message ?? readWhole(readToServer, layout, frame);
}

/** Reads a frame from gateway to runner. As {@link decodeToServer}. */
export function decodeToClient(
  frame: Uint8Array,
  version: ProtocolVersion,
  maxBytes: number = FRAME_BYTES,
): ToClient {
  const layout = layoutToRead(frame, version, maxBytes);
  const message = version >= hot.HOT_SINCE ? hot.decodeToClient(frame) : null;
  return message ?? readWhole(readToClient, layout, frame);
}

// No closures here: what they capture would be allocated for each hot message too.
function writeWhole<Message>(
  write: (writer: WireWriter, layout: Layout, message: Message) => void,
  layout: Layout,
  message: Message,
): Uint8Array {
  const writer = new WireWriter();
  write(writer, layout, message);
  return writer.frame();
}

/** A frame is one message and nothing behind it. */
function readWhole<Message>(
  read: (reader: WireReader, layout: Layout) => Message,
  layout: Layout,
  frame: Uint8Array,
): Message {
  const reader = new WireReader(frame);
  const message = read(reader, layout);
  reader.end();
  return message;
}

function layoutToWrite(version: ProtocolVersion): Layout {
  const layout = LAYOUTS[version];
  if (layout !== undefined) return layout;
  throw new EncodeError("encode.unsupported_version", unsupported(version));
}

function layoutToRead(frame: Uint8Array, version: ProtocolVersion, maxBytes: number): Layout {
  const layout = LAYOUTS[version];
  if (layout === undefined) {
    throw new DecodeError("decode.unsupported_version", 0, unsupported(version));
  }
  if (frame.length > maxBytes) {
    const message = `Frame of ${frame.length} bytes is larger than ${maxBytes}`;
    throw new DecodeError("decode.too_large", maxBytes, message);
  }
  return layout;
}

function unsupported(version: number): string {
  return `Version ${version} is not one of ${SUPPORTED_VERSIONS.join(", ")}`;
}
