import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../gateway/gateway_store.ts";
import { APPLICATION_ID, migrate, refuseNewer, schemaVersion } from "./migrations.ts";
import type { StoreOptions } from "./options.ts";
import { openingError } from "./sqlite_error.ts";

export const DATABASE_FILE = "dormouse.sqlite";
/** SQLite's own limit (https://sqlite.org/limits.html). */
const MOST_PAGES = 0xffff_fffe;

/**
 * Opens the database of a data directory, making both when there are none.
 *
 * 1. An existing file is looked at through a read-only connection, so that one that is corrupt, of a
 *    newer version or another program's is refused without a byte of it changed.
 * 2. It is opened with an exclusive lock, which the kernel drops however the process ends.
 * 3. It is brought to the present schema.
 *
 * Throws a `StoreError` that says what to do.
 */
export function openDatabase(directory: string, options: StoreOptions): DatabaseSync {
  const path = `${directory}/${DATABASE_FILE}`;
  let db: DatabaseSync | undefined;
  try {
    // Actors' state is nobody else's business on a shared machine.
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    inspect(path, options);
    db = connect(path, options, { readOnly: false });
    // FULL: a commit is on the disk before its promise resolves. With an exclusive lock WAL needs no
    // shared memory file.
    db.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
    );
    db.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384");
    migrate(db);
    limitSize(db, options);
    return db;
  } catch (error) {
    db?.close();
    throw openingError(error, directory, path);
  }
}

function connect(
  path: string,
  { lockWaitMs }: StoreOptions,
  { readOnly }: { readOnly: boolean },
): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly });
  // The constructor's `timeout` takes 0 for its default of 5 s.
  db.exec(`PRAGMA busy_timeout = ${lockWaitMs}`);
  return db;
}

/** A file that is larger already grows no more. */
function limitSize(db: DatabaseSync, { databaseBytes }: StoreOptions): void {
  if (databaseBytes === 0) return;
  const pageBytes = Number(db.prepare("PRAGMA page_size").get()?.["page_size"]);
  const pages = Math.min(Math.max(1, Math.floor(databaseBytes / pageBytes)), MOST_PAGES);
  db.exec(`PRAGMA max_page_count = ${pages}`);
}

function inspect(path: string, options: StoreOptions): void {
  const size = sizeOf(path);
  if (size === 0) return;
  // A killed first start leaves a rollback journal, which only a writer can play back.
  if (sizeOf(`${path}-journal`) > 0) return;
  const db = connect(path, options, { readOnly: true });
  try {
    const { application_id: owner } = db.prepare("PRAGMA application_id").get() ?? {};
    const version = schemaVersion(db);
    if (owner === APPLICATION_ID) refuseNewer(version);
    else if (Number(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]) > 0) {
      throw new StoreError(
        "store.corrupt",
        `${path} is a database of another program and was not touched; ` +
          "move it away, or choose another DORMOUSE_DATA_DIR",
      );
    }
    if (size > options.checkedBytes) return;
    const { quick_check: found } = db.prepare("PRAGMA quick_check(1)").get() ?? {};
    if (found !== "ok") throw new Error(`database disk image is malformed: ${found}`);
  } finally {
    db.close();
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
