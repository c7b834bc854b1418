import { assertEquals, assertRejects } from "@std/assert";
import { RunnerShutdownError } from "../../lib/compat/engine_runner.ts";
import { CompatWorld } from "./world.ts";

/** Beyond the first wait for another attempt. */
const RECONNECT_MS = 200;

Deno.test("start() can be called once", async () => {
  const { runner } = await CompatWorld.start();
  await assertRejects(() => runner.start(), Error, "started already");
});

Deno.test("init says who the runner is", async () => {
  const world = await CompatWorld.start({ metadata: { region: "here" }, version: 3 });
  assertEquals(world.gateway.heard[0], {
    kind: "init",
    name: "test",
    version: 3,
    totalSlots: 100,
    prepopulateActorNames: new Map([["it", '{"of":"it"}']]),
    metadata: '{"region":"here"}',
  });
  assertEquals(world.runner.runnerId, "runner-1");
  assertEquals(world.runner.getProtocolMetadata(), {
    runnerLostThreshold: 3_000n,
    actorStopThreshold: 30_000n,
    serverlessDrainGracePeriod: null,
  });
});

Deno.test("onConnected at each init, onDisconnected at each end of a link, refused ones too", async () => {
  const world = await CompatWorld.start();
  assertEquals(world.runner.getPegboardWebSocketIfReady()?.readyState, 1);
  world.gateway.isDown = true;
  world.gateway.cut(1011, "guard.restart");
  await world.host.settle();
  assertEquals(world.runner.getPegboardWebSocketIfReady(), undefined);
  await world.host.advance(RECONNECT_MS);
  world.gateway.isDown = false;
  await world.host.advance(2_000);
  assertEquals(world.told, [
    "connected",
    "disconnected 1011 guard.restart",
    "disconnected 1006 Nobody is there",
    "connected",
  ]);
});

Deno.test("callbacks that throw are reported, and the tunnel goes on", async () => {
  const world = await CompatWorld.start({
    onConnected: () => {
      throw new Error("no");
    },
  });
  await world.gateway.start("a", { name: "it" });
  assertEquals(world.gateway.eventNames("a"), ["running"]);
  assertEquals(world.observer.of("handlerFailed").length, 1);
});

Deno.test("cut: what a hibernatable socket says meanwhile goes out after the reconnect, in order", async () => {
  const world = await CompatWorld.start();
  const { client, ws } = await world.socket();
  world.gateway.cut();
  await world.host.settle();
  ws.send("one");
  ws.send("two");
  await world.host.advance(RECONNECT_MS);
  assertEquals(client.texts(), ["one", "two"]);
});

Deno.test("cut: an ack that got lost is said again when the message comes again", async () => {
  const world = await CompatWorld.start();
  const { client, ack } = await world.socket();
  client.send("one");
  await world.host.settle();
  world.gateway.cut();
  await world.host.settle();
  ack(1);
  await world.host.advance(RECONNECT_MS);
  assertEquals([client.acks(), client.pending.length], [[], 1]);
  client.replay();
  client.send("two");
  await world.host.settle();
  assertEquals([client.acks(), client.pending.length], [[1], 1]);
  assertEquals(world.told.filter((what) => what.startsWith("message")), [
    "message one",
    "message two",
  ]);
});

Deno.test("cut: a message that was lost in it is told once, when it comes again", async () => {
  const world = await CompatWorld.start();
  const { client } = await world.socket();
  client.send("lost", { lost: true });
  world.gateway.cut();
  await world.host.advance(RECONNECT_MS);
  client.replay();
  await world.host.settle();
  assertEquals(world.told.at(-1), "message lost");
});

Deno.test("cut: a plain socket is over, with 1006 for its listeners", async () => {
  const world = await CompatWorld.start({
    hibernatableWebSocket: { canHibernate: () => false },
  });
  const { client, ws } = await world.socket();
  world.gateway.cut();
  await world.host.settle();
  assertEquals([world.told.at(-1), ws.readyState], ["close 1006", 3]);
  await world.host.advance(RECONNECT_MS);
  assertEquals(client.isClosed, false);
});

Deno.test("cut: more than reconnectMessages closes the socket, with the limit's name", async () => {
  const world = await CompatWorld.start({}, { reconnectMessages: 2 });
  const { client, ws } = await world.socket();
  world.gateway.cut();
  await world.host.settle();
  ws.send("one");
  ws.send("two");
  assertEquals(ws.readyState, 1);
  ws.send("three");
  assertEquals(ws.readyState, 3);
  await world.host.advance(RECONNECT_MS);
  assertEquals(client.texts(), ["one", "two"]);
  const reason = "actor.output_limit_reached#reconnectMessages=2";
  assertEquals(client.closeHeard, { code: 1013, reason });
});

Deno.test("cut: events are kept until they are acked, stopped too, and sent again", async () => {
  const world = await CompatWorld.start();
  world.gateway.ackEvents = false;
  await world.gateway.start("a", { name: "it" });
  world.gateway.cut();
  await world.host.settle();
  await world.runner.forceStopActor("a");
  await world.host.advance(RECONNECT_MS);
  assertEquals(world.gateway.eventNames("a"), ["running", "running", "stopped error"]);
  world.gateway.ackEvents = true;
  // So that the next waits are short ones again.
  await world.host.advance(1_000);
  world.gateway.cut();
  await world.host.advance(1_000);
  world.gateway.cut();
  await world.host.advance(1_000);
  assertEquals(world.gateway.eventNames("a").length, 5);
});

Deno.test("tunnel that is lost for the threshold's share: every actor is put away", async () => {
  const world = await CompatWorld.start();
  await world.socket();
  world.gateway.isDown = true;
  world.gateway.cut();
  const share = world.gateway.runnerLostThresholdMs * 0.8;
  await world.host.advance(share - 1);
  assertEquals(world.runner.actors.size, 1);
  const read = world.runner.kvGet("a", [Uint8Array.of(1)]);
  const rejected = assertRejects(() => read, RunnerShutdownError, "Runner shut down");
  await world.host.advance(1);
  await rejected;
  assertEquals([world.runner.actors.size, world.told.at(-1)], [0, "stop a 1"]);
});

Deno.test("actor that is put away writes no more, and its next life waits for its end", async () => {
  const gate = Promise.withResolvers<void>();
  const world: CompatWorld = await CompatWorld.start({
    async onActorStop(id, generation) {
      world.told.push(`stop ${id} ${generation}`);
      await gate.promise;
      await assertRejects(() => world.runner.kvPut(id, []), RunnerShutdownError);
      world.told.push("away");
    },
  });
  await world.gateway.start("a", { name: "it" });
  world.gateway.runnerId = "runner-2";
  world.gateway.cut();
  await world.host.advance(RECONNECT_MS);
  await world.gateway.start("a", { name: "it" });
  assertEquals(world.runner.hasActor("a"), false);
  gate.resolve();
  await world.host.settle();
  const lives = world.told.filter((what) => !what.includes("connected"));
  assertEquals(lives, ["start a 1", "stop a 1", "away", "start a 2"]);
  assertEquals(world.gateway.eventNames("a"), ["running", "running"]);
});

Deno.test("stop of a life that waits for its last one's end: it never begins", async () => {
  const gate = Promise.withResolvers<void>();
  const world: CompatWorld = await CompatWorld.start({
    async onActorStop(id, generation) {
      world.told.push(`stop ${id} ${generation}`);
      await gate.promise;
    },
  });
  await world.gateway.start("a", { name: "it" });
  await world.gateway.start("a", { name: "it" });
  await world.gateway.stop("a");
  gate.resolve();
  await world.host.settle();
  assertEquals(world.told.slice(1), ["start a 1", "stop a 1"]);
  assertEquals(
    world.gateway.eventWrappers("a").map(({ checkpoint, event }) =>
      `${checkpoint.generation} ${event.kind}`
    ),
    ["1 running", "2 stopped", "1 stopped"],
  );
});

Deno.test("of two lives that wait for the last one's end, the later begins", async () => {
  const gate = Promise.withResolvers<void>();
  const world: CompatWorld = await CompatWorld.start({
    async onActorStop() {
      await gate.promise;
    },
  });
  for (let generation = 1; generation <= 3; generation++) {
    await world.gateway.start("a", { name: "it" });
  }
  gate.resolve();
  await world.host.settle();
  assertEquals(world.told.slice(1), ["start a 1", "start a 3"]);
  assertEquals(world.runner.getActor("a")?.generation, 3);
});

Deno.test("eviction ends the runner: actors are put away, and it does not come back", async () => {
  const world = await CompatWorld.start();
  await world.gateway.start("a", { name: "it" });
  world.gateway.cut(1000, "ws.eviction#ray");
  await world.host.advance(60_000);
  assertEquals(world.told.slice(2), ["disconnected 1000 ws.eviction#ray", "stop a 1", "shut down"]);
  assertEquals([world.gateway.links, world.host.timers], [1, 0]);
  await world.runner.shutdown(false);
});

Deno.test("shutdown(true) leaves at once; onActorStop still runs, and nothing stays behind", async () => {
  const world = await CompatWorld.start();
  await world.socket();
  const left = world.runner.shutdown(true);
  await world.host.settle();
  await left;
  assertEquals(world.gateway.lastEnd, { code: 1000, reason: "pegboard.runner_shutdown" });
  assertEquals(world.told.slice(3), [
    "stop a 1",
    "disconnected 1000 pegboard.runner_shutdown",
    "shut down",
  ]);
  assertEquals(world.gateway.eventNames("a"), ["running"]);
  assertEquals(world.host.timers, 0);
  await assertRejects(() => world.runner.kvDrop("a"), RunnerShutdownError);
});

Deno.test("shutdown(false): the gateway is asked, stops each actor with ok, and hears the goodbye", async () => {
  const world = await CompatWorld.start();
  await world.socket();
  const left = world.runner.shutdown(false);
  await world.host.settle();
  assertEquals(world.gateway.heard.at(-1), { kind: "stopping" });
  assertEquals(world.runner.actors.size, 1);
  await world.gateway.stop("a");
  await world.host.advance(10);
  await left;
  assertEquals(world.gateway.eventNames("a"), ["running", "stopped ok"]);
  assertEquals(world.gateway.lastEnd, { code: 1000, reason: "pegboard.runner_shutdown" });
  assertEquals(world.told.slice(3), [
    "stop a 1",
    "disconnected 1000 pegboard.runner_shutdown",
    "shut down",
  ]);
  assertEquals(world.host.timers, 0);
});

Deno.test("shutdown(false): what the gateway does not stop in five seconds is stopped from here", async () => {
  const world = await CompatWorld.start();
  await world.gateway.start("a", { name: "it" });
  const left = world.runner.shutdown(false);
  await world.host.advance(4_999);
  assertEquals(world.gateway.eventNames("a"), ["running"]);
  await world.host.advance(50);
  await left;
  assertEquals(world.gateway.eventNames("a"), ["running", "stopped ok"]);
});

Deno.test("shutdown(false) writes of onActorStop are answered; a plain socket hears 1012", async () => {
  const key = Uint8Array.of(1);
  const world: CompatWorld = await CompatWorld.start({
    hibernatableWebSocket: { canHibernate: () => false },
    onActorStop: (id) => world.runner.kvPut(id, [[key, key]]),
  });
  const { client } = await world.socket();
  const left = world.runner.shutdown(false);
  await world.host.settle();
  await world.gateway.stop("a");
  await world.host.advance(10);
  await left;
  assertEquals(world.gateway.kv.keys("a"), ["01"]);
  assertEquals(client.closeHeard, { code: 1012, reason: "pegboard.runner_shutdown" });
});

Deno.test("shutdown(false) takes in no new actor", async () => {
  const gate = Promise.withResolvers<void>();
  const world = await CompatWorld.start({ onActorStop: () => gate.promise });
  await world.gateway.start("a", { name: "it" });
  void world.runner.shutdown(false);
  await world.gateway.start("b", { name: "it" });
  assertEquals(world.gateway.events("b"), [
    { kind: "stopped", code: "error", message: "The runner is shutting down" },
  ]);
  gate.resolve();
  await world.host.advance(10_000);
});

Deno.test("shutdown(false) with an actor that never stops ends within 120 seconds", async () => {
  const world = await CompatWorld.start({ onActorStop: () => new Promise(() => {}) });
  world.gateway.actorStopThresholdMs = 1_000_000;
  world.gateway.cut();
  await world.host.advance(RECONNECT_MS);
  await world.gateway.start("a", { name: "it" });
  void world.runner.shutdown(false);
  const isOver = () => world.told.includes("shut down");
  await world.host.advance(100_000);
  const before = isOver();
  await world.host.advance(20_000);
  assertEquals([before, isOver()], [false, true]);
  assertEquals(world.gateway.eventNames("a"), ["running", "stopped error"]);
});

Deno.test("second shutdown waits for the first", async () => {
  const world = await CompatWorld.start();
  await world.gateway.start("a", { name: "it" });
  const first = world.runner.shutdown(false);
  const second = world.runner.shutdown(true);
  await world.host.settle();
  assertEquals(world.gateway.isConnected, true);
  await world.gateway.stop("a");
  await world.host.advance(10);
  await Promise.all([first, second]);
  assertEquals(world.told.filter((what) => what === "shut down").length, 1);
});
