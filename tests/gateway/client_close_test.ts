import { assert, assertEquals } from "@std/assert";
import { isSendable } from "../../lib/protocol/mod.ts";
import { ack, openPlain, silent } from "../support/fake_runner.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

Deno.test("client close: opening and not sent, the runner hears nothing of it", async () => {
  const world = await GatewayWorld.start();
  const entry = await world.actor();
  const { socket } = world.connect(entry);
  socket.fromClient("a");
  socket.clientClosed(1000, "");
  assertEquals(world.gateway.view().sockets, []);
  const runner = await world.runner();
  assertEquals(runner.tunnel("webSocketOpen"), []);
  assertEquals(world.heard("socketClosed").length, 1);
  assertEquals(world.heard("socketOpened"), []);
  await world.end();
});

Deno.test("client close: opening and sent, the runner hears of it after its answer", async () => {
  for (const canHibernate of [true, false]) {
    const { world, runner, socket } = await scene({ runner: { script: { open: silent } } });
    socket.fromClient("a");
    socket.clientClosed(1001, "leaving");
    await world.settle();
    // The id stays taken until the runner has heard.
    assertEquals(world.gateway.view().sockets.length, 1);
    assertEquals(runner.tunnel("webSocketClose"), []);
    runner.script.message = ack;
    runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate });
    await world.settle();
    assertEquals(runner.messages(), ["1:a"]);
    const closes = runner.tunnel("webSocketClose");
    assertEquals(closes.map(({ body }) => [body.code, body.reason]), [[1001, "leaving"]]);
    assertEquals(closes[0]!.messageId.messageIndex as number, 2);
    // It was never open for anyone who counts open sockets.
    assertEquals(world.heard("socketOpened"), []);
    assertEquals(world.heard("socketClosed").length, 1);
    await world.end();
  }
});

Deno.test("client close: opening and sent, and the answer is a close or never comes", async () => {
  const refused = await scene({ runner: { script: { open: silent } } });
  refused.socket.clientClosed(1000, "");
  refused.runner.tell(refused.socket.requestId, {
    kind: "webSocketClose",
    code: 4000,
    reason: "no",
    hibernate: false,
  });
  await refused.world.settle();
  assertEquals(refused.client.closes, []);
  await refused.world.end();

  const mute = await scene({ runner: { script: { open: silent } } });
  mute.socket.clientClosed(1000, "");
  await mute.world.host.advance(30_000);
  assertEquals(mute.runner.tunnel("webSocketClose").length, 1);
  await mute.world.end();
});

Deno.test("client close: an active plain socket, told once and gone", async () => {
  const { world, runner, socket } = await scene({ runner: { script: { open: openPlain } } });
  socket.fromClient("a");
  socket.clientClosed(1005, "");
  socket.clientClosed(1005, "");
  socket.fromClient("too late");
  await world.settle();
  assertEquals(runner.messages(), ["1:a"]);
  assertEquals(
    runner.tunnel("webSocketClose").map(({ messageId, body }) => [
      messageId.messageIndex as number,
      body.code,
    ]),
    [[2, 1000]],
  );
  assertEquals(world.heard("socketClosed").map(([, , code]) => code), [1005]);
  await world.end();
});

Deno.test("client close: an active hibernatable socket, told once and kept until the ack", async () => {
  const { world, runner, socket } = await scene({ runner: { script: { close: silent } } });
  socket.fromClient("a");
  socket.clientClosed(1006, "");
  await world.settle();
  const [close] = runner.tunnel("webSocketClose");
  assertEquals(close?.messageId.messageIndex as number, 2);
  assert(isSendable(close!.body.code!), "a code that must not be sent is on the wire");
  runner.ack(socket.requestId, 1);
  await world.settle();
  assertEquals(world.gateway.view().sockets.length, 1);
  assertEquals((await world.store.sockets.list()).length, 1);
  runner.ack(socket.requestId, 2);
  await world.settle();
  assertEquals(runner.tunnel("webSocketClose").length, 1);
  await world.end();
});

Deno.test("client close: a cut before the ack tells the runner again, by the same index", async () => {
  const { world, runner, socket } = await scene({ runner: { script: { close: silent } } });
  socket.clientClosed(1000, "");
  await world.settle();
  runner.cut();
  await world.settle();
  runner.script.close = ack;
  runner.reconnect();
  await world.settle();
  assertEquals(
    runner.tunnel("webSocketClose").map(({ messageId }) => messageId.messageIndex as number),
    [1, 1],
  );
  await world.end();
});

Deno.test("client close: while the actor stops, it wakes and hears of it once", async () => {
  const { world, runner, entry, socket } = await scene({ runner: { script: { stop: silent } } });
  const { actorId } = entry.record;
  runner.wantSleep(actorId);
  await world.settle();
  socket.clientClosed(1000, "");
  await world.settle();
  assertEquals(runner.tunnel("webSocketClose"), []);
  runner.event(actorId, { kind: "stopped", code: "ok", message: null });
  await world.settle();
  assertEquals(entry.record.generation, 2);
  assertEquals(runner.tunnel("webSocketClose").length, 1);
  assertEquals(world.heard("actorWaking").at(-1)![2], "close");
  await world.end();
});

Deno.test("client close: while it hibernates, the actor wakes for it", async () => {
  const { world, runner, entry, socket } = await scene();
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  assertEquals(socket.phase, "hibernating");
  socket.clientClosed(1000, "");
  await world.settle();
  assertEquals(world.heard("actorWaking").at(-1)![2], "close");
  const start = runner.commands().at(-1)!.command;
  assert(start.kind === "start");
  assertEquals(start.hibernatingRequests.length, 1);
  assertEquals(runner.tunnel("webSocketClose").length, 1);
  await world.end();
});

Deno.test("client close: both sides at once, one end", async () => {
  const { world, runner, socket, client } = await scene({ runner: { script: { close: silent } } });
  runner.tell(socket.requestId, {
    kind: "webSocketClose",
    code: 4000,
    reason: "",
    hibernate: false,
  });
  socket.clientClosed(1000, "");
  await world.settle();
  assertEquals(client.closes, []);
  assertEquals(world.heard("socketClosed").length, 1);
  await world.end();
});
