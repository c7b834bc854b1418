/** Frames recorded between a Rivet Engine 2.3.19 and real runners. */
import { assert, assertEquals } from "@std/assert";
import {
  decodeToClient,
  decodeToServer,
  encodeToClient,
  encodeToServer,
  type ProtocolVersion,
  SUPPORTED_VERSIONS,
} from "@/lib/protocol/mod.ts";
import * as generatedV2 from "@/lib/protocol/generated/v2.ts";
import * as generatedV7 from "@/lib/protocol/generated/v7.ts";

interface Row {
  readonly ver: ProtocolVersion;
  /** `c2s` is from runner to engine. */
  readonly dir: "c2s" | "s2c";
  readonly hex: string;
}

const GENERATED = { 2: generatedV2, 7: generatedV7 } as const;

function rowsOf(version: ProtocolVersion): Row[] {
  const file = new URL(`fixtures/engine_2.3.19_v${version}.jsonl`, import.meta.url);
  return Deno.readTextFileSync(file).trim().split("\n").map((line) => JSON.parse(line) as Row);
}

for (const version of SUPPORTED_VERSIONS) {
  Deno.test(`every recorded frame of v${version} decodes and encodes to the same bytes`, () => {
    const rows = rowsOf(version);
    assert(rows.length > 20);
    for (const { dir, hex } of rows) {
      const frame = Uint8Array.fromHex(hex);
      const encoded = dir === "c2s"
        ? encodeToServer(decodeToServer(frame, version), version)
        : encodeToClient(decodeToClient(frame, version), version);
      assertEquals(encoded.toHex(), hex);
    }
  });

  Deno.test(`the schema of v${version} fits every recorded frame`, () => {
    const { decodeToServer, encodeToServer, decodeToClient, encodeToClient } = GENERATED[version];
    for (const { dir, hex } of rowsOf(version)) {
      const frame = Uint8Array.fromHex(hex);
      const encoded = dir === "c2s"
        ? encodeToServer(decodeToServer(frame) as never)
        : encodeToClient(decodeToClient(frame) as never);
      assertEquals(encoded.toHex(), hex);
    }
  });
}
