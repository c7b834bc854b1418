/** The evidence of `docs/protocol.md` in small: `deno task evidence` is the whole. */
import { assert } from "@std/assert";
import { SUPPORTED_VERSIONS } from "@/lib/protocol/mod.ts";
import { compareBoundaries, compareRandom, decodeDamaged } from "./evidence.ts";
import { GENERATED } from "./generated_codecs.ts";
import { REFERENCES } from "./reference_codecs.ts";

const MESSAGES = 300;
const FRAMES = 1000;
const SEED = Math.floor(Math.random() * 0x7fff_ffff);

for (const version of SUPPORTED_VERSIONS) {
  const reference = REFERENCES.find((reference) => reference.version === version);
  const peer = reference === undefined
    ? { name: "the one of its schema", codec: GENERATED[version] }
    : { name: `the reference ${reference.packageVersion}`, codec: reference.codec };

  Deno.test(`the codec of v${version} agrees with ${peer.name}`, () => {
    compareRandom(version, peer.codec, MESSAGES, SEED);
  });

  Deno.test(`the codec of v${version} agrees with ${peer.name} on lengths at each boundary`, () => {
    compareBoundaries(version, peer.codec);
  });

  Deno.test(`decoders of v${version} read a damaged frame exactly, or throw a DecodeError`, () => {
    const { frames, read } = decodeDamaged(version, FRAMES, SEED);
    assert(read > 0 && read < frames);
  });
}
