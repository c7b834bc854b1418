import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../gateway/gateway_store.ts";

/** Marks a SQLite file as Dormouse's own: "DORM" in ASCII. */
export const APPLICATION_ID = 0x444f524d;

/**
 * One step each from an empty file to the present schema. A step that was released never changes;
 * what comes later is a new step. `PRAGMA user_version` counts those that a file has behind it.
 *
 * Times are REAL: a runner may ask for an alarm at any i64, and an INTEGER beyond 2^53 cannot be
 * read back as a number.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE namespaces (
    name TEXT PRIMARY KEY,
    namespace_id TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    create_ts REAL NOT NULL
  ) STRICT;

  CREATE TABLE actors (
    actor_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT,
    input BLOB,
    runner_name_selector TEXT NOT NULL,
    crash_policy TEXT NOT NULL,
    create_ts REAL NOT NULL,
    generation INTEGER NOT NULL,
    start_ts REAL,
    connectable_ts REAL,
    pending_allocation_ts REAL,
    sleep_ts REAL,
    reschedule_ts REAL,
    destroy_ts REAL,
    alarm_ts REAL,
    error TEXT
  ) STRICT;
  -- NULLs differ from each other: any number of actors may have a name and no key.
  CREATE UNIQUE INDEX actors_by_key ON actors (namespace, name, key) WHERE destroy_ts IS NULL;
  CREATE INDEX actors_by_age ON actors (namespace, create_ts, actor_id);
  CREATE INDEX actors_by_name ON actors (namespace, name, create_ts, actor_id);
  CREATE INDEX actors_by_alarm ON actors (alarm_ts)
    WHERE alarm_ts IS NOT NULL AND destroy_ts IS NULL;
  CREATE INDEX actors_unsettled ON actors (actor_id) WHERE sleep_ts IS NULL AND destroy_ts IS NULL;

  CREATE TABLE kv (
    actor_id TEXT NOT NULL,
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    version INTEGER NOT NULL,
    update_ts REAL NOT NULL,
    PRIMARY KEY (actor_id, key)
  ) STRICT, WITHOUT ROWID;

  -- What each actor holds, kept by the triggers, and a counter of its puts that gives versions.
  -- A row outlives a drop, so that no version comes twice.
  CREATE TABLE kv_usage (
    actor_id TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    puts INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER kv_inserted AFTER INSERT ON kv BEGIN
    UPDATE kv_usage SET bytes = bytes + length(NEW.key) + length(NEW.value)
      WHERE actor_id = NEW.actor_id;
  END;
  CREATE TRIGGER kv_updated AFTER UPDATE OF value ON kv
    WHEN length(NEW.value) <> length(OLD.value) BEGIN
    UPDATE kv_usage SET bytes = bytes + length(NEW.value) - length(OLD.value)
      WHERE actor_id = NEW.actor_id;
  END;
  CREATE TRIGGER kv_deleted AFTER DELETE ON kv BEGIN
    UPDATE kv_usage SET bytes = bytes - length(OLD.key) - length(OLD.value)
      WHERE actor_id = OLD.actor_id;
  END;

  CREATE TABLE sockets (
    request_id INTEGER PRIMARY KEY,
    gateway_id INTEGER NOT NULL,
    actor_id TEXT NOT NULL,
    opened_ts REAL NOT NULL,
    keep_alive_ts REAL NOT NULL
  ) STRICT;
  `,
];

/** Brings a file to the present schema, each step in its own transaction. */
export function migrate(db: DatabaseSync, migrations: readonly string[] = MIGRATIONS): void {
  const from = schemaVersion(db);
  refuseNewer(from, migrations);
  for (const [i, step] of migrations.entries()) {
    if (i < from) continue;
    db.exec("BEGIN IMMEDIATE");
    try {
      db.exec(step);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${i + 1}`);
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }
}

export function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** Throws `store.newer_schema` for a file of a later Dormouse. */
export function refuseNewer(version: number, migrations: readonly string[] = MIGRATIONS): void {
  if (version <= migrations.length) return;
  throw new StoreError(
    "store.newer_schema",
    `The data has schema ${version}, this version of Dormouse knows up to ${migrations.length}; ` +
      "start the newer version, or choose another DORMOUSE_DATA_DIR",
  );
}
