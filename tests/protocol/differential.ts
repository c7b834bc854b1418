/** Our codec beside another one of the same version, message by message. */
import { isDeepStrictEqual } from "node:util";
import { assertEquals } from "@std/assert";
import type fc from "fast-check";
import {
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  type ProtocolVersion,
  type ToClient,
  type ToServer,
} from "@/lib/protocol/mod.ts";
import type { Layout } from "@/lib/protocol/layout.ts";
import { readToClient } from "@/lib/protocol/to_client_codec.ts";
import { readToServer } from "@/lib/protocol/to_server_codec.ts";
import type { WireReader } from "@/lib/protocol/wire_reader.ts";
import { toClient, toServer } from "./arbitraries.ts";
import type { PeerCodec, PeerDirection } from "./peer_codec.ts";
import { toClientShape, toServerShape } from "./shapes.ts";

/** One direction of the tunnel: its messages, and all that turns them into something else. */
export interface Direction<Message> {
  readonly name: "toServer" | "toClient";
  messages(version: ProtocolVersion): fc.Arbitrary<Message>;
  encode(message: Message, version: ProtocolVersion): Uint8Array;
  decode(frame: Uint8Array, version: ProtocolVersion): Message;
  /** The careful reader alone, without the quick way of hot messages. */
  read(reader: WireReader, layout: Layout): Message;
  shape(message: Message, version: ProtocolVersion): unknown;
}

export const TO_SERVER: Direction<ToServer> = {
  name: "toServer",
  messages: toServer,
  encode: encodeToServer,
  decode: decodeToServer,
  read: readToServer,
  shape: toServerShape,
};

export const TO_CLIENT: Direction<ToClient> = {
  name: "toClient",
  messages: toClient,
  encode: encodeToClient,
  decode: decodeToClient,
  read: readToClient,
  shape: toClientShape,
};

/** Throws unless both codecs write the same bytes and each reads the other's as the message. */
export function assertAgree<Message>(
  direction: Direction<Message>,
  version: ProtocolVersion,
  codec: PeerCodec,
  message: Message,
): void {
  const peer: PeerDirection = codec[direction.name];
  const shape = direction.shape(message, version);
  const ours = direction.encode(message, version);
  const theirs = peer.encode(shape);
  assertSame(theirs, ours);
  assertSame(peer.decode(ours), shape);
  assertSame(direction.decode(theirs, version), message);
}

/** `assertEquals` says well what differs, but takes a hundred times as long to say that nothing does. */
function assertSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) assertEquals(actual, expected);
}
