import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { openStore, type StoreOptions } from "@/lib/store/mod.ts";
import { APPLICATION_ID, migrate, MIGRATIONS, schemaVersion } from "@/lib/store/migrations.ts";
import { DATABASE_FILE } from "@/lib/store/open_database.ts";
import { rejects } from "./contract.ts";
import { actorRecord, bytes, text } from "./records.ts";
import { withDirectory } from "./temp_directory.ts";

const ACTOR = actorId("a");
const NO_WAIT: Partial<StoreOptions> = { lockWaitMs: 0 };
const open = (directory: string) =>
  openStore({ directory, host: new VirtualHost(), options: NO_WAIT });

Deno.test("openStore() finds what was kept before", () =>
  withDirectory(async (directory) => {
    const first = await open(directory);
    await first.kv.put(ACTOR, [bytes("k")], [bytes("v")], 1);
    await first.actors.create(actorRecord("a"));
    await first.close();
    const second = await open(directory);
    assertEquals(await second.actors.get(ACTOR), actorRecord("a"));
    assertEquals((await second.kv.get(ACTOR, [bytes("k")])).values.map(text), ["v"]);
    await second.close();
  }));

Deno.test("openStore() makes the directory, closed to others", () =>
  withDirectory(async (directory) => {
    const store = await open(`${directory}/deep/down`);
    const { mode } = await Deno.stat(`${directory}/deep/down`);
    assertEquals(mode! & 0o077, 0);
    await store.close();
  }));

Deno.test("openStore() refuses a directory that cannot be made, and says what to do", () =>
  withDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/file`, "");
    const error = await rejects("store.unwritable", () => open(`${directory}/file/data`));
    assertStringIncludes(error.message, `${directory}/file/data`);
    assertStringIncludes(error.message, "DORMOUSE_DATA_DIR");
  }));

Deno.test("openStore() refuses a database path that is a directory", () =>
  withDirectory(async (directory) => {
    await Deno.mkdir(`${directory}/${DATABASE_FILE}`);
    await rejects("store.unwritable", () => open(directory));
  }));

Deno.test("openStore() refuses a data directory that is open, until it is closed", () =>
  withDirectory(async (directory) => {
    const first = await open(directory);
    await first.kv.put(ACTOR, [bytes("k")], [bytes("v")], 1);
    await rejects("store.locked", () => open(directory));
    await first.kv.put(ACTOR, [bytes("k")], [bytes("w")], 1);
    await first.close();
    await (await open(directory)).close();
  }));

for (
  const [what, damage] of [
    ["is no database", () => bytes("no database at all".repeat(1_000))],
    ["is shorter than a header", () => bytes("SQLite")],
    ["lost its end", (sound: Uint8Array) => sound.slice(0, sound.length / 2)],
    ["has a page overwritten", (sound: Uint8Array) => sound.fill(0x55, 4_096, 2 * 4_096)],
    ["has its header overwritten", (sound: Uint8Array) => sound.fill(0, 0, 100)],
  ] as const
) {
  Deno.test(`openStore() refuses a file that ${what} and leaves it as it is`, () =>
    withDirectory(async (directory) => {
      const path = `${directory}/${DATABASE_FILE}`;
      await fill(directory);
      await Deno.writeFile(path, damage(await Deno.readFile(path)));
      const before = await Deno.readFile(path);
      const error = await rejects("store.corrupt", () => open(directory));
      assertStringIncludes(error.message, path);
      assertEquals(await Deno.readFile(path), before);
    }));
}

Deno.test("openStore() leaves a damaged file as it is although a log waits beside it", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/${DATABASE_FILE}`;
    await fill(directory);
    const copy = `${directory}/crashed`;
    const store = await open(directory);
    await store.kv.put(ACTOR, [bytes("in the log")], [bytes("v")], 1);
    await Deno.mkdir(copy);
    await Deno.copyFile(`${path}-wal`, `${copy}/${DATABASE_FILE}-wal`);
    const damaged = (await Deno.readFile(path)).fill(0x55, 3 * 4_096, 20 * 4_096);
    await store.close();
    await Deno.writeFile(`${copy}/${DATABASE_FILE}`, damaged);
    await rejects("store.corrupt", () => open(copy));
    assertEquals(await Deno.readFile(`${copy}/${DATABASE_FILE}`), damaged);
    assert((await Deno.stat(`${copy}/${DATABASE_FILE}-wal`)).size > 0);
  }));

Deno.test("openStore() refuses another program's database and leaves it as it is", () =>
  withDirectory(async (directory) => {
    const path = `${directory}/${DATABASE_FILE}`;
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE theirs (it); INSERT INTO theirs VALUES (1)");
    db.close();
    const before = await Deno.readFile(path);
    await rejects("store.corrupt", () => open(directory));
    assertEquals(await Deno.readFile(path), before);
  }));

Deno.test("openStore() refuses a newer schema and says what to do", () =>
  withDirectory(async (directory) => {
    await (await open(directory)).close();
    const path = `${directory}/${DATABASE_FILE}`;
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    const error = await rejects("store.newer_schema", () => open(directory));
    assertStringIncludes(error.message, String(MIGRATIONS.length + 1));
  }));

Deno.test("openStore() starts anew on an empty file", () =>
  withDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/${DATABASE_FILE}`, "");
    await (await open(directory)).close();
  }));

Deno.test("migrate() takes the steps that are missing, and none twice", () => {
  const db = new DatabaseSync(":memory:");
  const steps = ["CREATE TABLE one (it)", "CREATE TABLE two (it)"];
  migrate(db, steps.slice(0, 1));
  assertEquals(schemaVersion(db), 1);
  migrate(db, steps);
  migrate(db, steps);
  assertEquals(schemaVersion(db), 2);
  assertEquals(db.prepare("PRAGMA application_id").get()?.["application_id"], APPLICATION_ID);
  db.close();
});

Deno.test("migrate() leaves nothing of a step that fails", () => {
  const db = new DatabaseSync(":memory:");
  let failed = false;
  try {
    migrate(db, ["CREATE TABLE one (it)", "CREATE TABLE two (it); CREATE TABLE one (it)"]);
  } catch {
    failed = true;
  }
  assert(failed);
  assertEquals(schemaVersion(db), 1);
  assertEquals(db.prepare("SELECT name FROM sqlite_schema").all().map((row) => row["name"]), [
    "one",
  ]);
  db.close();
});

Deno.test("sqliteStore puts many writers into few transactions", () =>
  withDirectory(async (directory) => {
    const sizes: number[] = [];
    const store = await openStore({
      directory,
      host: new VirtualHost(),
      observer: { committed: (operations) => sizes.push(operations) },
    });
    const writer = async (i: number) => {
      for (let n = 0; n < 20; n++) {
        await store.kv.put(actorId(`a${i}`), [bytes("k")], [bytes("v")], n);
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, i) => writer(i)));
    assertEquals(sizes, Array.from({ length: 20 }, () => 50));
    await store.close();
  }));

Deno.test("sqliteStore rejects an operation that cannot be done, and the others of its batch stand", () =>
  withDirectory(async (directory) => {
    const store = await open(directory);
    // What no type allows and a bug might bring: both break inside the transaction.
    const unbindable = Symbol() as unknown as number;
    const done = await Promise.allSettled([
      store.kv.put(ACTOR, [bytes("a")], [bytes("1")], 1),
      store.actors.create(actorRecord("x", { generation: unbindable })),
      store.kv.put(ACTOR, [bytes("b"), bytes("c")], [bytes("2"), bytes("2")], unbindable),
      store.kv.put(ACTOR, [bytes("d")], [bytes("3")], 1),
    ]);
    assertEquals(
      done.map(({ status }) => status),
      ["fulfilled", "rejected", "rejected", "fulfilled"],
    );
    const { keys } = await store.kv.list(ACTOR, { kind: "all" }, { reverse: false, limit: null });
    assertEquals(keys.map(text), ["a", "d"]);
    await store.close();
  }));

/** A sound database of some dozen pages. */
async function fill(directory: string): Promise<void> {
  const store = await open(directory);
  for (let i = 0; i < 50; i++) {
    await store.kv.put(actorId(`a${i}`), [bytes("k")], [new Uint8Array(5_000).fill(i)], 1);
  }
  await store.close();
}
