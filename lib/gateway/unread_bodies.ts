import type { Host } from "../host/host.ts";

/**
 * What becomes of a client's upload when the rest of it is not wanted, for its request is answered.
 *
 * It is taken and thrown away for a while, so that a client that reads no answer before it has sent
 * everything gets its answer. Then the connection is cut: nothing else ends an upload in HTTP/1.1.
 */
export class UnreadBodies {
  readonly #host: Host;
  readonly #lingerMs: number;
  readonly #lingering = new Set<() => void>();

  constructor(host: Host, lingerMs: number) {
    this.#host = host;
    this.#lingerMs = lingerMs;
  }

  /** The same body, which may be cancelled at any time. */
  watch(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void this.#linger(reader),
    }, { highWaterMark: 0 });
  }

  /** Cuts what is left. */
  close(): void {
    for (const cut of [...this.#lingering]) cut();
  }

  async #linger(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const cut = (): void => void reader.cancel().catch(() => {});
    this.#lingering.add(cut);
    const timer = this.#host.after(this.#lingerMs, cut);
    try {
      while (!(await reader.read()).done);
    } catch {
      // The client went away.
    }
    timer.cancel();
    this.#lingering.delete(cut);
  }
}
