import { assertEquals } from "@std/assert";
import { compileSchemas, generatedUrl } from "@/scripts/generate.ts";

Deno.test("the generated code is that of the schemas (else: deno task generate)", async () => {
  const modules = await compileSchemas();
  assertEquals([...modules.keys()].sort(), ["v2.ts", "v7.ts"]);
  for (const [name, code] of modules) {
    const kept = await Deno.readTextFile(generatedUrl(name));
    // Not assertEquals: it would print both modules.
    if (kept !== code) throw new Error(`${name} is stale, run deno task generate`);
  }
});
