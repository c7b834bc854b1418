import { assertEquals } from "@std/assert";
import { presentFiles, wantedFiles } from "@/scripts/performance_docs.ts";

Deno.test("docs/performance.md and its plots are what the JSON makes (else: deno task generate)", async () => {
  const docs = new URL("../../docs/", import.meta.url);
  assertEquals(presentFiles(docs), await wantedFiles(docs));
});
