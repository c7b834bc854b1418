import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { GatewayStore } from "@/lib/gateway/gateway_store.ts";
import { VirtualHost } from "@/lib/host/virtual_host.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import type { KvListQuery } from "@/lib/protocol/mod.ts";
import { LIST_OVERHEAD_BYTES, ListCache } from "@/lib/store/list_cache.ts";
import {
  MemoryBackend,
  openMemoryStore,
  type Operation,
  type Outcome,
  STORE_DEFAULTS,
  type StoreOptions,
} from "@/lib/store/mod.ts";
import { bytes } from "./records.ts";

/** A disk that can refuse a batch, before or after it is done, and counts the lists it was asked for. */
class UnsureBackend extends MemoryBackend {
  fails: "never" | "before" | "after" = "never";
  lists = 0;

  override async apply(batch: readonly Operation[]): Promise<readonly Outcome[]> {
    this.lists += batch.filter(({ method }) => method === "list").length;
    if (this.fails === "before") throw new Error("The disk is gone");
    const outcomes = await super.apply(batch);
    if (this.fails === "after") throw new Error("The disk is gone");
    return outcomes;
  }
}

const A = actorId("a");
const FORWARD = { reverse: false, limit: 10 };
const prefix = (text: string): KvListQuery => ({ kind: "prefix", key: bytes(text) });

function setUp(given: Partial<StoreOptions> = {}) {
  const options = { ...STORE_DEFAULTS, ...given };
  const backend = new UnsureBackend(options);
  const store = openMemoryStore({ host: new VirtualHost(), options, backend });
  return { backend, store };
}

async function keys(store: GatewayStore, query = prefix("s"), actor = A): Promise<string[]> {
  const found = await store.kv.list(actor, query, FORWARD);
  return found.keys.map((key, i) => `${String.fromCharCode(...key)}=${found.values[i]}`);
}

Deno.test("listCache answers what was listed before, and what was written since", async () => {
  const { backend, store } = setUp();
  await store.kv.put(A, [bytes("s2")], [Uint8Array.of(1)], 1);
  assertEquals(await keys(store), ["s2=1"]);
  assertEquals(await keys(store), ["s2=1"]);
  await store.kv.put(
    A,
    [bytes("s2"), bytes("s1"), bytes("t")],
    [2, 3, 4].map((n) => Uint8Array.of(n)),
    2,
  );
  await store.kv.put(A, [bytes("s3")], [Uint8Array.of(5, 6)], 3);
  assertEquals(await keys(store), ["s1=3", "s2=2", "s3=5,6"]);
  await store.kv.delete(A, [bytes("s2"), bytes("s9")]);
  assertEquals(await keys(store), ["s1=3", "s3=5,6"]);
  assertEquals(backend.lists, 1);
  assertEquals(await keys(store, prefix("t")), ["t=4"]);
  assertEquals(await keys(store, { kind: "all" }), ["s1=3", "s3=5,6", "t=4"]);
  assertEquals(backend.lists, 3);
});

Deno.test("listCache asks the store while something is being written, and after that has failed", async () => {
  const { backend, store } = setUp();
  assertEquals(await keys(store), []);
  const put = store.kv.put(A, [bytes("s")], [Uint8Array.of(1)], 1);
  assertEquals(await keys(store), ["s=1"]);
  await put;
  assertEquals([await keys(store), backend.lists], [["s=1"], 2]);
  backend.fails = "after";
  await store.kv.put(A, [bytes("s")], [Uint8Array.of(2)], 1).catch(() => {});
  backend.fails = "never";
  assertEquals([await keys(store), backend.lists], [["s=2"], 3]);
  await store.kv.drop(A);
  assertEquals([await keys(store), backend.lists], [[], 4]);
});

Deno.test("listCache does not keep what was written while it was listed", async () => {
  const { backend, store } = setUp();
  const listed = keys(store);
  const put = store.kv.put(A, [bytes("s")], [Uint8Array.of(1)], 1);
  assertEquals(await listed, []);
  await put;
  assertEquals([await keys(store), backend.lists], [["s=1"], 2]);
});

Deno.test("listCache keeps no list that was cut at its limit", async () => {
  const { backend, store } = setUp();
  const all = Array.from({ length: 10 }, (_, i) => bytes(`s${i}`));
  await store.kv.put(A, all, all, 1);
  await keys(store);
  await keys(store);
  assertEquals(backend.lists, 2);
  assertEquals((await store.kv.list(A, prefix("s"), { reverse: false, limit: 11 })).keys, all);
  assertEquals(
    (await store.kv.list(A, prefix("s"), { reverse: false, limit: 3 })).keys,
    all.slice(0, 3),
  );
  assertEquals((await store.kv.list(A, prefix("s"), { reverse: false, limit: null })).keys, all);
  assertEquals(backend.lists, 3);
});

Deno.test("listCache forgets the list that was not used for longest when listCacheBytes are full", async () => {
  // One list of one entry of 40 bytes, with 24 before it.
  const each = LIST_OVERHEAD_BYTES + 24 + 40;
  const value = new Uint8Array(39);
  for (const [room, expected] of [[each * 100, 0], [each * 100 - 1, 1]] as const) {
    const { backend, store } = setUp({ listCacheBytes: room });
    const actors = Array.from({ length: 100 }, (_, i) => actorId(`${i}`));
    for (const actor of actors) {
      await store.kv.put(actor, [bytes("s")], [value], 1);
      await keys(store, prefix("s"), actor);
      // Used since: it is not the one that goes.
      await keys(store, prefix("s"), actors[0]);
    }
    backend.lists = 0;
    for (const actor of [...actors.slice(2), actors[0]!]) await keys(store, prefix("s"), actor);
    assertEquals(backend.lists, 0);
    await keys(store, prefix("s"), actors[1]);
    assertEquals(backend.lists, expected);
  }
});

Deno.test("listCache keeps no list of more than a part of it, and none at all without room", async () => {
  for (const [value, expected] of [[1000, 1], [1001, 2]] as const) {
    const { backend, store } = setUp({
      listCacheBytes: 64 * (LIST_OVERHEAD_BYTES + 24 + 1 + 1000),
    });
    await keys(store);
    await store.kv.put(A, [bytes("s")], [new Uint8Array(value)], 1);
    await keys(store);
    assertEquals(backend.lists, expected);
  }
  const { backend, store } = setUp({ listCacheBytes: 0 });
  await keys(store);
  await keys(store);
  assertEquals(backend.lists, 2);
});

Deno.test("listCache weighs what it keeps, and nothing when all of it is gone", async () => {
  const cache = new ListCache(1_000_000);
  const query = prefix("s");
  const found = { keys: [], values: [], metadata: [] };
  await cache.listed(A, query, FORWARD, Promise.resolve(found));
  assertEquals(cache.bytes, LIST_OVERHEAD_BYTES);
  await cache.written(
    A,
    Promise.resolve(1),
    (list) => list.put([bytes("s1")], [bytes("abc")], 1, 2),
  );
  assertEquals(cache.bytes, LIST_OVERHEAD_BYTES + 24 + 5);
  await cache.written(A, Promise.resolve(1), (list) => list.put([bytes("s1")], [bytes("a")], 1, 2));
  assertEquals(cache.bytes, LIST_OVERHEAD_BYTES + 24 + 3);
  await cache.written(A, Promise.resolve());
  assertEquals(cache.bytes, 0);
});

const key = fc.constantFrom("", "s", "s1", "s2", "s12", "t", "r", "s\u007f").map(bytes);
const value = fc.uint8Array({ maxLength: 40 });
const actor = fc.constantFrom("a", "b", "c").map(actorId);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(actor, fc.array(fc.tuple(key, value), { maxLength: 4 }), fc.nat(9)).map(
      ([id, entries, now]): Operation => ({
        table: "kv",
        method: "put",
        args: [id, entries.map(([key]) => key), entries.map(([, value]) => value), now],
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      id: actor,
      key: fc.constantFrom("s", "s", "s", "t", ""),
      reverse: fc.boolean(),
      limit: fc.constantFrom(null, 10, 2),
    }).map(({ id, key, ...options }): Operation => ({
      table: "kv",
      method: "list",
      args: [id, prefix(key), options],
    })),
  },
  fc.tuple(actor, fc.array(key, { maxLength: 3 })).map(([id, keys]): Operation => ({
    table: "kv",
    method: "delete",
    args: [id, keys],
  })),
  fc.tuple(actor, key, key).map(([id, start, end]): Operation => ({
    table: "kv",
    method: "deleteRange",
    args: [id, start, end],
  })),
  actor.map((id): Operation => ({ table: "kv", method: "drop", args: [id] })),
);

Deno.test("listCache: whatever is written, together or apart, and whatever fails, a list is as the store has it", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          operations: fc.array(operation, { maxLength: 5 }),
          fails: fc.constantFrom("never", "never", "never", "before", "after"),
        }),
        { maxLength: 12 },
      ),
      fc.constantFrom(0, 64 * 600, 64 * 700, 64 * 1_000),
      async (turns, listCacheBytes) => {
        const kv = { ...STORE_DEFAULTS.kv, actorBytes: 150, listBytes: 100 };
        const { backend, store } = setUp({ listCacheBytes, kv });
        const model = new MemoryBackend({ ...STORE_DEFAULTS, kv });
        for (const { operations, fails } of turns) {
          backend.fails = fails;
          const found = await Promise.all(operations.map((it) => call(store, it)));
          const expected = fails === "before" ? [] : operations.map((it) => model.perform(it));
          for (const [i, { method }] of operations.entries()) {
            if (method === "list" && fails === "never") {
              assertEquals(found[i], plain(expected[i]!));
            }
          }
          backend.fails = "never";
          for (const id of ["a", "b", "c"].map(actorId)) {
            const list: Operation = {
              table: "kv",
              method: "list",
              args: [id, prefix("s"), FORWARD],
            };
            assertEquals(await call(store, list), plain(model.perform(list)));
          }
        }
      },
    ),
    { numRuns: 300 },
  ));

/** What the store's own method makes of an operation: its value, or the code of its error. */
async function call(store: GatewayStore, { table, method, args }: Operation): Promise<unknown> {
  const methods = store[table] as unknown as Record<string, (...args: unknown[]) => unknown>;
  try {
    return await methods[method]!(...args);
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

function plain(outcome: Outcome): unknown {
  return outcome.ok ? outcome.value : (outcome.error as { code: string }).code;
}
