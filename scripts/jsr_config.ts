/** Writes `deno.jsr.json`: `deno.json` with the originals in place of what stands in for them. */

/** Packages that live on JSR, each with what `lib/jsr` stands in for. */
export const ORIGINALS: Readonly<Record<string, string>> = {
  "fresh": "jsr:@fresh/core@^2.3",
  "fresh/runtime": "jsr:@fresh/core@^2.3/runtime",
  "@fresh/plugin-vite": "jsr:@fresh/plugin-vite@^1.1",
  "@std/assert": "jsr:@std/assert@1",
  "@std/http": "jsr:@std/http@1",
};

if (import.meta.main) {
  const root = `${import.meta.dirname}/..`;
  const config = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`));
  Object.assign(config.imports, ORIGINALS);
  Deno.writeTextFileSync(`${root}/deno.jsr.json`, JSON.stringify(config, null, 2) + "\n");
}
