/**
 * Compiles `lib/protocol/schema/*.bare` into `tests/protocol/generated/*.ts`: a codec of each version
 * that owes nothing to the one we ship, for the tests to hold it against.
 * The compiler is called as a library: the command line of `@bare-ts/tools` 0.16.0 does not start.
 */
import { transform } from "@bare-ts/tools";

const SCHEMAS = new URL("../lib/protocol/schema/", import.meta.url);
const GENERATED = new URL("../tests/protocol/generated/", import.meta.url);

/** Schema names, with the modules that they compile to. */
export async function compileSchemas(): Promise<Map<string, string>> {
  const modules = new Map<string, string>();
  for await (const { name } of Deno.readDir(SCHEMAS)) {
    if (!name.endsWith(".bare")) continue;
    const schema = await Deno.readTextFile(new URL(name, SCHEMAS));
    modules.set(name.replace(/\.bare$/, ".ts"), compile(schema, name));
  }
  return modules;
}

/** Where the module `name` of {@link compileSchemas} is kept. */
export function generatedUrl(name: string): URL {
  return new URL(name, GENERATED);
}

function compile(schema: string, name: string): string {
  const code = transform(schema, { generator: "ts", schema: name });
  // The compiler knows nothing of `noUncheckedIndexedAccess`: its loops over lists fail under it.
  return `// @ts-nocheck: compiled from lib/protocol/schema/${name} by \`deno task generate\`, not to be edited.\n${code}`;
}

if (import.meta.main) {
  for (const [name, code] of await compileSchemas()) {
    await Deno.writeTextFile(generatedUrl(name), code);
  }
}
