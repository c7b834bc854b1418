import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { requestId, runnerId } from "../../lib/protocol/mod.ts";
import { ack, FakeRunner, openPlain } from "../support/fake_runner.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

const stopped = { kind: "stopped", code: "ok", message: null } as const;
const BYE = { code: 4000, reason: "bye" };

Deno.test("by hand: a sleep counts the sockets that the actor's own end closed", async () => {
  const { world, runner, entry, socket } = await scene();
  runner.script.open = openPlain;
  const { socket: plain } = await world.open(entry);
  runner.script.stop = (self, actor) => {
    const close = { code: 1000, reason: "actor.stopped", hibernate: false };
    self.tell(plain.requestId, { kind: "webSocketClose", ...close });
    self.event(actor, stopped);
  };
  const { socketsKept, socketsClosed } = await world.gateway.hibernate(entry.record.actorId);
  assertEquals([socketsKept, socketsClosed], [1, 1]);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("by hand: a sleep counts the messages that go out again", async () => {
  const { world, runner, entry, socket } = await scene();
  socket.fromClient("a");
  socket.fromClient("b");
  await world.settle();
  runner.ack(socket.requestId, 1);
  await world.settle();
  const { result, messagesReplayed } = await world.gateway.hibernate(entry.record.actorId);
  assertEquals([result, messagesReplayed], ["woken_again", 1]);
  await world.settle();
  runner.ack(socket.requestId, 2);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("by hand: a closed socket's client hears code and reason, and its actor wakes to hear too", async () => {
  const { world, runner, entry, socket, client } = await scene({
    runner: { script: { message: ack } },
  });
  const id = socket.requestId;
  assertEquals(world.gateway.planClose(id).wakesActor, false);
  await world.gateway.hibernate(entry.record.actorId);
  assertEquals(world.gateway.planClose(id), {
    actorId: entry.record.actorId,
    requestId: id,
    phase: "hibernating",
    pendingMessages: 0,
    wakesActor: true,
  });
  assertEquals(client.closes, []);
  assertEquals(world.gateway.closeSocket(id, BYE).result, "closed");
  assertEquals(client.closes, [BYE]);
  assertEquals(world.gateway.closeSocket(id, BYE).result, "already_closed");
  await world.settle();
  const [close] = runner.tunnel("webSocketClose");
  assertEquals([close!.body], [{ kind: "webSocketClose", ...BYE }]);
  for (
    const nobody of [
      () => world.gateway.planClose(requestId(1)),
      () => world.gateway.closeSocket(requestId(1), BYE),
    ]
  ) {
    assertEquals(assertThrows(nobody, GatewayError).reason, "socket.not_found");
  }
  runner.ack(id, 1);
  await world.end();
});

Deno.test("by hand: a runner that takes no actors gets none, through a cut too, until it does again", async () => {
  const world = await GatewayWorld.start();
  const runner = FakeRunner.join(world.gateway, world.host);
  await world.settle();
  const entry = await world.actor();
  await world.gateway.wake(entry.record.actorId);
  await world.settle();
  const id = runner.runnerId!;
  assertEquals(world.gateway.actorsOf(id), [entry.record.actorId]);
  world.gateway.takesActors(id, false);
  assertEquals(world.gateway.view().runners[0]!.state, "draining");
  // What is there stays.
  assertEquals(entry.phase, "running");
  assertEquals((await world.gateway.hibernate(entry.record.actorId, "drain")).result, "asleep");
  await world.gateway.wake(entry.record.actorId);
  await world.settle();
  assertEquals(entry.phase, "pending");
  runner.cut();
  await world.settle();
  runner.reconnect();
  await world.settle();
  assertEquals([entry.phase, world.gateway.view().runners[0]!.state], ["pending", "draining"]);
  world.gateway.takesActors(id, true);
  await world.settle();
  assertEquals([entry.phase, world.gateway.view().runners[0]!.state], ["running", "connected"]);
  const nobody = runnerId("nobody");
  assertThrows(() => world.gateway.actorsOf(nobody), GatewayError, "nobody");
  assertThrows(() => world.gateway.takesActors(nobody, false), GatewayError, "nobody");
  await world.end();
});

Deno.test("by hand: a drained actor that is to stay up goes on at another runner", async () => {
  const world = await GatewayWorld.start();
  const first = FakeRunner.join(world.gateway, world.host);
  await world.settle();
  const entry = await world.actor({ crashPolicy: "restart" });
  await world.gateway.wake(entry.record.actorId);
  await world.settle();
  const second = FakeRunner.join(world.gateway, world.host, { key: "second" });
  await world.settle();
  world.gateway.takesActors(first.runnerId!, false);
  const outcome = await world.gateway.hibernate(entry.record.actorId, "drain");
  assertEquals(outcome.result, "woken_again");
  await world.settle();
  assertEquals(entry.session?.runnerId, second.runnerId);
  assertEquals(world.gateway.actorsOf(first.runnerId!), []);
  await assertRejects(
    () => world.gateway.hibernate("nobody" as typeof entry.record.actorId, "drain"),
    GatewayError,
  );
  await world.end();
});

Deno.test("by hand: what is replayed goes to the actor as its client's next message, and wakes it", async () => {
  const { world, runner, entry, socket } = await scene({ runner: { script: { message: ack } } });
  const id = socket.requestId;
  socket.fromClient("one");
  await world.settle();
  await world.gateway.hibernate(entry.record.actorId);
  const plan = world.gateway.planReplay(id, "two");
  assertEquals([plan.index, plan.phase, plan.wakesActor], [2, "hibernating", true]);
  assertEquals(socket.phase, "hibernating");
  assertEquals(world.gateway.replay(id, "two").index, 2);
  await world.settle();
  assertEquals(runner.tunnel("webSocketMessage").length, 2);
  assertEquals(world.gateway.planReplay(id, "three").index, 3);
  socket.clientClosed(1000, "");
  await world.settle();
  runner.ack(id, 3);
  await world.end();
});

Deno.test("by hand: nothing is replayed that would cost the socket, or that reaches nobody", async () => {
  const options = { webSocketMessageBytes: 8, pendingMessages: 2, pendingBytes: 8 };
  const { world, runner, socket, client } = await scene({ options });
  const id = socket.requestId;
  const refusal = (data: string): string => {
    const { reason, message } = assertThrows(() => world.gateway.replay(id, data), GatewayError);
    return `${reason} ${message}`;
  };
  assertMatch(refusal("x".repeat(9)), /^socket.cannot_replay .*webSocketMessageBytes=8/);
  world.gateway.replay(id, "1234");
  assertMatch(refusal("12345"), /^socket.cannot_replay There is no room/);
  world.gateway.replay(id, "1234");
  assertMatch(refusal(""), /^socket.cannot_replay There is no room/);
  assertEquals(client.closes, []);
  socket.clientClosed(1000, "");
  assertMatch(refusal(""), /^socket.cannot_replay .*has left/);
  await world.settle();
  runner.ack(id, 2);
  await world.settle();
  runner.ack(id, 3);
  await world.end();
});
