export { MemoryBackend } from "./memory_backend.ts";
export { openMemoryStore } from "./memory_store.ts";
export type { MemoryStoreSetup } from "./memory_store.ts";
export type { StoreObserver } from "./observer.ts";
export { STORE_DEFAULTS } from "./options.ts";
export type { KvLimits, StoreOptions } from "./options.ts";
export { openStore } from "./sqlite_store.ts";
export type { StoreSetup } from "./sqlite_store.ts";
export type { Backend, Operation, Outcome } from "./tables.ts";
