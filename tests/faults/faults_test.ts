import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { defineActor } from "../../lib/actor/mod.ts";
import { type Fault, FAULT_LIMITS, type FaultEnd, Faults } from "../../lib/faults/mod.ts";
import { OWN_TUNNEL } from "../../lib/faults/faults.ts";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { CURRENT_VERSION, requestId } from "../../lib/protocol/mod.ts";
import { LinkError } from "../../lib/transport/link.ts";
import { memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { FakeClient } from "../support/fake_client.ts";
import { Recorder } from "../transport/recorder.ts";
import { WholeWorld } from "../support/whole_world.ts";

const echo = defineActor({
  sleepAfter: false,
  websocket: { hibernate: true, message: (_actor, socket, data) => socket.send(data) },
});

async function echoWorld(options: Parameters<typeof WholeWorld.start>[1] = {}) {
  const world = await WholeWorld.start({ echo }, { faults: {}, ...options });
  const actor = await world.actor("echo");
  const on = { runnerId: [...world.gateway.runners][0]!.runnerId as string, key: "runner" };
  const open = async (of: ActorEntry = actor) => {
    const opened = world.connect(of);
    await world.settle();
    return opened;
  };
  return { world, on, open, faults: world.faults };
}

/** The details of the event log's faults, oldest first. */
function told(world: WholeWorld): string[] {
  return world.inspector.inspected.recorder.events.newest(100)
    .flatMap((event) => event.kind === "fault" ? [event.detail] : []).reverse();
}

Deno.test("a cut tunnel comes back, and every message is there once and in order", async () => {
  const { world, on, open, faults } = await echoWorld();
  const { socket, client } = await open();
  socket.fromClient("1");
  faults.begin({ kind: "cut", on, forMs: 0 });
  socket.fromClient("2");
  await world.settle();
  assertEquals(faults.list(), []);
  await world.host.advance(5_000);
  assertEquals(client.received, ["1", "2"]);
  assertEquals(client.ended, undefined);
  const { cases: _, sinceTs: __, ...kept } = await world.look("/api/promises");
  assertEquals(kept, { checked: kept.checked, lost: 0, doubled: 0, reordered: 0 });
  assert(kept.checked >= 4, `${kept.checked} checked`);
  assertEquals(told(world), ["on purpose, once: the runner's tunnel is cut"]);
  await world.shutdown();
});

Deno.test("while a tunnel is cut no other one lasts, and the runner is back after it", async () => {
  const { world, on, open, faults } = await echoWorld();
  const { socket, client } = await open();
  faults.begin({ kind: "cut", on, forMs: 10_000 });
  socket.fromClient("1");
  await world.host.advance(9_999);
  assertEquals(client.received, []);
  assertEquals(faults.list().map(({ kind, untilTs, sinceTs }) => [kind, untilTs - sinceTs]), [
    ["cut", 10_000],
  ]);
  await world.host.advance(10_000);
  assertEquals([client.received, faults.list()], [["1"], []]);
  await world.shutdown();
});

Deno.test("a frozen runner says nothing until its time is over, and then all it said", async () => {
  const { world, on, open, faults } = await echoWorld();
  const { socket, client } = await open();
  faults.begin({ kind: "freeze", on, forMs: 2_000 });
  socket.fromClient("1");
  await world.host.advance(1_999);
  assertEquals(client.received, []);
  const [fault] = faults.list();
  assert(fault!.kept >= 1 && fault!.keptBytes > 0, JSON.stringify(fault));
  await world.host.advance(1);
  assertEquals([client.received, faults.list()], [["1"], []]);
  await world.shutdown();
});

Deno.test("a runner that stands still for longer than a ping may take is given up, and its actor goes on", async () => {
  const { world, on, open, faults } = await echoWorld();
  const { socket, client } = await open();
  faults.begin({ kind: "freeze", on, forMs: 30_000 });
  socket.fromClient("1");
  await world.host.advance(29_000);
  assertEquals(client.received, []);
  await world.host.advance(30_000);
  assertEquals(client.received, ["1"]);
  const { lost, doubled, reordered } = await world.look("/api/promises");
  assertEquals([lost, doubled, reordered], [0, 0, 0]);
  await world.shutdown();
});

Deno.test("held acks leave messages unacked, until they are mended, or the oldest costs the socket", async () => {
  const { world, on, open, faults } = await echoWorld();
  const { socket, client } = await open();
  faults.begin({ kind: "hold_acks", on, forMs: 20_000 });
  for (const text of ["1", "2", "3"]) socket.fromClient(text);
  await world.host.advance(10_000);
  assertEquals([client.received, socket.pendingMessages], [["1", "2", "3"], 3]);
  assertEquals(faults.mend([99]), []);
  assertEquals(faults.mend().map(({ kind }) => kind), ["hold_acks"]);
  await world.settle();
  assertEquals(socket.pendingMessages, 0);

  faults.begin({ kind: "hold_acks", on, forMs: 60_000 });
  socket.fromClient("4");
  await world.host.advance(59_000);
  assertEquals(client.ended, "1011 guard.websocket_garbage_collected");
  assertEquals(told(world).slice(0, 2), [
    "on purpose, for 20000 ms: the runner's acks are held back",
    "no longer: the runner's acks are held back; somebody mended it; what waited goes on: 1",
  ]);
  await world.shutdown();
});

Deno.test("a slow client gets everything when it reads again; one that is too slow is closed", async () => {
  const { world, open, faults } = await echoWorld({ gateway: { clientBufferBytes: 100 } });
  const [one, two] = [await open(), await open()];
  for (const { socket } of [one, two]) {
    const link = world.gateway.clientLink(socket.requestId);
    faults.begin({ kind: "slow", requestId: socket.requestId, link, forMs: 1_000 });
  }
  for (const text of ["a", "b"]) one.socket.fromClient(text);
  two.socket.fromClient("x".repeat(101));
  await world.settle();
  assertEquals([one.client.received, two.client.received], [[], []]);
  assertEquals([one.client.ended, two.client.ended], [undefined, undefined]);
  assertEquals(two.socket.isClientGone, true);
  assertEquals(faults.list().map(({ kept, keptBytes }) => [kept, keptBytes]), [[2, 2], [2, 101]]);
  await world.host.advance(1_000);
  assertEquals(one.client.received, ["a", "b"]);
  assertEquals(two.client.received, ["x".repeat(101)]);
  assertEquals(two.client.ended, "1013 guard.websocket_slow_consumer");
  assertThrows(() => world.gateway.clientLink(two.socket.requestId), GatewayError);
  await world.shutdown();
});

Deno.test("sockets that open meanwhile count from near the wrap, and go over it; others do not", async () => {
  const { world, open, faults } = await echoWorld();
  const before = await open();
  faults.begin({ kind: "first_index", index: 65_530, forMs: 1_000 });
  const { socket, client } = await open();
  const texts = Array.from({ length: 20 }, (_, n) => `${n}`);
  for (const text of texts) {
    socket.fromClient(text);
    await world.settle();
  }
  await world.host.advance(1_000);
  assertEquals(client.received, texts);
  assertEquals([socket.view().lastAcked, before.socket.view().lastAcked], [14, 0]);
  const after = await open();
  assertEquals(after.socket.view().lastSent, 0);
  await world.shutdown();
});

Deno.test("a fault of its kind takes another's place; others are refused at the limits", () => {
  const host = new VirtualHost();
  const faults = new Faults({ host, limits: { faults: 2, faultMs: 500 } });
  const limits: [string, number][] = [];
  const ends: [Fault["kind"], FaultEnd][] = [];
  faults.observer = {
    began: () => {},
    ended: ({ kind }, why) => ends.push([kind, why]),
    limitReached: (limit, value) => limits.push([limit, value]),
  };
  const on = { runnerId: "r", key: "r" };
  faults.begin({ kind: "freeze", on, forMs: 500 });
  faults.begin({ kind: "hold_acks", on, forMs: 500 });
  faults.begin({ kind: "freeze", on, forMs: 400 });
  assertEquals(ends, [["freeze", "replaced"]]);
  assertEquals(faults.list().map(({ id, untilTs, sinceTs }) => [id, untilTs - sinceTs]), [
    [2, 500],
    [3, 400],
  ]);
  const refused = (order: Parameters<Faults["begin"]>[0]) =>
    assertThrows(() => faults.begin(order), GatewayError).reason;
  assertEquals(refused({ kind: "first_index", index: 1, forMs: 1 }), "faults.too_many");
  assertEquals(refused({ kind: "freeze", on, forMs: 501 }), "faults.too_long");
  assertEquals(limits, [["faults", 2], ["faultMs", 500]]);
  assertEquals(faults.list().length, 2);
});

Deno.test("what waits has a limit together: at it everything goes on", async () => {
  const { world, open, faults } = await echoWorld({ faults: { faultBytes: 100 } });
  const [one, two] = [await open(), await open()];
  for (const { socket } of [one, two]) {
    const link = world.gateway.clientLink(socket.requestId);
    faults.begin({ kind: "slow", requestId: socket.requestId, link, forMs: 60_000 });
  }
  one.socket.fromClient("x".repeat(60));
  two.socket.fromClient("y".repeat(40));
  await world.settle();
  assertEquals(faults.list().length, 2);
  two.socket.fromClient("z");
  await world.settle();
  assertEquals(faults.list(), []);
  assertEquals([one.client.received.length, two.client.received.length], [1, 2]);
  assertEquals(world.inspector.inspected.recorder.counts.limitsReached.total, 1);
  assert(told(world).at(-1)!.includes("took all the room"));
  await world.shutdown();
});

Deno.test("a runner whose gateway is elsewhere has faults of its own", async () => {
  const host = new VirtualHost();
  const faults = new Faults({ host });
  const [near, far] = memoryLinkPair(host);
  const connect = faults.connecting(() => Promise.resolve(near), CURRENT_VERSION);
  const link = await connect();
  const [here, there] = [Recorder.on(link), Recorder.on(far)];
  const on = { runnerId: "r", key: OWN_TUNNEL };
  faults.begin({ kind: "freeze", on, forMs: 10 });
  link.send(Uint8Array.of(1));
  await host.settle();
  assertEquals([there.frames.length, faults.list()[0]!.kept], [0, 1]);
  await host.advance(10);
  assertEquals(there.frames.length, 1);
  faults.begin({ kind: "cut", on, forMs: 10 });
  await host.settle();
  assertEquals([here.ends[0]!.code, there.ends[0]!.code], [1006, 1006]);
  const error = await assertRejects(connect, LinkError);
  assertEquals(error.code, "link.refused");
  await host.advance(10);
  await connect();
});

Deno.test("a client that came before there could be faults is as it was", () => {
  const faults = new Faults({ host: new VirtualHost() });
  const link = new FakeClient();
  const order = { kind: "slow", requestId: requestId(1), link, forMs: 1 } as const;
  assertEquals([faults.begin(order).kept, FAULT_LIMITS.faults > 1], [0, true]);
  link.send("x");
  assertEquals(link.received, ["x"]);
});
