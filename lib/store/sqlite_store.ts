import type { GatewayStore } from "../gateway/gateway_store.ts";
import type { Host } from "../host/host.ts";
import { GroupCommit } from "./group_commit.ts";
import type { StoreObserver } from "./observer.ts";
import { STORE_DEFAULTS, type StoreOptions } from "./options.ts";
import { QueuedStore } from "./queued_store.ts";
import { SqliteBackend } from "./sqlite_backend.ts";

export interface StoreSetup {
  /** Made when there is none. */
  readonly directory: string;
  readonly host: Host;
  readonly options?: Partial<StoreOptions>;
  readonly observer?: StoreObserver;
}

/**
 * Opens the store of a data directory, alone: no other process has it open at the same time.
 *
 * Rejects with a `StoreError` that says what to do: `store.unwritable`, `store.corrupt`,
 * `store.newer_schema` or `store.locked`.
 */
export async function openStore(setup: StoreSetup): Promise<GatewayStore> {
  const options = { ...STORE_DEFAULTS, ...setup.options };
  const backend = await SqliteBackend.open(setup.directory, options);
  const commit = new GroupCommit(backend, setup.host, options, setup.observer);
  return new QueuedStore(commit, setup.host, options);
}
