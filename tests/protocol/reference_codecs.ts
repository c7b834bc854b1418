/**
 * The published codecs of `@rivetkit/engine-runner-protocol`. Each package has one version, and no
 * package is older than 2.0.33: versions 1 to 4 have none.
 */
import * as v5 from "@rivetkit/engine-runner-protocol-v5";
import * as v6 from "@rivetkit/engine-runner-protocol-v6";
import * as v7 from "@rivetkit/engine-runner-protocol";
import type { ProtocolVersion } from "@/lib/protocol/mod.ts";
import { type PeerCodec, peerCodec } from "./peer_codec.ts";

export interface Reference {
  readonly version: ProtocolVersion;
  readonly packageVersion: string;
  readonly codec: PeerCodec;
}

export const REFERENCES: readonly Reference[] = [
  { version: 5, packageVersion: "2.0.33", codec: peerCodec(v5) },
  { version: 6, packageVersion: "2.1.5", codec: peerCodec(v6) },
  { version: 7, packageVersion: "2.2.1", codec: peerCodec(v7) },
];
