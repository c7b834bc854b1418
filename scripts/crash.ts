/**
 * `deno task crash`: kills a runner process 300 times under load, and tells whether every message
 * counted once. `--runs N` kills, `--seed N`; `--engine` on a Rivet Engine; `--lost-ms N` until the
 * gateway gives a killed runner up, instead of its default; `--rate N` messages a second. Ends with 1
 * when a count is not exact.
 */
import { parseArgs } from "node:util";
import { dormouseGateway } from "../tests/interop/dormouse_gateway.ts";
import { rivetEngine } from "../tests/interop/engine.ts";
import { crash } from "../tests/reliability/crash.ts";
import { isExact, outcomeTable } from "../tests/reliability/outcome.ts";
import { ensureBuilt } from "./build.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    runs: { type: "string", default: "300" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
    engine: { type: "boolean", default: false },
    "lost-ms": { type: "string" },
    rate: { type: "string" },
  },
});
if (!await ensureBuilt(Deno.realPathSync(`${import.meta.dirname}/..`))) Deno.exit(1);

const seed = Number(values.seed);
console.log(`seed ${seed}`);
const lostMs = values["lost-ms"];
const outcome = await crash({
  gateway: values.engine ? rivetEngine : dormouseGateway,
  kills: Number(values.runs),
  seed,
  actors: 8,
  socketsEach: 4,
  // An engine takes a few hundred messages a second.
  rate: Number(values.rate ?? (values.engine ? 60 : 400)),
  ...(lostMs !== undefined && { runnerLostMs: Number(lostMs) }),
  // What waits for its actor longer than its ack may take costs the socket there.
  calmShare: values.engine ? 1 : 0.5,
  verifyEvery: 10,
  settleMs: values.engine ? 120_000 : 60_000,
  log: console.log,
});
console.log(outcomeTable(outcome));
Deno.exit(isExact(outcome) ? 0 : 1);
