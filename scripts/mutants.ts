/**
 * `deno task mutants [name part]`: plants each bug of tests/simulation/mutants.ts in a copy of the
 * program and counts the seeds until the simulation finds it. Exit code 1 when one is not found
 * within `--seeds` (2 000).
 */
import { parseArgs } from "node:util";
import { median } from "../bench/stats.ts";
import { hunt } from "../tests/simulation/hunt.ts";
import { MUTANTS } from "../tests/simulation/mutants.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "2000" },
    workers: { type: "string", default: `${navigator.hardwareConcurrency}` },
  },
});
const wanted = MUTANTS.filter(({ name }) => positionals.every((part) => name.includes(part)));
const found: number[] = [];
let missed = 0;
for await (
  const { mutant, seeds, promise } of hunt(wanted, Number(values.seeds), Number(values.workers))
) {
  if (seeds === null) missed++;
  else found.push(seeds);
  const trap = mutant.trap === undefined ? "" : `trap ${mutant.trap}: `;
  console.log(
    seeds === null
      ? `NOT FOUND   ${trap}${mutant.name}`
      : `${String(seeds).padStart(6)} seeds   ${trap}${mutant.name}   # ${promise}`,
  );
}
console.log(`${found.length} of ${wanted.length} found, median ${median(found)} seeds`);
Deno.exit(missed > 0 ? 1 : 0);
