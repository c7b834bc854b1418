/** `deno task start`: builds if something changed, then runs the program. */
import { ensureBuilt } from "./build.ts";
import { attend, mainCommand } from "./run_main.ts";

const root = Deno.realPathSync(`${import.meta.dirname}/..`);
if (!await ensureBuilt(root)) Deno.exit(1);
Deno.exit(await attend(mainCommand(root).spawn()));
