/**
 * `deno task bench`: Dormouse beside the limit of the machine and beside what a user would pick
 * instead, every study of `bench/studies` in one run.
 *
 *     deno task bench [--only echo,http] [--rounds 5]    prints what it measures
 *     deno task bench --record                           writes it into docs/performance.json as well
 *     deno task bench --trial                            one short round of each, to see that it works
 *
 * Machines are shared and noisy. So contenders take turns within each round, ratios are taken within
 * a round, and what is printed are medians over the rounds, with their spread. Every server and every
 * load generator is a process of its own.
 */
import { parseArgs } from "node:util";
import { describeCommit, describeMachine, describeVersions } from "./machine.ts";
import { readResults, type Results, type StudyResult } from "./results.ts";
import { STUDIES } from "./studies/mod.ts";
import { type Bench, Notebook, type Study } from "./study.ts";
import { textOf } from "./text_report.ts";

const FILE = new URL("../docs/performance.json", import.meta.url);

const { values } = parseArgs({
  args: Deno.args,
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    record: { type: "boolean", default: false },
    trial: { type: "boolean", default: false },
  },
});

const isTrial = values.trial;
const rounds = isTrial ? 1 : Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) refuse("--rounds", values.rounds, "1, 2, 3, …");
if (isTrial && values.record) refuse("--trial", "--record", "one of them");
const studies = values.only?.split(",").map(studyNamed) ?? STUDIES;

for (const study of studies) {
  const result = await play(study);
  console.log(textOf(result));
  // At once: a run takes long, and may be ended before its last study.
  if (values.record) record(result);
}

async function play(study: Study): Promise<StudyResult> {
  console.log(`${study.name}: ${study.title}`);
  const notebook = new Notebook();
  const bench: Bench = {
    rounds,
    isTrial,
    record: (place, figures) => notebook.record(place, figures),
    log: (line) => console.log(`  ${line}`),
  };
  const loadBefore = Deno.loadavg()[0]!;
  const commit = await describeCommit();
  const startedAt = performance.now();
  await study.run(bench);
  return {
    name: study.name,
    title: study.title,
    date: new Date().toISOString().slice(0, 10),
    commit,
    rounds,
    loadBefore,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    measurements: notebook.measurements,
  };
}

/** Puts a study in the place of its earlier run. */
function record(result: StudyResult): void {
  const earlier = readResults(FILE)?.studies ?? [];
  const byName = new Map([...earlier, result].map((it) => [it.name, it]));
  const results: Results = {
    machine: describeMachine(),
    versions: describeVersions(),
    studies: STUDIES.flatMap(({ name }) => byName.get(name) ?? []),
  };
  Deno.writeTextFileSync(FILE, `${JSON.stringify(results, null, 1)}\n`);
}

function studyNamed(name: string): Study {
  return STUDIES.find((study) => study.name === name) ??
    refuse("--only", name, STUDIES.map((study) => study.name).join(", "));
}

function refuse(option: string, value: string, wanted: string): never {
  console.error(`${option} is "${value}", wanted is ${wanted}`);
  Deno.exit(2);
}
