import { assert, assertEquals, assertRejects } from "@std/assert";
import type { ActorEntry } from "../../lib/gateway/actor_entry.ts";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { ack, type FakeRunner, openPlain, silent } from "../support/fake_runner.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

const stopped = { kind: "stopped", code: "ok", message: null } as const;

async function sleep(world: GatewayWorld, runner: FakeRunner, entry: ActorEntry): Promise<void> {
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  assertEquals(entry.phase, "asleep");
}

const causes = (world: GatewayWorld): unknown[] =>
  world.heard("actorWaking").map(([, , cause]) => cause);

Deno.test("hibernation: an actor that wants to sleep is stopped, and its sockets stay or end", async () => {
  const { world, runner, entry, socket, client } = await scene();
  runner.script.open = openPlain;
  const { client: plain } = await world.open(entry);
  await sleep(world, runner, entry);
  assertEquals(runner.commands().map(({ command }) => command.kind), ["start", "stop"]);
  assertEquals(socket.phase, "hibernating");
  assertEquals(client.closes, []);
  assertEquals(plain.ended, "1000 actor.stopped");
  const { actorId, name } = entry.record;
  assertEquals(world.heard("actorAsleep"), [[actorId, name, 1, 1, "actor", runner.runnerId]]);
  assertEquals(entry.record.sleepTs, world.host.epoch());
  assertEquals((await world.store.actors.get(actorId))?.sleepTs, world.host.epoch());
  assertEquals((await world.store.sockets.list()).length, 1);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: an actor that sleeps with no socket is forgotten", async () => {
  const { world, runner, entry, socket } = await scene();
  socket.clientClosed(1000, "");
  await world.settle();
  await sleep(world, runner, entry);
  assertEquals(world.gateway.actors.size, 0);
  await world.end();
});

Deno.test("hibernation: a record that the store did not take or remove is done again", async () => {
  const { world, entry, socket } = await scene();
  const { sockets } = world.store;
  const [put, remove] = [sockets.put, sockets.delete];
  const fail = () => Promise.reject(new Error("The disk is full"));
  sockets.put = sockets.delete = fail;
  const { socket: unkept } = await world.open(entry);
  socket.clientClosed(1000, "");
  await world.settle();
  assertEquals(world.heard("storeFailed").map(([what]) => what), ["socket", "socket"]);
  assertEquals((await sockets.list()).map(({ requestId }) => requestId), [socket.requestId]);
  [sockets.put, sockets.delete] = [put, remove];
  await world.host.advance(world.gateway.options.hibernationKeepAliveMs);
  assertEquals((await sockets.list()).map(({ requestId }) => requestId), [unkept.requestId]);
  world.observed.length = 0;
  unkept.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: an actor's record that the store did not take is newer than what it has", async () => {
  const { world, runner, entry, socket } = await scene();
  const { actorId } = entry.record;
  const { actors } = world.store;
  // That it runs is kept before there is trouble.
  await world.host.advance(STORE_DEFAULTS.recordDelayMs);
  const { update, updateSoon } = actors;
  actors.update = actors.updateSoon = () => Promise.reject(new Error("The disk is full"));
  socket.clientClosed(1000, "");
  await world.settle();
  await sleep(world, runner, entry);
  assertEquals(world.gateway.actors.size, 0);
  assertEquals((await actors.get(actorId))?.sleepTs, null);
  assertEquals((await world.gateway.actors.get(actorId)).record.sleepTs, entry.record.sleepTs);
  Object.assign(actors, { update, updateSoon });
  await world.host.advance(1_000);
  assertEquals((await actors.get(actorId))?.sleepTs, entry.record.sleepTs);
  world.observed.length = 0;
  await world.end();
});

Deno.test("hibernation: a person hears at once of an actor that waits for a runner", async () => {
  const world = await GatewayWorld.start();
  const entry = await world.actor();
  const { socket } = await world.open(entry);
  assertEquals(entry.phase, "pending");
  const outcome = await world.gateway.hibernate(entry.record.actorId);
  assertEquals([outcome.result, entry.phase], ["woken_again", "pending"]);
  socket.clientClosed(1000, "");
  entry.stop("sleep");
  await world.end();
});

Deno.test("hibernation: a person hears before and after what is done", async () => {
  const { world, runner, entry, socket } = await scene();
  const { actorId } = entry.record;
  runner.script.open = openPlain;
  await world.open(entry);
  runner.script.request = silent;
  const response = world.request(entry);
  socket.fromClient("a");
  socket.fromClient("b");
  await world.settle();
  const plan = await world.gateway.planHibernate(actorId);
  assertEquals(plan, {
    actorId,
    phase: "running",
    socketsKept: 1,
    socketsClosed: 1,
    messagesReplayed: 2,
    requestsInFlight: 1,
  });
  assertEquals(entry.phase, "running");
  runner.ack(socket.requestId, 2);
  const request = runner.tunnel("requestStart")[0]!.messageId.requestId;
  runner.script.stop = (self, actor) => {
    self.respond(request, "done");
    world.host.after(70, () => self.event(actor, stopped));
  };
  const outcome = world.gateway.hibernate(actorId);
  await world.host.advance(70);
  assertEquals(await (await response).text(), "done");
  assertEquals(await outcome, {
    ...plan,
    messagesReplayed: 0,
    result: "asleep",
    tookMs: 70,
    detail: "It left its runner's memory",
  });
  assertEquals((await world.gateway.hibernate(actorId)).result, "already_asleep");
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: something unacked wakes the actor again, and the person hears so", async () => {
  const { world, entry, socket, runner } = await scene();
  socket.fromClient("a");
  await world.settle();
  const outcome = await world.gateway.hibernate(entry.record.actorId);
  assertEquals(outcome.result, "woken_again");
  await world.settle();
  assertEquals(entry.phase, "running");
  assertEquals(runner.messages(), ["1:a", "1:a"]);
  runner.ack(socket.requestId, 1);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: an actor that had to be stopped by force is a failure, woken or not", async () => {
  for (const waits of [true, false]) {
    const { world, entry, socket, runner } = await scene();
    const { actorId } = entry.record;
    if (waits) socket.fromClient("a");
    await world.settle();
    runner.script.stop = (self, actor) => {
      world.host.after(24_000, () => self.crash(actor, "A handler did not end within 24000 ms"));
    };
    const outcome = world.gateway.hibernate(actorId);
    await world.host.advance(24_000);
    const { result, detail, tookMs } = await outcome;
    assertEquals([result, tookMs], ["failed", 24_000]);
    assertEquals(
      detail,
      "It was stopped by force: A handler did not end within 24000 ms. " +
        (waits ? "Something was waiting for it, and it started again" : "It has left its runner"),
    );
    if (waits) runner.ack(socket.requestId, 1);
    socket.clientClosed(1000, "");
    await world.shutdown();
  }
});

Deno.test("hibernation: asking about an actor keeps nothing of it in memory", async () => {
  const { world, runner, entry, socket } = await scene();
  const { actorId } = entry.record;
  socket.clientClosed(1000, "");
  await world.settle();
  await sleep(world, runner, entry);
  assertEquals((await world.gateway.planHibernate(actorId)).phase, "asleep");
  assertEquals((await world.gateway.hibernate(actorId)).result, "already_asleep");
  await world.gateway.actors.get(actorId);
  await world.gateway.actors.find("default", entry.record.name, null);
  await world.host.advance(2_000);
  assertEquals(world.gateway.actors.size, 0);
  await assertRejects(
    () => world.gateway.planHibernate("nobody" as typeof actorId),
    GatewayError,
    "nobody",
  );
  await world.end();
});

Deno.test("hibernation: a message wakes the actor, and there is no second open", async () => {
  const { world, runner, entry, socket } = await scene({ runner: { script: { message: ack } } });
  socket.fromClient("a");
  await world.settle();
  await sleep(world, runner, entry);
  socket.fromClient("b");
  socket.fromClient("c");
  await world.settle();
  assertEquals(runner.messages(), ["1:a", "2:b", "3:c"]);
  assertEquals(runner.tunnel("webSocketOpen").length, 1);
  const start = runner.commands().at(-1)!;
  assertEquals(start.checkpoint.generation, 2);
  assert(start.command.kind === "start");
  assertEquals(start.command.hibernatingRequests.map(({ requestId }) => requestId), [
    socket.requestId,
  ]);
  assertEquals(causes(world), ["open", "message"]);
  assertEquals(socket.phase, "active");
  assertEquals(world.heard("messagesResent"), []);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: the start names every hibernating socket, and no plain one", async () => {
  const { world, runner, entry, socket } = await scene();
  const { socket: second } = await world.open(entry);
  runner.script.open = openPlain;
  await world.open(entry);
  await sleep(world, runner, entry);
  const { socket: opening } = await world.open(entry);
  const start = runner.commands().at(-1)!.command;
  assert(start.kind === "start");
  assertEquals(start.hibernatingRequests.map(({ requestId }) => requestId), [
    socket.requestId,
    second.requestId,
  ]);
  assertEquals(opening.phase, "active");
  for (const each of [socket, second, opening]) each.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: a request wakes the actor", async () => {
  const { world, runner, entry, socket } = await scene();
  await sleep(world, runner, entry);
  assertEquals((await world.request(entry)).status, 200);
  assertEquals(causes(world), ["open", "request"]);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: a person wakes the actor, one that is awake too", async () => {
  const { world, runner, entry, socket } = await scene();
  const { actorId } = entry.record;
  await sleep(world, runner, entry);
  await world.gateway.wake(actorId, "person");
  await world.settle();
  assertEquals(entry.phase, "running");
  await world.gateway.wake(actorId, "person");
  assertEquals(causes(world), ["open", "person"]);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: an alarm wakes the actor at its time, with sockets or without", async () => {
  for (const withSocket of [true, false]) {
    const { world, runner, entry, socket } = await scene();
    const { actorId } = entry.record;
    if (!withSocket) socket.clientClosed(1000, "");
    await world.settle();
    runner.event(actorId, { kind: "setAlarm", alarmTs: BigInt(world.host.epoch() + 5_000) });
    await sleep(world, runner, entry);
    await world.host.advance(4_999);
    assertEquals(causes(world), ["open"]);
    await world.host.advance(1);
    assertEquals(causes(world), ["open", "alarm"]);
    assertEquals(world.phase(actorId), "running");
    // Handled: the runner says so, and the actor sleeps on.
    runner.event(actorId, { kind: "setAlarm", alarmTs: null });
    runner.wantSleep(actorId);
    await world.host.advance(60_000);
    assertEquals(causes(world), ["open", "alarm"]);
    assertEquals((await world.store.actors.get(actorId))?.alarmTs, null);
    socket.clientClosed(1000, "");
    await world.end();
  }
});

Deno.test("hibernation: an alarm rings again when the store could not be read, simulation seed 157273", async () => {
  const { world, runner, entry, socket } = await scene();
  const { actorId } = entry.record;
  socket.clientClosed(1000, "");
  await world.settle();
  runner.event(actorId, { kind: "setAlarm", alarmTs: BigInt(world.host.epoch() + 5_000) });
  await sleep(world, runner, entry);
  const { get } = world.store.actors;
  world.store.actors.get = () => Promise.reject(new Error("the disk"));
  await world.host.advance(5_500);
  assertEquals([causes(world), world.heard("storeFailed").length], [["open"], 1]);
  world.store.actors.get = get;
  await world.host.advance(1_000);
  assertEquals(causes(world), ["open", "alarm"]);
  world.observed.length = 0;
  await world.shutdown();
});

Deno.test("hibernation: an alarm that the actor does not take off does not spin", async () => {
  for (const end of ["sleep", "crash"]) {
    const { world, runner, entry, socket } = await scene();
    const { actorId } = entry.record;
    socket.clientClosed(1000, "");
    runner.event(actorId, { kind: "setAlarm", alarmTs: BigInt(world.host.epoch() + 10) });
    await world.settle();
    await sleep(world, runner, entry);
    runner.script.start = (self, actor) => {
      self.event(actor, { kind: "running" });
      if (end === "sleep") self.wantSleep(actor);
      else self.crash(actor, "in the alarm");
    };
    await world.host.advance(60_000);
    const wakes = causes(world).length;
    assert(wakes >= 5 && wakes <= 14, `${wakes} wakes in a minute after ${end}`);
    await world.shutdown();
  }
});

Deno.test("hibernation: a message that races with the sleep is handled once and in order", async () => {
  const { world, runner, entry, socket } = await scene({
    runner: { script: { stop: silent } },
  });
  const { actorId } = entry.record;
  socket.fromClient("a");
  await world.settle();
  runner.ack(socket.requestId, 1);
  runner.wantSleep(actorId);
  // On its way before the gateway knows; the actor stops without having seen it.
  socket.fromClient("b");
  await world.settle();
  socket.fromClient("c");
  await world.settle();
  assertEquals(runner.messages(), ["1:a", "2:b"]);
  runner.script.message = ack;
  runner.event(actorId, stopped);
  await world.settle();
  assertEquals(entry.phase, "running");
  assertEquals(runner.messages(), ["1:a", "2:b", "2:b", "3:c"]);
  assertEquals(socket.pendingMessages, 0);
  assertEquals(runner.tunnel("webSocketOpen").length, 1);
  assertEquals(causes(world), ["open", "message"]);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: an ack of the stopping actor counts, and it sleeps on", async () => {
  const { world, runner, entry, socket } = await scene({ runner: { script: { stop: silent } } });
  socket.fromClient("a");
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  runner.ack(socket.requestId, 1);
  runner.event(entry.record.actorId, stopped);
  await world.settle();
  assertEquals(entry.phase, "asleep");
  runner.script.stop = (self, actor) => self.event(actor, stopped);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: the runner's close with hibernate keeps the client", async () => {
  const { world, runner, entry, socket, client } = await scene();
  runner.tell(socket.requestId, {
    kind: "webSocketClose",
    code: 1000,
    reason: "sleep",
    hibernate: true,
  });
  await sleep(world, runner, entry);
  assertEquals(client.closes, []);
  assertEquals(socket.phase, "hibernating");
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: a socket that the woken actor does not know is closed for good", async () => {
  const { world, runner, entry, client } = await scene();
  await sleep(world, runner, entry);
  runner.script.start = (self, actor) => {
    self.event(actor, { kind: "running" });
    const start = self.commands().at(-1)!.command;
    assert(start.kind === "start");
    for (const { requestId } of start.hibernatingRequests) {
      self.tell(requestId, {
        kind: "webSocketClose",
        code: 1000,
        reason: "ws.meta_not_found_during_restore",
        hibernate: false,
      });
    }
  };
  await world.gateway.wake(entry.record.actorId);
  await world.settle();
  assertEquals(client.ended, "1000 ws.meta_not_found_during_restore");
  await world.end();
});

Deno.test("hibernation: an actor that sleeps again and again over a message takes its time", async () => {
  const { world, runner, entry, socket } = await scene({
    runner: { script: { message: (self) => self.wantSleep(entry0()) } },
  });
  function entry0(): ActorEntry["record"]["actorId"] {
    return [...world.gateway.actors.entries][0]!.record.actorId;
  }
  socket.fromClient("a");
  await world.host.advance(10_000);
  const generation = entry.record.generation;
  assert(generation >= 5 && generation <= 10, `${generation} starts in 10 s`);
  runner.script.message = ack;
  await world.host.advance(30_000);
  assertEquals(socket.pendingMessages, 0);
  // Progress: the next race is answered at once again.
  runner.script.message = silent;
  socket.fromClient("b");
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  assertEquals(entry.phase, "running");
  runner.ack(socket.requestId, 2);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: a repeated event is old news", async () => {
  const { world, runner, entry, socket } = await scene();
  const { actorId } = entry.record;
  await sleep(world, runner, entry);
  socket.fromClient("a");
  await world.settle();
  assertEquals(entry.phase, "running");
  const running = { actorId, generation: 2, index: 0n };
  for (
    const [checkpoint, event] of [
      // The stop of the generation before, and this one's events once more.
      [{ actorId, generation: 1, index: 2n }, stopped],
      [{ actorId, generation: 1, index: 99n }, stopped],
      [running, stopped],
      [{ ...running, generation: 3 }, stopped],
    ] as const
  ) runner.send({ kind: "events", events: [{ checkpoint, event }] });
  await world.settle();
  assertEquals(entry.phase, "running");
  assertEquals(entry.record.generation, 2);
  runner.ack(socket.requestId, 1);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: the records of sockets are kept alive in one write", async () => {
  const { world, entry, socket, runner } = await scene();
  const { socket: second } = await world.open(entry);
  await sleep(world, runner, entry);
  const opened = world.host.epoch();
  const keepAlives = async (): Promise<number[]> =>
    (await world.store.sockets.list()).map(({ keepAliveTs }) => keepAliveTs - opened);
  assertEquals(await keepAlives(), [0, 0]);
  await world.host.advance(45_000);
  assertEquals(await keepAlives(), [45_000, 45_000]);
  await world.host.advance(45_000);
  assertEquals(await keepAlives(), [90_000, 90_000]);
  socket.clientClosed(1000, "");
  second.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: an answer to the open of an earlier life opens nothing", async () => {
  const { world, runner, entry, socket, client } = await scene({
    runner: { script: { open: silent } },
  });
  assertEquals(runner.tunnel("webSocketOpen").length, 1);
  runner.script.start = silent;
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  assertEquals([entry.phase, entry.record.generation], ["starting", 2]);
  // Kept during a cut, it may come behind the word that its actor has stopped.
  runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate: true });
  await world.settle();
  assertEquals(socket.phase, "opening");
  runner.event(entry.record.actorId, { kind: "running" });
  await world.settle();
  assertEquals(runner.tunnel("webSocketOpen").length, 2);
  runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate: true });
  await world.settle();
  assertEquals([socket.phase, client.closes.length], ["active", 0]);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("hibernation: whoever holds a forgotten actor's entry does not start a generation twice", async () => {
  const { world, runner, entry, socket } = await scene();
  const { actorId } = entry.record;
  socket.clientClosed(1000, "");
  await world.settle();
  await sleep(world, runner, entry);
  assertEquals(world.gateway.actors.size, 0);
  // As a client whose request for it is still coming in, while others wake it and it sleeps again.
  await world.gateway.wake(actorId);
  await world.settle();
  runner.wantSleep(actorId);
  await world.settle();
  assertEquals([world.gateway.actors.size, runner.generations.get(actorId)], [0, 2]);
  const opened = await world.open(entry);
  assertEquals(runner.generations.get(actorId), 3);
  assertEquals(opened.socket.phase, "active");
  opened.socket.clientClosed(1000, "");
  await world.end();
});
