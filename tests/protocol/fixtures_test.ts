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
import { GENERATED } from "./generated_codecs.ts";

interface Row {
  readonly ver: ProtocolVersion;
  /** `c2s` is from runner to engine. */
  readonly dir: "c2s" | "s2c";
  readonly hex: string;
}

const ROWS = ["engine_2.3.19_v7.jsonl", "engine_2.3.19_versions.jsonl"].flatMap((name) =>
  Deno.readTextFileSync(new URL(`fixtures/${name}`, import.meta.url)).trim().split("\n")
    .map((line) => JSON.parse(line) as Row)
);

for (const version of SUPPORTED_VERSIONS) {
  const rows = ROWS.filter(({ ver }) => ver === version);

  Deno.test(`every recorded frame of v${version} decodes and encodes to the same bytes`, () => {
    for (const dir of ["c2s", "s2c"]) assert(rows.some((row) => row.dir === dir));
    for (const { dir, hex } of rows) {
      const frame = Uint8Array.fromHex(hex);
      const encoded = dir === "c2s"
        ? encodeToServer(decodeToServer(frame, version), version)
        : encodeToClient(decodeToClient(frame, version), version);
      assertEquals(encoded.toHex(), hex);
    }
  });

  Deno.test(`the schema of v${version} fits every recorded frame`, () => {
    const { toServer, toClient } = GENERATED[version];
    for (const { dir, hex } of rows) {
      const { encode, decode } = dir === "c2s" ? toServer : toClient;
      assertEquals(encode(decode(Uint8Array.fromHex(hex))).toHex(), hex);
    }
  });
}
