import { assertEquals } from "@std/assert";
import { defineActor } from "../../lib/actor/mod.ts";
import { actors } from "../../actors/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

Deno.test("shutdown says so, stops the actors in good order, and leaves with its reason", async () => {
  const { gateway, host, runner } = await runnerWorld(actors);
  await gateway.start("a", { name: "counter" });
  const kept = await gateway.open("a");
  const plain = await gateway.open("a", "/?hibernate=0");
  kept.send("inc");
  const end = runner.shutdown({ deadlineMs: 5_000 });
  await host.advance(100);
  await end;
  assertEquals(gateway.heard.some(({ kind }) => kind === "stopping"), true);
  assertEquals([kept.acks(), kept.isClosed], [[1], false]);
  assertEquals(plain.closeHeard, { code: 1012, reason: "pegboard.runner_shutdown" });
  assertEquals(gateway.eventNames("a"), ["running", "intent sleep", "stopped ok"]);
  assertEquals(gateway.lastEnd, { code: 1000, reason: "pegboard.runner_shutdown" });
  assertEquals([runner.view().state, host.timers], ["stopped", 0]);
});

Deno.test("shutdown finishes a request that is in flight", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { gateway, host, runner } = await runnerWorld({
    it: defineActor({ fetch: () => promise }),
  });
  await gateway.start("a", { name: "it" });
  const id = gateway.request("a");
  await host.settle();
  const end = runner.shutdown({ deadlineMs: 5_000 });
  await host.advance(1_000);
  assertEquals(runner.view().state, "draining");
  resolve(new Response("done"));
  await host.advance(100);
  await end;
  assertEquals(gateway.answer(id)?.text, "done");
});

Deno.test("shutdown ends by its deadline, whatever hangs", async () => {
  const hangs = () => new Promise<never>(() => {});
  for (
    const definition of [
      defineActor({ start: hangs }),
      defineActor({ stop: hangs }),
      defineActor({ fetch: hangs }),
      defineActor({ state: () => 0, websocket: { hibernate: true, message: hangs } }),
    ]
  ) {
    const { gateway, host, runner } = await runnerWorld({ it: definition });
    await gateway.start("a", { name: "it" });
    const client = await gateway.open("a");
    client.send("x");
    gateway.request("a");
    gateway.kvMode = "drop";
    gateway.ackEvents = false;
    let ended = false;
    void runner.shutdown({ deadlineMs: 2_000 }).then(() => ended = true);
    await host.advance(2_000);
    assertEquals([ended, host.timers, gateway.isConnected], [true, 0, false]);
  }
});

Deno.test("shutdown waits a moment for the gateway to ack the last events", async () => {
  const { gateway, host, runner } = await runnerWorld(actors, { shutdownAckMs: 500 });
  await gateway.start("a", { name: "counter" });
  gateway.ackEvents = false;
  let ended = false;
  void runner.shutdown({ deadlineMs: 10_000 }).then(() => ended = true);
  await host.advance(490);
  assertEquals([ended, gateway.isConnected], [false, true]);
  await host.advance(20);
  assertEquals([ended, gateway.isConnected], [true, false]);
});

Deno.test("shutdown refuses actors that are started while it drains", async () => {
  const { promise } = Promise.withResolvers<Response>();
  const { gateway, host, runner } = await runnerWorld({
    it: defineActor({ fetch: () => promise }),
  });
  await gateway.start("a", { name: "it" });
  gateway.request("a");
  await host.settle();
  void runner.shutdown({ deadlineMs: 5_000 });
  await gateway.start("b", { name: "it" });
  assertEquals(gateway.events("b"), [{
    kind: "stopped",
    code: "error",
    message: "The runner is shutting down",
  }]);
  await host.advance(5_000);
});

Deno.test("shutdown without a tunnel ends too", async () => {
  const { gateway, host, runner } = await runnerWorld(actors);
  await gateway.start("a", { name: "counter" });
  gateway.isDown = true;
  gateway.cut();
  await host.settle();
  const end = runner.shutdown({ deadlineMs: 1_000 });
  await host.advance(1_000);
  await end;
  assertEquals([runner.view().actors, host.timers], [[], 0]);
  await runner.shutdown();
});

Deno.test("shutdown during a short cut brings the last answers and events all the same", async () => {
  const { gateway, host, runner } = await runnerWorld(actors);
  await gateway.start("a", { name: "counter" });
  const client = await gateway.open("a");
  client.send("inc");
  await host.settle();
  client.send("inc");
  gateway.kvMode = "hold";
  await host.settle();
  gateway.kvMode = "answer";
  gateway.answerKv();
  void runner.shutdown({ deadlineMs: 5_000 });
  gateway.cut();
  await host.advance(1_000);
  await runner.ended;
  assertEquals(client.texts(), ['{"count":1}', '{"count":2}']);
  assertEquals(gateway.eventNames("a"), ["running", "intent sleep", "stopped ok"]);
});

Deno.test("shutdown: no actor outlives what the gateway gives it to stop", async () => {
  const hangs = () => new Promise<never>(() => {});
  const { gateway, host, runner, log } = await runnerWorld({ it: defineActor({ stop: hangs }) });
  await gateway.start("a", { name: "it" });
  void runner.shutdown({ deadlineMs: 120_000 });
  await host.advance(23_999);
  assertEquals(log.of("stopped"), []);
  await host.advance(1);
  assertEquals(log.of("stopped").length, 1);
  await host.advance(96_000);
  assertEquals(runner.view().state, "stopped");
});
