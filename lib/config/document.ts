import { inequality } from "../rule/rule.ts";
import { ALL_VARIABLES } from "./load_config.ts";
import { SIZE_RULES } from "./size_rules.ts";
import { markdownTable } from "./markdown_table.ts";
import type { OptionRule } from "./rule.ts";
import { TIMER_RULES } from "./timer_rules.ts";
import type { Variable } from "./variable.ts";

const SECTIONS: readonly { readonly title: string; readonly prefix: RegExp }[] = [
  { title: "Gateway", prefix: /^DORMOUSE_GATEWAY_(?!HOST|PORT)/ },
  { title: "Runner", prefix: /^DORMOUSE_RUNNER_/ },
  { title: "Store", prefix: /^DORMOUSE_STORE_/ },
];

/** `docs/configuration.md`, made from the same tables that the program reads. */
export function configurationDocument(): string {
  const inSections = SECTIONS.map(({ title, prefix }) => ({
    title,
    variables: ALL_VARIABLES.filter(({ name }) => prefix.test(name)),
  }));
  const main = ALL_VARIABLES.filter(({ name }) =>
    !SECTIONS.some(({ prefix }) => prefix.test(name))
  );
  return [
    "# Configuration",
    "",
    "<!-- Made from lib/config by scripts/configuration_docs.ts. Do not edit. -->",
    "",
    "Everything is set by environment variables. What is not set, or set to nothing, has its default. A",
    "wrong value, an unknown variable that begins with `DORMOUSE_`, and options that contradict each",
    "other are refused at start, all at once, each with what was given and what is wanted.",
    "",
    ...variableTable(main),
    "",
    "## Limits and times",
    "",
    "Each is an option of one room, with its unit at the end of its name.",
    ...inSections.flatMap(({ title, variables }) => [
      "",
      `### ${title}`,
      "",
      ...variableTable(variables),
    ]),
    "",
    "## What must agree",
    "",
    ...markdownTable(["rule", "why"], [...TIMER_RULES, ...SIZE_RULES].map(ruleRow)),
    "",
  ].join("\n");
}

function variableTable(variables: readonly Variable<unknown>[]): string[] {
  const rows = variables.map(({ name, meaning, kind, fallback, fallbackText }) => [
    `\`${name}\``,
    meaning,
    kind.wanted,
    fallbackText ?? `\`${kind.show(fallback)}\``,
  ]);
  return markdownTable(["variable", "meaning", "value", "default"], rows);
}

function ruleRow(rule: OptionRule): string[] {
  return [inequality(rule, (path) => `\`${path}\``), rule.why];
}
