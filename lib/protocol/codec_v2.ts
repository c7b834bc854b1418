/** Version 2 of the wire: the first that acknowledges messages. */
import { readToClient, readToServer } from "./decode_v2.ts";
import { generate } from "./encode_parts.ts";
import { toClient, toServer } from "./encode_v2.ts";
import * as wire from "./generated/v2.ts";
import type { WireCodec } from "./wire_codec.ts";
import { WireReader } from "./wire_reader.ts";

export const v2: WireCodec = {
  encodeToServer: (message) => generate(wire.encodeToServer, toServer(message)),
  encodeToClient: (message) => generate(wire.encodeToClient, toClient(message)),
  decodeToServer: (frame) => readToServer(new WireReader(frame)),
  decodeToClient: (frame) => readToClient(new WireReader(frame)),
};
