import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { type GatewayStore, StoreError, type StoreErrorCode } from "@/lib/gateway/gateway_store.ts";
import { actorId } from "@/lib/protocol/ids.ts";
import { KV_LIMITS } from "@/lib/protocol/limits.ts";
import type { KvEntries, KvListQuery } from "@/lib/protocol/mod.ts";
import type { StoreOptions } from "@/lib/store/mod.ts";
import { STORE_DEFAULTS } from "@/lib/store/options.ts";
import { actorRecord, bytes, socketRecord, text } from "./records.ts";

/** Makes an empty store, hands it to the test, and cleans up behind it. */
export type WithStore = (
  test: (store: GatewayStore) => Promise<void>,
  options?: Partial<StoreOptions>,
) => Promise<void>;

const ACTOR = actorId("a");
const OTHER = actorId("b");
const ALL: KvListQuery = { kind: "all" };
const FORWARD = { reverse: false, limit: null };

/** What every {@link GatewayStore} promises, whatever keeps its data. */
export function storeContract(name: string, withStore: WithStore): void {
  const check = (
    behaviour: string,
    test: (store: GatewayStore) => Promise<void>,
    options?: Partial<StoreOptions>,
  ) => Deno.test(`${name}.${behaviour}`, () => withStore(test, options));

  check("namespaces.create() keeps a record and refuses a taken name", async (store) => {
    const record = { namespaceId: "n1", name: "default", displayName: "Default", createTs: 5 };
    await store.namespaces.create(record);
    await rejects("store.exists", () => store.namespaces.create({ ...record, namespaceId: "n2" }));
    assertEquals(await store.namespaces.list(), [record]);
  });

  check("actors.get() gives back every field of what was created", async (store) => {
    const record = actorRecord("a", {
      input: new Uint8Array([0, 255]),
      crashPolicy: "sleep",
      generation: 0xffff_ffff,
      startTs: 1,
      connectableTs: 2,
      pendingAllocationTs: 3,
      sleepTs: 4,
      rescheduleTs: 5,
      destroyTs: null,
      alarmTs: 7,
      error: "it failed",
    });
    await store.actors.create(record);
    assertEquals(await store.actors.get(ACTOR), record);
    assertEquals(await store.actors.get(OTHER), undefined);
  });

  check(
    "actors.create() refuses a key that is taken until its actor is destroyed",
    async (store) => {
      const first = actorRecord("a", { key: "k" });
      await store.actors.create(first);
      await rejects("store.exists", () => store.actors.create(actorRecord("b", { key: "k" })));
      await store.actors.create(actorRecord("c", { key: "k", namespace: "other" }));
      await store.actors.create(actorRecord("d", { key: "k", name: "chat" }));
      await store.actors.update({ ...first, destroyTs: 9 });
      await store.actors.create(actorRecord("b", { key: "k" }));
      assertEquals((await store.actors.find("default", "counter", "k"))?.actorId, OTHER);
    },
  );

  check("actors.create() lets many actors have a name and no key", async (store) => {
    await store.actors.create(actorRecord("a", { key: null, createTs: 2 }));
    await store.actors.create(actorRecord("b", { key: null, createTs: 1 }));
    assertEquals((await store.actors.find("default", "counter", null))?.actorId, OTHER);
  });

  check("actors.create() of two with one key at once keeps the first", async (store) => {
    const made = await Promise.allSettled([
      store.actors.create(actorRecord("a", { key: "k" })),
      store.actors.create(actorRecord("b", { key: "k" })),
      store.actors.create(actorRecord("c")),
    ]);
    assertEquals(made.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    assertEquals((await store.actors.list(all())).length, 2);
  });

  check("actors.update() keeps what was called, not what the record became", async (store) => {
    const record = actorRecord("a");
    await store.actors.create(record);
    record.sleepTs = 5;
    const slept = store.actors.update(record);
    record.sleepTs = 6;
    await slept;
    assertEquals((await store.actors.get(ACTOR))?.sleepTs, 5);
  });

  check(
    "actors.updateSoon() is seen at once by whoever reads, and outlives a close",
    async (store) => {
      const record = actorRecord("a");
      await store.actors.create(record);
      const kept = store.actors.updateSoon(record);
      record.generation = 5;
      assertEquals((await store.actors.get(ACTOR))?.generation, 5);
      await kept;
      record.generation = 6;
      const closed = store.actors.updateSoon(record);
      await store.close();
      await closed;
    },
  );

  check("actors.updateSoon() leaves what is changed meanwhile as it is", async (store) => {
    const record = actorRecord("a");
    await store.actors.create(record);
    const kept = store.actors.updateSoon(record);
    record.alarmTs = 9;
    await store.actors.update(record);
    assertEquals((await store.actors.get(ACTOR))?.alarmTs, 9);
    await kept;
    assertEquals((await store.actors.get(ACTOR))?.alarmTs, 9);
  });

  check("actors.update() leaves what an actor is born with", async (store) => {
    const record = actorRecord("a", { key: "k" });
    await store.actors.create(record);
    await store.actors.update({ ...record, key: "stolen", createTs: 99, generation: 3 });
    await store.actors.update(actorRecord("b"));
    assertEquals(await store.actors.list(all()), [{ ...record, generation: 3 }]);
  });

  check("actors.update() keeps an alarm at the end of time", async (store) => {
    const alarmTs = Number(2n ** 63n - 1n);
    await store.actors.create(actorRecord("a", { alarmTs }));
    assertEquals(await store.actors.alarms(), [{ actorId: ACTOR, alarmTs }]);
  });

  check("actors.list() pages through the newest first", async (store) => {
    for (let i = 0; i < 5; i++) {
      // Two of one age each: the page must not lose one of a pair.
      await store.actors.create(actorRecord(`a${i}`, { createTs: Math.floor(i / 2) }));
    }
    const seen: string[] = [];
    for (let page = await store.actors.list(all(2)); page.length > 0;) {
      seen.push(...page.map((record) => record.actorId));
      const { createTs, actorId } = page.at(-1)!;
      page = await store.actors.list({ ...all(2), before: { createTs, actorId } });
    }
    assertEquals(seen, ["a4", "a3", "a2", "a1", "a0"]);
  });

  check("actors.list() filters by namespace, name, key, ids and life", async (store) => {
    await store.actors.create(actorRecord("a", { key: "k" }));
    await store.actors.create(actorRecord("b", { name: "chat" }));
    await store.actors.create(actorRecord("c", { namespace: "other" }));
    await store.actors.create(actorRecord("d", { destroyTs: 5, createTs: 2_000 }));
    const ids = async (query: Partial<Parameters<typeof store.actors.list>[0]>) =>
      (await store.actors.list({ ...all(), ...query })).map((record) => record.actorId as string);
    assertEquals(await ids({}), ["b", "a"]);
    assertEquals(await ids({ includeDestroyed: true }), ["d", "b", "a"]);
    assertEquals(await ids({ name: "chat" }), ["b"]);
    assertEquals(await ids({ name: "counter", key: "k" }), ["a"]);
    assertEquals(await ids({ actorIds: [ACTOR, actorId("c"), actorId("x")] }), ["a"]);
    assertEquals(await ids({ actorIds: [] }), []);
    assertEquals(await ids({ namespace: "other" }), ["c"]);
  });

  check("actors.names() has those of destroyed actors too, sorted", async (store) => {
    assertEquals(await store.actors.names("default"), []);
    await store.actors.create(actorRecord("a", { name: "echo" }));
    await store.actors.create(actorRecord("b", { name: "chat", destroyTs: 3 }));
    await store.actors.create(actorRecord("c", { name: "echo" }));
    await store.actors.create(actorRecord("d", { name: "zoo", namespace: "other" }));
    assertEquals(await store.actors.names("default"), ["chat", "echo"]);
  });

  check("actors.alarms() gives set alarms of the living, earliest first", async (store) => {
    await store.actors.create(actorRecord("a", { alarmTs: 20, sleepTs: 1 }));
    await store.actors.create(actorRecord("b", { alarmTs: 10 }));
    await store.actors.create(actorRecord("c"));
    await store.actors.create(actorRecord("d", { alarmTs: 5, destroyTs: 1 }));
    assertEquals(await store.actors.alarms(), [
      { actorId: OTHER, alarmTs: 10 },
      { actorId: ACTOR, alarmTs: 20 },
    ]);
  });

  check("actors.unsettled() gives those neither asleep nor destroyed", async (store) => {
    await store.actors.create(actorRecord("a"));
    await store.actors.create(actorRecord("b", { sleepTs: 1 }));
    await store.actors.create(actorRecord("c", { destroyTs: 1 }));
    assertEquals((await store.actors.unsettled()).map((record) => record.actorId), [ACTOR]);
  });

  check("kv.get() gives what is there, in the order of the keys asked", async (store) => {
    await store.kv.put(ACTOR, [bytes("x"), bytes("y")], [bytes("1"), bytes("")], 1234);
    const found = await store.kv.get(ACTOR, [bytes("y"), bytes("nothing"), bytes("x")]);
    assertEquals(pairs(found), [["y", ""], ["x", "1"]]);
    assertEquals(found.metadata.map(({ updateTs }) => updateTs), [1234n, 1234n]);
    assertEquals(pairs(await store.kv.get(OTHER, [bytes("x")])), []);
  });

  check(
    "kv.put() gives an entry another version with each update, also after a drop",
    async (store) => {
      const seen = new Set<string>();
      const see = async () => {
        const { metadata } = await store.kv.get(ACTOR, [bytes("k")]);
        assert(metadata[0]!.version.length > 0);
        seen.add(metadata[0]!.version.join());
      };
      for (let i = 1; i <= 3; i++) {
        await store.kv.put(ACTOR, [bytes("k")], [bytes("same")], 1);
        await see();
        assertEquals(seen.size, i);
      }
      await store.kv.drop(ACTOR);
      await store.kv.put(ACTOR, [bytes("k")], [bytes("same")], 1);
      await see();
      assertEquals(seen.size, 4);
    },
  );

  check("kv.put() takes the last of two values for one key", async (store) => {
    await store.kv.put(ACTOR, [bytes("k"), bytes("k")], [bytes("first"), bytes("last")], 1);
    assertEquals(pairs(await store.kv.list(ACTOR, ALL, FORWARD)), [["k", "last"]]);
  });

  check("kv.get() sees every write that was called before it", async (store) => {
    const put = store.kv.put(ACTOR, [bytes("k")], [bytes("1")], 1);
    const first = store.kv.get(ACTOR, [bytes("k")]);
    const second = store.kv.put(ACTOR, [bytes("k")], [bytes("2")], 1);
    assertEquals(pairs(await first), [["k", "1"]]);
    await Promise.all([put, second]);
    assertEquals(pairs(await store.kv.get(ACTOR, [bytes("k")])), [["k", "2"]]);
  });

  check("kv.list() keeps byte order and honours every query", async (store) => {
    const keys = [[0], [0, 0], [1], [1, 0xff], [1, 0xff, 0], [2], [0x7f], [0x80], [0xff], [
      0xff,
      1,
    ]];
    // Put in from the back: order is the store's, not the writer's.
    for (const key of keys.toReversed()) {
      await store.kv.put(ACTOR, [new Uint8Array(key)], [bytes("v")], 1);
    }
    const list = async (query: KvListQuery, reverse = false, limit: number | null = null) =>
      (await store.kv.list(ACTOR, query, { reverse, limit })).keys.map((key) => [...key]);
    const range = (start: number[], end: number[], exclusive: boolean): KvListQuery => ({
      kind: "range",
      start: new Uint8Array(start),
      end: new Uint8Array(end),
      exclusive,
    });
    const prefix = (...key: number[]): KvListQuery => ({
      kind: "prefix",
      key: new Uint8Array(key),
    });

    assertEquals(await list(ALL), keys);
    assertEquals(await list(ALL, true), keys.toReversed());
    assertEquals(await list(ALL, true, 2), [[0xff, 1], [0xff]]);
    assertEquals(await list(ALL, false, 0), []);
    assertEquals(await list(range([0, 0], [2], true)), [[0, 0], [1], [1, 0xff], [1, 0xff, 0]]);
    assertEquals((await list(range([0, 0], [2], false))).at(-1), [2]);
    assertEquals(await list(range([2], [1], false)), []);
    assertEquals(await list(prefix(1, 0xff)), [[1, 0xff], [1, 0xff, 0]]);
    assertEquals(await list(prefix(0xff)), [[0xff], [0xff, 1]]);
    assertEquals(await list(prefix()), keys);
    assertEquals(await list(prefix(1), true, 1), [[1, 0xff, 0]]);
  });

  check(
    "kv.sizes() tells keys and sizes within a range, and counts no further than asked",
    async (store) => {
      const keys = ["a", "b", "c", "d"].map(bytes);
      await store.kv.put(ACTOR, keys, ["", "1", "22", "333"].map(bytes), 7);
      await store.kv.put(OTHER, keys, keys, 1);
      const range = { start: bytes("b"), end: bytes("d"), limit: 10, countTo: 10 };
      assertEquals(await store.kv.sizes(ACTOR, range), {
        entries: [
          { key: bytes("b"), valueBytes: 1, updateTs: 7 },
          { key: bytes("c"), valueBytes: 2, updateTs: 7 },
        ],
        count: 2,
        bytes: 5,
      });
      const few = await store.kv.sizes(ACTOR, { ...range, limit: 1, countTo: 1 });
      assertEquals([few.entries.length, few.count, few.bytes], [1, 1, 2]);
      assertEquals(await store.kv.sizes(ACTOR, { ...range, start: bytes("x"), end: bytes("z") }), {
        entries: [],
        count: 0,
        bytes: 0,
      });
    },
  );

  check("kv.delete(), deleteRange() and drop() take away what they name", async (store) => {
    const keys = ["a", "b", "c", "d"].map(bytes);
    await store.kv.put(ACTOR, keys, keys, 1);
    await store.kv.put(OTHER, keys, keys, 1);
    const left = async () => (await store.kv.list(ACTOR, ALL, FORWARD)).keys.map(text);
    await store.kv.deleteRange(ACTOR, bytes("b"), bytes("d"));
    assertEquals(await left(), ["a", "d"]);
    await store.kv.delete(ACTOR, [bytes("a"), bytes("nothing")]);
    assertEquals(await left(), ["d"]);
    await store.kv.drop(ACTOR);
    assertEquals(await left(), []);
    assertEquals((await store.kv.list(OTHER, ALL, FORWARD)).keys.length, 4);
  });

  for (const distance of [-1, 0, 1]) {
    const size = (limit: number) => limit + distance;
    const at = `at ${distance < 0 ? "limit − 1" : distance === 0 ? "the limit" : "limit + 1"}`;
    const judge = async (
      code: StoreErrorCode,
      limit: number,
      call: () => Promise<unknown>,
    ): Promise<void> => {
      if (distance <= 0) return void await call();
      const { message } = await rejects(code, call);
      assertStringIncludes(message, String(limit));
      assertStringIncludes(message, String(limit + 1));
    };
    const key = (length: number) => new Uint8Array(length).fill(7);
    const manyKeys = (count: number) => Array.from({ length: count }, (_, i) => bytes(`k${i}`));

    check(`kv keeps keyBytes ${at}`, async (store) => {
      const long = key(size(KV_LIMITS.keyBytes));
      const code = "kv.key_too_large";
      const limit = KV_LIMITS.keyBytes;
      await judge(code, limit, () => store.kv.put(ACTOR, [long], [bytes("")], 1));
      await judge(code, limit, () => store.kv.get(ACTOR, [long]));
      await judge(code, limit, () => store.kv.delete(ACTOR, [long]));
      await judge(code, limit, () => store.kv.deleteRange(ACTOR, bytes(""), long));
      await judge(code, limit, () => store.kv.list(ACTOR, { kind: "prefix", key: long }, FORWARD));
      const range: KvListQuery = { kind: "range", start: long, end: long, exclusive: true };
      await judge(code, limit, () => store.kv.list(ACTOR, range, FORWARD));
    });

    check(`kv keeps valueBytes ${at}`, async (store) => {
      const value = new Uint8Array(size(KV_LIMITS.valueBytes));
      await judge(
        "kv.value_too_large",
        KV_LIMITS.valueBytes,
        () => store.kv.put(ACTOR, [bytes("k")], [value], 1),
      );
      const kept = await store.kv.get(ACTOR, [bytes("k")]);
      assertEquals(kept.values.map((it) => it.length), distance > 0 ? [] : [value.length]);
    });

    check(`kv keeps keysPerCall ${at}`, async (store) => {
      const keys = manyKeys(size(KV_LIMITS.keysPerCall));
      const code = "kv.too_many_keys";
      const limit = KV_LIMITS.keysPerCall;
      await judge(code, limit, () => store.kv.put(ACTOR, keys, keys, 1));
      await judge(code, limit, () => store.kv.get(ACTOR, keys));
      await judge(code, limit, () => store.kv.delete(ACTOR, keys));
    });

    check(`kv keeps putBytes ${at}`, async (store) => {
      // Seven values of the largest size, and one that with 16 bytes of keys makes up the rest.
      const values = Array.from({ length: 7 }, () => new Uint8Array(KV_LIMITS.valueBytes));
      values.push(new Uint8Array(size(KV_LIMITS.putBytes) - 7 * KV_LIMITS.valueBytes - 16));
      const keys = manyKeys(8);
      await judge(
        "kv.put_too_large",
        KV_LIMITS.putBytes,
        () => store.kv.put(ACTOR, keys, values, 1),
      );
      const kept = await store.kv.list(ACTOR, ALL, FORWARD);
      assertEquals(kept.keys.length, distance > 0 ? 0 : 8);
    });

    check(`kv keeps actorBytes ${at}`, async (store) => {
      await store.kv.put(ACTOR, [bytes("key")], [new Uint8Array(47)], 1);
      await judge(
        "kv.actor_full",
        100,
        () => store.kv.put(ACTOR, [bytes("more")], [new Uint8Array(size(46))], 1),
      );
      // An actor's fullness is its own, and a full one may still write what is no larger.
      await store.kv.put(OTHER, [bytes("key")], [new Uint8Array(97)], 1);
      await store.kv.put(OTHER, [bytes("key")], [new Uint8Array(97)], 2);
    }, { kv: { ...STORE_DEFAULTS.kv, actorBytes: 100 } });

    check(`kv keeps listBytes ${at}`, async (store) => {
      await store.kv.put(
        ACTOR,
        [bytes("a"), bytes("b")],
        [new Uint8Array(48), new Uint8Array(50)],
        1,
      );
      if (distance !== 0) await store.kv.put(ACTOR, [bytes("b")], [new Uint8Array(size(50))], 1);
      await judge("kv.list_too_large", 100, () => store.kv.list(ACTOR, ALL, FORWARD));
      assertEquals((await store.kv.list(ACTOR, ALL, { reverse: false, limit: 1 })).keys.length, 1);
      await store.kv.drop(ACTOR);
    }, { kv: { ...STORE_DEFAULTS.kv, listBytes: 100 } });
  }

  check("kv.put() refuses as many keys as values it does not have", async (store) => {
    await rejects("kv.length_mismatch", () => store.kv.put(ACTOR, [bytes("k")], [], 1));
  });

  check("kv.put() that is refused changes nothing and costs no other write", async (store) => {
    await store.kv.put(ACTOR, [bytes("a")], [new Uint8Array(50)], 1);
    const done = await Promise.allSettled([
      store.kv.put(ACTOR, [bytes("b")], [bytes("1")], 1),
      store.kv.put(ACTOR, [bytes("c"), bytes("d")], [bytes("2"), new Uint8Array(90)], 1),
      store.kv.put(ACTOR, [bytes("e")], [bytes("3")], 1),
    ]);
    assertEquals(done.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    const { keys } = await store.kv.list(ACTOR, ALL, FORWARD);
    assertEquals(keys.map(text), ["a", "b", "e"]);
  }, { kv: { ...STORE_DEFAULTS.kv, actorBytes: 100 } });

  check("kv counts an actor's bytes exactly through any run of writes", async (store) => {
    const limit = 60;
    const someKey = fc.constantFrom("a", "bb", "ccc", "dddd");
    const write = fc.oneof(
      fc.record({
        kind: fc.constant("put" as const),
        entries: fc.array(fc.tuple(someKey, fc.nat(30)), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant("delete" as const), keys: fc.array(someKey) }),
      fc.record({ kind: fc.constant("deleteRange" as const), from: someKey, to: someKey }),
      fc.record({ kind: fc.constant("drop" as const) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 25 }), async (writes) => {
        const actor = actorId(`actor ${run++}`);
        let model = new Map<string, number>();
        for (const it of writes) {
          switch (it.kind) {
            case "put": {
              const next = new Map(model);
              for (const [key, length] of it.entries) next.set(key, length);
              const grows = weight(next) > weight(model);
              const fits = !grows || weight(next) <= limit;
              const put = store.kv.put(
                actor,
                it.entries.map(([key]) => bytes(key)),
                it.entries.map(([, length]) => new Uint8Array(length)),
                1,
              );
              if (fits) await put;
              else await rejects("kv.actor_full", () => put);
              if (fits) model = next;
              break;
            }
            case "delete":
              await store.kv.delete(actor, it.keys.map(bytes));
              for (const key of it.keys) model.delete(key);
              break;
            case "deleteRange":
              await store.kv.deleteRange(actor, bytes(it.from), bytes(it.to));
              for (const key of [...model.keys()]) {
                if (key >= it.from && key < it.to) model.delete(key);
              }
              break;
            case "drop":
              await store.kv.drop(actor);
              model.clear();
          }
        }
        const { keys, values } = await store.kv.list(actor, ALL, FORWARD);
        const kept = keys.map((key, i) => [text(key), values[i]!.length]);
        assertEquals(kept, [...model].sort(([a], [b]) => a < b ? -1 : 1));
      }),
      { numRuns: 60 },
    );
  }, { kv: { ...STORE_DEFAULTS.kv, actorBytes: 60 } });

  check("kv.put() keeps bytes that the caller changes afterwards", async (store) => {
    const value = bytes("before");
    await store.kv.put(ACTOR, [bytes("k")], [value], 1);
    value.fill(0);
    const found = await store.kv.get(ACTOR, [bytes("k")]);
    found.values[0]!.fill(1);
    assertEquals(pairs(await store.kv.get(ACTOR, [bytes("k")])), [["k", "before"]]);
  });

  check("sockets keeps, moves, deletes and clears its records", async (store) => {
    for (const id of [3, 1, 0xffff_ffff]) await store.sockets.put(socketRecord(id));
    await store.sockets.put(socketRecord(3, { openedTs: 2 }));
    await store.sockets.keepAlive([1, 99], 7);
    assertEquals(await store.sockets.list(), [
      socketRecord(1, { keepAliveTs: 7 }),
      socketRecord(3, { openedTs: 2 }),
      socketRecord(0xffff_ffff),
    ]);
    await store.sockets.delete([3, 99]);
    assertEquals(await store.sockets.clear(), 2);
    assertEquals(await store.sockets.list(), []);
  });

  check("sockets.keepAlive() of more than a batch moves them all", async (store) => {
    const ids = Array.from({ length: 25 }, (_, i) => i);
    await Promise.all(ids.map((id) => store.sockets.put(socketRecord(id))));
    await store.sockets.keepAlive(ids, 9);
    assert((await store.sockets.list()).every(({ keepAliveTs }) => keepAliveTs === 9));
    await store.sockets.delete(ids);
    assertEquals(await store.sockets.list(), []);
  }, { batchOperations: 10 });

  check("close() keeps what was called before and refuses what comes after", async (store) => {
    const put = store.kv.put(ACTOR, [bytes("k")], [bytes("v")], 1);
    await store.close();
    await put;
    await rejects("store.closed", () => store.kv.get(ACTOR, [bytes("k")]));
    await store.close();
  });
}

/** Claims that the call is refused with that code, and gives back the error. */
export async function rejects(
  code: StoreErrorCode,
  call: () => Promise<unknown>,
): Promise<StoreError> {
  const error = await assertRejects(call, StoreError);
  assertEquals(error.code, code);
  return error;
}

function all(limit = 100) {
  return { namespace: "default", includeDestroyed: false, limit };
}

function pairs({ keys, values }: KvEntries): [string, string][] {
  return keys.map((key, i) => [text(key), text(values[i]!)]);
}

function weight(model: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [key, length] of model) sum += key.length + length;
  return sum;
}
