import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../gateway/gateway_store.ts";
import { actorTable } from "./actor_table.ts";
import { kvTable } from "./kv_table.ts";
import { namespaceTable } from "./namespace_table.ts";
import type { StoreOptions } from "./options.ts";
import { socketTable } from "./socket_table.ts";
import { isDatabaseTrouble, operationError } from "./sqlite_error.ts";
import { type Operation, type Outcome, perform, type Tables } from "./tables.ts";

/** Applies batches of operations to a SQLite database, as `Backend` says. It owns the connection. */
export class SqliteTransactions {
  readonly #db: DatabaseSync;
  readonly #tables: Tables;

  constructor(db: DatabaseSync, options: StoreOptions) {
    this.#db = db;
    this.#tables = {
      namespaces: namespaceTable(db),
      actors: actorTable(db),
      kv: kvTable(db, options.kv),
      sockets: socketTable(db),
    };
  }

  apply(batch: readonly Operation[], writes: boolean): readonly Outcome[] {
    const broken = new Map<number, Outcome>();
    for (;;) {
      const outcomes = this.#transaction(batch, writes, broken);
      if (outcomes !== undefined) return outcomes;
    }
  }

  close(): void {
    this.#db.close();
  }

  /**
   * Applies the batch but for what is `broken`. An operation that fails in a way no table foresees
   * may have done half of its work: all is rolled back, it joins the broken ones, and `undefined`
   * asks for another go, for one bad operation must not cost the others. Throws when it is the
   * database or the commit that failed.
   */
  #transaction(
    batch: readonly Operation[],
    writes: boolean,
    broken: Map<number, Outcome>,
  ): Outcome[] | undefined {
    const outcomes: Outcome[] = [];
    try {
      if (writes) this.#db.exec("BEGIN IMMEDIATE");
      for (const operation of batch) {
        outcomes.push(broken.get(outcomes.length) ?? this.#attempt(operation));
      }
      if (writes) this.#db.exec("COMMIT");
      return outcomes;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      if (!(error instanceof BrokenOperation)) throw operationError(error);
      broken.set(outcomes.length, { ok: false, error: operationError(error.cause) });
      return undefined;
    }
  }

  #attempt(operation: Operation): Outcome {
    try {
      return { ok: true, value: perform(this.#tables, operation) };
    } catch (error) {
      if (error instanceof StoreError) return { ok: false, error };
      if (isDatabaseTrouble(error)) throw error;
      throw new BrokenOperation("An operation broke its transaction", { cause: error });
    }
  }
}

class BrokenOperation extends Error {}
