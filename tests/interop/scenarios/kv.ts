/** The actor's key-value store, through its runner. Keys that a runner puts in front cost it bytes. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Scenario } from "../scenario.ts";

const KIB = 1024;
/** The runner asks the gateway, and passes on what it says. */
const REFERENCE_ON_ENGINE = {
  runner: "engine-runner 2.2.1",
  gateway: "Rivet Engine",
  does: "refuses it as `transaction failed`, without the limit",
};

export const kv: readonly Scenario[] = [
  {
    name: "a value is put, read, overwritten and deleted",
    async run(world) {
      const id = await world.create();
      assertEquals(await world.kv(id, { op: "get", key: "a" }), { value: null });
      assertEquals(await world.kv(id, { op: "put", entries: [["a", "1"]] }), {});
      assertEquals(await world.kv(id, { op: "get", key: "a" }), { value: "1" });
      await world.kv(id, { op: "put", entries: [["a", ""]] });
      assertEquals(await world.kv(id, { op: "get", key: "a" }), { value: "" });
      await world.kv(id, { op: "delete", keys: ["a", "never was"] });
      assertEquals(await world.kv(id, { op: "get", key: "a" }), { value: null });
    },
  },
  {
    name: "keys are listed in the order of their bytes",
    async run(world) {
      const id = await world.create();
      await world.kv(id, {
        op: "put",
        entries: ["b", "a", "é", "a/2", "a/1", "z", "B"].map((key) => [key, key] as const),
      });
      const { entries } = await world.kv(id, { op: "list" });
      assertEquals(
        entries.map(([key]: [string]) => key),
        ["B", "a", "a/1", "a/2", "b", "z", "é"],
      );
    },
  },
  {
    name: "keys are listed by prefix, by range, backwards and up to a limit",
    async run(world) {
      const id = await world.create();
      await world.kv(id, {
        op: "put",
        entries: ["a", "b/1", "b/2", "b/3", "c"].map((key) => [key, key] as const),
      });
      const keys = async (options: Record<string, unknown>): Promise<string[]> => {
        const { entries } = await world.kv(id, { op: "list", ...options });
        return entries.map(([key]: [string]) => key);
      };
      assertEquals(await keys({ prefix: "b/" }), ["b/1", "b/2", "b/3"]);
      assertEquals(await keys({ prefix: "b/", reverse: true }), ["b/3", "b/2", "b/1"]);
      assertEquals(await keys({ prefix: "b/", limit: 2 }), ["b/1", "b/2"]);
      assertEquals(await keys({ prefix: "b/", limit: 2, reverse: true }), ["b/3", "b/2"]);
      assertEquals(await keys({ start: "b/1", end: "c" }), ["b/1", "b/2", "b/3"]);
      assertEquals(await keys({ start: "b/2" }), ["b/2", "b/3", "c"]);
      assertEquals(await keys({ end: "b/2", reverse: true }), ["b/1", "a"]);
    },
  },
  {
    name: "a key of 2 000 bytes is taken, one of 3 000 refused with its limit",
    instead: [REFERENCE_ON_ENGINE],
    async run(world) {
      const id = await world.create();
      const fill = (keyBytes: number) =>
        world.kv(id, { op: "fill", count: 1, keyBytes, valueBytes: 1 });
      assertEquals(await fill(2_000), {});
      assertMatch((await fill(3_000)).error, /204[078]/);
    },
  },
  {
    name: "a value of 128 KiB is taken, one byte more refused with its limit",
    instead: [REFERENCE_ON_ENGINE],
    async run(world) {
      const id = await world.create();
      const fill = (valueBytes: number) =>
        world.kv(id, { op: "fill", count: 1, keyBytes: 3, valueBytes });
      assertEquals(await fill(128 * KIB), {});
      assertMatch((await fill(128 * KIB + 1)).error, /131072|128/);
      assert((await world.kv(id, { op: "get", key: "0kk" })).value.length === 128 * KIB);
    },
  },
  {
    name: "128 keys in one put are taken, 129 refused with their limit",
    instead: [REFERENCE_ON_ENGINE],
    async run(world) {
      const id = await world.create();
      const fill = (count: number) =>
        world.kv(id, { op: "fill", count, keyBytes: 5, valueBytes: 5 });
      assertEquals(await fill(128), {});
      assertMatch((await fill(129)).error, /128/);
    },
  },
  {
    name: "a put of 900 KiB is taken, one of 1 000 KiB refused with its limit",
    instead: [REFERENCE_ON_ENGINE],
    async run(world) {
      const id = await world.create();
      const fill = (count: number) =>
        world.kv(id, { op: "fill", count, keyBytes: 5, valueBytes: 100 * KIB });
      assertEquals(await fill(9), {});
      assertMatch((await fill(10)).error, /999424|976/);
    },
  },
  {
    name: "what was put is there after a sleep",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      await world.kv(id, { op: "put", entries: [["kept", "yes"]] });
      await world.sleep(id, client);
      assertEquals(await world.kv(id, { op: "get", key: "kept" }), { value: "yes" });
    },
  },
  {
    name: "actors do not see each other's keys",
    async run(world) {
      const [id, other] = [await world.create(), await world.create()];
      await world.kv(id, { op: "put", entries: [["mine", "1"]] });
      assertEquals(await world.kv(other, { op: "get", key: "mine" }), { value: null });
      assertEquals(await world.kv(other, { op: "list" }), { entries: [] });
    },
  },
];
