import { mainArguments } from "../../scripts/run_main.ts";
import { actorUrl, bareEcho, embedded } from "../contenders.ts";
import { openSocket } from "../loads/round_trips.ts";
import { cpuSeconds } from "../process.ts";
import { median } from "../stats.ts";
import type { Study } from "../study.ts";

const ROOT = Deno.realPathSync(`${import.meta.dirname}/../..`);
/** Of one contender in one round: the median counts. */
const STARTS = 5;
const ANSWERED_WITHIN_MS = 60_000;

interface Program {
  readonly name: string;
  /** Deno's. */
  readonly args: readonly string[];
  /** Where its echo is, as soon as its output says so. */
  echoUrl(output: string): string | undefined;
}

/** Built, started before, with a data directory that is there: what a restart takes. */
export const start: Study = {
  name: "start",
  title: "From the start of the process to a client's first answer of `echo`, after the build",
  async run(bench) {
    const dataDir = await Deno.makeTempDir({ prefix: "dormouse-bench-" });
    const [run, ...rest] = mainArguments(ROOT, dataDir);
    const flags = rest.filter((it) => it.startsWith("--v8-flags"));
    const programs: readonly Program[] = [
      {
        name: bareEcho.name,
        args: [run!, "-A", ...flags, `${ROOT}/bench/servers/bare_echo.ts`],
        echoUrl: (output) => /"url":"([^"]+)"/.exec(output)?.[1],
      },
      { name: `${embedded.name}, main.ts`, args: [run!, ...rest], echoUrl: dormouseEcho },
      { name: `${embedded.name}, deno task start`, args: ["task", "start"], echoUrl: dormouseEcho },
    ];
    for (const program of programs) await startOnce(program, dataDir);
    for (let round = 0; round < bench.rounds; round++) {
      for (const program of programs) {
        const answers: number[] = [];
        const processor: number[] = [];
        for (let i = 0; i < (bench.isTrial ? 1 : STARTS); i++) {
          const { answeredMs, processorMs } = await startOnce(program, dataDir);
          answers.push(answeredMs);
          processor.push(processorMs);
        }
        bench.record({ case: "warm", contender: program.name }, {
          "first answer ms": median(answers),
          "processor ms": median(processor),
        });
      }
    }
    await Deno.remove(dataDir, { recursive: true });
  },
};

function dormouseEcho(output: string): string | undefined {
  const url = /gateway\s+(http:\/\/\S+)\n/.exec(output)?.[1];
  return url && actorUrl(url);
}

interface Started {
  readonly answeredMs: number;
  /** Of all its processes until then: to 10 ms. */
  readonly processorMs: number;
}

async function startOnce({ args, echoUrl, name }: Program, dataDir: string): Promise<Started> {
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { DORMOUSE_DATA_DIR: dataDir, DORMOUSE_UI_PORT: "0", DORMOUSE_GATEWAY_PORT: "0" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGTERM"), ANSWERED_WITHIN_MS);
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let output = "";
    let url: string | undefined;
    while ((url = echoUrl(output)) === undefined) {
      const { done, value } = await lines.read();
      if (done) throw new Error(`${name} ended before it answered:\n${output}`);
      output += value;
    }
    const socket = await openSocket(url);
    await answer(socket);
    const answeredMs = performance.now() - startedAt;
    const processorMs = cpuSeconds(familyOf(child.pid)) * 1000;
    socket.close();
    return { answeredMs, processorMs };
  } finally {
    clearTimeout(timer);
    child.kill("SIGTERM");
    while (!(await lines.read()).done);
    await child.status;
  }
}

function answer(socket: WebSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onmessage = () => resolve();
  socket.onclose = ({ code, reason }) => reject(new Error(`Closed: ${code} ${reason}`));
  socket.send("first");
  return promise;
}

/** The process and whatever it has started. */
function familyOf(pid: number): number[] {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
  return [pid, ...children.split(" ").filter(Boolean).flatMap((it) => familyOf(Number(it)))];
}
