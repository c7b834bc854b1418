import { cp } from "node:fs/promises";
import type { Mutant } from "./mutants.ts";

/** What came of looking for one planted bug. */
export interface Hunt {
  readonly mutant: Mutant;
  /** Seeds played until it was found; `null` when it was not. */
  readonly seeds: number | null;
  /** The promise that it broke. */
  readonly promise: string | null;
}

const ROOT = new URL("../../", import.meta.url);
/** What a copy of the program needs to be simulated. */
const COPIED = ["lib", "tests/simulation", "deno.json"];

/**
 * Plants each bug in a copy of the program and plays seeds from 1 on until one breaks a promise; as
 * many at a time as there are workers.
 */
export async function* hunt(
  mutants: readonly Mutant[],
  atMost: number,
  workers: number,
): AsyncGenerator<Hunt> {
  const waiting = [...mutants];
  const running = new Map<Mutant, Promise<Hunt>>();
  while (waiting.length + running.size > 0) {
    while (running.size < workers && waiting.length > 0) {
      const mutant = waiting.shift()!;
      running.set(mutant, huntOne(mutant, atMost));
    }
    const done = await Promise.race(running.values());
    running.delete(done.mutant);
    yield done;
  }
}

async function huntOne(mutant: Mutant, atMost: number): Promise<Hunt> {
  const copy = await Deno.makeTempDir({ prefix: "dormouse-mutant-" });
  try {
    for (const path of COPIED) {
      await cp(new URL(path, ROOT), `${copy}/${path}`, { recursive: true });
    }
    await Deno.symlink(new URL("node_modules", ROOT), `${copy}/node_modules`);
    for (const { file, find, replace } of mutant.edits) {
      const path = `${copy}/${file}`;
      await Deno.writeTextFile(path, mutated(await Deno.readTextFile(path), find, replace));
    }
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-check",
        "--no-lock",
        "--allow-all",
        "tests/simulation/hunt_child.ts",
        `${atMost}`,
      ],
      cwd: copy,
    }).output();
    const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "";
    if (!last.startsWith("{")) throw new Error(new TextDecoder().decode(stderr));
    return { mutant, ...JSON.parse(last) };
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

/** The text with the bug in it. Throws where the place is not there, or not clear. */
export function mutated(text: string, find: string, replace: string): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(`"${find}" stands ${parts.length - 1} times in the file, once is wanted`);
  }
  return parts.join(replace);
}
