/**
 * `deno task commits [rounds] [other checkout...]`: counters whose every increment is durable before
 * it is answered. Other checkouts of Dormouse, say of another branch, take turns with this one.
 *
 * What is printed are medians over the rounds, with their spread. Delays are those of the server's
 * event loop, beyond the millisecond that its timer is set to. All of it is of the steady state:
 * connecting, the compiler's work and the first full collection are over before anything is counted.
 */
import type { CommitLoad, CommitResult } from "./loads/commit.ts";
import { spread } from "./stats.ts";

const SHAPES = [
  { name: "1 connection, one at a time", connections: 1, actors: 1, window: 1, rate: null },
  { name: "1 connection, 100/s", connections: 1, actors: 1, window: 1, rate: 100 },
  { name: "50 connections × 10, 50 actors", connections: 50, actors: 50, window: 10, rate: null },
  { name: "20 000/s, 50 actors", connections: 50, actors: 50, window: 100, rate: 20_000 },
  { name: "20 000/s, 500 actors", connections: 500, actors: 500, window: 100, rate: 20_000 },
] as const;

const rounds = Number(Deno.args[0] ?? 3);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`Rounds must be a whole number of at least 1: ${Deno.args[0]}`);
  Deno.exit(2);
}
const here = Deno.realPathSync(`${import.meta.dirname}/..`);
const checkouts = [here, ...Deno.args.slice(1)];

console.log(`Counters, medians of ${rounds} rounds (least to greatest)\n`);
for (const shape of SHAPES) {
  const seen = new Map(checkouts.map((it) => [it, [] as CommitResult[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [checkout, results] of seen) results.push(await measure(checkout, shape));
  }
  console.log(shape.name);
  for (const [checkout, results] of seen) {
    const ms = (of: (result: (typeof results)[number]) => number) =>
      spread(results.map((result) => of(result) / 1000), 2);
    console.log(`  ${checkout === here ? "here" : checkout}`);
    console.log(`    messages/s     ${spread(results.map((it) => it.messagesPerSecond), 0)}`);
    console.log(`    answer p50 ms  ${ms((it) => it.p50)}, p99 ${ms((it) => it.p99)}`);
    console.log(
      `    delay p50 ms   ${ms((it) => it.delays.p50)}, p99 ${ms((it) => it.delays.p99)}`,
    );
    console.log(`    resident MiB   ${spread(results.map((it) => it.delays.rss / 2 ** 20), 0)}`);
  }
  console.log("");
}

/** One server, one load, both fresh. */
async function measure(
  checkout: string,
  shape: Omit<CommitLoad, "url" | "delaysUrl" | "warmupMs" | "measureMs">,
): Promise<CommitResult> {
  const { mainArguments } = await import(`${checkout}/scripts/run_main.ts`);
  // As the program runs there: with the same flags of V8.
  const flags = mainArguments(checkout, "").filter((it: string) => it.startsWith("--v8-flags"));
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...flags, "bench/servers/counter.ts"],
    cwd: checkout,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await lines.read();
    if (done) throw new Error("The server ended before it was ready");
    text += value;
  }
  const { url, delaysUrl } = JSON.parse(text);
  try {
    const settings: CommitLoad = {
      ...shape,
      url,
      delaysUrl,
      warmupMs: 3_000,
      measureMs: 4_000,
    };
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", import.meta.resolve("./loads/commit.ts"), JSON.stringify(settings)],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const output = await child.output();
    if (!output.success) throw new Error("The load generator failed");
    return JSON.parse(new TextDecoder().decode(output.stdout));
  } finally {
    server.kill("SIGKILL");
    await server.status;
  }
}
