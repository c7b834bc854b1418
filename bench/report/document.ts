/** `docs/performance.md`, as the results want it. */
import { markdownTable } from "../../lib/config/markdown_table.ts";
import { withSection } from "../../scripts/generated_section.ts";
import { ratios, type Results, type StudyResult, summarize, valuesOf } from "../results.ts";
import type { Measurement } from "../study.ts";
import { type Bound, judge, TARGETS, unitOf } from "../targets.ts";
import { amount } from "./amount.ts";
import { capital, type Plot, plotsOf } from "./plots.ts";
import { wrapped } from "./wrapped.ts";

export interface Report {
  readonly document: string;
  /** Those of all studies. */
  readonly plots: readonly Plot[];
}

interface Section {
  /** Between the comments; of a study, its name. */
  readonly name: string;
  /** What a new section is put under; whoever edits the document may change it. */
  readonly heading: string;
  readonly lines: readonly string[];
}

/** The document with its sections as they are to be; what is written between them stays. */
export async function report(document: string, results: Results): Promise<Report> {
  const plots: Plot[] = [];
  const sections: Section[] = [
    { name: "method", heading: "What was measured, and how", lines: methodLines(results) },
    { name: "targets", heading: "Targets", lines: targetLines(results) },
  ];
  for (const study of results.studies) {
    const own = await plotsOf(study);
    plots.push(...own);
    sections.push({
      name: study.name,
      heading: capital(study.name),
      lines: studyLines(study, own),
    });
  }
  const written = sections.reduce(
    (text, { name, lines }) => withSection(text, name, lines),
    withNewSections(document, sections),
  );
  return { document: written, plots };
}

/** Each section that the document lacks is put before the next that it has, else at its end. */
function withNewSections(document: string, sections: readonly Section[]): string {
  return sections.reduceRight((text, { name, heading }, i) => {
    if (text.includes(begin(name))) return text;
    const next = sections[i + 1];
    const at = next === undefined
      ? text.length
      : text.lastIndexOf("## ", text.indexOf(begin(next.name)));
    const section = `## ${heading}\n\n${
      begin(name)
    } made by deno task generate, not to be edited -->\n<!-- end ${name} -->\n`;
    const before = text.slice(0, at);
    return next === undefined ? `${before}\n${section}` : `${before}${section}\n${text.slice(at)}`;
  }, document);
}

function begin(name: string): string {
  return `<!-- begin ${name}:`;
}

function methodLines({ machine, versions, studies }: Results): string[] {
  const { cpu, cores, memoryGiB, os } = machine;
  return [
    ...wrapped(
      "Contenders run side by side, on one machine, and take turns within each round; every server " +
        "and every load generator is a process of its own. Machines are shared and noisy: ratios are " +
        "taken within a round, and only they can be carried elsewhere. Each figure is the median over " +
        "the rounds, with the least and the greatest behind it; × compares it with the first contender " +
        "of its case.",
    ),
    "",
    ...wrapped(`- Machine: ${cpu}, ${cores} cores shared by all, ${memoryGiB} GiB, ${os}`, "  "),
    ...wrapped(
      `- Versions: ${Object.entries(versions).map(([name, it]) => `${name} ${it}`).join(", ")}`,
      "  ",
    ),
    "",
    ...markdownTable(
      ["study", "what is compared", "measured on", "commit", "rounds", "minutes", "load before"],
      studies.map((it) => [
        `[${it.name}](#${it.name})`,
        it.title,
        it.date,
        `\`${it.commit}\``,
        String(it.rounds),
        (it.seconds / 60).toFixed(1),
        it.loadBefore.toFixed(2),
      ]),
    ),
    "",
    ...wrapped(
      "Load before is the machine's average over the minute before the study: other people's work. A " +
        "commit with a plus had changes on top of it.",
    ),
    "",
    "Run it again, on a machine that has nothing else to do:",
    "",
    "```sh",
    "deno task bench --record              # all of it, into docs/performance.json",
    "deno task bench --record --only echo  # one study",
    "deno task generate                    # this document, from the JSON",
    "```",
  ];
}

function targetLines(results: Results): string[] {
  const judged = TARGETS.map((target) => ({ target, judgement: judge(target, results) }));
  const behind = judged.filter(({ judgement }) => judgement?.holds === false);
  const unknown = judged.filter(({ judgement }) => judgement === undefined);
  const held = judged.length - behind.length - unknown.length;
  const rows = judged.map(({ target, judgement }) => [
    target.what,
    boundText(target.bound, unitOf(target)),
    judgement === undefined ? "not measured" : `${spread(judgement.values)} ${unitOf(target)}`,
    judgement === undefined ? "" : judgement.holds ? "yes" : "**no**",
  ]);
  return [
    ...wrapped(
      `${judged.length} targets. Held: ${held}. Missed: ${behind.length}. Not measured yet: ` +
        `${unknown.length}. A target holds when the median does. Messages have 64 bytes unless said.`,
    ),
    "",
    ...(behind.length === 0 ? [] : [
      "Where we are behind:",
      "",
      ...behind.flatMap(({ target, judgement }) =>
        wrapped(
          `- ${target.what}: ${amount(summarize(judgement!.values).median)} ${unitOf(target)}, ` +
            `wanted is ${boundText(target.bound, unitOf(target))}`,
          "  ",
        )
      ),
      "",
    ]),
    ...markdownTable(["what", "target", "measured", "holds"], rows),
  ];
}

function boundText(bound: Bound, unit: string): string {
  return "atLeast" in bound
    ? `≥ ${amount(bound.atLeast)} ${unit}`
    : `≤ ${amount(bound.atMost)} ${unit}`;
}

function studyLines(study: StudyResult, plots: readonly Plot[]): string[] {
  const { title, date, commit, rounds } = study;
  return [
    ...wrapped(`${capital(title)}. Measured on ${date} at \`${commit}\`, ${rounds} rounds.`),
    "",
    ...plots.flatMap(({ file, alt }) => [`![${alt}](images/performance/${file})`, ""]),
    ...studyTable(study),
  ];
}

/** A row for each contender of each case, a column for each figure. */
function studyTable(study: StudyResult): string[] {
  const figures = [...new Set(study.measurements.map(({ figure }) => figure))];
  const rows = [...Map.groupBy(study.measurements, (it) => it.case)].flatMap(([name, ofCase]) => {
    const first = ofCase[0]!.contender;
    return [...Map.groupBy(ofCase, (it) => it.contender)].map(([contender, own]) => [
      // Once: what follows below it is of the same case.
      contender === first ? name : "",
      contender,
      ...figures.map((figure) => {
        const it = own.find((it) => it.figure === figure);
        return it === undefined ? "" : `${spread(it.values)}${timesText(study, it, first)}`;
      }),
    ]);
  });
  return markdownTable(["case", "contender", ...figures], rows);
}

/** How many times the first contender's; empty for itself, and where it has no such figure. */
function timesText(study: StudyResult, it: Measurement, first: string): string {
  const has = study.measurements.some((other) =>
    other.case === it.case && other.contender === first && other.figure === it.figure
  );
  if (it.contender === first || !has) return "";
  const times = ratios(it.values, valuesOf(study, { ...it, contender: first }));
  return `, × ${amount(summarize(times).median)}`;
}

function spread(values: readonly number[]): string {
  const { median, least, greatest } = summarize(values);
  if (values.length === 1) return amount(median);
  return `${amount(median)} (${amount(least)} to ${amount(greatest)})`;
}
