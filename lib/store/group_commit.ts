import { StoreError } from "../gateway/gateway_store.ts";
import type { Host } from "../host/host.ts";
import type { StoreObserver } from "./observer.ts";
import type { StoreOptions } from "./options.ts";
import type { Backend, Operation, Outcome } from "./tables.ts";

interface Queued {
  readonly operation: Operation;
  readonly writes: boolean;
  readonly bytes: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Gathers operations and applies them together, so that many share the price of one durable commit.
 *
 * All operations stand in one queue, reads too: a read sees every write that was called before it,
 * and is answered only when those are durable. The queue is applied at the end of the turn in which
 * it began to fill, so a lone writer waits for nothing but its own commit. One batch is under way at
 * a time; what is called meanwhile is the next, which begins when the answers have been heard.
 */
export class GroupCommit {
  readonly #backend: Backend;
  readonly #host: Host;
  readonly #options: StoreOptions;
  readonly #observer: StoreObserver;
  #queue: Queued[] = [];
  #queuedBytes = 0;
  /** Pending while anything is queued or under way. */
  #working: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(backend: Backend, host: Host, options: StoreOptions, observer: StoreObserver = {}) {
    this.#backend = backend;
    this.#host = host;
    this.#options = options;
    this.#observer = observer;
  }

  /** Queues an operation that changes nothing. */
  read<T>(operation: Operation): Promise<T> {
    return this.#enqueue(operation, false, 0);
  }

  /** Queues a change. `bytes` is what its keys and values weigh. */
  write<T>(operation: Operation, bytes = 0): Promise<T> {
    return this.#enqueue(operation, true, bytes);
  }

  /**
   * Takes nothing more, waits for what is queued and under way, then closes the backend. Called
   * again it waits for the same.
   */
  close(): Promise<void> {
    this.#closed ??= Promise.resolve(this.#working).then(() => this.#backend.close());
    return this.#closed;
  }

  #enqueue<T>(operation: Operation, writes: boolean, bytes: number): Promise<T> {
    if (this.#closed !== undefined) {
      return Promise.reject(new StoreError("store.closed", "The store is closed"));
    }
    const { queuedOperations, queuedBytes } = this.#options;
    if (this.#queue.length >= queuedOperations) {
      return this.#overloaded("queuedOperations", this.#queue.length + 1, queuedOperations);
    }
    if (bytes > 0 && this.#queuedBytes + bytes > queuedBytes) {
      return this.#overloaded("queuedBytes", this.#queuedBytes + bytes, queuedBytes);
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        operation,
        writes,
        bytes,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.#queuedBytes += bytes;
      this.#working ??= this.#work();
    });
  }

  #overloaded(limit: string, value: number, allowed: number): Promise<never> {
    this.#observer.limitReached?.(limit, allowed);
    return Promise.reject(
      new StoreError(
        "store.overloaded",
        `The store's queue would reach ${limit} ${value}, allowed is ${allowed}; try again later`,
      ),
    );
  }

  async #work(): Promise<void> {
    await this.#endOfTurn();
    while (this.#queue.length > 0) {
      await this.#applyBatch(this.#take());
      await this.#endOfTurn();
    }
    this.#working = undefined;
  }

  #endOfTurn(): Promise<void> {
    return new Promise((resolve) => this.#host.defer(resolve));
  }

  async #applyBatch(batch: readonly Queued[]): Promise<void> {
    let bytes = 0;
    let writes = false;
    const operations: Operation[] = [];
    for (const queued of batch) {
      bytes += queued.bytes;
      writes ||= queued.writes;
      operations.push(queued.operation);
    }
    this.#queuedBytes -= bytes;
    const startedAt = this.#host.now();
    let outcomes: readonly Outcome[];
    try {
      outcomes = await this.#backend.apply(operations, writes);
    } catch (error) {
      this.#observer.commitFailed?.(batch.length, error);
      for (const queued of batch) queued.reject(error);
      return;
    }
    if (writes) this.#observer.committed?.(batch.length, bytes, this.#host.now() - startedAt);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.ok) batch[i]?.resolve(outcome.value);
      else batch[i]?.reject(outcome.error);
    }
  }

  /** The front of the queue, as much as one transaction may hold. */
  #take(): Queued[] {
    const { batchOperations, batchBytes } = this.#options;
    const queue = this.#queue;
    if (queue.length <= batchOperations && this.#queuedBytes <= batchBytes) {
      this.#queue = [];
      return queue;
    }
    let count = 0;
    let bytes = 0;
    while (count < queue.length && count < batchOperations) {
      bytes += queue[count]!.bytes;
      if (count > 0 && bytes > batchBytes) break;
      count++;
    }
    return queue.splice(0, count);
  }
}
