/** What a run of `deno task bench` leaves behind: `docs/performance.json`. */
import type { Measurement, Place } from "./study.ts";
import { median } from "./stats.ts";

export interface Results {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly studies: readonly StudyResult[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
}

/** One study of one run: figures are comparable within it, and not with those of another. */
export interface StudyResult {
  readonly name: string;
  readonly title: string;
  /** As 2026-11-24. */
  readonly date: string;
  readonly commit: string;
  readonly rounds: number;
  /** Of the machine over one minute, before the study began: other people's work. */
  readonly loadBefore: number;
  readonly seconds: number;
  readonly measurements: readonly Measurement[];
}

/** `undefined` when nothing was recorded. */
export function readResults(file: URL): Results | undefined {
  try {
    // JSON has no word for what is not a number, and writes null.
    return JSON.parse(Deno.readTextFileSync(file), (_, value) => value ?? NaN);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The figures of one place, one value a round. Throws when it was not measured, with what was. */
export function valuesOf(
  study: StudyResult,
  at: Place & { readonly figure: string },
): readonly number[] {
  return measurementsAt(study, at)[0]!.values;
}

/** What was measured there, one at least; else throws, with the names that there are instead. */
export function measurementsAt(
  { name, measurements }: StudyResult,
  at: Partial<Place & { readonly figure: string }>,
): readonly Measurement[] {
  return (["case", "contender", "figure"] as const).reduce((rows, part) => {
    if (at[part] === undefined) return rows;
    const found = rows.filter((it) => it[part] === at[part]);
    if (found.length > 0) return found;
    const names = [...new Set(rows.map((it) => it[part]))];
    throw new RangeError(
      `${name} has no ${part} "${at[part]}", wanted is one of "${names.join('", "')}"`,
    );
  }, measurements);
}

/** Round by round: what happened in one round shared its weather. */
export function ratios(values: readonly number[], base: readonly number[]): number[] {
  return values.map((value, round) => value / base[round]!);
}

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), least: Math.min(...values), greatest: Math.max(...values) };
}
