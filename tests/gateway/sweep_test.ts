import { assertEquals } from "@std/assert";
import { ack, silent } from "../support/fake_runner.ts";
import { scene } from "../support/gateway_world.ts";

Deno.test("sweep: unacked for ackTimeoutMs costs that socket in two phases, and no other", async () => {
  const { world, runner, entry, socket: stuck, client: stuckClient } = await scene();
  const { socket: busy, client: busyClient } = await world.open(entry);
  const { socket: idle, client: idleClient } = await world.open(entry);
  runner.script.message = (self, message) => {
    if (message.messageId.requestId !== stuck.requestId) ack(self, message);
  };
  runner.script.close = (self, message) => {
    if (message.messageId.requestId !== stuck.requestId) ack(self, message);
  };
  stuck.fromClient("a");
  await world.settle();
  for (let second = 0; second < 29; second++) {
    busy.fromClient("x");
    await world.host.advance(1_000);
  }
  assertEquals(stuckClient.closes, []);
  await world.host.advance(1_000);
  assertEquals(stuckClient.ended, "1011 guard.websocket_garbage_collected");
  // First phase: the runner is told, and the id is still taken.
  assertEquals(runner.tunnel("webSocketClose").map(({ messageId }) => messageId.requestId), [
    stuck.requestId,
  ]);
  assertEquals(world.gateway.view().sockets.length, 3);
  await world.host.advance(14_999);
  assertEquals(world.gateway.view().sockets.length, 3);
  await world.host.advance(1);
  assertEquals(world.gateway.view().sockets.length, 2);
  assertEquals(world.heard("limitReached"), [["ackTimeoutMs", 30_000]]);
  assertEquals([busyClient.closes, idleClient.closes], [[], []]);
  busy.clientClosed(1000, "");
  idle.clientClosed(1000, "");
  await world.end();
});

Deno.test("sweep: an ack between the phases ends the socket at once", async () => {
  const { world, runner, socket } = await scene({ runner: { script: { close: silent } } });
  socket.fromClient("a");
  await world.host.advance(30_000);
  runner.ack(socket.requestId, 2);
  await world.settle();
  assertEquals(world.gateway.view().sockets, []);
  await world.end();
});

Deno.test("sweep: the ack timer stands still while the actor stops, sleeps and wakes", async () => {
  const { world, runner, entry, socket, client } = await scene({
    runner: { script: { stop: silent, start: silent } },
    options: { actorStopThresholdMs: 200_000, actorReadyTimeoutMs: 200_000 },
  });
  const { actorId } = entry.record;
  runner.event(actorId, { kind: "running" });
  await world.settle();
  socket.fromClient("a");
  await world.host.advance(20_000);
  runner.wantSleep(actorId);
  await world.host.advance(60_000);
  runner.event(actorId, { kind: "stopped", code: "ok", message: null });
  await world.host.advance(60_000);
  assertEquals(entry.phase, "starting");
  runner.event(actorId, { kind: "running" });
  await world.host.advance(29_000);
  assertEquals(client.closes, []);
  assertEquals(runner.messages(), ["1:a", "1:a"]);
  runner.ack(socket.requestId, 1);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("sweep: an open answered by a stopping actor does not start the timer", async () => {
  const { world, runner, entry, socket, client } = await scene({
    runner: { script: { open: silent, stop: silent } },
    options: { actorStopThresholdMs: 100_000 },
  });
  const { actorId } = entry.record;
  socket.fromClient("a");
  runner.wantSleep(actorId);
  await world.settle();
  runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate: true });
  await world.host.advance(60_000);
  assertEquals(client.closes, []);
  assertEquals(runner.messages(), []);
  runner.script.message = ack;
  runner.event(actorId, { kind: "stopped", code: "ok", message: null });
  await world.settle();
  assertEquals(runner.messages(), ["1:a"]);
  assertEquals(runner.tunnel("webSocketOpen").length, 1);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("sweep: an open that its actor took along to sleep is not overdue before the next", async () => {
  const { world, runner, entry, client } = await scene({
    runner: { script: { open: silent, start: silent } },
  });
  const { actorId } = entry.record;
  runner.event(actorId, { kind: "running" });
  await world.host.advance(10_000);
  runner.wantSleep(actorId);
  // It wakes for the open, and takes its time.
  await world.host.advance(10_000);
  assertEquals(entry.phase, "starting");
  assertEquals(client.closes, []);
  runner.event(actorId, { kind: "running" });
  await world.host.advance(14_000);
  assertEquals(client.closes, []);
  await world.host.advance(1_000);
  assertEquals(client.ended, "1011 guard.websocket_open_timeout");
  await world.host.advance(15_000);
  await world.end();
});

Deno.test("sweep: a close that found the window full is told before the entry goes", async () => {
  const { world, runner, socket, client } = await scene({ options: { pendingMessages: 2 } });
  for (const text of ["a", "b", "one too many"]) socket.fromClient(text);
  await world.settle();
  assertEquals(client.ended, "1011 guard.websocket_pending_limit_reached");
  assertEquals(runner.tunnel("webSocketClose"), []);
  await world.host.advance(60_000);
  const [close] = runner.tunnel("webSocketClose");
  assertEquals(close?.messageId.messageIndex as number, 3);
  assertEquals(close?.body.reason?.split("#")[0], "guard.websocket_pending_limit_reached");
  await world.end();
});
