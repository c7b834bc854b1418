import { StoreError } from "../gateway/gateway_store.ts";
import type { StoreOptions } from "./options.ts";
import { operationError } from "./sqlite_error.ts";
import type { Backend, Operation, Outcome } from "./tables.ts";
import { type Answer, packBatch, type Request, toOutcome } from "./thread_messages.ts";

const THREAD = new URL("./sqlite_thread.ts", import.meta.url);

/**
 * A SQLite database in a thread of its own, so that waiting for the disk holds up nobody else.
 *
 * 1. `open` starts the thread, which opens the database and has the only connection to it.
 * 2. Each batch goes over as one message, and comes back as one.
 * 3. `close` lets the thread close the database, then ends it. A thread that ends before is not
 *    replaced: whoever waits, and whoever comes later, is told `store.thread_ended`.
 */
export class SqliteBackend implements Backend {
  readonly #thread: Worker;
  /** Whoever waits for the answer. There is one at most. */
  #waiting: Omit<PromiseWithResolvers<unknown>, "promise"> | undefined;
  #ended: StoreError | undefined;

  /**
   * Rejects with the `StoreError` of what cannot be opened.
   *
   * @param thread The module that runs in the thread.
   */
  static async open(
    directory: string,
    options: StoreOptions,
    thread: URL = THREAD,
  ): Promise<SqliteBackend> {
    const backend = new SqliteBackend(new Worker(thread, { type: "module", name: "store" }));
    try {
      await backend.#ask({ kind: "open", directory, options });
    } catch (error) {
      backend.#thread.terminate();
      throw error;
    }
    return backend;
  }

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.onmessage = ({ data }: MessageEvent<Answer>) => {
      const outcome = toOutcome(data);
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (outcome.ok) waiting?.resolve(outcome.value);
      else waiting?.reject(outcome.error);
    };
    thread.onerror = (event) => {
      // Unheard it would end this program.
      event.preventDefault();
      this.#end(event.message);
    };
    thread.onmessageerror = () => this.#end("it sent what cannot be read");
  }

  async apply(batch: readonly Operation[], writes: boolean): Promise<readonly Outcome[]> {
    const packed = packBatch(batch);
    try {
      const answers = await this.#ask({ kind: "apply", batch: packed, writes }, [packed.buffer]);
      return (answers as readonly Answer[]).map(toOutcome);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      return await this.#applySendable(batch, writes, error);
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#ended === undefined) await this.#ask({ kind: "close" });
    } finally {
      this.#thread.terminate();
    }
  }

  /** Something in the batch cannot be sent, for `cause`: it fails by itself, the rest is applied. */
  async #applySendable(
    batch: readonly Operation[],
    writes: boolean,
    cause: unknown,
  ): Promise<readonly Outcome[]> {
    const refused = batch.map(refusal);
    const rest = batch.filter((_, i) => refused[i] === undefined);
    if (rest.length === batch.length) throw operationError(cause);
    const outcomes = rest.length === 0 ? [] : await this.apply(rest, writes);
    let next = 0;
    return refused.map((outcome) => outcome ?? outcomes[next++]!);
  }

  #ask(request: Request, transfer: Transferable[] = []): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#thread.postMessage(request, transfer);
      this.#waiting = { resolve, reject };
    });
  }

  #end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = new StoreError(
      "store.thread_ended",
      `The store's thread has ended (${why}); start Dormouse again`,
    );
    this.#thread.terminate();
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}

/** The outcome of an operation that cannot be sent to a thread, `undefined` for one that can. */
function refusal(operation: Operation): Outcome | undefined {
  try {
    structuredClone(operation);
    return undefined;
  } catch (error) {
    return { ok: false, error: operationError(error) };
  }
}
