/** The real program, watched: what its metrics count, and how late its event loop is. */
import { startRunner, System, type SystemOptions } from "../tests/support/system.ts";
import type { Delays } from "./loop_delay.ts";

const PRELOAD = ["--preload", import.meta.resolve("./loop_delay.ts")];

export class Watched implements AsyncDisposable {
  readonly system: System;
  /** Answers with the {@link Delays} since it was asked before. */
  readonly delaysUrl: string;

  private constructor(system: System) {
    this.system = system;
    this.delaysUrl = /loop delays (\S+)/.exec(system.output)![1]!;
  }

  /** Gateway and runner in one process, unless `env` says otherwise. */
  static async start(options: SystemOptions = {}): Promise<Watched> {
    return new Watched(await System.start({ ...options, denoArguments: PRELOAD }));
  }

  /** A runner in a process of its own, which has joined the gateway. */
  static async startRunner({ system }: Watched): Promise<Watched> {
    const gateway = { url: system.gatewayUrl, token: system.token };
    return new Watched(await startRunner(gateway, { denoArguments: PRELOAD }));
  }

  get pid(): number {
    return this.system.pid;
  }

  async delays(): Promise<Delays> {
    return await (await fetch(this.delaysUrl)).json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system.kill();
    await Deno.remove(this.system.dataDir, { recursive: true });
  }
}
