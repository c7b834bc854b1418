/**
 * `deno task interop`: plays every scenario in every pairing and writes the tables of
 * `docs/interop.md`. With words as arguments, plays only scenarios that have them in their name, and
 * writes nothing.
 */
import { SCENARIOS } from "../tests/interop/scenarios/mod.ts";
import { insteadOf } from "../tests/interop/scenario.ts";
import { PAIRINGS, Suite } from "../tests/interop/suite.ts";

const only = Deno.args.filter((a) => a.startsWith("@")).map((a) => a.slice(1));
const words = Deno.args.filter((a) => !a.startsWith("@"));
await using suite = new Suite();
const began = performance.now();
const results: Promise<void>[] = [];
for (const scenario of Object.values(SCENARIOS).flat()) {
  if (words.length > 0 && !words.some((word) => scenario.name.includes(word))) continue;
  if (scenario.slow && words.length === 0) continue;
  for (const pairing of PAIRINGS) {
    if (only.length && !only.includes(`${pairing.runner.name[0]}${pairing.gateway.name[0]}`)) {
      continue;
    }
    results.push(
      suite.play(pairing, scenario).then(({ failure, ms }) => {
        const expected = insteadOf(scenario, pairing.runner.name, pairing.gateway.name);
        const verdict = failure === null ? "passes" : "FAILS ";
        console.log(
          `${verdict} ${
            ms.toFixed(0).padStart(6)
          } ms  ${pairing.runner.name} on ${pairing.gateway.name}: ${scenario.name}` +
            (failure === null
              ? ""
              : `\n    ${failure.message.replaceAll(/\s+/g, " ").slice(0, 300)}`) +
            (expected ? `\n  expected: ${expected.does}` : ""),
        );
      }),
    );
  }
}
await Promise.all(results);
console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
