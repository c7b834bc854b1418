import { assertEquals, assertStringIncludes } from "@std/assert";
import { actorId } from "@/lib/protocol/ids.ts";
import { type Operation, STORE_DEFAULTS } from "@/lib/store/mod.ts";
import { SqliteBackend } from "@/lib/store/sqlite_backend.ts";
import { packBatch, unpackBatch } from "@/lib/store/thread_messages.ts";
import { rejects } from "./contract.ts";
import { bytes } from "./records.ts";
import { withDirectory } from "./temp_directory.ts";

const WRITE: Operation = { table: "kv", method: "drop", args: [actorId("a")] };

/** A backend on a thread that does this with each message. It has no database. */
const openScripted = (onMessage: string) => open(`onmessage = ({ data }) => { ${onMessage} }`);

const open = (source: string) =>
  SqliteBackend.open("/nowhere", STORE_DEFAULTS, new URL(`data:text/javascript,${source}`));

const ANSWER = `postMessage({ ok: true, value: [] });`;

Deno.test("sqliteBackend.open() tells of a thread that cannot start", async () => {
  const error = await rejects("store.thread_ended", () => open(`throw new Error("no luck")`));
  assertStringIncludes(error.message, "no luck");
  const missing = new URL("./no_such_thread.ts", import.meta.url);
  await rejects(
    "store.thread_ended",
    () => SqliteBackend.open("/nowhere", STORE_DEFAULTS, missing),
  );
});

Deno.test("sqliteBackend tells whoever waits that its thread has died, and whoever comes later", async () => {
  const backend = await openScripted(
    `if (data.kind === "open") ${ANSWER} else throw new Error("out of luck");`,
  );
  const first = await rejects("store.thread_ended", () => backend.apply([WRITE], true));
  assertStringIncludes(first.message, "out of luck");
  assertStringIncludes(first.message, "start Dormouse again");
  await rejects("store.thread_ended", () => backend.apply([WRITE], true));
  await backend.close();
});

Deno.test("sqliteBackend hears of a thread that dies while nobody waits", async () => {
  const backend = await openScripted(
    `${ANSWER} if (data.kind === "apply") setTimeout(() => { throw new Error("later") }, 0);`,
  );
  await backend.apply([WRITE], true);
  // However long the news takes: batches before it are answered, and those after it refused.
  const dying = async () => {
    for (;;) await backend.apply([WRITE], true);
  };
  assertStringIncludes((await rejects("store.thread_ended", dying)).message, "later");
  await backend.close();
});

Deno.test("sqliteBackend tells of an answer that cannot be cloned", async () => {
  const backend = await openScripted(
    `if (data.kind === "open") ${ANSWER} else postMessage({ ok: true, value: () => {} });`,
  );
  await rejects("store.thread_ended", () => backend.apply([WRITE], true));
  await backend.close();
});

Deno.test("sqliteBackend.close() goes through although the thread dies of it", async () => {
  const backend = await openScripted(
    `if (data.kind === "open") ${ANSWER} else throw new Error("not today");`,
  );
  await rejects("store.thread_ended", () => backend.close());
  await backend.close();
});

Deno.test("sqliteBackend fails an operation that cannot be cloned by itself, and applies the rest", () =>
  withDirectory(async (directory) => {
    const backend = await SqliteBackend.open(directory, STORE_DEFAULTS);
    const unsendable = (() => {}) as unknown as number;
    const put = (key: string, now: number): Operation => ({
      table: "kv",
      method: "put",
      args: [actorId("a"), [bytes(key)], [bytes(key)], now],
    });
    const outcomes = await backend.apply([put("a", 1), put("b", unsendable), put("c", 1)], true);
    assertEquals(outcomes.map(({ ok }) => ok), [true, false, true]);
    assertEquals(await codes(backend, [put("b", unsendable)]), ["store.failed"]);
    const [found] = await backend.apply([{
      table: "kv",
      method: "list",
      args: [actorId("a"), { kind: "all" }, { reverse: false, limit: null }],
    }], false);
    assertEquals(found?.ok && (found.value as { keys: unknown }).keys, [bytes("a"), bytes("c")]);
    await backend.close();
  }));

Deno.test("packBatch() copies all bytes of a batch into one buffer, and unpackBatch() finds them again", () => {
  const frame = new Uint8Array(64 * 1024).fill(9);
  frame.set([1, 2, 3, 4, 5, 6, 7], 100);
  const at = (from: number, to: number): Uint8Array => frame.subarray(100 + from, 100 + to);
  const none = new Uint8Array(0);
  const batch: Operation[] = [
    { table: "kv", method: "get", args: [actorId("b"), [at(5, 6), none]] },
    { table: "kv", method: "put", args: [actorId("a"), [at(0, 1), at(3, 4)], [at(1, 3), none], 5] },
    { table: "sockets", method: "keepAlive", args: [[1, 2], 7] },
    { table: "kv", method: "put", args: [actorId("b"), [], [], 6] },
    { table: "kv", method: "delete", args: [actorId("b"), [at(6, 7)]] },
    { table: "kv", method: "put", args: [actorId("b"), [none], [at(4, 5)], 7] },
  ];
  const packed = packBatch(batch);
  assertEquals([...new Uint8Array(packed.buffer)], [1, 2, 3, 4, 5, 6, 7]);
  const crossed = structuredClone(packed, { transfer: [packed.buffer] });
  assertEquals(unpackBatch(crossed), batch);
  assertEquals(frame.length, 64 * 1024);
});

async function codes(backend: SqliteBackend, batch: readonly Operation[]): Promise<unknown[]> {
  const outcomes = await backend.apply(batch, true);
  return outcomes.map((outcome) => outcome.ok ? "done" : (outcome.error as { code: string }).code);
}
