import { assert } from "@std/assert";
import type { Backend, Operation, Outcome } from "@/lib/store/mod.ts";

/** A batch that a {@link ControlledBackend} was told to apply. */
export interface Batch {
  readonly operations: readonly Operation[];
  readonly writes: boolean;
}

/**
 * A backend that does nothing by itself: the test ends the batch that is under way, as a disk would
 * in its own time. It fails when a second batch comes before that.
 */
export class ControlledBackend implements Backend {
  readonly batches: Batch[] = [];
  closed = false;
  #ending: PromiseWithResolvers<readonly Outcome[]> | undefined;

  /** The batch under way. */
  get current(): Batch | undefined {
    return this.#ending && this.batches.at(-1);
  }

  apply(operations: readonly Operation[], writes: boolean): Promise<readonly Outcome[]> {
    assert(this.#ending === undefined, "A batch came while another was under way");
    assert(!this.closed, "A batch came after the close");
    assert(operations.length > 0, "A batch came without an operation");
    this.batches.push({ operations, writes });
    this.#ending = Promise.withResolvers();
    return this.#ending.promise;
  }

  /** The batch under way is durable; `outcomeOf` says what came of each operation. */
  complete(
    outcomeOf: (operation: Operation) => Outcome = () => ({ ok: true, value: undefined }),
  ): void {
    const { operations } = this.current!;
    this.#end().resolve(operations.map(outcomeOf));
  }

  /** The transaction under way has failed as a whole. */
  fail(error: Error): void {
    this.#end().reject(error);
  }

  close(): Promise<void> {
    assert(this.#ending === undefined, "It was closed while a batch was under way");
    this.closed = true;
    return Promise.resolve();
  }

  #end(): PromiseWithResolvers<readonly Outcome[]> {
    const ending = this.#ending!;
    this.#ending = undefined;
    return ending;
  }
}
