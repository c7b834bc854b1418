/**
 * The program as a user runs it: `main.ts` in a process of its own, with the permissions of the
 * `start` task, a data directory of its own and free ports.
 */
import { fail } from "@std/assert";
import type { ActAnswer, Snapshot } from "../../lib/inspect/mod.ts";
import { mainArguments } from "../../scripts/run_main.ts";

const ROOT = Deno.realPathSync(`${import.meta.dirname}/../..`);
const READY_MS = 60_000;
/** A call that takes longer fails, and says so, instead of a test that hangs. */
const CALL_MS = 30_000;

export interface SystemOptions {
  readonly dataDir?: string;
  readonly env?: Record<string, string>;
  /** For Deno itself, before the program's name. */
  readonly denoArguments?: readonly string[];
  /** Another checkout of Dormouse than this one. */
  readonly root?: string;
}

export class System implements AsyncDisposable {
  readonly dataDir: string;
  /** http://127.0.0.1:…, empty for a runner alone. */
  readonly gatewayUrl: string;
  readonly uiUrl: string;
  readonly token: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: () => string;
  readonly #drained: Promise<unknown>;

  private constructor(
    child: Deno.ChildProcess,
    dataDir: string,
    output: () => string,
    drained: Promise<unknown>,
  ) {
    this.#child = child;
    this.#output = output;
    this.#drained = drained;
    this.dataDir = dataDir;
    const text = output();
    const link = /(http:\/\/\S+?)\/login\?token=(\S+)/.exec(text);
    if (link === null) fail(`No dashboard link was printed:\n${text}`);
    this.uiUrl = link[1]!;
    this.token = link[2]!;
    this.gatewayUrl = /gateway\s+(http:\/\/\S+)/i.exec(text)?.[1] ?? "";
  }

  /** Starts the program and waits for its link. Fails with all it printed when it ends instead. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "dormouse-test-" });
    const { child, output, drained } = spawn(dataDir, options);
    const deadline = performance.now() + READY_MS;
    const ended = child.status.then(() => true);
    while (!/login\?token=\S+\n/.test(output())) {
      const isOver = await Promise.race([ended, tick()]);
      if (isOver || performance.now() > deadline) {
        // Else its output has no end, and nobody hears that it hangs.
        if (!isOver) child.kill("SIGKILL");
        await drained;
        fail(`The program did not start:\n${output()}`);
      }
    }
    return new System(child, dataDir, output, drained);
  }

  /** Starts the program where it must refuse to: its exit code and all it printed. */
  static async fails(options: SystemOptions = {}): Promise<{ code: number; output: string }> {
    const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "dormouse-test-" });
    const { child, output, drained } = spawn(dataDir, options);
    const timer = setTimeout(() => child.kill("SIGKILL"), READY_MS);
    const { code } = await child.status;
    clearTimeout(timer);
    await drained;
    return { code, output: output() };
  }

  get output(): string {
    return this.#output();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** WebSocket URL of an actor by name and key, made when there is none. */
  actorUrl(name: string, key: string, query = ""): string {
    return `${this.gatewayUrl.replace("http", "ws")}/gateway/${name}/?rvt-method=getOrCreate` +
      `&rvt-namespace=default&rvt-runner=default&rvt-key=${key}${query}`;
  }

  /** A call of the dashboard's or, by an absolute URL, of the management API, with the token. */
  call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.token}` };
    const signal = AbortSignal.timeout(CALL_MS);
    return fetch(new URL(path, this.uiUrl), { signal, ...init, headers });
  }

  async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await this.call(path, init);
    if (!response.ok) fail(`${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }

  /** Asks the dashboard for an action. */
  act(path: string, body: object = {}): Promise<ActAnswer> {
    return this.json<ActAnswer>(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-dormouse-action": "1" },
      body: JSON.stringify(body),
    });
  }

  /** What the dashboard shows. */
  snapshot(): Promise<Snapshot> {
    return this.json<Snapshot>("/api/snapshot");
  }

  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  /** Waits for the process to end and tells its exit code. */
  async exit(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    await this.#drained;
    return status;
  }

  /** kill -9: no handler runs, nothing is flushed. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGTERM");
    await this.exit();
  }
}

/** A runner in a process of its own, which has joined the gateway at `url`. */
export async function startRunner(
  gateway: { readonly url: string; readonly token: string },
  options: SystemOptions = {},
): Promise<System> {
  const env = {
    DORMOUSE_ROLE: "runner",
    RIVET_ENDPOINT: gateway.url,
    RIVET_TOKEN: gateway.token,
    ...options.env,
  };
  const runner = await System.start({ ...options, env });
  // Not asked for: this is a process that tests kill and start by the hundred, on busy machines.
  await until("the runner has joined", () => /Tunnel connected/.test(runner.output), READY_MS);
  return runner;
}

/** Waits until `condition` holds, looking every few milliseconds; fails when it takes longer. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!await condition()) {
    if (performance.now() > deadline) fail(`Waited ${withinMs} ms in vain: ${what}`);
    await tick();
  }
}

function tick(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 20));
}

function spawn(
  dataDir: string,
  { env = {}, denoArguments = [], root = ROOT }: SystemOptions,
): {
  child: Deno.ChildProcess;
  output: () => string;
  drained: Promise<unknown>;
} {
  const [run, ...rest] = mainArguments(root, dataDir);
  const child = new Deno.Command(Deno.execPath(), {
    args: [run!, ...denoArguments, ...rest],
    cwd: root,
    env: {
      DORMOUSE_DATA_DIR: dataDir,
      DORMOUSE_UI_PORT: "0",
      DORMOUSE_GATEWAY_PORT: "0",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) text += chunk;
  };
  const drained = Promise.all([read(child.stdout), read(child.stderr)]);
  return { child, output: () => text, drained };
}
