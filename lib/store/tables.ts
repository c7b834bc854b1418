import type { ActorStore, KvStore, NamespaceStore, SocketStore } from "../gateway/gateway_store.ts";

/** A store whose methods answer at once: what one operation does, without queue or promise. */
type Immediate<Store> = {
  readonly [M in keyof Store]: Store[M] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : never;
};

/**
 * The four tables of a backend. A method that throws a `StoreError` has changed nothing that can be
 * seen; whatever else it throws puts the whole transaction in doubt.
 */
export interface Tables {
  readonly namespaces: Immediate<NamespaceStore>;
  readonly actors: Immediate<Omit<ActorStore, "updateSoon">>;
  /** A put gives the version that its entries have now. */
  readonly kv: Immediate<Omit<KvStore, "put">> & {
    readonly put: (...args: Parameters<KvStore["put"]>) => number;
  };
  readonly sockets: Immediate<SocketStore>;
}

/** One call of a table's method as plain data, so that it can be sent to another thread. */
export type Operation = {
  [T in keyof Tables]: {
    [M in keyof Tables[T]]: Tables[T][M] extends (...args: infer Args) => unknown
      ? { readonly table: T; readonly method: M; readonly args: Args }
      : never;
  }[keyof Tables[T]];
}[keyof Tables];

/** What came of one operation. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/**
 * Where a batch of operations is applied: SQLite in a thread of its own, memory, or a disk that a
 * simulation makes slow, full or broken.
 */
export interface Backend {
  /**
   * Applies a batch in order, as one transaction when it `writes`. It is not called again before
   * its promise has settled.
   *
   * Resolves with one outcome for each operation, in order, once all of them are durable. An
   * operation that fails leaves no trace, and the others stand.
   *
   * Rejects when the transaction failed as a whole: nothing of it is done, unless the failure came
   * so late that all of it is, as when a process is killed before it can answer. The next batch is
   * tried as if nothing had been.
   */
  apply(batch: readonly Operation[], writes: boolean): Promise<readonly Outcome[]>;
  /** Lets go of the data. Nothing is being applied then, and nothing will be. */
  close(): Promise<void>;
}

export function perform(tables: Tables, { table, method, args }: Operation): unknown {
  // `Operation` ties the three together, which the compiler cannot follow through an index.
  const methods = tables[table] as unknown as Record<string, (...args: unknown[]) => unknown>;
  return methods[method]!(...args);
}
