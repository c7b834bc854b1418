import { assertEquals, assertRejects } from "@std/assert";
import { type ActorKv, defineActor, KvError } from "../../lib/actor/mod.ts";
import { KV_LIMITS } from "../../lib/protocol/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

async function kvWorld() {
  let kv: ActorKv;
  const world = await runnerWorld({
    it: defineActor({ state: () => 0, start: (actor) => void (kv = actor.kv) }),
  });
  await world.gateway.start("a", { name: "it" });
  return { ...world, kv: kv! };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("kv.put(), get() and delete() with text and bytes", async () => {
  const { kv } = await kvWorld();
  await kv.put("a", "1");
  await kv.put(Uint8Array.of(255), Uint8Array.of(1, 2));
  assertEquals(await kv.getText("a"), "1");
  assertEquals(await kv.get(Uint8Array.of(255)), Uint8Array.of(1, 2));
  assertEquals(await kv.get("b"), undefined);
  await kv.delete("a");
  assertEquals(await kv.getText("a"), undefined);
});

Deno.test("kv.put() of several entries is one write", async () => {
  const { gateway, kv } = await kvWorld();
  const before = gateway.kvRequests("put").length;
  await kv.put([["a", "1"], ["b", "2"]]);
  await kv.put([]);
  assertEquals(gateway.kvRequests("put").length - before, 1);
});

Deno.test("kv.list() by prefix and range, reversed and limited, sees no key but the author's", async () => {
  const { kv } = await kvWorld();
  await kv.put(["a1", "a2", "a3", "b1"].map((key) => [key, key] as const));
  const keys = async (options?: Parameters<ActorKv["list"]>[0]) =>
    (await kv.list(options)).map(({ key }) => text(key)).join();
  assertEquals(await keys(), "a1,a2,a3,b1");
  assertEquals(await keys({ prefix: "a" }), "a1,a2,a3");
  assertEquals(await keys({ start: "a2" }), "a2,a3,b1");
  assertEquals(await keys({ start: "a2", end: "b1" }), "a2,a3");
  assertEquals(await keys({ end: "a2" }), "a1");
  assertEquals(await keys({ prefix: "a", reverse: true, limit: 2 }), "a3,a2");
});

Deno.test("kv keys of the author and of the runner cannot meet", async () => {
  const { gateway, kv } = await kvWorld();
  const own = gateway.kv.keys("a");
  await kv.put(Uint8Array.of(0, 0x68), "not the header");
  await kv.delete(Uint8Array.of(0, 0x73, 0));
  assertEquals(gateway.kv.keys("a"), [...own, "010068"]);
});

Deno.test("kv checks each limit before it sends, at its edge", async () => {
  const { gateway, kv } = await kvWorld();
  const { keyBytes, valueBytes, keysPerCall, putBytes } = KV_LIMITS;
  const refused = async (call: Promise<unknown>) => (await assertRejects(() => call, KvError)).code;
  await kv.put("k".repeat(keyBytes - 2), "");
  await kv.put("k".repeat(keyBytes - 1), "");
  await kv.put("v", new Uint8Array(valueBytes));
  const many = (count: number) => Array.from({ length: count }, (_, i) => [String(i), ""] as const);
  await kv.put(many(keysPerCall));
  // Seven values of the greatest size and one that fills up the rest, with keys of two bytes.
  const large = (last: number) =>
    Array.from({ length: 8 }, (_, i) =>
      [
        String(i),
        new Uint8Array(i < 7 ? valueBytes : putBytes - 7 * valueBytes - 16 + last),
      ] as const);
  await kv.put(large(0));
  const sent = gateway.kvRequests().length;
  assertEquals(await refused(kv.put("k".repeat(keyBytes), "")), "kv.key_too_large");
  assertEquals(await refused(kv.get("k".repeat(keyBytes))), "kv.key_too_large");
  assertEquals(await refused(kv.put("v", new Uint8Array(valueBytes + 1))), "kv.value_too_large");
  assertEquals(await refused(kv.put(many(keysPerCall + 1))), "kv.too_many_keys");
  const keys = many(keysPerCall + 1).map(([key]) => key);
  assertEquals(await refused(kv.delete(...keys)), "kv.too_many_keys");
  assertEquals(await refused(kv.put(large(1))), "kv.put_too_large");
  assertEquals(gateway.kvRequests().length, sent);
});

Deno.test("kv rejects with the store's own code", async () => {
  const { gateway, kv } = await kvWorld();
  gateway.kvMode = () => ({ kind: "error", message: "kv.actor_full: The actor is full" });
  const error = await assertRejects(() => kv.put("a", "b"), KvError);
  assertEquals([error.code, error.message], ["kv.actor_full", "The actor is full"]);
});
