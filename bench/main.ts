/**
 * `deno task bench [rounds]`: Dormouse beside bare Deno, in one run.
 *
 * Machines are shared and noisy, so contenders take turns within each round and the ratios are taken
 * within a round; what is printed are medians over the rounds, with their spread. Every server and
 * every load generator is a process of its own.
 */
import type { Load } from "./load.ts";
import type { Measured } from "./round_trips.ts";
import { spread } from "./stats.ts";

interface Contender {
  readonly name: string;
  readonly url: string;
}

const SHAPES = [
  { name: "ping-pong, 1 connection", connections: 1, window: 1 },
  { name: "pipelined, 1 connection × 10", connections: 1, window: 10 },
  { name: "pipelined, 50 connections × 10", connections: 50, window: 10 },
] as const;

const rounds = Number(Deno.args[0] ?? 5);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`Rounds must be a whole number of at least 1: ${Deno.args[0]}`);
  Deno.exit(2);
}

const bare = await serve("bare_echo.ts");
const dormouse = await serve("dormouse.ts");
const limit: Contender = { name: "bare Deno echo", url: bare.url };
const contenders: Contender[] = [
  { name: "Dormouse, plain", url: `${dormouse.url}&hibernate=0` },
  { name: "Dormouse, hibernatable and acked", url: dormouse.url },
];

try {
  console.log(`64-byte echoes, medians of ${rounds} rounds (least to greatest)\n`);
  for (const shape of SHAPES) {
    const seen = new Map<Contender, Measured[]>([
      [limit, []],
      ...contenders.map((
        contender,
      ) => [contender, []] as [Contender, Measured[]]),
    ]);
    for (let round = 0; round < rounds; round++) {
      for (const [contender, results] of seen) {
        results.push(await load({ ...shape, url: contender.url }));
      }
    }
    report(shape.name, seen);
  }
} finally {
  bare.stop();
  dormouse.stop();
}

function report(shape: string, seen: ReadonlyMap<Contender, readonly Measured[]>): void {
  const base = seen.get(limit)!;
  console.log(shape);
  for (const [contender, results] of seen) {
    const p50 = spread(results.map((result) => result.p50), 0);
    const rate = spread(results.map((result) => result.messagesPerSecond), 0);
    console.log(`  ${contender.name}`);
    console.log(`    p50 µs      ${p50}`);
    console.log(`    messages/s  ${rate}`);
    if (contender === limit) continue;
    const slower = spread(results.map((result, i) => result.p50 / base[i]!.p50), 2);
    const share = spread(
      results.map((result, i) => result.messagesPerSecond / base[i]!.messagesPerSecond),
      2,
    );
    console.log(`    × bare      p50 ${slower}, messages/s ${share}`);
  }
  console.log("");
}

async function load(shape: Pick<Load, "url" | "connections" | "window">): Promise<Measured> {
  const settings: Load = { ...shape, payloadBytes: 64, warmupMs: 700, measureMs: 1_500 };
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.resolve("./load.ts"), JSON.stringify(settings)],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!output.success) throw new Error("The load generator failed");
  return JSON.parse(new TextDecoder().decode(output.stdout));
}

async function serve(file: string): Promise<{ url: string; stop(): void }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.resolve(`./servers/${file}`)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`${file} ended before it was ready`);
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return { url: JSON.parse(text.slice(0, text.indexOf("\n"))).url, stop: () => child.kill() };
}
