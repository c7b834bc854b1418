/** Servers and load generators: each in a process of its own. */
import { mainArguments } from "../scripts/run_main.ts";

const ROOT = Deno.realPathSync(`${import.meta.dirname}/..`);
/** Programs are measured as Dormouse runs: with the same flags of V8. */
const V8_FLAGS = mainArguments(ROOT, "").filter((it) => it.startsWith("--v8-flags"));

/** A server of `bench/servers`: it prints one line of JSON when it is ready. */
export class Server<Ready = { readonly url: string }> implements AsyncDisposable {
  readonly ready: Ready;
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, ready: Ready) {
    this.#child = child;
    this.ready = ready;
  }

  static async start<Ready = { readonly url: string }>(
    file: string,
    options: { readonly args?: readonly string[]; readonly v8Flags?: readonly string[] } = {},
  ): Promise<Server<Ready>> {
    const { args = [], v8Flags = [] } = options;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        [...V8_FLAGS, ...v8Flags].join(","),
        import.meta.resolve(`./servers/${file}`),
        ...args,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { done, value } = await lines.read();
      if (done) throw new Error(`${file} ended before it was ready`);
      text += value;
    }
    // Else a server that prints more would wait for a reader.
    void (async () => {
      while (!(await lines.read()).done);
    })();
    return new Server<Ready>(child, JSON.parse(text.slice(0, text.indexOf("\n"))));
  }

  get pid(): number {
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

/** Lets a program of `bench/loads` work, and gives what it measured. */
export async function load<Result>(file: string, settings: unknown): Promise<Result> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.resolve(`./loads/${file}`), JSON.stringify(settings)],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!output.success) throw new Error(`The load generator ${file} failed`);
  return JSON.parse(new TextDecoder().decode(output.stdout).trimEnd().split("\n").at(-1)!);
}

/** Processor time that processes have used so far, in seconds: to hundredths. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // What precedes is the program's name, in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
}
