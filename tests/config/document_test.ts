import { assert, assertEquals } from "@std/assert";
import { configurationDocument } from "@/lib/config/document.ts";
import { ALL_VARIABLES } from "@/lib/config/load_config.ts";

Deno.test("docs/configuration.md is what lib/config says (else run scripts/configuration_docs.ts)", async () => {
  const kept = await Deno.readTextFile(new URL("../../docs/configuration.md", import.meta.url));
  assert(kept === configurationDocument());
});

Deno.test("configurationDocument() has one row for each variable, and no name comes twice", () => {
  const rows = configurationDocument().split("\n").filter((line) => /^\| `[A-Z]/.test(line));
  assertEquals(rows.length, ALL_VARIABLES.length);
  assertEquals(new Set(ALL_VARIABLES.map(({ name }) => name)).size, ALL_VARIABLES.length);
});
