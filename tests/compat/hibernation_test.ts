import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { HibernatingWebSocketMetadata } from "../../lib/compat/engine_runner.ts";
import { messageIndex, requestId } from "../../lib/protocol/mod.ts";
import { GATEWAY } from "../support/fake_gateway.ts";
import { CompatWorld } from "./world.ts";

Deno.test("ack covers every message up to its own, and leaves when the user says so", async () => {
  const world = await CompatWorld.start();
  const { client, ack } = await world.socket();
  for (const text of ["one", "two", "three"]) client.send(text);
  await world.host.settle();
  assertEquals(client.acks(), []);
  ack(2);
  await world.host.settle();
  assertEquals([client.acks(), client.pending.map(({ index }) => index as number)], [[2], [3]]);
});

Deno.test("ack can be said in the message listener", async () => {
  const world = await CompatWorld.start();
  const { client, ws, ack } = await world.socket();
  ws.addEventListener("message", ({ rivetMessageIndex }) => ack(rivetMessageIndex));
  client.send("one");
  client.send("two");
  await world.host.settle();
  assertEquals(client.acks(), [1, 2]);
});

Deno.test("ack of what has not come throws; of what was acked, or of a closed socket, says nothing", async () => {
  const world = await CompatWorld.start();
  const { client, ws, ack } = await world.socket();
  client.send("one");
  client.send("two");
  await world.host.settle();
  assertThrows(() => ack(3), RangeError, "Cannot ack 3: only received up to 2");
  for (const bad of [-1, 65_536, 1.5, NaN]) {
    assertThrows(() => ack(bad), RangeError, `index is ${bad}, an integer from 0 to 65535`);
  }
  ack(2);
  ack(2);
  ack(1);
  ws.close();
  ack(2);
  await world.host.settle();
  assertEquals(client.acks(), [2]);
});

Deno.test("message that was acked and comes again is dropped and acked again, once a turn", async () => {
  const world = await CompatWorld.start();
  const { client, ack } = await world.socket();
  client.send("one");
  client.send("two");
  client.send("three");
  await world.host.settle();
  ack(2);
  await world.host.settle();
  for (const index of [1, 2]) client.sendAt(index, "again");
  await world.host.settle();
  assertEquals(client.acks(), [2, 2]);
  assertEquals(world.told.slice(3), ["message one", "message two", "message three"]);
});

Deno.test("message that was not acked and comes again is dropped, and acked when the user acks", async () => {
  const world = await CompatWorld.start();
  const { client, ack } = await world.socket();
  client.send("one");
  client.sendAt(1, "one");
  await world.host.settle();
  assertEquals([client.acks(), world.told.slice(3)], [[], ["message one"]]);
  ack(1);
  await world.host.settle();
  assertEquals(client.acks(), [1]);
});

Deno.test("gap closes the socket with 1008, and nothing behind it is told", async () => {
  const world = await CompatWorld.start();
  const { client } = await world.socket();
  client.sendAt(2, "two");
  client.sendAt(3, "three");
  await world.host.settle();
  assertEquals(client.closeHeard, { code: 1008, reason: "ws.message_index_skip" });
  assertEquals(world.told.slice(3), ["close 1008 ws.message_index_skip"]);
});

Deno.test("index wraps behind 65535", async () => {
  const world = await CompatWorld.start();
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a", "/", { firstIndex: 65_534 });
  for (const text of ["one", "two", "three"]) client.send(text);
  await world.host.settle();
  const [meta] = world.kept.values();
  assertEquals(meta!.serverMessageIndex, 1);
  world.runner.sendHibernatableWebSocketMessageAck(meta!.gatewayId, meta!.requestId, 1);
  await world.host.settle();
  assertEquals([client.acks(), client.pending], [[1], []]);
});

Deno.test("sleep and wake: no close, no second open, what was not acked comes again", async () => {
  const world = await CompatWorld.start();
  const { client, ws, ack, id } = await world.socket();
  client.send("one");
  client.send("two");
  await world.host.settle();
  ack(1);
  // As if the state were written with the first message only.
  world.kept.get(id)!.serverMessageIndex = 1;
  world.told.length = 0;
  await world.gateway.sleepAndWake("a", "it");
  assertEquals(world.told, ["stop a 1", "start a 2", "message two"]);
  assertEquals(client.kinds().filter((kind) => kind === "webSocketOpen").length, 1);
  assertEquals(client.isClosed, false);
  assertEquals([ws.readyState, world.sockets.get(id)!.readyState], [3, 1]);
});

Deno.test("restored socket numbers its messages on from clientMessageIndex", async () => {
  const world = await CompatWorld.start();
  const { ws, id, gatewayId, requestId } = await world.socket();
  ws.send("zeroth is the open");
  await world.host.settle();
  const pending = world.runner.getActor("a")!.getPendingRequest(gatewayId, requestId)!;
  world.kept.get(id)!.clientMessageIndex = pending.clientMessageIndex;
  await world.gateway.sleepAndWake("a", "it");
  world.sockets.get(id)!.send("next");
  await world.host.settle();
  const last = world.gateway.heard.findLast((said) => said.kind === "tunnel");
  assertEquals(last?.kind === "tunnel" && last.messageId.messageIndex as number, 2);
});

Deno.test("message while the actor stops is left to its next life", async () => {
  const gate = Promise.withResolvers<void>();
  const world = await CompatWorld.start({ onActorStop: () => gate.promise });
  const { client } = await world.socket();
  await world.gateway.stop("a");
  client.send("late");
  await world.host.settle();
  assertEquals(world.told.includes("message late"), false);
  gate.resolve();
  await world.host.settle();
  await world.gateway.start("a", { name: "it", hibernating: world.gateway.hibernating("a") });
  world.gateway.replay();
  await world.host.settle();
  assertEquals(world.told.slice(-1), ["message late"]);
});

Deno.test("acks can still be said in onActorStop", async () => {
  const world: CompatWorld = await CompatWorld.start({
    onActorStop() {
      const [meta] = world.kept.values();
      world.runner.sendHibernatableWebSocketMessageAck(meta!.gatewayId, meta!.requestId, 1);
      return Promise.resolve();
    },
  });
  const { client } = await world.socket();
  client.send("one");
  await world.gateway.stop("a");
  assertEquals([client.acks(), client.pending], [[1], []]);
});

Deno.test("socket that only the gateway knows is closed, whether the user restores or not", async () => {
  for (const onActorStart of [undefined, () => Promise.resolve()]) {
    const { gateway } = await CompatWorld.start(onActorStart && { onActorStart });
    const ghost = requestId(99);
    const hibernating = [{ gatewayId: GATEWAY, requestId: ghost }];
    await gateway.start("a", { name: "it", hibernating });
    assertEquals(gateway.said(ghost), [{
      kind: "webSocketClose",
      code: 1000,
      reason: "ws.meta_not_found_during_restore",
      hibernate: false,
    }]);
    assertEquals(gateway.eventNames("a"), ["running"]);
  }
});

function metadata(id: number, more: Partial<HibernatingWebSocketMetadata> = {}) {
  const [gatewayId, requestId] = [GATEWAY as number, id].map((value) => {
    const buffer = new ArrayBuffer(4);
    new DataView(buffer).setUint32(0, value);
    return buffer;
  });
  return {
    gatewayId: gatewayId!,
    requestId: requestId!,
    path: "/kept",
    headers: {},
    clientMessageIndex: 0,
    serverMessageIndex: 7,
    ...more,
  };
}

Deno.test("socket that only the user knows is handed over, closed, and nobody else is told", async () => {
  const world = await CompatWorld.start();
  world.kept.set("00000063", metadata(99));
  await world.gateway.start("a", { name: "it" });
  assertEquals(world.told.slice(1), ["start a 1", "close 1000 ws.stale_metadata"]);
  assertEquals([world.kept.size, world.gateway.said(requestId(99))], [0, []]);
});

const BROKEN: readonly [what: string, meta: HibernatingWebSocketMetadata, refused: string][] = [
  ["an index that is none", metadata(99, { serverMessageIndex: -1 }), "ws.restore_error"],
  ["a header that is none", metadata(99, { headers: { "": "" } }), "ws.restore_error"],
];

for (const [what, meta, refused] of BROKEN) {
  Deno.test(`restoring with ${what} closes that socket only: ${refused}`, async () => {
    const world = await CompatWorld.start();
    world.kept.set("00000062", metadata(98)).set("00000063", meta);
    const hibernating = [98, 99].map((id) => ({ gatewayId: GATEWAY, requestId: requestId(id) }));
    await world.gateway.start("a", { name: "it", hibernating });
    assertEquals(world.sockets.get("00000062")?.readyState, 1);
    assertEquals(world.gateway.said(requestId(99)), [
      { kind: "webSocketClose", code: 1011, reason: refused, hibernate: false },
    ]);
    assertEquals(world.gateway.eventNames("a"), ["running"]);
  });
}

Deno.test("restored socket whose handler rejects is closed with 1011 ws.restore_error", async () => {
  const world = await CompatWorld.start({ websocket: () => Promise.reject(new Error("no")) });
  world.kept.set("00000063", metadata(99));
  const hibernating = [{ gatewayId: GATEWAY, requestId: requestId(99) }];
  await world.gateway.start("a", { name: "it", hibernating });
  assertEquals(world.gateway.said(requestId(99)), [
    { kind: "webSocketClose", code: 1011, reason: "ws.restore_error", hibernate: false },
  ]);
});

Deno.test("frames that come before the socket is restored wait for it", async () => {
  const gate = Promise.withResolvers<void>();
  const world: CompatWorld = await CompatWorld.start({
    async onActorStart(id, generation) {
      await gate.promise;
      await world.start(id, generation);
    },
  });
  world.kept.set("00000063", metadata(99));
  const hibernating = [{ gatewayId: GATEWAY, requestId: requestId(99) }];
  await world.gateway.start("a", { name: "it", hibernating });
  const data = new TextEncoder().encode("early");
  world.gateway.tunnel(requestId(99), 8, { kind: "webSocketMessage", data, binary: false });
  await world.host.settle();
  gate.resolve();
  await world.host.settle();
  assertEquals(world.told.slice(1), ["start a 1", "message early"]);
});

Deno.test("restored socket acks again what its metadata says is kept", async () => {
  const world = await CompatWorld.start();
  world.kept.set("00000063", metadata(99));
  const hibernating = [{ gatewayId: GATEWAY, requestId: requestId(99) }];
  await world.gateway.start("a", { name: "it", hibernating });
  const data = new TextEncoder().encode("again");
  for (const index of [6, 7]) {
    world.gateway.tunnel(requestId(99), index, { kind: "webSocketMessage", data, binary: false });
  }
  await world.host.settle();
  const index = messageIndex(7);
  assertEquals(world.gateway.said(requestId(99)), [{ kind: "webSocketMessageAck", index }]);
  assertEquals(world.told.slice(1), ["start a 1"]);
});

Deno.test("restoring twice, or for an actor that is not here, rejects", async () => {
  const world = await CompatWorld.start();
  await world.gateway.start("a", { name: "it" });
  assertEquals(world.runner.getActor("a")!.hibernationRestored, true);
  await assertRejects(
    () => world.runner.restoreHibernatingRequests("a", []),
    Error,
    "The sockets of actor a are restored already",
  );
  await assertRejects(
    () => world.runner.restoreHibernatingRequests("b", []),
    Error,
    "Actor b is not here",
  );
});

Deno.test("frame for a socket that nobody knows is answered once: ws.stale_metadata", async () => {
  const world = await CompatWorld.start();
  const data = new TextEncoder().encode("x");
  for (const index of [1, 2]) {
    world.gateway.tunnel(requestId(9), index, { kind: "webSocketMessage", data, binary: false });
  }
  await world.host.settle();
  assertEquals(world.gateway.said(requestId(9)), [
    { kind: "webSocketClose", code: 1000, reason: "ws.stale_metadata", hibernate: false },
  ]);
});

Deno.test("restored socket: what is said waits until the gateway has attached it, or attachGraceMs", async () => {
  for (const hears of [true, false]) {
    const world: CompatWorld = await CompatWorld.start({
      async onActorStart(id, generation) {
        await world.start(id, generation);
        for (const ws of world.sockets.values()) ws.send("awake");
      },
    }, { attachGraceMs: 500 });
    const { client } = await world.socket();
    await world.gateway.sleepAndWake("a", "it");
    assertEquals(client.texts(), []);
    if (hears) client.send("hello");
    await world.host.advance(hears ? 0 : 499);
    assertEquals(client.texts(), hears ? ["awake"] : []);
    await world.host.advance(1);
    assertEquals([client.texts(), world.host.timers > 0], [["awake"], true]);
  }
});

Deno.test("restored socket: what waits for the gateway goes out before the actor stops", async () => {
  const world = await CompatWorld.start({}, { attachGraceMs: 500 });
  const { client, id } = await world.socket();
  await world.gateway.sleepAndWake("a", "it");
  world.sockets.get(id)!.send("last words");
  await world.gateway.stop("a");
  assertEquals(client.texts(), ["last words"]);
  const said = world.gateway.heard.filter(({ kind }) => kind === "tunnel" || kind === "events");
  assertEquals(said.slice(-2).map(({ kind }) => kind), ["tunnel", "events"]);
});
