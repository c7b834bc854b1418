/** One variable that cannot be used as it is. */
export interface ConfigProblem {
  readonly variable: string;
  /** What was given, hidden where it is a secret; `null` when nothing was. */
  readonly given: string | null;
  readonly wanted: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "config.invalid";

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, given, wanted }) =>
      `${variable} is ${given ?? "not set"}, wanted: ${wanted}`
    );
    super(["The configuration cannot be used", ...lines].join("\n  "));
  }
}
