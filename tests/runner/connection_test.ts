import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { runnerProtocols, runnerUrl } from "../../lib/runner/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

Deno.test("runnerUrl() has the three parameters and keeps the endpoint's path", () => {
  const handshake = {
    protocolVersion: 7,
    namespace: "my space",
    runnerKey: "k&1",
  };
  assertEquals(
    runnerUrl({ ...handshake, endpoint: "http://127.0.0.1:6420" }),
    "ws://127.0.0.1:6420/runners/connect?protocol_version=7&namespace=my+space&runner_key=k%261",
  );
  assertEquals(
    runnerUrl({ ...handshake, endpoint: "https://engine.example/base/?a=b#c" }),
    "wss://engine.example/base/runners/connect?protocol_version=7&namespace=my+space&runner_key=k%261",
  );
});

Deno.test("runnerProtocols() offers to stream behind rivet", () => {
  const protocols = runnerProtocols({ token: "t", streams: true });
  assertEquals(protocols, ["rivet", "dormouse.1", "rivet_token.t"]);
});

Deno.test("runnerProtocols() offers the token behind rivet, when there is one", () => {
  assertEquals(runnerProtocols({ token: "t" }), ["rivet", "rivet_token.t"]);
  assertEquals(runnerProtocols({}), ["rivet"]);
  assertEquals(runnerProtocols({ token: "" }), ["rivet"]);
});

Deno.test("connection says init first, with the names of its actors", async () => {
  const { gateway, runner } = await runnerWorld(actors);
  await runner.ready;
  assertEquals(gateway.heard, [{
    kind: "init",
    name: "test",
    version: 1,
    totalSlots: 100,
    prepopulateActorNames: new Map(
      ["echo", "counter", "chat", "clock"].map((name) => [name, "{}"]),
    ),
    metadata: gateway.heard[0]?.kind === "init" ? gateway.heard[0].metadata : null,
  }]);
  assertEquals(runner.view().state, "connected");
  assertEquals(runner.view().runnerId, "runner-1" as never);
});

Deno.test("connection says the same of its process after a cut, and another process does not", async () => {
  const { gateway, host } = await runnerWorld({});
  gateway.cut();
  await host.advance(1_000);
  const other = await runnerWorld({}, {}, { seed: 2 });
  const told = [...gateway.heard, ...other.gateway.heard]
    .map((message) => message.kind === "init" ? message.metadata : null)
    .filter((metadata) => metadata !== null);
  assertEquals(told.length, 3);
  assertMatch(told[0]!, /^{"process":"[0-9a-f]{16}"}$/);
  assertEquals(told[1], told[0]);
  assertNotEquals(told[2], told[0]);
});

Deno.test("connection answers a ping with its own time", async () => {
  const { gateway, host } = await runnerWorld({});
  gateway.say({ kind: "ping", ts: 123n });
  await host.settle();
  assertEquals(gateway.heard.at(-1), { kind: "pong", ts: 123n });
});

Deno.test("connection takes a tunnel without pings for dead at pingTimeoutMs, and connects anew", async () => {
  const { gateway, host, log } = await runnerWorld({}, { pingTimeoutMs: 1_000 });
  await host.advance(600);
  gateway.say({ kind: "ping", ts: 0n });
  await host.advance(999);
  assertEquals(gateway.links, 1);
  await host.advance(1);
  assertEquals(log.of("connection reconnecting"), [
    "connection reconnecting no ping within 1000 ms",
  ]);
  await host.advance(125);
  assertEquals(gateway.links, 2);
  assertEquals(log.of("connection connected").length, 2);
});

Deno.test("connection before v4 takes a gateway for dead that leaves a question unanswered", async () => {
  const { gateway, host, log } = await runnerWorld(actors, { pingTimeoutMs: 4_000 }, {
    version: 3,
  });
  await gateway.start("a", { name: "counter" });
  const client = await gateway.open("a");
  // Nobody asks: silence proves nothing.
  await host.advance(20_000);
  assertEquals(gateway.links, 1);
  gateway.kvMode = "drop";
  client.send("inc");
  await host.advance(3_999);
  assertEquals(log.of("connection reconnecting"), []);
  await host.advance(1);
  assertEquals(log.of("connection reconnecting"), [
    "connection reconnecting no answer within 4000 ms",
  ]);
});

Deno.test("connection makes one attempt for one cut, then waits longer each time", async () => {
  const { gateway, host, runner } = await runnerWorld({}, { retryJitter: 0 });
  await host.advance(1_000);
  gateway.cut();
  await host.advance(99);
  assertEquals([gateway.links, runner.view().state], [1, "reconnecting"]);
  await host.advance(1);
  assertEquals([gateway.links, runner.view().state], [2, "connected"]);
  // It did not live for retryResetMs: the wait grows.
  gateway.cut();
  await host.advance(999);
  assertEquals(gateway.links, 2);
  await host.advance(1);
  assertEquals(gateway.links, 3);
  await host.advance(1_000);
  gateway.cut();
  await host.advance(100);
  assertEquals([gateway.links, runner.view().reconnects], [4, 3]);
});

Deno.test("connection goes on trying while nobody is there", async () => {
  const { gateway, host, runner, log } = await runnerWorld({}, { retryJitter: 0 });
  gateway.isDown = true;
  gateway.cut();
  await host.advance(100 + 1_000 + 2_000 + 4_000);
  assertEquals(runner.view().reconnects, 4);
  assertEquals(log.of("connection reconnecting").at(-1), "connection reconnecting Nobody is there");
  gateway.isDown = false;
  await host.advance(8_000);
  assertEquals(runner.view().state, "connected");
});

Deno.test("connection gives up a gateway that never answers its init", async () => {
  const { gateway, host, log } = await runnerWorld({}, { initTimeoutMs: 500, retryJitter: 0 });
  gateway.answerInit = false;
  gateway.cut();
  await host.advance(100 + 500);
  assertEquals(log.of("connection").at(-1), "connection reconnecting no init within 500 ms");
});

Deno.test("connection ends without another attempt when it is evicted", async () => {
  const { gateway, host, runner, log } = await runnerWorld(actors);
  await gateway.start("a", { name: "counter" });
  gateway.cut(1000, "ws.eviction#ray");
  await host.advance(60_000);
  await runner.ended;
  assertEquals([gateway.links, runner.view().state], [1, "evicted"]);
  assertEquals(runner.view().actors, []);
  assertEquals(log.of("stopped a").length, 1);
  assertEquals(host.timers, 0);
});

for (const reason of ["bye", "ws.superseded#ray", ""]) {
  Deno.test(`connection connects anew after a close with 1000 "${reason}"`, async () => {
    const { gateway, host, runner } = await runnerWorld(actors);
    await gateway.start("a", { name: "counter" });
    gateway.cut(1000, reason);
    await host.advance(200);
    assertEquals([gateway.links, runner.view().actors.length], [2, 1]);
  });
}

Deno.test("connection counts and drops a frame that cannot be read, and lives on", async () => {
  const { gateway, host, log, runner } = await runnerWorld(actors);
  gateway.sayRaw(Uint8Array.of(250, 1, 2, 3));
  gateway.sayRaw(new Uint8Array(0));
  await host.settle();
  assertEquals(log.of("dropped decode.").length, 2);
  await gateway.start("a", { name: "counter" });
  assertEquals([gateway.eventNames("a"), runner.view().state], [["running"], "connected"]);
});

Deno.test("connection drops a second init", async () => {
  const { gateway, host, log, runner } = await runnerWorld({});
  gateway.runnerId = "another";
  gateway.sayInit();
  await host.settle();
  assertEquals(log.of("dropped"), ["dropped second init"]);
  assertEquals(runner.view().runnerId, "runner-1" as never);
});

Deno.test("connection.stop() closes a link that is opened too late", async () => {
  const { gateway, host, runner } = await runnerWorld({});
  gateway.cut();
  await host.advance(99);
  const end = runner.shutdown({ deadlineMs: 100 });
  await host.advance(1_000);
  await end;
  assertEquals([gateway.isConnected, host.timers], [false, 0]);
});

Deno.test("runner stops its actors when the gateway knows it as another", async () => {
  const { gateway, host, runner, log } = await runnerWorld(actors);
  await gateway.start("a", { name: "counter" });
  gateway.runnerId = "runner-2";
  gateway.cut();
  await host.advance(200);
  assertEquals(runner.view().actors, []);
  assertEquals(log.of("stopped a 1 ok").length, 1);
  // The old registration's events are nobody's any more.
  assertEquals([runner.view().eventsUnacked, gateway.eventNames("a")], [0, ["running"]]);
  await gateway.start("a", { name: "counter" });
  assertEquals(gateway.eventNames("a"), ["running", "running"]);
});

Deno.test("runner stops its actors without a commit at lostShare of the gateway's threshold", async () => {
  const { gateway, host, runner } = await runnerWorld(actors, { retryJitter: 0 });
  await gateway.start("a", { name: "counter" });
  const client = await gateway.open("a");
  gateway.isDown = true;
  gateway.kvMode = "hold";
  client.send("inc");
  await host.settle();
  gateway.cut();
  await host.advance(2_399);
  assertEquals(runner.view().actors.length, 1);
  await host.advance(1);
  assertEquals([runner.view().actors, runner.view().sockets], [[], []]);
  // Back in time after all: the gateway hears that the actor is not here.
  gateway.isDown = false;
  await host.advance(10_000);
  assertEquals(gateway.eventNames("a"), ["running", "intent sleep", "stopped ok"]);
  assertEquals([client.acks(), client.pending.length], [[], 1]);
});

Deno.test("runner keeps its actors when the tunnel is back in time", async () => {
  const { gateway, host, runner } = await runnerWorld(actors);
  await gateway.start("a", { name: "counter" });
  gateway.cut();
  await host.advance(60);
  await host.advance(20_000);
  assertEquals(runner.view().actors.length, 1);
});

Deno.test("runner that was given up asks the store for nothing again: its actors live elsewhere", async () => {
  const { gateway, host } = await runnerWorld(actors);
  await gateway.start("a", { name: "counter" });
  const client = await gateway.open("a");
  gateway.kvMode = "drop";
  client.send("inc");
  await host.settle();
  const before = gateway.kvRequests("put").length;
  gateway.kvMode = "answer";
  gateway.runnerId = "another";
  gateway.cut();
  await host.advance(200);
  assertEquals(gateway.eventNames("a"), ["running"]);
  assertEquals(gateway.kvRequests("put").length, before);
});
