import { StoreError } from "../gateway/gateway_store.ts";
import type { Host, Timer } from "../host/host.ts";
import type { StoreObserver } from "./observer.ts";
import type { StoreOptions } from "./options.ts";
import type { Backend, Operation } from "./tables.ts";

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
 * and is answered only when those are durable. The queue is flushed at the end of the turn in which
 * it began to fill, so a lone writer waits for nothing but its own commit. While a commit is under
 * way the next batch gathers by itself. Commits that follow each other without a turn of the event
 * loop between them stop after `burstMs` and go on in the next turn.
 */
export class GroupCommit {
  readonly #backend: Backend;
  readonly #host: Host;
  readonly #options: StoreOptions;
  readonly #observer: StoreObserver;
  #queue: Queued[] = [];
  #queuedBytes = 0;
  #scheduled = false;
  #closed = false;
  /** Time taken by commits since the event loop last had its turn. */
  #spentMs = 0;
  #nextTurn: Timer | undefined;

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

  /** Applies what is queued, then closes the backend. Does nothing when called again. */
  close(): void {
    if (this.#closed) return;
    while (this.#queue.length > 0) this.#applyBatch();
    this.#closed = true;
    this.#nextTurn?.cancel();
    this.#backend.close();
  }

  #enqueue<T>(operation: Operation, writes: boolean, bytes: number): Promise<T> {
    if (this.#closed) {
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
      this.#schedule();
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

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // A burst that has used up its time goes on from #onNextTurn.
    if (this.#spentMs < this.#options.burstMs) this.#host.defer(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#queue.length === 0) return;
    this.#applyBatch();
    if (this.#queue.length > 0) this.#schedule();
  };

  readonly #onNextTurn = (): void => {
    this.#nextTurn = undefined;
    this.#spentMs = 0;
    this.#flush();
  };

  #applyBatch(): void {
    const batch = this.#take();
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
    try {
      const outcomes = this.#backend.apply(operations, writes);
      if (writes) {
        this.#observer.committed?.(batch.length, bytes, this.#host.now() - startedAt);
      }
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.ok) batch[i]?.resolve(outcome.value);
        else batch[i]?.reject(outcome.error);
      }
    } catch (error) {
      this.#observer.commitFailed?.(batch.length, error);
      for (const queued of batch) queued.reject(error);
    }
    this.#spend(this.#host.now() - startedAt);
  }

  #spend(ms: number): void {
    if (ms <= 0) return;
    this.#spentMs += ms;
    this.#nextTurn ??= this.#host.after(0, this.#onNextTurn);
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
