import { assertEquals, assertStrictEquals } from "@std/assert";
import type { ActorSpec } from "../../lib/gateway/actor_registry.ts";
import { GatewayWorld } from "../support/gateway_world.ts";

const spec: ActorSpec = {
  namespace: "default",
  name: "thing",
  key: null,
  input: null,
  runnerNameSelector: "default",
  crashPolicy: "sleep",
};

for (const key of [null, "k"]) {
  Deno.test(`actorRegistry.getOrCreate() makes one actor for all who ask at once, with the key ${key}`, async () => {
    const world = await GatewayWorld.start();
    const { actors } = world.gateway;
    const asked = await Promise.all([1, 2, 3].map(() => actors.getOrCreate({ ...spec, key })));
    assertEquals(asked.map(({ created }) => created), [true, false, false]);
    for (const { entry } of asked) assertStrictEquals(entry, asked[0]!.entry);
    const again = await actors.getOrCreate({ ...spec, key });
    assertEquals([again.created, again.entry.record.actorId], [
      false,
      asked[0]!.entry.record.actorId,
    ]);
    await world.shutdown();
  });
}

Deno.test("actorRegistry.getOrCreate() tries anew after a failure", async () => {
  const world = await GatewayWorld.start();
  const { actors } = world.gateway;
  const create = world.store.actors.create;
  world.store.actors.create = () => Promise.reject(new Error("disk full"));
  const failed = await Promise.allSettled([actors.getOrCreate(spec), actors.getOrCreate(spec)]);
  assertEquals(failed.map(({ status }) => status), ["rejected", "rejected"]);
  world.store.actors.create = create;
  assertEquals((await actors.getOrCreate(spec)).created, true);
  await world.shutdown();
});

Deno.test("actorRegistry.find() and getOrCreate() ask no store for an actor that is in memory", async () => {
  const world = await GatewayWorld.start();
  const { actors } = world.gateway;
  const { entry } = await actors.getOrCreate({ ...spec, key: "k" });
  let asked = 0;
  const find = world.store.actors.find;
  world.store.actors.find = (...name) => {
    asked++;
    return find.apply(world.store.actors, name);
  };
  assertStrictEquals((await actors.getOrCreate({ ...spec, key: "k" })).entry, entry);
  assertStrictEquals(await actors.find("default", "thing", "k"), entry);
  assertEquals(asked, 0);
  assertEquals(await actors.find("default", "thing", "l"), undefined);
  actors.forget(entry);
  assertStrictEquals(await actors.find("default", "thing", "k"), entry);
  assertEquals(asked, 2);
  await world.shutdown();
});
