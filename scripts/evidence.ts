/**
 * `deno task evidence [--messages=N] [--frames=N] [--seed=N]`: holds the codec against the published
 * ones and against damaged frames. Without numbers it runs in full, and writes what it measured into
 * docs/protocol.md. Ends with an error at the first message or frame that proves it wrong, with what
 * is needed to see it again.
 */
import { markdownTable } from "../lib/config/markdown_table.ts";
import { SUPPORTED_VERSIONS } from "../lib/protocol/mod.ts";
import { compareBoundaries, compareRandom, decodeDamaged } from "../tests/protocol/evidence.ts";
import { GENERATED } from "../tests/protocol/generated_codecs.ts";
import { REFERENCES } from "../tests/protocol/reference_codecs.ts";
import { withSection } from "./generated_section.ts";

const DOCUMENT = new URL("../docs/protocol.md", import.meta.url);
/** Of each direction of the tunnel, for each codec that ours is held against. */
const MESSAGES = 100_000;
/** Of all versions together. */
const FRAMES = 1_000_000;

const options = new Map(Deno.args.map((arg) => {
  const [, name, value] = /^--(messages|frames|seed)=(\d+)$/.exec(arg) ?? [];
  if (name === undefined) {
    console.error(`Unknown argument ${arg}, wanted --messages=N, --frames=N or --seed=N`);
    Deno.exit(2);
  }
  return [name, Number(value)] as const;
}));
const messages = options.get("messages") ?? MESSAGES;
const frames = options.get("frames") ?? FRAMES;
const seed = options.get("seed") ?? Math.floor(Math.random() * 0x7fff_ffff);
console.log(`seed ${seed}`);

const comparisons = SUPPORTED_VERSIONS.flatMap((version) => {
  const reference = REFERENCES.find((reference) => reference.version === version);
  const own = { version, peer: "our schema", codec: GENERATED[version] };
  if (reference === undefined) return [own];
  const { packageVersion, codec } = reference;
  return [{ version, peer: `reference ${packageVersion}`, codec }, own];
});

const compared = comparisons.map(({ version, peer, codec }) => {
  const row = measured(() => {
    compareRandom(version, codec, messages, seed);
    return [String(version), peer, count(2 * messages), count(compareBoundaries(version, codec))];
  });
  console.log(row.join("  "));
  return row;
});

const perDirection = Math.ceil(frames / SUPPORTED_VERSIONS.length / 2);
let damaged = 0;
const decoded = SUPPORTED_VERSIONS.map((version) => {
  const row = measured(() => {
    const { frames, read } = decodeDamaged(version, perDirection, seed);
    damaged += frames;
    return [String(version), count(frames), count(read), count(frames - read)];
  });
  console.log(row.join("  "));
  return row;
});

if (options.size === 0) {
  const lines = [
    `Seed ${seed}, Deno ${Deno.version.deno}, on ${navigator.hardwareConcurrency} shared cores. No difference, no other error.`,
    "",
    ...markdownTable(
      ["version", "held against", "random messages", "at length boundaries", "seconds"],
      compared,
    ),
    "",
    `${count(damaged)} damaged frames:`,
    "",
    ...markdownTable(["version", "frames", "read exactly", "refused", "seconds"], decoded),
  ];
  const document = Deno.readTextFileSync(DOCUMENT);
  Deno.writeTextFileSync(DOCUMENT, withSection(document, "evidence", lines));
}

/** A row with the seconds that it took at its end. */
function measured(run: () => string[]): string[] {
  const start = performance.now();
  const row = run();
  return [...row, ((performance.now() - start) / 1000).toFixed(1)];
}

function count(value: number): string {
  return value.toLocaleString("en").replaceAll(",", " ");
}
