import { assert, assertEquals } from "@std/assert";
import { ack, openPlain, silent } from "../support/fake_runner.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

Deno.test("crash: policy sleep leaves the actor asleep and its sockets hibernating", async () => {
  const { world, runner, entry, socket, client } = await scene();
  runner.script.open = openPlain;
  const { client: plain } = await world.open(entry);
  const { actorId, name } = entry.record;
  runner.crash(actorId, "boom");
  await world.settle();
  assertEquals(entry.phase, "asleep");
  assertEquals(entry.record.error, "boom");
  assertEquals(socket.phase, "hibernating");
  assertEquals(client.closes, []);
  assertEquals(plain.ended, "1011 actor.crashed");
  assertEquals(world.heard("actorCrashed"), [[actorId, name, "boom", true]]);
  assertEquals((await world.store.actors.get(actorId))?.error, "boom");
  await world.host.advance(60_000);
  assertEquals(entry.phase, "asleep");
  socket.fromClient("a");
  await world.settle();
  assertEquals(runner.messages(), ["1:a"]);
  assertEquals(entry.record.error, null);
  runner.ack(socket.requestId, 1);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("crash: policy restart starts again after restartBackoffMs, doubled each time", async () => {
  const { world, runner, entry, socket } = await scene({ actor: { crashPolicy: "restart" } });
  const { actorId } = entry.record;
  for (const wait of [100, 200, 400, 800]) {
    runner.crash(actorId, "boom");
    await world.host.advance(wait - 1);
    assertEquals(entry.phase, "asleep");
    await world.host.advance(1);
    assertEquals(entry.phase, "running");
  }
  assertEquals(entry.record.generation, 5);
  assertEquals(world.heard("actorWaking").at(-1)![2], "crash");
  // After a long good run it counts anew.
  await world.host.advance(60_000);
  runner.crash(actorId, "boom");
  await world.host.advance(100);
  assertEquals(entry.phase, "running");
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("crash: the wait is never longer than restartBackoffMaxMs", async () => {
  const { world, entry } = await scene({
    actor: { crashPolicy: "restart" },
    options: { restartBackoffMaxMs: 1_000 },
    runner: { script: { start: (self, actor) => self.crash(actor, "at start") } },
  });
  await world.host.advance(100 + 200 + 400 + 800);
  const before = entry.record.generation;
  await world.host.advance(10_000);
  assertEquals(entry.record.generation - before, 10);
  await world.shutdown();
});

Deno.test("crash: policy destroy ends the actor, its sockets and its data", async () => {
  const { world, runner, entry, socket, client } = await scene({
    actor: { crashPolicy: "destroy" },
  });
  const { actorId, name } = entry.record;
  socket.fromClient("a");
  runner.script.request = silent;
  const response = world.request(entry, "POST");
  const key = new Uint8Array([1]);
  await world.store.kv.put(actorId, [key], [key], 0);
  await world.settle();
  runner.crash(actorId, "boom");
  await world.settle();
  assertEquals(client.ended, "1000 actor.destroyed");
  assertEquals((await response).status, 404);
  assertEquals((await world.store.kv.get(actorId, [key])).keys, []);
  assertEquals(world.heard("actorDestroyed"), [[actorId, name]]);
  assertEquals(world.phase(actorId), "forgotten");
  const record = await world.store.actors.get(actorId);
  assertEquals(record?.destroyTs, world.host.epoch());
  await world.end();
});

Deno.test("crash: a restarting actor with nothing open is not doubled by a second caller", async () => {
  const { world, runner, entry } = await scene({
    actor: { crashPolicy: "restart" },
    runner: { script: { open: openPlain } },
  });
  const { actorId } = entry.record;
  // Its only socket goes with the crash: the actor must not be forgotten before it is back.
  runner.crash(actorId, "boom");
  await world.settle();
  assertEquals(await world.gateway.actors.get(actorId), entry);
  await world.host.advance(100);
  assertEquals(world.gateway.actors.peek(actorId), entry);
  assertEquals(runner.commands().map(({ checkpoint }) => checkpoint.generation), [1, 2]);
  await world.shutdown();
});

Deno.test("crash: a moved actor with nothing open is not doubled by a second caller", async () => {
  const { world, runner, entry } = await scene({
    actor: { crashPolicy: "restart" },
    runner: { script: { open: openPlain } },
  });
  const { actorId } = entry.record;
  runner.script.request = silent;
  const response = world.request(entry, "POST");
  await world.settle();
  const other = await world.runner({ key: "other" });
  runner.cut();
  await world.host.advance(3_000);
  assertEquals((await response).status, 503);
  assertEquals(world.gateway.actors.peek(actorId), entry);
  assertEquals(entry.phase, "running");
  assertEquals(other.commands().length, 1);
  await world.shutdown();
});

Deno.test("crash: an open that the crashed actor had not answered is refused", async () => {
  const { world, client, runner, entry } = await scene({ runner: { script: { open: silent } } });
  runner.crash(entry.record.actorId, "boom");
  await world.settle();
  assertEquals(client.ended, "1011 actor.crashed");
  await world.end();
});

Deno.test("crash: a start that fails refuses whoever waits", async () => {
  const world = await GatewayWorld.start();
  await world.runner({ script: { start: (self, actor) => self.crash(actor, "no start") } });
  const entry = await world.actor();
  const { client } = world.connect(entry);
  const response = world.request(entry, "GET");
  await world.settle();
  assertEquals(client.ended, "1011 actor.crashed");
  assertEquals((await response).status, 502);
  assertEquals((await (await response).json()).code, "crashed");
  await world.end();
});

Deno.test("crash: pending messages start the actor again, and are closed as poison", async () => {
  const { world, runner, entry, socket, client } = await scene({
    options: { crashesBeforeClose: 3 },
    runner: {
      script: {
        message: (self, message) =>
          new TextDecoder().decode(message.body.data) === "poison"
            ? self.crash(actor(), "poisoned")
            : ack(self, message),
      },
    },
  });
  function actor(): typeof entry.record.actorId {
    return [...world.gateway.actors.entries][0]!.record.actorId;
  }
  const { socket: healthy, client: healthyClient } = await world.open(entry);
  socket.fromClient("poison");
  await world.host.advance(50);
  assertEquals(client.closes, []);
  await world.host.advance(100);
  assertEquals(client.closes, []);
  await world.host.advance(200);
  assertEquals(client.ended, "1011 actor.crashed");
  assertEquals(world.heard("actorCrashed").length, 3);
  assertEquals(world.heard("limitReached"), [["crashesBeforeClose", 3]]);
  assertEquals(healthyClient.closes, []);
  await world.host.advance(60_000);
  assertEquals(world.heard("actorCrashed").length, 3);
  healthy.fromClient("fine");
  await world.settle();
  assertEquals(runner.messages(healthy.requestId), ["1:fine"]);
  healthy.clientClosed(1000, "");
  await world.end();
});

Deno.test("crash: an ack between crashes counts them anew", async () => {
  const { world, runner, entry, socket, client } = await scene({
    options: { crashesBeforeClose: 2 },
  });
  const { actorId } = entry.record;
  for (let i = 1; i <= 4; i++) {
    socket.fromClient(`${i}`);
    await world.settle();
    runner.crash(actorId, "boom");
    await world.host.advance(30_000);
    assertEquals(entry.phase, "running");
    runner.ack(socket.requestId, i);
    await world.settle();
  }
  assertEquals(client.closes, []);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("start: an actor that never gets ready is given up at actorReadyTimeoutMs", async () => {
  const { world, runner, entry, client } = await scene({ runner: { script: { start: silent } } });
  const response = world.request(entry);
  await world.host.advance(29_999);
  assertEquals(client.closes, []);
  await world.host.advance(1);
  assertEquals(client.ended, "1011 guard.actor_ready_timeout");
  assertEquals((await response).status, 503);
  assertEquals(runner.commands().map(({ command }) => command.kind), ["start", "stop"]);
  assertEquals(world.heard("limitReached"), [["actorReadyTimeoutMs", 30_000]]);
  await world.end();
});

Deno.test("start: who comes while a late actor is stopped waits for the next start", async () => {
  const { world, runner, entry } = await scene({
    runner: { script: { start: silent, stop: silent } },
  });
  const { actorId } = entry.record;
  await world.host.advance(29_000);
  runner.wantSleep(actorId);
  await world.settle();
  const { client, socket } = world.connect(entry);
  await world.host.advance(10_000);
  assertEquals(client.closes, []);
  runner.script.start = (self, actor) => self.event(actor, { kind: "running" });
  runner.event(actorId, { kind: "stopped", code: "ok", message: null });
  await world.settle();
  assertEquals(socket.phase, "active");
  await world.shutdown();
});

Deno.test("start: without a runner whoever waits is told at actorReadyTimeoutMs", async () => {
  const world = await GatewayWorld.start();
  const entry = await world.actor();
  const { client } = world.connect(entry);
  const response = world.request(entry);
  assertEquals(entry.phase, "pending");
  assert(entry.record.pendingAllocationTs !== null);
  await world.host.advance(30_000);
  assertEquals(client.ended, "1011 guard.actor_ready_timeout");
  assertEquals((await response).status, 503);
  assertEquals(world.phase(entry.record.actorId), "forgotten");
  await world.end();
});

Deno.test("stop: an actor that its runner never stops is given up", async () => {
  const { world, runner, entry, socket } = await scene({
    runner: { slots: 1, script: { stop: silent } },
  });
  const { actorId } = entry.record;
  runner.wantSleep(actorId);
  await world.host.advance(59_999);
  assertEquals(entry.phase, "stopping");
  await world.host.advance(1);
  assertEquals(entry.phase, "asleep");
  assertEquals(entry.record.error, "It did not stop within 60000 ms");
  assertEquals(world.heard("limitReached"), [["actorStopThresholdMs", 30_000]]);
  // Its slot is free, and a late word of it changes nothing.
  socket.fromClient("a");
  await world.settle();
  assertEquals(entry.phase, "running");
  runner.send({
    kind: "events",
    events: [{
      checkpoint: { actorId, generation: 1, index: 9n },
      event: { kind: "stopped", code: "ok", message: null },
    }],
  });
  await world.settle();
  assertEquals(entry.phase, "running");
  await world.shutdown();
});

Deno.test("destroy: of an actor in each phase", async () => {
  for (const phase of ["asleep", "pending", "starting", "running", "stopping", "crashed"]) {
    const world = await GatewayWorld.start();
    const entry = await world.actor({ crashPolicy: "restart" });
    const { actorId } = entry.record;
    const { client } = phase === "asleep" ? { client: undefined } : world.connect(entry);
    if (phase !== "asleep" && phase !== "pending") {
      const runner = await world.runner({ script: phase === "starting" ? { start: silent } : {} });
      if (phase === "stopping") {
        runner.script.stop = silent;
        runner.wantSleep(actorId);
      }
      if (phase === "crashed") runner.crash(actorId, "boom");
      await world.settle();
      const destroyed = world.gateway.destroy(actorId);
      await world.settle();
      if (phase === "stopping") {
        runner.event(actorId, { kind: "stopped", code: "ok", message: null });
      }
      await destroyed;
    } else await world.gateway.destroy(actorId);
    assertEquals(world.phase(actorId), "forgotten", phase);
    assertEquals(world.heard("actorDestroyed").length, 1, phase);
    assertEquals(client?.ended, client && "1000 actor.destroyed", phase);
    assert((await world.store.actors.get(actorId))?.destroyTs !== null);
    await world.end();
  }
});

Deno.test("destroy: when the runner is lost meanwhile, it is destroyed all the same", async () => {
  const { world, runner, entry } = await scene({ runner: { script: { stop: silent } } });
  const destroyed = world.gateway.destroy(entry.record.actorId);
  await world.settle();
  runner.cut();
  await world.host.advance(3_000);
  await destroyed;
  assertEquals(entry.phase, "destroyed");
  await world.end();
});

Deno.test("crash: a person does not have to wait for the backoff, a message does", async () => {
  const { world, runner, entry, socket } = await scene({
    options: { restartBackoffMs: 10_000 },
    actor: { crashPolicy: "restart" },
    runner: { script: { message: ack } },
  });
  const { actorId } = entry.record;
  runner.crash(actorId, "boom");
  await world.settle();
  socket.fromClient("a");
  await world.settle();
  assertEquals(entry.phase, "asleep");
  await world.gateway.wake(actorId, "person");
  await world.settle();
  assertEquals(entry.phase, "running");
  await world.host.advance(20_000);
  assertEquals(entry.record.generation, 2);
  socket.clientClosed(1000, "");
  await world.end();
});
