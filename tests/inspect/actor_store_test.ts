/** State and keys of an actor, awake and asleep: looked at, never touched. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { defineActor } from "../../lib/actor/mod.ts";
import { GatewayError } from "../../lib/gateway/errors.ts";
import type { ActorId } from "../../lib/protocol/mod.ts";
import { WholeWorld } from "../support/whole_world.ts";

const SLEEP_AFTER = 1_000;

const keeper = defineActor({
  state: () => ({ text: "", when: new Date(0) }),
  sleepAfter: SLEEP_AFTER,
  fetch: async (actor, request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/state") actor.state.text = "x".repeat(Number(searchParams.get("length")));
    if (pathname === "/kv") {
      await actor.kv.put([["name", "dormouse"], [Uint8Array.of(0xff, 0), Uint8Array.of(1, 0)]]);
    }
    return new Response("done");
  },
});

async function worldOf(shownBytes = 256 * 1024) {
  const world = await WholeWorld.start({ keeper }, { limits: { shownBytes } });
  const actor = await world.actor("keeper");
  const { actorId } = actor.record;
  const ask = async (path: string): Promise<void> => {
    const entry = await world.gateway.actors.get(actorId);
    const response = world.request(entry, path);
    await world.settle();
    await response;
    await world.settle();
  };
  return { world, actor, ask, at: (what: string) => `/api/actors/${actorId}${what}` };
}

Deno.test("an actor's state is what is durable of it: from its runner awake, from the store asleep", async () => {
  const { world, actor, ask, at } = await worldOf();
  const nothing = await world.look(at("/state"));
  assertEquals([nothing.from, nothing.exists, nothing.state], ["store", false, null]);
  await ask("/state?length=3");
  const state = { text: "xxx", when: { $Date: "1970-01-01T00:00:00.000Z" } };
  const awake = await world.look(at("/state"));
  assertEquals([awake.from, awake.state, awake.isUncommitted], ["runner", state, false]);

  world.disk.hold();
  void ask("/state?length=4");
  await world.settle();
  const behind = await world.look(at("/state"));
  assertEquals([behind.state, behind.isUncommitted], [state, true]);
  world.disk.release();
  await world.host.advance(2 * SLEEP_AFTER);
  assertEquals(world.phase(actor), "asleep");
  const asleep = await world.look(at("/state"));
  assertEquals([asleep.from, asleep.state.text, asleep.isUncommitted], ["store", "xxxx", false]);
  assert(asleep.revision !== awake.revision);
  await world.shutdown();
});

Deno.test("a state longer than `shownBytes` is cut, awake and asleep, and says so", async () => {
  const shownBytes = 300_000;
  const { world, ask, at } = await worldOf(shownBytes);
  const around = JSON.stringify([{ text: 1, when: 2 }, "", ["Date", "1970-01-01T00:00:00.000Z"]]);
  for (const distance of [0, 1]) {
    await ask(`/state?length=${shownBytes - around.length + distance}`);
    for (const from of ["runner", "store"]) {
      const shown = await world.look(at("/state"));
      assertEquals([shown.from, shown.bytes], [from, shownBytes + distance]);
      assertEquals(shown.isCut, distance === 1);
      assertEquals(shown.state === null, shown.isCut);
      assertEquals(shown.text?.length ?? null, shown.isCut ? shownBytes : null);
      await world.host.advance(2 * SLEEP_AFTER);
    }
  }
  await world.shutdown();
});

Deno.test("keys are listed with their sizes, and each value is at an address of its own", async () => {
  const { world, ask, at } = await worldOf(5);
  await ask("/kv");
  const { rows, inAll } = await world.look(at("/kv"));
  const updateTs = rows[0].updateTs;
  assertEquals([inAll, rows], [2, [
    { key: "6e616d65", text: "name", valueBytes: 8, updateTs },
    { key: "ff00", text: null, valueBytes: 2, updateTs },
  ]]);
  const name = await world.look(at("/kv/6e616d65"));
  assertEquals([name.valueText, name.valueBase64, name.isCut], ["dormo", null, true]);
  const bytes = await world.look(at("/kv/ff00"));
  assertEquals([bytes.valueText, bytes.valueBase64, bytes.isCut], [null, "AQA=", false]);
  assertEquals((await world.look(at("/kv?limit=1"))).rows.length, 1);
  for (const [key, code] of [["abcd", "kv_key_not_found"], ["xyz", "kv_key_invalid"]]) {
    const error = await assertRejects(() => world.look(at(`/kv/${key}`)), GatewayError);
    assertEquals(error.code, code);
  }
  await world.shutdown();
});

Deno.test("looking at a sleeping actor in every way wakes nobody, and writes nothing", async () => {
  const { world, actor, ask, at } = await worldOf();
  await ask("/kv");
  await world.host.advance(2 * SLEEP_AFTER);
  const { actorId } = actor.record;
  assertEquals(world.gateway.actors.peek(actorId), undefined, "It is not in memory");
  const lives = (await world.look(at("/lives"))).rows.length;
  world.disk.asked.length = 0;
  for (const what of ["", "/awake", "/state", "/kv", "/kv/6e616d65", "/lives", "/requests"]) {
    await world.look(at(what));
    await world.host.advance(10);
  }
  await world.look(`/api/sockets?actor=${actorId}`);
  const reads = ["actors.get", "kv.get", "kv.sizes"];
  assertEquals(world.disk.asked.filter((asked) => !reads.includes(asked)), []);
  assertEquals(world.gateway.actors.peek(actorId), undefined);
  assertEquals((await world.look(at("/lives"))).rows.length, lives);
  assertEquals((await world.look(at(""))).phase, "asleep");
  await world.shutdown();
});

Deno.test("an actor that never was is not found; one that was destroyed is shown as such", async () => {
  const { world, ask, at, actor } = await worldOf();
  for (const what of ["", "/awake", "/state", "/kv"]) {
    const address = `/api/actors/${"nobody" as ActorId}${what}`;
    const error = await assertRejects(() => world.look(address), GatewayError);
    assertEquals([error.status, error.code], [404, "not_found"], what);
  }
  await ask("/kv");
  const destroyed = world.gateway.destroy(actor.record.actorId);
  await world.settle();
  await destroyed;
  const shown = await world.look(at(""));
  assertEquals([shown.phase, shown.destroyTs === null], ["destroyed", false]);
  assertEquals((await world.look(at("/awake"))).reasons, []);
  await world.shutdown();
});
