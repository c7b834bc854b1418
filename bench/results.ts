/** What a run of `deno task bench` leaves behind: `docs/performance.json`. */
import type { Measurement } from "./study.ts";
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

/** The figures of one place, one value a round. Throws when it was not measured. */
export function valuesOf(
  study: StudyResult,
  at: { readonly case: string; readonly contender: string; readonly figure: string },
): readonly number[] {
  const found = study.measurements.find((it) =>
    it.case === at.case && it.contender === at.contender && it.figure === at.figure
  );
  if (found !== undefined) return found.values;
  throw new RangeError(`${study.name} has no "${at.figure}" of "${at.contender}" in "${at.case}"`);
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
