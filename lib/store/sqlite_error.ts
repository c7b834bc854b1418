import { StoreError } from "../gateway/gateway_store.ts";

/*
 * Deno's `node:sqlite` gives an error no number: SQLite's own fixed texts tell causes apart.
 */

/** Whether a statement was refused because its value is taken. */
export function violatesUnique(error: unknown): boolean {
  return messageOf(error).includes("UNIQUE constraint failed");
}

/** Whether the database as a whole is in trouble, and not one statement. */
export function isDatabaseTrouble(error: unknown): boolean {
  return /disk is full|disk I\/O|malformed|not a database|readonly database|out of memory|locked/
    .test(messageOf(error));
}

/** What a caller is told when an operation or its transaction failed. */
export function operationError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const cause = messageOf(error);
  if (isCorrupt(cause)) {
    return new StoreError(
      "store.corrupt",
      `The database is damaged (${cause}); stop Dormouse and put a backup in its place`,
    );
  }
  if (isFull(cause)) return diskFull(cause, "the data directory");
  return new StoreError("store.failed", `The store could not do it (${cause})`);
}

/** What a person is told when a data directory cannot be opened. */
export function openingError(error: unknown, directory: string, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const cause = messageOf(error);
  if (isCorrupt(cause)) {
    return new StoreError(
      "store.corrupt",
      `${path} is not a sound database and was not touched (${cause}); ` +
        "put a backup in its place, or move it away to start empty",
    );
  }
  if (/locked|busy/.test(cause)) {
    return new StoreError(
      "store.locked",
      `${path} is in use by another process; stop that one, ` +
        "or choose another DORMOUSE_DATA_DIR for this one",
    );
  }
  if (isFull(cause)) return diskFull(cause, directory);
  const remedy = cause.includes("disk I/O")
    ? "see whether its disk has room and is sound"
    : "make it writable for this user";
  return new StoreError(
    "store.unwritable",
    `The data directory ${directory} cannot be written (${cause}); ` +
      `${remedy}, or choose another DORMOUSE_DATA_DIR`,
  );
}

function diskFull(cause: string, directory: string): StoreError {
  return new StoreError(
    "store.disk_full",
    `There is no room for a write (${cause}), and nothing of it was kept; ` +
      `free space on the disk of ${directory}, or raise databaseBytes if that is set. ` +
      "Writing goes on by itself once there is room",
  );
}

function isFull(cause: string): boolean {
  // The second is what making the directory meets.
  return /disk is full|No space left/.test(cause);
}

function isCorrupt(cause: string): boolean {
  return /malformed|not a database/.test(cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
