/** A study's figures as text, for a terminal. */
import { ratios, type StudyResult, summarize, valuesOf } from "./results.ts";
import type { Measurement } from "./study.ts";

/** Medians over the rounds (least to greatest), and how many times the case's first contender's. */
export function textOf(study: StudyResult): string {
  const lines: string[] = [];
  for (const [name, rows] of Map.groupBy(study.measurements, (it) => it.case)) {
    lines.push("", name);
    const first = rows[0]!.contender;
    for (const [contender, figures] of Map.groupBy(rows, (it) => it.contender)) {
      lines.push(`  ${contender}`);
      for (const it of figures) {
        const times = contender === first ? "" : timesText(study, it, first);
        lines.push(`    ${it.figure.padEnd(28)} ${spreadText(it.values)}${times}`);
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Empty when the first contender has no such figure. */
function timesText(study: StudyResult, it: Measurement, first: string): string {
  const has = study.measurements.some((other) =>
    other.case === it.case && other.contender === first && other.figure === it.figure
  );
  if (!has) return "";
  const base = valuesOf(study, { ...it, contender: first });
  return `, × ${spreadText(ratios(it.values, base))}`;
}

function spreadText(values: readonly number[]): string {
  const { median, least, greatest } = summarize(values);
  if (values.length === 1) return numberText(median);
  return `${numberText(median)} (${numberText(least)} to ${numberText(greatest)})`;
}

/** Three digits that say something, without exponents. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}
