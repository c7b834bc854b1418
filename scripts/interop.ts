/**
 * `deno task interop`: plays every scenario in every pairing, the slow ones too, and writes what came
 * of it into docs/interop.md. It takes some ten minutes. With words as arguments it plays only the
 * scenarios that have them in their name, and writes nothing. Ends with 1 when a pairing did not do
 * what is expected of it.
 */
import { ENGINE_VERSION } from "../tests/interop/engine_binary.ts";
import { insteadOf, type Scenario } from "../tests/interop/scenario.ts";
import { SECTIONS } from "../tests/interop/scenarios/mod.ts";
import { engineIsMissing, nameOf, pairingsOf, Suite } from "../tests/interop/suite.ts";
import { type Cell, type Played, scenarioTables } from "../tests/interop/table.ts";
import type { Pairing } from "../tests/interop/world.ts";
import { ensureBuilt } from "./build.ts";
import { withSection } from "./generated_section.ts";

const ROOT = Deno.realPathSync(`${import.meta.dirname}/..`);
const DOCUMENT = `${ROOT}/docs/interop.md`;
/** Few, so that each is seen undisturbed. */
const AT_ONCE = 4;

const words = Deno.args;
const missing = await engineIsMissing();
if (missing !== undefined) {
  console.error(`${missing}: nothing to compare with`);
  Deno.exit(1);
}
if (!await ensureBuilt(ROOT)) Deno.exit(1);

const suite = new Suite({ atOnce: AT_ONCE });
let unexpected = 0;
const sections = await Promise.all(SECTIONS.map(async (section) => {
  const pairings = pairingsOf(section);
  const played = section.scenarios.filter(({ name }) =>
    words.length === 0 || words.some((word) => name.includes(word))
  );
  const rows = await Promise.all(played.map(async (scenario) => ({
    name: scenario.name,
    cells: await Promise.all(pairings.map((pairing) => play(scenario, pairing))),
  })));
  return { title: section.title, pairings, rows };
}));
await suite[Symbol.asyncDispose]();

if (words.length === 0) {
  const document = withSection(Deno.readTextFileSync(DOCUMENT), "scenarios", [
    `Rivet Engine ${ENGINE_VERSION}, \`@rivetkit/engine-runner\` 2.2.1, Deno ${Deno.version.deno}.`,
    "",
    ...scenarioTables(sections),
  ]);
  Deno.writeTextFileSync(DOCUMENT, document);
}
if (unexpected > 0) console.error(`${unexpected} did not do what is expected`);
Deno.exit(unexpected > 0 ? 1 : 0);

async function play(scenario: Scenario, pairing: Pairing): Promise<Cell> {
  if (scenario.notOn === pairing.gateway.name) return null;
  const expected = insteadOf(scenario, pairing.runner.name, pairing.gateway.name);
  const { failure, ms } = await suite.play(pairing, scenario);
  const asExpected = expected?.sometimes || (failure !== null) === (expected !== undefined);
  const cell: Played = { passed: failure === null, expected, asExpected };
  if (!asExpected) unexpected++;
  const took = (ms / 1_000).toFixed(1).padStart(5);
  const verdict = asExpected ? cell.passed ? "passes" : "as known" : "UNEXPECTED";
  console.log(`${took} s ${verdict.padEnd(10)} ${nameOf(pairing)}: ${scenario.name}`);
  if (failure !== null) console.log(`        ${failure.message.replaceAll(/\s+/g, " ")}`);
  return cell;
}
