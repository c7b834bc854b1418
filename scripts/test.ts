/**
 * `deno task test`: everything a test run needs on a fresh machine, then `deno test`. Arguments go
 * through. The last line of the output is `N passed, N failed`.
 */
import { ensureBuilt } from "./build.ts";
import { ensureBrowser } from "./browser.ts";

const root = Deno.realPathSync(`${import.meta.dirname}/..`);
const browser = ensureBrowser();
if (browser === null) {
  console.error(
    "No browser for the tests: install Chromium or Google Chrome, or set CHROMIUM_PATH to one",
  );
  console.log("0 passed, 1 failed");
  Deno.exit(1);
}
if (!await ensureBuilt(root)) {
  console.log("0 passed, 1 failed");
  Deno.exit(1);
}

const paths = Deno.args.some((arg) => !arg.startsWith("-")) ? [] : ["tests"];
const child = new Deno.Command(Deno.execPath(), {
  // Tests start whole programs, browsers and tools: they may do anything.
  args: ["test", "--allow-all", ...Deno.args, ...paths],
  cwd: root,
  env: { CHROMIUM_PATH: browser },
  stdout: "piped",
  stderr: "inherit",
}).spawn();

let tail = "";
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  await writeAll(chunk);
  tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4096);
}
const { code } = await child.status;
// deno-lint-ignore no-control-regex
const plain = tail.replace(/\x1b\[[0-9;]*m/g, "");
const [, passed = "0", failed = code === 0 ? "0" : "1"] =
  /(\d+) passed.*?(\d+) failed[^\n]*\n*$/.exec(plain) ?? [];
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(code);

async function writeAll(chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += await Deno.stdout.write(chunk.subarray(at));
}
