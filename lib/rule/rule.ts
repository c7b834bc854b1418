/** One value, or a number or another value, as a share, times it. */
export type Term<Path extends string> = Path | readonly [number | Path, Path];

/** Two values that must agree: the smaller one is below the larger. */
export interface Rule<Path extends string = string> {
  readonly smaller: Term<Path>;
  readonly larger: Term<Path>;
  /** Whether they may be equal. */
  readonly orEqual: boolean;
  /** What goes wrong otherwise. */
  readonly why: string;
}

/** The value that an option has, by room and name, as `gateway.ackTimeoutMs`. */
export type ValueOf<Path extends string> = (path: Path) => number;

/** A rule that is broken: `name` has the value `given`, and what is `wanted` names the other. */
export interface Contradiction {
  readonly name: string;
  readonly given: number;
  readonly wanted: string;
}

/** Whether the values keep the rule. */
export function keepsRule<Path extends string>(
  { smaller, larger, orEqual }: Rule<Path>,
  valueOf: ValueOf<Path>,
): boolean {
  const [left, right] = [product(smaller, valueOf), product(larger, valueOf)];
  return left < right || orEqual && left === right;
}

/** Every rule that the values break, in the order of the rules. */
export function contradictions<Path extends string>(
  rules: readonly Rule<Path>[],
  valueOf: ValueOf<Path>,
  nameOf: (path: Path) => string = (path) => path,
): Contradiction[] {
  return rules.filter((rule) => !keepsRule(rule, valueOf)).map(({ larger, why, ...rule }) => {
    const path = optionOf(rule.smaller);
    const valued = (other: Path): string =>
      other === path ? nameOf(other) : `${nameOf(other)} (${valueOf(other)})`;
    const wanted = inequality({ ...rule, larger }, valued);
    return { name: nameOf(path), given: valueOf(path), wanted: `${wanted}, because ${why}` };
  });
}

/** Throws a `RangeError` that says every rule that is broken, with both values. */
export function refuseContradictions<Path extends string>(
  rules: readonly Rule<Path>[],
  valueOf: ValueOf<Path>,
): void {
  const found = contradictions(rules, valueOf);
  if (found.length > 0) throw new RangeError(found.map(sentence).join("\n"));
}

/** `runner.retryMs is 9, wanted: runner.retryMs ≤ runner.retryMaxMs (8), because …` */
export function sentence({ name, given, wanted }: Contradiction): string {
  return `${name} is ${given}, wanted: ${wanted}`;
}

/** `2 × a ≤ b`, each option as `show` has it. */
export function inequality<Path extends string>(
  { smaller, larger, orEqual }: Pick<Rule<Path>, "smaller" | "larger" | "orEqual">,
  show: (path: Path) => string,
): string {
  const side = (term: Term<Path>): string => {
    if (typeof term === "string") return show(term);
    const [factor, path] = term;
    return `${typeof factor === "number" ? factor : show(factor)} × ${show(path)}`;
  };
  return `${side(smaller)} ${orEqual ? "≤" : "<"} ${side(larger)}`;
}

/** The option of the term, whatever it is multiplied with. */
export function optionOf<Path extends string>(term: Term<Path>): Path {
  return typeof term === "string" ? term : term[1];
}

function product<Path extends string>(term: Term<Path>, valueOf: ValueOf<Path>): number {
  if (typeof term === "string") return valueOf(term);
  const [factor, path] = term;
  return (typeof factor === "number" ? factor : valueOf(factor)) * valueOf(path);
}
