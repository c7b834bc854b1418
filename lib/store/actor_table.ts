import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { type ActorRecord, type CrashPolicy, StoreError } from "../gateway/gateway_store.ts";
import { actorId } from "../protocol/ids.ts";
import { violatesUnique } from "./sqlite_error.ts";
import type { Tables } from "./tables.ts";

const COLUMNS = "actor_id, namespace, name, key, input, runner_name_selector, crash_policy, " +
  "create_ts, generation, start_ts, connectable_ts, pending_allocation_ts, sleep_ts, " +
  "reschedule_ts, destroy_ts, alarm_ts, error";

const CHANGING = "generation = ?2, start_ts = ?3, connectable_ts = ?4, " +
  "pending_allocation_ts = ?5, sleep_ts = ?6, reschedule_ts = ?7, destroy_ts = ?8, " +
  "alarm_ts = ?9, error = ?10";

/** From one name to the next by the index, instead of through every actor. */
const NAMES = `
  WITH RECURSIVE found (name) AS (
    SELECT min(name) FROM actors WHERE namespace = ?1
    UNION ALL
    SELECT (SELECT min(name) FROM actors WHERE namespace = ?1 AND name > found.name)
      FROM found WHERE found.name IS NOT NULL
  )
  SELECT name FROM found WHERE name IS NOT NULL`;

export function actorTable(db: DatabaseSync): Tables["actors"] {
  const marks = COLUMNS.split(",").map(() => "?").join(", ");
  const insert = db.prepare(`INSERT INTO actors (${COLUMNS}) VALUES (${marks})`);
  const update = db.prepare(`UPDATE actors SET ${CHANGING} WHERE actor_id = ?1`);
  const byId = db.prepare(`SELECT ${COLUMNS} FROM actors WHERE actor_id = ?`);
  const byKey = db.prepare(
    `SELECT ${COLUMNS} FROM actors
      WHERE namespace = ? AND name = ? AND key IS ? AND destroy_ts IS NULL
      ORDER BY create_ts, actor_id LIMIT 1`,
  );
  const names = db.prepare(NAMES);
  const alarms = db.prepare(
    `SELECT actor_id, alarm_ts FROM actors
      WHERE alarm_ts IS NOT NULL AND destroy_ts IS NULL ORDER BY alarm_ts`,
  );
  const unsettled = db.prepare(
    `SELECT ${COLUMNS} FROM actors WHERE sleep_ts IS NULL AND destroy_ts IS NULL ORDER BY actor_id`,
  );

  return {
    create(record) {
      try {
        insert.run(...identity(record), ...changing(record));
      } catch (error) {
        if (!violatesUnique(error)) throw error;
        throw new StoreError(
          "store.exists",
          `An actor "${record.name}" with the key ${JSON.stringify(record.key)} exists`,
        );
      }
    },
    update: (record) => void update.run(record.actorId, ...changing(record)),
    get: (id) => optional(byId.get(id)),
    find: (namespace, name, key) => optional(byKey.get(namespace, name, key)),
    names: (namespace) => names.all(namespace).map((row) => String(row["name"])),
    alarms: () =>
      alarms.all().map((row) => ({
        actorId: actorId(String(row["actor_id"])),
        alarmTs: Number(row["alarm_ts"]),
      })),
    unsettled: () => unsettled.all().map(toRecord),

    // The one statement that is made for each call: pages of a management API, each its own filter.
    list(query) {
      const conditions = ["namespace = ?"];
      const values: SQLInputValue[] = [query.namespace];
      const where = (condition: string, ...given: SQLInputValue[]): void => {
        conditions.push(condition);
        values.push(...given);
      };
      if (!query.includeDestroyed) where("destroy_ts IS NULL");
      if (query.name !== undefined) where("name = ?", query.name);
      if (query.key !== undefined) where("key = ?", query.key);
      if (query.actorIds !== undefined) {
        where("actor_id IN (SELECT value FROM json_each(?))", JSON.stringify(query.actorIds));
      }
      if (query.before !== undefined) {
        where("(create_ts, actor_id) < (?, ?)", query.before.createTs, query.before.actorId);
      }
      return db.prepare(
        `SELECT ${COLUMNS} FROM actors WHERE ${conditions.join(" AND ")}
          ORDER BY create_ts DESC, actor_id DESC LIMIT ?`,
      ).all(...values, query.limit).map(toRecord);
    },
  };
}

function identity(record: ActorRecord): SQLInputValue[] {
  return [
    record.actorId,
    record.namespace,
    record.name,
    record.key,
    record.input,
    record.runnerNameSelector,
    record.crashPolicy,
    record.createTs,
  ];
}

function changing(record: ActorRecord): SQLInputValue[] {
  return [
    record.generation,
    record.startTs,
    record.connectableTs,
    record.pendingAllocationTs,
    record.sleepTs,
    record.rescheduleTs,
    record.destroyTs,
    record.alarmTs,
    record.error,
  ];
}

type Row = Record<string, SQLOutputValue>;

function optional(row: Row | undefined): ActorRecord | undefined {
  return row === undefined ? undefined : toRecord(row);
}

/** A row has the types that the STRICT table gives its columns. */
function toRecord(row: Row): ActorRecord {
  return {
    actorId: actorId(row["actor_id"] as string),
    namespace: row["namespace"] as string,
    name: row["name"] as string,
    key: row["key"] as string | null,
    input: row["input"] as Uint8Array | null,
    runnerNameSelector: row["runner_name_selector"] as string,
    crashPolicy: row["crash_policy"] as CrashPolicy,
    createTs: row["create_ts"] as number,
    generation: row["generation"] as number,
    startTs: row["start_ts"] as number | null,
    connectableTs: row["connectable_ts"] as number | null,
    pendingAllocationTs: row["pending_allocation_ts"] as number | null,
    sleepTs: row["sleep_ts"] as number | null,
    rescheduleTs: row["reschedule_ts"] as number | null,
    destroyTs: row["destroy_ts"] as number | null,
    alarmTs: row["alarm_ts"] as number | null,
    error: row["error"] as string | null,
  };
}
