/**
 * `deno task stream [MiB]`: pushes a body of 1 GiB up to an actor and another down from it, through
 * a gateway process and a runner process whose V8 heaps may grow to 64 MiB, and prints how far each
 * process grew above its memory at rest. Fails when one grew by 64 MiB or more.
 *
 * Linux only: the kernel keeps the peak of a process's memory and begins anew when told to.
 */
import { supply } from "./supply.ts";

const MIB = 1024 * 1024;
const HEAP_MIB = 64;
const BUDGET_MIB = 64;
/** A small young generation is collected often: else chunks that are done with make up most of it. */
const V8_FLAGS = `--max-heap-size=${HEAP_MIB},--max-semi-space-size=1`;
const TOKEN = "bench";

const total = Number(Deno.args[0] ?? 1024) * MIB;
if (!Number.isInteger(total) || total < MIB) {
  console.error(`The size must be a number of MiB: ${Deno.args[0]}`);
  Deno.exit(2);
}

interface Process {
  readonly name: string;
  readonly firstLine: string;
  readonly pid: number;
  stop(): void;
}

const gateway = await start("gateway", TOKEN);
const { url } = JSON.parse(gateway.firstLine);
const runner = await start("runner", url, TOKEN);
const at = (path: string): string =>
  `${url}/gateway/pump${path}?rvt-method=getOrCreate&rvt-key=stream`;
let failed = false;
try {
  await push(MIB);
  await pull(MIB);
  // What the start has left behind is given back by then.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const idle = [gateway, runner].map(({ pid }) => memory(pid, "VmRSS"));
  console.log(`${total / MIB} MiB each way, V8 heaps of at most ${HEAP_MIB} MiB`);
  for (const [name, run] of [["up", push], ["down", pull]] as const) {
    for (const { pid } of [gateway, runner]) Deno.writeTextFileSync(`/proc/${pid}/clear_refs`, "5");
    const startedAt = performance.now();
    await run(total);
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(`${name}: ${(total / MIB / seconds).toFixed(0)} MiB/s`);
    for (const [i, { name, pid }] of [gateway, runner].entries()) {
      const above = memory(pid, "VmHWM") - idle[i]!;
      if (above >= BUDGET_MIB) failed = true;
      console.log(
        `  ${name.padEnd(8)} ${idle[i]!.toFixed(0)} MiB at rest, at most ${above.toFixed(1)} more`,
      );
    }
  }
} finally {
  runner.stop();
  gateway.stop();
}
if (failed) {
  console.error(`A process grew by ${BUDGET_MIB} MiB or more`);
  Deno.exit(1);
}

/** With a length, which `fetch` does not give a stream: see docs/streaming.md for one without. */
async function push(bytes: number): Promise<void> {
  const { hostname, port, pathname, search } = new URL(at("/"));
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head = [
    `POST ${pathname}${search} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `Content-Length: ${bytes}`,
    "Connection: close",
  ];
  await write(connection, new TextEncoder().encode(head.join("\r\n") + "\r\n\r\n"));
  for await (const part of supply(bytes)) await write(connection, part);
  const answer = await new Response(connection.readable).text();
  if (!answer.endsWith(`\r\n\r\n${bytes}`)) throw new Error(`${bytes} bytes went up: ${answer}`);
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function pull(bytes: number): Promise<void> {
  const response = await fetch(at(`/${bytes}`));
  let counted = 0;
  for await (const part of response.body!) counted += part.length;
  if (counted !== bytes) throw new Error(`${bytes} bytes were wanted, and ${counted} came down`);
}

/** A process's memory in MiB, as the kernel has it. */
function memory(pid: number, field: "VmRSS" | "VmHWM"): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)![1]) / 1024;
}

async function start(name: "gateway" | "runner", ...args: string[]): Promise<Process> {
  const script = import.meta.resolve(`./servers/stream_${name}.ts`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `--v8-flags=${V8_FLAGS}`, script, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The ${name} ended before it was ready`);
    text += value;
  }
  reader.releaseLock();
  return {
    name,
    firstLine: text.slice(0, text.indexOf("\n")),
    pid: child.pid,
    stop: () => child.kill(),
  };
}
