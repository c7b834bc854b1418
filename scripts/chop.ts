/**
 * `deno task chop`: 200 runs of clients that count while the cables between gateway and runners are
 * cut, slow, chopped, stalled and half-open, and whether every message counted once. `--runs N`;
 * `--seed N` of the first run, each next has the next. Ends with 1 when a count is not exact or a
 * client was closed.
 */
import { parseArgs } from "node:util";
import { chop } from "../tests/reliability/chop.ts";
import { isExact, outcomeTable, together } from "../tests/reliability/outcome.ts";
import { ensureBuilt } from "./build.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    runs: { type: "string", default: "200" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
  },
});
if (!await ensureBuilt(Deno.realPathSync(`${import.meta.dirname}/..`))) Deno.exit(1);

const seed = Number(values.seed);
console.log(`seed ${seed}`);
const outcomes = await chop({
  runs: Number(values.runs),
  seed,
  troubles: 3,
  settleMs: 60_000,
  log: console.log,
});
for (const outcome of outcomes.filter((each) => !isExact(each) || each.tally.closes.size > 0)) {
  console.log(outcomeTable(outcome));
}
const all = together(`bad cables, ${outcomes.length} runs`, outcomes);
console.log(outcomeTable(all));
Deno.exit(isExact(all) && all.tally.closes.size === 0 ? 0 : 1);
