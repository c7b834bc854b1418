import { KV_LIMITS } from "../protocol/limits.ts";

/** Limits of the store. */
export interface StoreOptions {
  /** Operations in one transaction: their answers are all dealt with in one turn of the loop. */
  readonly batchOperations: number;
  /** Bytes of keys and values in one transaction. One operation may be larger. */
  readonly batchBytes: number;
  /** Operations that wait for their transaction. */
  readonly queuedOperations: number;
  /** Bytes of keys and values that wait for their transaction. */
  readonly queuedBytes: number;
  /** Changes of actors' records that a crash may take back are gathered for so long. */
  readonly recordDelayMs: number;
  /** What actors read when they wake is kept in memory up to this size, 0 for not at all. */
  readonly listCacheBytes: number;
  /** How long opening waits for another process to let go of the file. */
  readonly lockWaitMs: number;
  /** A file up to this size is checked page by page when opened; a larger one as it is read. */
  readonly checkedBytes: number;
  /** The database file grows up to this size, 0 for as large as its disk lets it. */
  readonly databaseBytes: number;
  readonly kv: KvLimits;
}

/** Limits of an actor's key-value space (`wire.md`, KV). */
export interface KvLimits {
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly keysPerCall: number;
  /** Keys and values of one put together. */
  readonly putBytes: number;
  /** Keys and values of one actor together. */
  readonly actorBytes: number;
  /** Keys and values of one list's answer together, which must fit a tunnel frame. */
  readonly listBytes: number;
}

const MIB = 1024 * 1024;

export const STORE_DEFAULTS: StoreOptions = {
  // Dealing with an answer costs the main thread some tens of microseconds.
  batchOperations: 256,
  batchBytes: 8 * MIB,
  queuedOperations: 65_536,
  queuedBytes: 128 * MIB,
  // An actor that wakes for one message and sleeps again has done both by then.
  recordDelayMs: 100,
  // Of some 25 000 actors that have a small state and one socket.
  listCacheBytes: 2 * MIB,
  lockWaitMs: 2_000,
  checkedBytes: 64 * MIB,
  databaseBytes: 0,
  kv: { ...KV_LIMITS, listBytes: 16 * MIB },
};
