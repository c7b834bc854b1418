import { assertEquals, assertRejects } from "@std/assert";
import { CompatWorld } from "./world.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => value && new TextDecoder().decode(value);

async function filled(): Promise<CompatWorld> {
  const world = await CompatWorld.start();
  await world.gateway.start("a", { name: "it" });
  for (const key of ["a1", "a2", "b1", "c1"]) {
    world.gateway.kv.set("a", bytes(key), bytes(`of ${key}`));
  }
  return world;
}

Deno.test("kvGet() answers in the order of the keys, null for one that is not there", async () => {
  const { runner } = await filled();
  const values = await runner.kvGet("a", [bytes("b1"), bytes("no"), bytes("a1"), bytes("b1")]);
  assertEquals(values.map(text), ["of b1", null, "of a1", "of b1"]);
});

Deno.test("kvList…() answers pairs, in order, as far as they are asked for", async () => {
  const { runner } = await filled();
  const keys = async (found: Promise<[Uint8Array, Uint8Array][]>) =>
    (await found).map(([key]) => text(key)).join();
  assertEquals(await keys(runner.kvListAll("a")), "a1,a2,b1,c1");
  assertEquals(await keys(runner.kvListAll("a", { reverse: true, limit: 2 })), "c1,b1");
  assertEquals(await keys(runner.kvListPrefix("a", bytes("a"))), "a1,a2");
  assertEquals(await keys(runner.kvListRange("a", bytes("a2"), bytes("b1"))), "a2,b1");
  assertEquals(await keys(runner.kvListRange("a", bytes("a2"), bytes("b1"), true)), "a2");
  const limited = runner.kvListRange("a", bytes("a"), bytes("z"), false, { limit: 1 });
  assertEquals(await keys(limited), "a1");
  const [[, value]] = await runner.kvListPrefix("a", bytes("b")) as [[Uint8Array, Uint8Array]];
  assertEquals(text(value), "of b1");
  await assertRejects(() => runner.kvListAll("a", { limit: 0.5 }), RangeError, "limit is 0.5");
});

Deno.test("kvPut(), kvDelete(), kvDeleteRange() and kvDrop() do what they say", async () => {
  const { runner, gateway } = await filled();
  await runner.kvPut("a", [[bytes("d1"), bytes("x")], [bytes("d2"), bytes("y")]]);
  await runner.kvDelete("a", [bytes("a1"), bytes("c1")]);
  const names = async () => (await runner.kvListAll("a")).map(([key]) => text(key)).join();
  assertEquals(await names(), "a2,b1,d1,d2");
  await runner.kvDeleteRange("a", bytes("b"), bytes("d2"));
  assertEquals(await names(), "a2,d2");
  await runner.kvDrop("a");
  assertEquals(gateway.kv.keys("a"), []);
});

Deno.test("kv calls before the tunnel is up, and during a cut, are answered after it", async () => {
  const world = await filled();
  world.gateway.cut();
  const values = world.runner.kvGet("a", [bytes("a1")]);
  await world.host.advance(200);
  assertEquals((await values).map(text), ["of a1"]);
});

Deno.test("kv call that is refused rejects with the store's code and sentence", async () => {
  const world = await filled();
  world.gateway.kvMode = () => ({ kind: "error", message: "kv.key_too_large: A key of 3 KiB" });
  const error = await assertRejects(() => world.runner.kvPut("a", []), Error, "A key of 3 KiB");
  assertEquals((error as { code?: string }).code, "kv.key_too_large");
});

Deno.test("kv values do not share memory with the frame that brought them", async () => {
  const { runner } = await filled();
  const [value] = await runner.kvGet("a", [bytes("a1")]);
  assertEquals(value!.buffer.byteLength, value!.length);
});

const key = (bytes: number) => new Uint8Array(bytes);
const put = (count: number, value: number) =>
  Array.from({ length: count }, (_, i): [Uint8Array, Uint8Array] => [Uint8Array.of(i), key(value)]);

const LIMITS: readonly [code: string, call: (world: CompatWorld, more: number) => unknown][] = [
  ["kv.key_too_large", ({ runner }, more) => runner.kvGet("a", [key(2_048 + more)])],
  ["kv.key_too_large", ({ runner }, more) => runner.kvDelete("a", [key(2_048 + more)])],
  ["kv.value_too_large", ({ runner }, more) => runner.kvPut("a", put(1, 131_072 + more))],
  ["kv.too_many_keys", ({ runner }, more) => runner.kvPut("a", put(128 + more, 1))],
  // 976 KiB in all, with eight keys of a byte.
  ["kv.put_too_large", ({ runner }, more) => runner.kvPut("a", put(8, 124_927 + more))],
];

for (const [code, call] of LIMITS) {
  Deno.test(`kv call at the limit is sent, above it rejects with ${code} and is not`, async () => {
    const world = await filled();
    await call(world, 0);
    const sent = world.gateway.kvRequests().length;
    const error = await assertRejects(async () => void await call(world, 1), Error);
    assertEquals([(error as { code?: string }).code, sent], [code, 1]);
    assertEquals(world.gateway.kvRequests().length, sent);
  });
}
