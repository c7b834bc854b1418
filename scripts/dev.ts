/**
 * `deno task dev`: runs the program, and when a source changes bundles the client's modules again
 * and starts it anew. Actors' state survives that as any restart; clients connect again. A program
 * that does not start, or ends, waits for the next change. Things can be made to go wrong on purpose
 * at its dashboard.
 */
import { ensureBuilt } from "./build.ts";
import { attend, mainCommand } from "./run_main.ts";

const root = Deno.realPathSync(`${import.meta.dirname}/..`);
const FOLDERS = ["actors", "assets", "components", "islands", "lib", "routes", "static", "web"];
const FILES = [...Deno.readDirSync(root)]
  .filter(({ name }) => name.endsWith(".ts") || name === "deno.json")
  .map(({ name }) => name);

/** Nobody but who develops is to reach them: who serves others from here says so. */
const faults = Deno.env.get("DORMOUSE_FAULTS") ??
  (Deno.env.has("DORMOUSE_UI_HOST") ? "false" : "true");

let change = Promise.withResolvers<void>();
void watch();
for (;;) {
  // Taken before the build: what changes meanwhile starts the program once more.
  change = Promise.withResolvers();
  const changed = change.promise;
  // When it fails it has said why, and the last build goes on being served.
  await ensureBuilt(root);
  const child = mainCommand(root, { DORMOUSE_FAULTS: faults }).spawn();
  const ended = attend(child);
  const code = await Promise.race([ended, changed]);
  if (code === 0) Deno.exit(0);
  if (code === undefined) {
    child.kill("SIGTERM");
    await ended;
  } else {
    console.error(`The program ended with ${code}. It starts again at the next change`);
    await changed;
  }
}

async function watch(): Promise<void> {
  const paths = [...FOLDERS, ...FILES].map((name) => `${root}/${name}`);
  for await (const { kind, paths: [path] } of Deno.watchFs(paths)) {
    if (kind === "access") continue;
    console.log(`Changed: ${path?.slice(root.length + 1)}`);
    change.resolve();
  }
}
