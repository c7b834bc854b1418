/**
 * `deno task soak`: 10 000 hibernatable sockets, most of their actors asleep, a little traffic, for
 * 15 minutes after a warm-up of 6: is a message lost, and does memory grow? `--minutes N`,
 * `--sockets N`, `--seed N`. The last lines can go into a document. Ends with 1 when a message was
 * not counted and answered once, or something stayed behind. Each socket is an open file here and
 * one at the gateway: `ulimit -n`.
 */
import { parseArgs } from "node:util";
import { isExact, outcomeTable } from "../tests/reliability/outcome.ts";
import { soak } from "../tests/reliability/soak.ts";
import { ensureBuilt } from "./build.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    minutes: { type: "string", default: "15" },
    sockets: { type: "string", default: "10000" },
    seed: { type: "string", default: `${Date.now() % 1_000_000}` },
  },
});
if (!await ensureBuilt(Deno.realPathSync(`${import.meta.dirname}/..`))) Deno.exit(1);

const minutes = Number(values.minutes);
const seed = Number(values.seed);
console.log(`seed ${seed}`);
const outcome = await soak({
  sockets: Number(values.sockets),
  socketsEach: 10,
  minutes,
  // The dashboard keeps five minutes of latencies, and grows until it has them.
  warmUpMinutes: minutes * 0.4,
  seed,
  share: 0.01,
  exchanges: 2,
  settleMs: 120_000,
  log: console.log,
});

const mib = (kib: number): string => (kib / 1024).toFixed(1);
console.log([
  "",
  outcomeTable(outcome),
  "",
  `${outcome.awake} actors awake at the last look, ${outcome.sleeps} sleeps in all.`,
  "",
  "| process | resident, first / last / most, MiB | slope, KiB a minute, 95 % |",
  "| --- | --- | --- |",
  ...outcome.memory.map(({ process, first, last, most, slope }) => {
    const line = slope === null ? "-" : `${slope.perX.toFixed(0)} ± ${slope.within.toFixed(0)}`;
    return `| ${process} | ${mib(first)} / ${mib(last)} / ${mib(most)} | ${line} |`;
  }),
].join("\n"));
const { sent, answered, closes } = outcome.tally;
Deno.exit(isExact(outcome) && sent === answered && closes.size === 0 ? 0 : 1);
