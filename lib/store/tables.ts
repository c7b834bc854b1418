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
  readonly actors: Immediate<ActorStore>;
  readonly kv: Immediate<KvStore>;
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
 * Where a batch of operations is applied: SQLite or memory, in this thread or in another.
 */
export interface Backend {
  /**
   * Applies a batch in order, as one transaction when it `writes`, and returns one outcome for each
   * operation once all are durable. An operation that fails leaves no trace and the others stand;
   * when the transaction fails, every operation has failed.
   */
  apply(batch: readonly Operation[], writes: boolean): readonly Outcome[];
  close(): void;
}

export function perform(tables: Tables, { table, method, args }: Operation): unknown {
  // `Operation` ties the three together, which the compiler cannot follow through an index.
  const methods = tables[table] as unknown as Record<string, (...args: unknown[]) => unknown>;
  return methods[method]!(...args);
}
