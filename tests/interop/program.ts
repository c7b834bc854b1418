/** A program in a process of its own, whose output is kept and waited for. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #drained: Promise<unknown>;
  #output = "";
  #hasEnded = false;
  readonly #watchers = new Set<() => void>();

  constructor(command: Deno.Command) {
    this.#child = command.spawn();
    this.#drained = Promise.all([this.#read(this.#child.stdout), this.#read(this.#child.stderr)]);
    this.#child.status.then(() => {
      this.#hasEnded = true;
      this.#tell();
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** All that it printed so far. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Waits until it has printed `text` so many times. Rejects with its output when it ends first. */
  printed(text: string, times = 1, withinMs = 30_000): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#output.split(text).length > times) resolve();
      else if (this.#hasEnded) reject(new Error(`The program ended:\n${this.#output}`));
    };
    const timer = setTimeout(
      () => reject(new Error(`"${text}" was not printed ${times} times:\n${this.#output}`)),
      withinMs,
    );
    this.#watchers.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#watchers.delete(look);
    });
  }

  signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  async exit(): Promise<Deno.CommandStatus> {
    const status = await this.#child.status;
    await this.#drained;
    return status;
  }

  /** Ends it in good order, or without it after `graceMs`. */
  async end(graceMs = 2_000): Promise<void> {
    // A frozen process hears nothing.
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await this.exit();
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
      this.#output += chunk;
      this.#tell();
    }
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
