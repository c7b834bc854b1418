import {
  type ActorRecord,
  type NamespaceRecord,
  type SocketRecord,
  StoreError,
} from "../gateway/gateway_store.ts";
import { memoryKv } from "./memory_kv.ts";
import type { StoreOptions } from "./options.ts";
import { type Backend, type Operation, type Outcome, perform, type Tables } from "./tables.ts";

/**
 * Applies operations to plain maps. What it holds outlives the store that used it, as a disk would:
 * a simulation crashes a gateway by dropping its store and opening another on the same backend.
 */
export class MemoryBackend implements Backend {
  readonly #tables: Tables;

  constructor(options: StoreOptions) {
    this.#tables = {
      namespaces: memoryNamespaces(),
      actors: memoryActors(),
      kv: memoryKv(options.kv),
      sockets: memorySockets(),
    };
  }

  apply(batch: readonly Operation[]): Promise<readonly Outcome[]> {
    return Promise.resolve(batch.map((operation) => this.perform(operation)));
  }

  /** One operation at once, past every queue: for tests that look, and for disks made of this. */
  perform(operation: Operation): Outcome {
    try {
      return { ok: true, value: perform(this.#tables, operation) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function memoryNamespaces(): Tables["namespaces"] {
  const records = new Map<string, NamespaceRecord>();
  return {
    list: () =>
      [...records.values()].sort((a, b) => a.createTs - b.createTs || order(a, b, "name")),
    create(record) {
      if (records.has(record.name)) {
        throw new StoreError("store.exists", `A namespace "${record.name}" exists`);
      }
      records.set(record.name, record);
    },
  };
}

function memoryActors(): Tables["actors"] {
  const records = new Map<string, ActorRecord>();
  const alive = (): ActorRecord[] =>
    [...records.values()].filter((record) => record.destroyTs === null);
  const find = (namespace: string, name: string, key: string | null): ActorRecord | undefined =>
    alive()
      .filter((it) => it.namespace === namespace && it.name === name && it.key === key)
      .sort((a, b) => a.createTs - b.createTs || order(a, b, "actorId"))[0];

  return {
    create(record) {
      const { actorId, namespace, name, key } = record;
      if (records.has(actorId) || key !== null && find(namespace, name, key) !== undefined) {
        throw new StoreError(
          "store.exists",
          `An actor "${name}" with the key ${JSON.stringify(key)} exists`,
        );
      }
      records.set(actorId, record);
    },
    update(record) {
      const known = records.get(record.actorId);
      if (known !== undefined) records.set(record.actorId, { ...record, ...identity(known) });
    },
    get: (actorId) => copy(records.get(actorId)),
    find: (namespace, name, key) => copy(find(namespace, name, key)),
    names(namespace) {
      const found = new Set<string>();
      for (const record of records.values()) {
        if (record.namespace === namespace) found.add(record.name);
      }
      return [...found].sort();
    },
    list: (query) =>
      [...records.values()]
        .filter((record) =>
          record.namespace === query.namespace &&
          (query.includeDestroyed || record.destroyTs === null) &&
          (query.name === undefined || record.name === query.name) &&
          (query.key === undefined || record.key === query.key) &&
          (query.actorIds === undefined || query.actorIds.includes(record.actorId)) &&
          (query.before === undefined || newestFirst(query.before, record) < 0)
        )
        .sort(newestFirst)
        .slice(0, query.limit)
        .map((record) => ({ ...record })),
    alarms: () =>
      alive()
        .flatMap(({ actorId, alarmTs }) => alarmTs === null ? [] : [{ actorId, alarmTs }])
        .sort((a, b) => a.alarmTs - b.alarmTs),
    unsettled: () =>
      alive()
        .filter((record) => record.sleepTs === null)
        .sort((a, b) => order(a, b, "actorId"))
        .map((record) => ({ ...record })),
  };
}

function memorySockets(): Tables["sockets"] {
  const records = new Map<number, SocketRecord>();
  return {
    put: (record) => void records.set(record.requestId, record),
    keepAlive(requestIds, now) {
      for (const requestId of requestIds) {
        const record = records.get(requestId);
        if (record !== undefined) records.set(requestId, { ...record, keepAliveTs: now });
      }
    },
    delete(requestIds) {
      for (const requestId of requestIds) records.delete(requestId);
    },
    list: () => [...records.values()].sort((a, b) => a.requestId - b.requestId),
    clear() {
      const { size } = records;
      records.clear();
      return size;
    },
  };
}

type Age = Pick<ActorRecord, "createTs" | "actorId">;

function newestFirst(a: Age, b: Age): number {
  return b.createTs - a.createTs || order(b, a, "actorId");
}

function order<K extends string>(a: Record<K, string>, b: Record<K, string>, by: K): number {
  return a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : 0;
}

function copy(record: ActorRecord | undefined): ActorRecord | undefined {
  return record === undefined ? undefined : { ...record };
}

/** What an update leaves as it was made. */
function identity(record: ActorRecord): Partial<ActorRecord> {
  const { namespace, name, key, input, runnerNameSelector, crashPolicy, createTs } = record;
  return { namespace, name, key, input, runnerNameSelector, crashPolicy, createTs };
}
