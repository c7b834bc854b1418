import { assertEquals } from "@std/assert";
import { SUPPORTED_VERSIONS } from "@/lib/protocol/mod.ts";
import { compileSchemas, generatedUrl } from "@/scripts/generate.ts";

Deno.test("the generated code is that of the schemas (else: deno task generate)", async () => {
  const modules = await compileSchemas();
  const names = SUPPORTED_VERSIONS.map((version) => `v${version}.ts`);
  assertEquals([...modules.keys()].sort(), names);
  for (const [name, code] of modules) {
    const kept = await Deno.readTextFile(generatedUrl(name));
    // Not assertEquals: it would print both modules.
    if (kept !== code) throw new Error(`${name} is stale, run deno task generate`);
  }
});
