import type { ActorId, KvEntries, KvListQuery } from "../protocol/mod.ts";

/**
 * What the gateway needs kept: the interface that `lib/store` fills.
 *
 * Writes are applied in the order of the calls and become durable together (group commit); a
 * write's promise resolves when it is durable, and rejects with a {@link StoreError} when it will
 * never be. Reads see every write that was called before them.
 */
export interface GatewayStore {
  readonly namespaces: NamespaceStore;
  readonly actors: ActorStore;
  readonly kv: KvStore;
  readonly sockets: SocketStore;
  /** Writes everything that is under way, then lets go of the files. */
  close(): Promise<void>;
}

export interface NamespaceRecord {
  readonly namespaceId: string;
  readonly name: string;
  readonly displayName: string;
  readonly createTs: number;
}

export interface NamespaceStore {
  list(): Promise<NamespaceRecord[]>;
  /** Rejects with `store.exists` when the name is taken. */
  create(record: NamespaceRecord): Promise<void>;
}

/** What becomes of an actor that crashes. */
export type CrashPolicy = "restart" | "sleep" | "destroy";

/** An actor as it is kept. Times are milliseconds since the epoch, `null` where not so. */
export interface ActorRecord {
  readonly actorId: ActorId;
  readonly namespace: string;
  readonly name: string;
  readonly key: string | null;
  readonly input: Uint8Array | null;
  readonly runnerNameSelector: string;
  readonly crashPolicy: CrashPolicy;
  readonly createTs: number;
  /** Grows by one at each start: a fence against a runner that was given up. */
  generation: number;
  startTs: number | null;
  connectableTs: number | null;
  pendingAllocationTs: number | null;
  sleepTs: number | null;
  rescheduleTs: number | null;
  destroyTs: number | null;
  /** When the actor is to be woken. */
  alarmTs: number | null;
  /** Why it last stopped, when that was a failure. */
  error: string | null;
}

export interface ActorQuery {
  readonly namespace: string;
  readonly name?: string;
  readonly key?: string;
  readonly actorIds?: readonly ActorId[];
  readonly includeDestroyed: boolean;
  /** At most this many, newest first. */
  readonly limit: number;
  /** Only actors made before this (createTs, actorId), exclusive: where the page before ended. */
  readonly before?: { readonly createTs: number; readonly actorId: ActorId };
}

export interface ActorStore {
  /**
   * Rejects with `store.exists` when (namespace, name, key) is taken by an actor not destroyed.
   * Actors without a key never clash.
   */
  create(record: ActorRecord): Promise<void>;
  get(actorId: ActorId): Promise<ActorRecord | undefined>;
  /** The actor of that name and key which is not destroyed; of several without a key the oldest. */
  find(namespace: string, name: string, key: string | null): Promise<ActorRecord | undefined>;
  list(query: ActorQuery): Promise<ActorRecord[]>;
  /** Names of actors that exist or existed in the namespace, sorted. */
  names(namespace: string): Promise<string[]>;
  /** Replaces what changes in an actor's life. */
  update(record: ActorRecord): Promise<void>;
  /**
   * The same for a change that may be lost with the process, in a while and together with others: the
   * record is kept as it is by then. Whoever reads records here sees it at once.
   */
  updateSoon(record: ActorRecord): Promise<void>;
  /** Sleeping or not: every actor not destroyed whose alarm is set, earliest first. */
  alarms(): Promise<{ actorId: ActorId; alarmTs: number }[]>;
  /** Actors that were neither asleep nor destroyed when the last process ended. */
  unsettled(): Promise<ActorRecord[]>;
}

/**
 * An actor's own key-value space, in byte order of keys. Limits of `wire.md` hold: each violation
 * rejects with a {@link StoreError} `kv.*` and changes nothing. A put is atomic.
 */
export interface KvStore {
  get(actorId: ActorId, keys: readonly Uint8Array[]): Promise<KvEntries>;
  list(
    actorId: ActorId,
    query: KvListQuery,
    options: { reverse: boolean; limit: number | null },
  ): Promise<KvEntries>;
  /**
   * What there is from `start` up to, not including, `end`, without its values: the first `limit`
   * entries, and how many there are of what size, counted up to `countTo` of them.
   */
  sizes(actorId: ActorId, range: KvSizesRange): Promise<KvSizes>;
  put(
    actorId: ActorId,
    keys: readonly Uint8Array[],
    values: readonly Uint8Array[],
    now: number,
  ): Promise<void>;
  delete(actorId: ActorId, keys: readonly Uint8Array[]): Promise<void>;
  /** From `start` up to, not including, `end`. */
  deleteRange(actorId: ActorId, start: Uint8Array, end: Uint8Array): Promise<void>;
  drop(actorId: ActorId): Promise<void>;
}

export interface KvSizesRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  readonly limit: number;
  readonly countTo: number;
}

export interface KvSizes {
  readonly entries: readonly KvSize[];
  readonly count: number;
  /** Keys and values together. */
  readonly bytes: number;
}

export interface KvSize {
  readonly key: Uint8Array;
  readonly valueBytes: number;
  /** When it was last written, in milliseconds since the epoch. */
  readonly updateTs: number;
}

/** A hibernatable socket that the gateway holds open. Times are milliseconds since the epoch. */
export interface SocketRecord {
  readonly gatewayId: number;
  readonly requestId: number;
  readonly actorId: ActorId;
  readonly openedTs: number;
  readonly keepAliveTs: number;
}

export interface SocketStore {
  put(record: SocketRecord): Promise<void>;
  /** Moves the keep-alive of many at once. */
  keepAlive(requestIds: readonly number[], now: number): Promise<void>;
  delete(requestIds: readonly number[]): Promise<void>;
  list(): Promise<SocketRecord[]>;
  /** Forgets all of them: their clients went with the process that held them. */
  clear(): Promise<number>;
}

export type StoreErrorCode =
  | "store.exists"
  | "store.unwritable"
  | "store.corrupt"
  | "store.newer_schema"
  | "store.locked"
  | "store.closed"
  | "store.failed"
  /** There is no room for the write. It can be tried again, and succeeds once there is. */
  | "store.disk_full"
  /** The thread that held the database is gone: nothing more is kept until the next start. */
  | "store.thread_ended"
  /** More is queued than the store takes. Nothing was written. */
  | "store.overloaded"
  | "kv.key_too_large"
  | "kv.value_too_large"
  | "kv.too_many_keys"
  | "kv.put_too_large"
  | "kv.length_mismatch"
  | "kv.actor_full"
  /** What a list found does not fit one answer. */
  | "kv.list_too_large";

/** Why the store refused. The message names the limit, the value and what was wanted. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  constructor(readonly code: StoreErrorCode, message: string) {
    super(message);
  }
}
