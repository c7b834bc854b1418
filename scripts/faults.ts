/**
 * `deno task faults`: lets every fault happen in every pairing, on gateways with default timers, and
 * writes what the clients saw into docs/interop.md. It takes some 15 minutes: much of it waits.
 * `--runs=5` instead of 3. With words as arguments it plays only the faults that have them in their
 * name, and writes nothing. Ends with 1 when a bound was not held where both sides are Dormouse's.
 */
import { ENGINE_VERSION } from "../tests/interop/engine_binary.ts";
import { FAULTS } from "../tests/interop/faults/mod.ts";
import { measure, PAIRINGS } from "../tests/interop/faults/measure.ts";
import { faultTable, holds } from "../tests/interop/faults/table.ts";
import { withSection } from "./generated_section.ts";
import { ensureBuilt } from "./build.ts";

const ROOT = Deno.realPathSync(`${import.meta.dirname}/..`);
const DOCUMENT = `${ROOT}/docs/interop.md`;

const words = Deno.args.filter((argument) => !argument.startsWith("--"));
const runs = Number(
  Deno.args.find((argument) => argument.startsWith("--runs="))?.slice("--runs=".length) ?? 3,
);
const faults = FAULTS.filter(({ name }) =>
  words.length === 0 || words.some((word) => name.includes(word))
);
if (!await ensureBuilt(ROOT)) Deno.exit(1);

const measured = await measure(faults, PAIRINGS, runs, {
  onMeasured({ fault, pairing: { gateway, runner }, saw, ms }) {
    const took = ms === null ? "-" : (ms / 1_000).toFixed(3);
    console.log(`${took.padStart(7)} ${gateway.name}, ${runner.name}: ${fault.name}: ${saw}`);
  },
});

const table = faultTable(faults, PAIRINGS, measured);
const { imports, version } = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
console.log(["", ...table].join("\n"));
if (words.length === 0) {
  const document = Deno.readTextFileSync(DOCUMENT);
  Deno.writeTextFileSync(
    DOCUMENT,
    withSection(document, "faults", [
      `Measured on ${
        new Date().toISOString().slice(0, 10)
      } on two shared cores, median of ${runs} runs`,
      `(least to greatest): Dormouse ${version}, Rivet Engine ${ENGINE_VERSION}, engine-runner`,
      `${imports["@rivetkit/engine-runner"].split("@").at(-1)}, Deno ${Deno.version.deno}.`,
      "",
      ...table,
    ]),
  );
}

const broken = measured.filter((each) => each.pairing === PAIRINGS.at(-1) && !holds(each));
for (const { fault, saw, ms } of broken) {
  console.error(`Not as it must be: ${fault.name}: ${saw}, ${ms?.toFixed(0)} ms`);
}
if (broken.length > 0) Deno.exit(1);
