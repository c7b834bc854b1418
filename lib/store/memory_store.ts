import type { GatewayStore } from "../gateway/gateway_store.ts";
import type { Host } from "../host/host.ts";
import { GroupCommit } from "./group_commit.ts";
import { MemoryBackend } from "./memory_backend.ts";
import type { StoreObserver } from "./observer.ts";
import { STORE_DEFAULTS, type StoreOptions } from "./options.ts";
import { QueuedStore } from "./queued_store.ts";
import type { Backend } from "./tables.ts";

export interface MemoryStoreSetup {
  readonly host: Host;
  readonly options?: Partial<StoreOptions>;
  readonly observer?: StoreObserver;
  /** What an earlier store left, to go on with it; or a disk of a simulation's own. */
  readonly backend?: Backend;
}

/**
 * A store in memory that behaves as the one on disk: same order, same errors, same limits. Promises
 * resolve at the end of the turn. For tests and the simulation.
 */
export function openMemoryStore(setup: MemoryStoreSetup): GatewayStore {
  const options = { ...STORE_DEFAULTS, ...setup.options };
  const backend = setup.backend ?? new MemoryBackend(options);
  const commit = new GroupCommit(backend, setup.host, options, setup.observer);
  return new QueuedStore(commit, setup.host, options);
}
