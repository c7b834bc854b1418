/** The codecs compiled from our own schemas, by version. */
import type { ProtocolVersion } from "@/lib/protocol/mod.ts";
import * as v1 from "./generated/v1.ts";
import * as v2 from "./generated/v2.ts";
import * as v3 from "./generated/v3.ts";
import * as v4 from "./generated/v4.ts";
import * as v5 from "./generated/v5.ts";
import * as v6 from "./generated/v6.ts";
import * as v7 from "./generated/v7.ts";
import { type PeerCodec, peerCodec } from "./peer_codec.ts";

export const GENERATED: Readonly<Record<ProtocolVersion, PeerCodec>> = {
  1: peerCodec(v1),
  2: peerCodec(v2),
  3: peerCodec(v3),
  4: peerCodec(v4),
  5: peerCodec(v5),
  6: peerCodec(v6),
  7: peerCodec(v7),
};
