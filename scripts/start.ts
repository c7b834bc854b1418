/**
 * `deno task start`: builds if something changed, then runs the program.
 *
 * Every start waits for it, so that it runs without what it does not need and Deno takes a fifth of
 * its time for: the configuration, with its lock file and packages, and a cache of compiled code.
 */
import { ensureBuilt } from "./build.ts";
import { attend, mainCommand } from "./run_main.ts";

const root = Deno.realPathSync(`${import.meta.dirname}/..`);
if (!await ensureBuilt(root)) Deno.exit(1);
Deno.exit(await attend(mainCommand(root).spawn()));
