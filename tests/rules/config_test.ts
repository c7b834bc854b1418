import { assert, assertEquals, assertMatch } from "@std/assert";
import { mainArguments } from "../../scripts/run_main.ts";
import { ORIGINALS } from "../../scripts/jsr_config.ts";
import { ROOT } from "./source.ts";

interface Config {
  readonly imports: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

function readConfig(name: string): Config {
  return JSON.parse(Deno.readTextFileSync(`${ROOT}/${name}`));
}

Deno.test("deno.json names an exact version of every package", () => {
  for (const [name, target] of Object.entries(readConfig("deno.json").imports)) {
    if (target.startsWith("./")) continue;
    assertMatch(target, /^npm:(@[\w-]+\/)?[\w.-]+@\d+\.\d+\.\d+$/, name);
  }
});

Deno.test("deno.jsr.json is deno.json with the originals in place of what stands in", () => {
  const config = readConfig("deno.json");
  for (const name of Object.keys(ORIGINALS)) assert(config.imports[name]?.startsWith("./lib/jsr/"));
  const imports = { ...config.imports, ...ORIGINALS };
  assertEquals(readConfig("deno.jsr.json"), { ...config, imports }, "Run `deno task generate`");
});

Deno.test("everything in lib/jsr has an original", () => {
  const stood = Object.entries(readConfig("deno.json").imports)
    .filter(([, target]) => target.startsWith("./lib/jsr/"))
    .map(([name]) => name);
  assertEquals(stood.sort(), Object.keys(ORIGINALS).sort());
});

Deno.test("lib/jsr/fresh stays small: 600 lines at most", () => {
  let lines = 0;
  for (const { name } of Deno.readDirSync(`${ROOT}/lib/jsr/fresh`)) {
    lines += Deno.readTextFileSync(`${ROOT}/lib/jsr/fresh/${name}`).split("\n").length - 1;
  }
  assert(lines <= 600, `${lines} lines, wanted at most 600`);
});

Deno.test("the running program is not given every permission", () => {
  const tasks = readConfig("deno.json")["tasks"] as Record<string, string>;
  const program = Deno.readTextFileSync(`${ROOT}/scripts/run_main.ts`);
  for (const text of [tasks["start"] ?? "", tasks["dev"] ?? "", program]) {
    assert(!/(^|\s|")(-A|--allow-all)\b/.test(text), text);
  }
});

Deno.test("the running program never waits at a permission prompt", () => {
  assert(mainArguments("/root", "data").includes("--no-prompt"));
});
