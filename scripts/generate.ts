/**
 * Compiles `lib/protocol/schema/*.bare` into `lib/protocol/generated/*.ts`.
 * The compiler is called as a library: the command line of `@bare-ts/tools` 0.16.0 does not start.
 */
import { transform } from "@bare-ts/tools";

const PROTOCOL = new URL("../lib/protocol/", import.meta.url);

/** Schema names, with the modules that they compile to. */
export async function compileSchemas(): Promise<Map<string, string>> {
  const modules = new Map<string, string>();
  for await (const { name } of Deno.readDir(new URL("schema/", PROTOCOL))) {
    if (!name.endsWith(".bare")) continue;
    const schema = await Deno.readTextFile(new URL(`schema/${name}`, PROTOCOL));
    modules.set(name.replace(/\.bare$/, ".ts"), compile(schema, name));
  }
  return modules;
}

/** Where the module `name` of {@link compileSchemas} is kept. */
export function generatedUrl(name: string): URL {
  return new URL(`generated/${name}`, PROTOCOL);
}

function compile(schema: string, name: string): string {
  const code = transform(schema, { generator: "ts", schema: name });
  // The compiler knows nothing of `noUncheckedIndexedAccess`: its loops over lists fail under it.
  return `// @ts-nocheck: compiled from ../schema/${name} by \`deno task generate\`, not to be edited.\n${code}`;
}

if (import.meta.main) {
  for (const [name, code] of await compileSchemas()) {
    await Deno.writeTextFile(generatedUrl(name), code);
  }
}
