/** Version 7 of the wire: the current one. */
import { readToClient, readToServer } from "./decode_v7.ts";
import { generate, notInVersion } from "./encode_parts.ts";
import { toClient, toServer } from "./encode_v7.ts";
import * as wire from "./generated/v7.ts";
import * as hot from "./hot_v7.ts";
import type { ToClient, ToServer } from "./message.ts";
import type { WireCodec } from "./wire_codec.ts";
import { WireReader } from "./wire_reader.ts";

export const v7: WireCodec = {
  encodeToServer(message) {
    refuseLegacyIds(message);
    return hot.encodeToServer(message) ?? generate(wire.encodeToServer, toServer(message));
  },
  encodeToClient(message) {
    refuseLegacyIds(message);
    return hot.encodeToClient(message) ?? generate(wire.encodeToClient, toClient(message));
  },
  decodeToServer: (frame) => hot.decodeToServer(frame) ?? readToServer(new WireReader(frame)),
  decodeToClient: (frame) => hot.decodeToClient(frame) ?? readToClient(new WireReader(frame)),
};

function refuseLegacyIds(message: ToServer | ToClient): void {
  if (message.kind === "tunnel" && message.legacyIds !== undefined) {
    throw notInVersion(7, "legacyIds", "1 and 2");
  }
}
