/**
 * `deno task dev`: runs the program, and when a source changes bundles the client's modules again
 * and starts it anew. Actors' state survives that as any restart; clients connect again.
 */
import { ensureBuilt } from "./build.ts";
import { attend, mainCommand } from "./run_main.ts";

const root = Deno.realPathSync(`${import.meta.dirname}/..`);
const WATCHED = ["actors", "assets", "components", "islands", "lib", "routes", "static"]
  .concat("app.ts", "client.ts", "main.ts", "vite.config.ts")
  .map((name) => `${root}/${name}`)
  .filter((path) => exists(path));

await ensureBuilt(root);
let restarting = false;
let child = mainCommand(root).spawn();
void restartOnChange();
while (true) {
  const code = await attend(child);
  if (!restarting) Deno.exit(code);
  restarting = false;
  // When it fails it has said why, and the last build goes on being served.
  await ensureBuilt(root);
  child = mainCommand(root).spawn();
}

async function restartOnChange(): Promise<void> {
  for await (const event of Deno.watchFs(WATCHED)) {
    if (event.kind === "access" || restarting) continue;
    restarting = true;
    console.log(`Changed: ${event.paths.map((path) => path.slice(root.length + 1)).join(", ")}`);
    try {
      child.kill("SIGTERM");
    } catch {
      // It has just ended by itself.
    }
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
