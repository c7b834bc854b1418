import * as v from "valibot";
import { REDACTED } from "../log/redact.ts";
import type { Setting } from "./config.ts";
import type { ConfigProblem } from "./config_error.ts";
import { nearest } from "./nearest.ts";
import type { OptionVariable } from "./option_variables.ts";
import type { ValuesOf, Variable } from "./variable.ts";

export type Environment = Readonly<Record<string, string>>;

/** Reads variables out of an environment and takes down what is wrong with them. */
export class Reader {
  readonly problems: ConfigProblem[] = [];
  readonly settings: Setting[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The value of a variable, its default when it is not set or wrong. */
  read<T>({ name, kind, fallback, fallbackText, secret }: Variable<T>): T {
    const given = this.#env[name] ?? "";
    // Compose files and scripts set what they do not know to nothing.
    if (given === "") {
      const value = fallbackText ?? kind.show(fallback);
      this.settings.push({ name, value, isDefault: true });
      return fallback;
    }
    const parsed = v.safeParse(kind.schema, given);
    if (!parsed.success) {
      this.problems.push({ variable: name, given: shown(given, secret), wanted: kind.wanted });
      return fallback;
    }
    const value = secret ? REDACTED : kind.show(parsed.output);
    this.settings.push({ name, value, isDefault: false });
    return parsed.output;
  }

  /** The values of a table of variables, under the table's names. */
  readAll<Table extends Readonly<Record<string, Variable<unknown>>>>(
    table: Table,
  ): ValuesOf<Table> {
    const entries = Object.entries(table).map(([key, variable]) => [key, this.read(variable)]);
    return Object.fromEntries(entries) as ValuesOf<Table>;
  }

  /** A room's options: its defaults with what variables say in their place. */
  readOptions<Options extends object>(
    defaults: Options,
    variables: readonly OptionVariable[],
  ): Options {
    const fallbacks = new Map<string, unknown>(Object.entries(defaults));
    const entries = variables.map((variable) => {
      const fallback = fallbacks.get(variable.option) as number;
      return [variable.option, this.read({ ...variable, fallback })];
    });
    return { ...defaults, ...Object.fromEntries(entries) };
  }

  /** Takes down every variable that looks like ours and is none of the known. */
  refuseUnknown(known: readonly string[]): void {
    for (const name of Object.keys(this.#env)) {
      if (!name.startsWith("DORMOUSE_") || known.includes(name)) continue;
      this.problems.push({
        variable: name,
        // Nobody knows whether it was meant to be a secret.
        given: "not a variable of Dormouse",
        wanted: `perhaps ${nearest(name, known)}`,
      });
    }
  }
}

function shown(given: string, secret: boolean): string {
  if (secret) return `${REDACTED} with ${given.length} characters`;
  return JSON.stringify(given.length > 100 ? `${given.slice(0, 100)}…` : given);
}
