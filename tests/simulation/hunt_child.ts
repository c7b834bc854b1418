/** Plays seeds from 1 on until one breaks a promise, and prints what came of it as JSON. */
import { run } from "./run.ts";

const atMost = Number(Deno.args[0]);
let found: { seeds: number | null; promise: string | null } = { seeds: null, promise: null };
for (let seed = 1; seed <= atMost && found.seeds === null; seed++) {
  const { broken } = await run(seed);
  if (broken !== null) found = { seeds: seed, promise: broken.promise };
}
console.log(JSON.stringify(found));
