/** Writes docs/api.md from the declarations of lib/inspect. */
import { markdownTable } from "../lib/config/markdown_table.ts";
import { ACTIONS } from "../lib/inspect/actions/mod.ts";
import { RESOURCES } from "../lib/inspect/api/mod.ts";
import { OTHER_PATHS } from "../lib/inspect/openapi/other_paths.ts";

/** `docs/api.md`: every address under `/api`, from the declarations that serve it. */
export function apiDocument(): string {
  const lines = [
    "<!-- written by `deno task generate`, not to be edited -->",
    "",
    "# The API",
    "",
    "What the [inspector](inspector.md) shows and does, for programs. `/api/openapi.json` is the same as",
    "an OpenAPI 3.1 document, with the schema of each answer: those that validate it.",
    "",
    "```console",
    '$ curl -s -H "authorization: Bearer $TOKEN" http://127.0.0.1:8000/api/openapi.json',
    "```",
    "",
    "## Looking",
    "",
    "A GET answers JSON; with `accept: text/event-stream` it answers what there is and then each change",
    "([inspector.md](inspector.md#by-program)). A value is one object; a table is",
    "`{ts, instance, inAll, rows}`; a log is `{ts, instance, lastId, forgotten, rows}`, newest first.",
    "",
    ...markdownTable(
      ["address", "kind", "role", "what", "query"],
      RESOURCES.map(({ path, kind, needs = "view", about, query }) => [
        `\`${path}\``,
        kind,
        `\`${needs}\``,
        about,
        Object.keys(query.entries).map((name) => `\`${name}\``).join(", "),
      ]),
    ),
    "",
    "## Acting",
    "",
    "A POST with the header `x-dormouse-action: 1`, the role `operate` and a JSON body. With",
    "`dryRun: true` it says what it would do. It answers one row for each target and their sum.",
    "",
    ...markdownTable(
      ["address", "what", "body"],
      ACTIONS.map(({ path, about, body }) => [
        `\`${path}\``,
        about,
        Object.keys(body.entries).map((name) => `\`${name}\``).join(", "),
      ]),
    ),
    "",
    "## The rest",
    "",
    ...markdownTable(
      ["address", "role", "answers", "what"],
      OTHER_PATHS.map(({ path, needs, answers, about }) => [
        `\`${path}\``,
        needs === null ? "none" : `\`${needs}\``,
        `\`${answers}\``,
        about,
      ]),
    ),
    "",
    "## Errors",
    "",
    "Every error is `{group, code, message, metadata}`, with `x-rivet-error: group.code` where it comes",
    "from the gateway: the code is stable, the message says what was wrong and what was wanted.",
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("../docs/api.md", import.meta.url), apiDocument());
}
