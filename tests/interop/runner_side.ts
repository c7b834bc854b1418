/** What a pairing needs of a runner, whoever wrote it. It hosts the test actor, `probe`. */
import type { GatewaySide } from "./gateway_side.ts";
import { Program } from "./program.ts";

/** Where a runner belongs. */
export interface RunnerStart {
  readonly gateway: Pick<GatewaySide, "url" | "token">;
  readonly namespace: string;
  /** The name that actors select it by. */
  readonly pool: string;
  /** Where it connects to, when not straight to the gateway: a proxy. */
  readonly endpoint?: string;
  /** Of the program that it hosts: 1. */
  readonly version?: number;
}

export interface RunnerKind {
  readonly name: string;
  /** Starts it and waits until the gateway has let it in. */
  start(options: RunnerStart): Promise<RunnerSide>;
}

/** A runner's process. */
export class RunnerSide implements AsyncDisposable {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  get output(): string {
    return this.#program.output;
  }

  get hasEnded(): boolean {
    return this.#program.hasEnded;
  }

  /** Waits until a gateway has let it in for so many times. */
  connected(times = 1, withinMs?: number): Promise<void> {
    return this.#program.printed("tunnel: connected\n", times, withinMs);
  }

  /** Waits until it has lost its tunnel for so many times. */
  disconnected(times = 1, withinMs?: number): Promise<void> {
    return this.#program.printed("tunnel: lost", times, withinMs);
  }

  /** The process is gone at once, without a word. */
  async kill(): Promise<void> {
    this.#program.signal("SIGKILL");
    await this.#program.exit();
  }

  /** The process stands still: its connections stay, and nobody answers. */
  freeze(): void {
    this.#program.signal("SIGSTOP");
  }

  thaw(): void {
    this.#program.signal("SIGCONT");
  }

  /** Asks it to end in good order, and waits until it has. */
  async drain(): Promise<void> {
    this.#program.signal("SIGTERM");
    await this.#program.exit();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.signal("SIGKILL");
    await this.#program.exit();
  }
}

/**
 * A runner that is a Deno program under `tests/interop`. It reads `RIVET_ENDPOINT`, `RIVET_TOKEN`,
 * `RIVET_NAMESPACE`, `RIVET_RUNNER` and `RIVET_RUNNER_VERSION`, prints `tunnel: connected` when a gateway
 * has let it in and `tunnel: lost` when it lost its tunnel, and ends in good order when told by SIGTERM.
 */
export function programRunner(name: string, file: string): RunnerKind {
  return {
    name,
    async start({ gateway, namespace, pool, endpoint, version }) {
      const command = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--allow-all", `${import.meta.dirname}/${file}`],
        env: {
          RIVET_ENDPOINT: endpoint ?? gateway.url,
          RIVET_TOKEN: gateway.token,
          RIVET_NAMESPACE: namespace,
          RIVET_RUNNER: pool,
          RIVET_RUNNER_VERSION: `${version ?? 1}`,
        },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      });
      const runner = new RunnerSide(new Program(command));
      await runner.connected();
      return runner;
    },
  };
}
