import { optionOf, type Rule, type Term, type ValueOf } from "../../lib/rule/rule.ts";

/** Whole numbers that the terms' factors divide, so that both sides of a rule can be equal. */
const EDGE = 40_000;

/** One option's value beside it. */
export type Setting<Path> = readonly [path: Path, value: number];

/** The two options of a rule at its edge: the last values that keep it, and the first that do not. */
export function edgeOf<Path extends string>(
  rule: Rule<Path>,
  defaultOf: ValueOf<Path>,
): { readonly kept: readonly Setting<Path>[]; readonly broken: readonly Setting<Path>[] } {
  const { smaller, larger, orEqual } = rule;
  const isShare = optionOf(smaller).endsWith("Share");
  const edge = isShare ? 0.5 : EDGE;
  const step = isShare ? 0.125 : 1;
  const worth = (term: Term<Path>): number => {
    if (typeof term === "string") return edge;
    const [factor] = term;
    return edge / (typeof factor === "number" ? factor : defaultOf(factor));
  };
  const at = (off: number): readonly Setting<Path>[] => [
    [optionOf(smaller), worth(smaller) + off],
    [optionOf(larger), worth(larger)],
  ];
  return orEqual ? { kept: at(0), broken: at(step) } : { kept: at(-step), broken: at(0) };
}

/** Options by their bare names, of all settings that are of the room. */
export function optionsOf<Path extends string>(
  room: string,
  settings: readonly Setting<Path>[],
): Record<string, number> {
  const ours = settings.filter(([path]) => path.startsWith(`${room}.`));
  return Object.fromEntries(ours.map(([path, value]) => [path.slice(room.length + 1), value]));
}

/** A line that says of the rule that it is broken: both options, both values, and why. */
export function isSaid<Path extends string>(
  line: string,
  { why }: Rule<Path>,
  settings: readonly Setting<Path>[],
): boolean {
  return line.endsWith(why) && settings.flat().every((part) => line.includes(`${part}`));
}
