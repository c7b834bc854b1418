import type {
  ActorRecord,
  ActorStore,
  GatewayStore,
  KvStore,
  NamespaceStore,
  SocketStore,
} from "../gateway/gateway_store.ts";
import type { Host } from "../host/host.ts";
import type { KvEntries } from "../protocol/mod.ts";
import type { GroupCommit } from "./group_commit.ts";
import { checkKeys, checkPut, checkQuery } from "./kv_limits.ts";
import { LateUpdates } from "./late_updates.ts";
import { ListCache } from "./list_cache.ts";
import type { StoreOptions } from "./options.ts";
import type { Operation } from "./tables.ts";

/** A {@link GatewayStore} whose every call goes through one group commit. */
export class QueuedStore implements GatewayStore {
  readonly namespaces: NamespaceStore;
  readonly actors: ActorStore;
  readonly kv: KvStore;
  readonly sockets: SocketStore;
  readonly #commit: GroupCommit;
  readonly #late: LateUpdates;

  constructor(commit: GroupCommit, host: Host, options: StoreOptions) {
    this.#commit = commit;
    this.#late = new LateUpdates(host, options.recordDelayMs, (it) => updateActor(commit, it));
    this.namespaces = namespaceStore(commit);
    this.actors = actorStore(commit, this.#late);
    this.kv = kvStore(commit, options);
    this.sockets = socketStore(commit, options);
  }

  close(): Promise<void> {
    this.#late.flush();
    return this.#commit.close();
  }
}

function namespaceStore(commit: GroupCommit): NamespaceStore {
  const table = "namespaces";
  return {
    list: () => commit.read({ table, method: "list", args: [] }),
    create: (record) => commit.write({ table, method: "create", args: [record] }),
  };
}

/**
 * A record goes on changing while it waits for its commit: what was called is what is kept. Its input
 * never changes, and need not cross.
 */
function updateActor(commit: GroupCommit, record: ActorRecord): Promise<void> {
  return commit.write({ table: "actors", method: "update", args: [{ ...record, input: null }] });
}

function actorStore(commit: GroupCommit, late: LateUpdates): ActorStore {
  const table = "actors";
  function read<T>(operation: Extract<Operation, { table: "actors" }>): Promise<T> {
    late.flush();
    return commit.read(operation);
  }
  return {
    create: (record) => commit.write({ table, method: "create", args: [{ ...record }] }),
    update: (record) => updateActor(commit, record),
    updateSoon: (record) => late.add(record),
    get: (actorId) => read({ table, method: "get", args: [actorId] }),
    find: (namespace, name, key) => read({ table, method: "find", args: [namespace, name, key] }),
    list: (query) => read({ table, method: "list", args: [query] }),
    names: (namespace) => read({ table, method: "names", args: [namespace] }),
    alarms: () => read({ table, method: "alarms", args: [] }),
    unsettled: () => read({ table, method: "unsettled", args: [] }),
  };
}

function kvStore(commit: GroupCommit, { kv: limits, listCacheBytes }: StoreOptions): KvStore {
  const table = "kv";
  const cache = new ListCache(listCacheBytes);
  return {
    async get(actorId, keys) {
      checkKeys(keys, limits);
      return await commit.read({ table, method: "get", args: [actorId, keys] });
    },
    async list(actorId, query, options) {
      checkQuery(query, limits);
      const cached = cache.find(actorId, query, options, limits.listBytes);
      if (cached !== undefined) return cached;
      const found = commit.read<KvEntries>({
        table,
        method: "list",
        args: [actorId, query, options],
      });
      return await cache.listed(actorId, query, options, found);
    },
    async sizes(actorId, range) {
      checkKeys([range.start, range.end], limits);
      return await commit.read({ table, method: "sizes", args: [actorId, range] });
    },
    async put(actorId, keys, values, now) {
      const bytes = checkPut(keys, values, limits);
      const done = commit.write<number>(
        { table, method: "put", args: [actorId, keys, values, now] },
        bytes,
      );
      await cache.written(actorId, done, (list, version) => list.put(keys, values, version, now));
    },
    async delete(actorId, keys) {
      checkKeys(keys, limits);
      const done = commit.write<void>({ table, method: "delete", args: [actorId, keys] });
      await cache.written(actorId, done, (list) => {
        for (const key of keys) list.delete(key);
      });
    },
    async deleteRange(actorId, start, end) {
      checkKeys([start, end], limits);
      const done = commit.write<void>({
        table,
        method: "deleteRange",
        args: [actorId, start, end],
      });
      await cache.written(actorId, done);
    },
    drop(actorId) {
      const done = commit.write<void>({ table, method: "drop", args: [actorId] });
      return cache.written(actorId, done);
    },
  };
}

function socketStore(commit: GroupCommit, { batchOperations }: StoreOptions): SocketStore {
  const table = "sockets";
  return {
    put: (record) => commit.write({ table, method: "put", args: [record] }),
    async keepAlive(requestIds, now) {
      const parts = chunks(requestIds, batchOperations);
      await Promise.all(
        parts.map((ids) => commit.write({ table, method: "keepAlive", args: [ids, now] })),
      );
    },
    async delete(requestIds) {
      const parts = chunks(requestIds, batchOperations);
      await Promise.all(parts.map((ids) => commit.write({ table, method: "delete", args: [ids] })));
    },
    list: () => commit.read({ table, method: "list", args: [] }),
    clear: () => commit.write({ table, method: "clear", args: [] }),
  };
}

/** Ten thousand sockets in one operation would be a transaction without a bound. */
function chunks<T>(values: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < values.length; i += size) parts.push(values.slice(i, i + size));
  return parts;
}
