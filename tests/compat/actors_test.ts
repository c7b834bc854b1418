import { assertEquals, assertRejects } from "@std/assert";
import { CompatWorld } from "./world.ts";

Deno.test("actor runs when onActorStart is done, and not before", async () => {
  const gate = Promise.withResolvers<void>();
  const world = await CompatWorld.start({ onActorStart: () => gate.promise });
  await world.gateway.start("a", { name: "it", key: "k", input: Uint8Array.of(1, 2) });
  assertEquals(world.gateway.eventNames("a"), []);
  const actor = world.runner.getActor("a")!;
  assertEquals(actor.config, {
    name: "it",
    key: "k",
    createTs: BigInt(world.host.epoch()),
    input: Uint8Array.of(1, 2),
  });
  const waited = world.runner.getAndWaitForActor("a", 1);
  gate.resolve();
  await world.host.settle();
  assertEquals(world.gateway.eventNames("a"), ["running"]);
  assertEquals(await waited, actor);
  assertEquals([...world.runner.actors.keys()], ["a"]);
});

Deno.test("getActor() and hasActor() know an actor by its generation, and none that has left", async () => {
  const { runner, gateway } = await CompatWorld.start();
  assertEquals([runner.hasActor("a"), runner.getActor("a")], [false, undefined]);
  await gateway.start("a", { name: "it" });
  assertEquals([runner.hasActor("a"), runner.hasActor("a", 1), runner.hasActor("a", 2)], [
    true,
    true,
    false,
  ]);
  assertEquals([runner.getActor("a", 1)?.generation, runner.getActor("a", 2)], [1, undefined]);
  await gateway.stop("a");
  assertEquals([runner.hasActor("a"), await runner.getAndWaitForActor("a")], [false, undefined]);
});

const STOPS: readonly [how: string, events: string[]][] = [
  ["sleepActor", ["running", "intent sleep", "stopped ok"]],
  ["destroyActor", ["running", "intent stop", "stopped ok"]],
  // The crash policy decides, as it does with the reference.
  ["stopActor", ["running", "intent stop", "stopped error"]],
];

for (const [how, events] of STOPS) {
  Deno.test(`${how}() asks, and the actor stops when it is told: ${events.at(-1)}`, async () => {
    const { runner, gateway, host, told } = await CompatWorld.start();
    await gateway.start("a", { name: "it" });
    await runner[how as "sleepActor"]("a");
    await host.settle();
    assertEquals(gateway.eventNames("a"), events.slice(0, 2));
    assertEquals(runner.getActor("a")?.stopIntentSent, how === "destroyActor");
    await gateway.stop("a");
    assertEquals(gateway.eventNames("a"), events);
    assertEquals(told, ["connected", "start a 1", "stop a 1"]);
  });
}

Deno.test("intents and alarms for another generation, or an actor that is not here, say nothing", async () => {
  const { runner, gateway, host } = await CompatWorld.start();
  await gateway.start("a", { name: "it" });
  runner.sleepActor("a", 2);
  runner.destroyActor("b");
  runner.setAlarm("a", 5, 2);
  await runner.forceStopActor("b");
  await host.settle();
  assertEquals(gateway.eventNames("a"), ["running"]);
  assertEquals(gateway.eventNames("b"), []);
});

Deno.test("actor that the gateway stops without being asked ends with ok", async () => {
  const { gateway } = await CompatWorld.start();
  await gateway.start("a", { name: "it" });
  await gateway.stop("a");
  assertEquals(gateway.eventNames("a"), ["running", "stopped ok"]);
});

Deno.test("forceStopActor() stops without asking, once, and the gateway hears of an error", async () => {
  const { runner, gateway, told, host } = await CompatWorld.start();
  await gateway.start("a", { name: "it" });
  await Promise.all([runner.forceStopActor("a", 1), runner.forceStopActor("a")]);
  await host.settle();
  assertEquals(gateway.eventNames("a"), ["running", "stopped error"]);
  assertEquals(told.filter((what) => what.startsWith("stop")), ["stop a 1"]);
  assertEquals(runner.hasActor("a"), false);
});

Deno.test("onActorStart that fails: onActorStop runs, and the gateway hears why, never of running", async () => {
  const world = await CompatWorld.start({ onActorStart: () => Promise.reject(new Error("no db")) });
  await world.gateway.start("a", { name: "it" });
  assertEquals(world.gateway.events("a"), [{ kind: "stopped", code: "error", message: "no db" }]);
  assertEquals(world.told, ["connected", "stop a 1"]);
});

Deno.test("getAndWaitForActor() rejects with what onActorStart failed with", async () => {
  const gate = Promise.withResolvers<void>();
  const world = await CompatWorld.start({ onActorStart: () => gate.promise });
  await world.gateway.start("a", { name: "it" });
  const waited = world.runner.getAndWaitForActor("a");
  gate.reject(new Error("no db"));
  await assertRejects(() => waited, Error, "no db");
});

Deno.test("onActorStop that fails is reported, and the actor ends with an error", async () => {
  const world = await CompatWorld.start({
    onActorStop: () => Promise.reject(new Error("disk full")),
  });
  await world.gateway.start("a", { name: "it" });
  await world.gateway.stop("a");
  assertEquals(world.gateway.events("a").at(-1), {
    kind: "stopped",
    code: "error",
    message: "disk full",
  });
});

Deno.test("onActorStop that never ends is waited for until the stop threshold's share, then left", async () => {
  const world = await CompatWorld.start({ onActorStop: () => new Promise(() => {}) });
  await world.gateway.start("a", { name: "it" });
  await world.gateway.stop("a");
  const share = world.gateway.actorStopThresholdMs * 0.8;
  await world.host.advance(share - 1);
  assertEquals(world.gateway.eventNames("a"), ["running"]);
  await world.host.advance(1);
  assertEquals(world.gateway.eventNames("a"), ["running", "stopped error"]);
  assertEquals(world.runner.hasActor("a"), false);
});

Deno.test("stop during a start waits for it", async () => {
  const gate = Promise.withResolvers<void>();
  const world = await CompatWorld.start({ onActorStart: () => gate.promise });
  await world.gateway.start("a", { name: "it" });
  await world.gateway.stop("a");
  assertEquals(world.told, ["connected"]);
  gate.resolve();
  await world.host.settle();
  assertEquals(world.told, ["connected", "stop a 1"]);
  assertEquals(world.gateway.eventNames("a"), ["running", "stopped ok"]);
});

Deno.test("start command that comes again starts nothing, and is acked again", async () => {
  const { gateway, host, told } = await CompatWorld.start();
  const sent = await gateway.start("a", { name: "it" });
  gateway.command("a", sent.command, sent);
  await host.settle();
  assertEquals(told, ["connected", "start a 1"]);
  assertEquals(gateway.commandAcks().length, 2);
});

Deno.test("start of a greater generation stops the running one first", async () => {
  const { gateway, runner, told } = await CompatWorld.start();
  await gateway.start("a", { name: "it" });
  await gateway.start("a", { name: "it" });
  assertEquals(told, ["connected", "start a 1", "stop a 1", "start a 2"]);
  assertEquals(runner.getActor("a")?.generation, 2);
});

Deno.test("setAlarm() and clearAlarm() tell the gateway, and refuse what is no time", async () => {
  const { runner, gateway, host } = await CompatWorld.start();
  await gateway.start("a", { name: "it" });
  runner.setAlarm("a", 1_700_000_000_000);
  runner.clearAlarm("a", 1);
  await host.settle();
  assertEquals(gateway.events("a").slice(1), [
    { kind: "setAlarm", alarmTs: 1_700_000_000_000n },
    { kind: "setAlarm", alarmTs: null },
  ]);
  for (const bad of [1.5, NaN, Infinity]) {
    try {
      runner.setAlarm("a", bad);
      throw new Error("It was taken");
    } catch (error) {
      assertEquals(
        (error as Error).message,
        `alarmTs is ${bad}, whole milliseconds or null are wanted`,
      );
    }
  }
});
