import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { ActorId } from "../protocol/mod.ts";
import { keyRange, KvEntriesBuilder } from "./kv_entries.ts";
import { checkActor, checkList } from "./kv_limits.ts";
import type { KvLimits } from "./options.ts";
import type { Tables } from "./tables.ts";

export function kvTable(db: DatabaseSync, limits: KvLimits): Tables["kv"] {
  const get = db.prepare(
    "SELECT key, value, version, update_ts FROM kv WHERE actor_id = ? AND key = ?",
  );
  const upsert = db.prepare(
    `INSERT INTO kv (actor_id, key, value, version, update_ts) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (actor_id, key) DO UPDATE
      SET value = excluded.value, version = excluded.version, update_ts = excluded.update_ts`,
  );
  const countPut = db.prepare(
    `INSERT INTO kv_usage (actor_id, bytes, puts) VALUES (?, 0, 1)
      ON CONFLICT (actor_id) DO UPDATE SET puts = puts + 1 RETURNING bytes, puts`,
  );
  const heldBytes = db.prepare(
    "SELECT length(key) + length(value) AS bytes FROM kv WHERE actor_id = ? AND key = ?",
  );
  const remove = db.prepare("DELETE FROM kv WHERE actor_id = ? AND key = ?");
  const removeRange = db.prepare("DELETE FROM kv WHERE actor_id = ? AND key >= ? AND key < ?");
  const drop = db.prepare("DELETE FROM kv WHERE actor_id = ?");
  const between = "FROM kv WHERE actor_id = ? AND key >= ? AND key < ?";
  const sizes = db.prepare(
    `SELECT key, length(value) AS bytes, update_ts ${between} ORDER BY key LIMIT ?`,
  );
  const total = db.prepare(
    `SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes
      FROM (SELECT length(key) + length(value) AS bytes ${between} LIMIT ?)`,
  );
  const lists = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  /** What a put would add to what the actor holds. Asked only when it might reach the limit. */
  function growth(
    actorId: ActorId,
    keys: readonly Uint8Array[],
    values: readonly Uint8Array[],
  ): number {
    const added = new Map<string, number>();
    for (const [i, key] of keys.entries()) {
      const before = heldBytes.get(actorId, key)?.["bytes"] ?? 0;
      added.set(key.join(), key.length + values[i]!.length - Number(before));
    }
    return [...added.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  return {
    get(actorId, keys) {
      const entries = new KvEntriesBuilder();
      for (const key of keys) {
        const row = get.get(actorId, key);
        if (row !== undefined) add(entries, row);
      }
      return entries.build();
    },

    list(actorId, query, { reverse, limit }) {
      const { start, end, includesEnd } = keyRange(query);
      const upTo = end === null ? "" : `AND key ${includesEnd ? "<=" : "<"} ?`;
      const sql = `SELECT key, value, version, update_ts FROM kv
        WHERE actor_id = ? AND key >= ? ${upTo}
        ORDER BY key ${reverse ? "DESC" : "ASC"} LIMIT ?`;
      let statement = lists.get(sql);
      if (statement === undefined) lists.set(sql, statement = db.prepare(sql));
      const bounds: SQLInputValue[] = end === null ? [actorId, start] : [actorId, start, end];
      const entries = new KvEntriesBuilder();
      for (const row of statement.iterate(...bounds, limit ?? -1)) {
        add(entries, row);
        checkList(entries.bytes, limits);
      }
      return entries.build();
    },

    sizes(actorId, { start, end, limit, countTo }) {
      const { count, bytes } = total.get(actorId, start, end, countTo) ?? {};
      const entries = sizes.all(actorId, start, end, limit).map((row) => ({
        key: row["key"] as Uint8Array,
        valueBytes: row["bytes"] as number,
        updateTs: row["update_ts"] as number,
      }));
      return { entries, count: Number(count), bytes: Number(bytes) };
    },

    put(actorId, keys, values, now) {
      const { bytes: held, puts } = countPut.get(actorId) ?? {};
      const version = Number(puts);
      let bytes = 0;
      for (const key of keys) bytes += key.length;
      for (const value of values) bytes += value.length;
      if (Number(held) + bytes > limits.actorBytes) {
        checkActor(Number(held), growth(actorId, keys, values), limits);
      }
      for (const [i, key] of keys.entries()) {
        upsert.run(actorId, key, values[i]!, version, now);
      }
      return version;
    },

    delete(actorId, keys) {
      for (const key of keys) remove.run(actorId, key);
    },
    deleteRange: (actorId, start, end) => void removeRange.run(actorId, start, end),
    drop: (actorId) => void drop.run(actorId),
  };
}

/** A row has the types that the STRICT table gives its columns. */
function add(entries: KvEntriesBuilder, row: Record<string, SQLOutputValue>): void {
  entries.add(
    row["key"] as Uint8Array,
    row["value"] as Uint8Array,
    row["version"] as number,
    row["update_ts"] as number,
  );
}
