/** The traps of the field that lie on the runner's side, one test each, by their numbers. */
import { assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { defineActor } from "../../lib/actor/mod.ts";
import { requestId } from "../../lib/protocol/mod.ts";
import { GATEWAY, runnerWorld } from "../support/fake_gateway.ts";

async function counterWorld() {
  const world = await runnerWorld(actors);
  await world.gateway.start("a", { name: "counter" });
  return { ...world, client: await world.gateway.open("a") };
}

Deno.test("trap 4: acks go on past 65 535", async () => {
  const { gateway, host } = await counterWorld();
  const client = await gateway.open("a", "/", { firstIndex: 65_534 });
  for (let i = 0; i < 4; i++) {
    client.send("inc");
    await host.settle();
  }
  assertEquals([client.acks(), client.pending.length], [[65_535, 0, 1, 2], 0]);
});

Deno.test("trap 6: no ack before the state is durable", async () => {
  const { gateway, host, client } = await counterWorld();
  gateway.kvMode = "hold";
  client.send("inc");
  await host.advance(10_000);
  assertEquals(client.acks(), []);
  gateway.answerKv();
  await host.settle();
  assertEquals(client.acks(), [1]);
});

Deno.test("trap 8: a duplicate is acked again, once for all that came in a turn", async () => {
  const { gateway, host, client } = await counterWorld();
  for (let i = 0; i < 3; i++) client.send("inc");
  await host.settle();
  for (const index of [1, 2, 3]) client.sendAt(index, "inc");
  await host.settle();
  assertEquals([client.acks(), client.texts().length], [[3, 3], 3]);
  assertEquals(gateway.eventNames("a"), ["running"]);
});

Deno.test("trap 10: the first messages after a wake are not lost between ready and attach", async () => {
  const { gateway, host, client } = await counterWorld();
  await gateway.stop("a");
  // In one turn with the start, before anything is loaded.
  void gateway.start("a", { name: "counter", hibernating: gateway.hibernating("a") });
  client.send("inc");
  client.send("inc");
  await host.settle();
  await host.settle();
  assertEquals([client.texts(), client.acks()], [['{"count":1}', '{"count":2}'], [2]]);
});

Deno.test("trap 11: stopped is told again after a cut, although the actor is gone", async () => {
  const { gateway, host, runner } = await counterWorld();
  gateway.ackEvents = false;
  await gateway.stop("a");
  gateway.cut();
  await host.advance(200);
  assertEquals(gateway.eventNames("a").at(-1), "stopped ok");
  assertEquals(gateway.eventNames("a").filter((name) => name === "stopped ok").length, 2);
  gateway.ackEvents = true;
  gateway.cut();
  await host.advance(2_000);
  assertEquals(runner.view().eventsUnacked, 0);
});

Deno.test("trap 12: a start that comes again restarts nothing and drops no socket", async () => {
  const { gateway, host, log } = await runnerWorld(actors);
  const start = await gateway.start("a", { name: "counter" });
  const client = await gateway.open("a");
  client.send("inc");
  await host.settle();
  gateway.command("a", start.command, start);
  client.send("inc");
  await host.settle();
  assertEquals(client.texts(), ['{"count":1}', '{"count":2}']);
  assertEquals([log.of("started").length, gateway.eventNames("a")], [1, ["running"]]);
  // Its ack may have been what was lost.
  assertEquals(gateway.commandAcks().length, 2);
});

Deno.test("trap 12: a start that comes again after the stop starts nothing either", async () => {
  const { gateway, host, log, runner } = await runnerWorld(actors);
  const start = await gateway.start("a", { name: "counter" });
  await gateway.stop("a");
  gateway.command("a", start.command, start);
  await host.settle();
  assertEquals([log.of("started").length, runner.view().actors], [1, []]);
});

Deno.test("trap 13: a socket that is closed is in no record that a wake restores", async () => {
  const { gateway, host, client, runner } = await counterWorld();
  client.close();
  await host.settle();
  // A gateway that still believes in it is told.
  await gateway.stop("a");
  await gateway.start("a", {
    name: "counter",
    hibernating: [{ gatewayId: GATEWAY, requestId: client.requestId }],
  });
  assertEquals(client.closeHeard, { code: 1000, reason: "ws.meta_not_found_during_restore" });
  assertEquals(runner.view().sockets, []);
});

Deno.test("trap 13: a close whose clean-up was lost is not undone", async () => {
  const { gateway, host, client, runner } = await counterWorld();
  gateway.kvMode = (request, actor) =>
    request.kind === "delete"
      ? { kind: "error", message: "kv.failed: no" }
      : gateway.kv.apply(actor, request);
  client.close();
  await host.settle();
  await gateway.stop("a");
  gateway.kvMode = "answer";
  await gateway.start("a", { name: "counter" });
  assertEquals([runner.view().sockets, gateway.kv.keys("a")], [[], ["0068", "007300"]]);
});

Deno.test("trap 14: a request id that comes again while its socket is open stays with that socket", async () => {
  const { gateway, host, client, runner } = await counterWorld();
  client.send("inc");
  await host.settle();
  gateway.tunnel(client.requestId, 0, {
    kind: "webSocketOpen",
    actorId: "a" as never,
    path: "/other",
    headers: new Map(),
  });
  client.send("inc");
  await host.settle();
  assertEquals(client.texts(), ['{"count":1}', '{"count":2}']);
  assertEquals(runner.view().sockets.length, 1);
});

Deno.test("trap 15: a payload that is too large harms its own actor's call only", async () => {
  const { gateway, host, runner } = await runnerWorld({
    ...actors,
    big: defineActor({
      websocket: { message: (_actor, socket) => socket.send(new Uint8Array(33 * 1024 * 1024)) },
    }),
  });
  await gateway.start("a", { name: "counter" });
  await gateway.start("b", { name: "big" });
  const [fine, big] = [await gateway.open("a"), await gateway.open("b")];
  big.send("go");
  fine.send("inc");
  await host.settle();
  assertEquals(big.closeHeard, {
    code: 1009,
    reason: "ws.message_too_big#webSocketMessageBytes=33554432",
  });
  assertEquals([fine.texts(), runner.view().state], [['{"count":1}'], "connected"]);
});

Deno.test("trap 16: text and binary keep their order", async () => {
  const { gateway, host } = await runnerWorld(actors);
  await gateway.start("a", { name: "echo" });
  const client = await gateway.open("a");
  for (let i = 0; i < 20; i++) client.send(i % 2 === 0 ? String(i) : Uint8Array.of(48 + i % 10));
  await host.settle();
  const sent = client.received.flatMap((b) => b.kind === "webSocketMessage" ? [b.binary] : []);
  assertEquals(sent, Array.from({ length: 20 }, (_, i) => i % 2 === 1));
  assertEquals(client.texts()[18], "18");
});

Deno.test("trap 20: 1006 is told to the handler and never put on the wire", async () => {
  const codes: number[] = [];
  const { gateway, host } = await runnerWorld({
    it: defineActor({ websocket: { close: (_actor, _socket, code) => void codes.push(code) } }),
  });
  await gateway.start("a", { name: "it" });
  const client = await gateway.open("a");
  gateway.cut();
  await host.advance(5_000);
  assertEquals([codes, client.closeHeard], [[1006], undefined]);
});

Deno.test("trap 22: an open that comes again clears nothing that is in flight", async () => {
  const { gateway, host, client } = await counterWorld();
  gateway.kvMode = "hold";
  client.send("inc");
  await host.settle();
  client.send("inc");
  gateway.tunnel(client.requestId, 0, {
    kind: "webSocketOpen",
    actorId: "a" as never,
    path: "/",
    headers: new Map(),
  });
  for (let i = 0; i < 3; i++) {
    await host.settle();
    gateway.answerKv();
  }
  await host.settle();
  assertEquals([client.texts(), client.acks()], [['{"count":1}', '{"count":2}'], [1, 2]]);
  assertEquals(client.kinds().filter((kind) => kind === "webSocketOpen").length, 2);
});

Deno.test("sleep race: frames that come behind the stop close nothing", async () => {
  const { gateway, host, client } = await counterWorld();
  await gateway.stop("a");
  client.send("inc");
  const late = await gateway.open("a");
  const request = gateway.request("a");
  await host.settle();
  assertEquals([client.isClosed, late.kinds(), gateway.said(request)], [false, [], []]);
  await gateway.start("a", { name: "counter", hibernating: gateway.hibernating("a") });
  gateway.replay();
  await host.settle();
  assertEquals([client.texts(), client.acks()], [['{"count":1}'], [1]]);
});

Deno.test("start of a greater generation stops the running one first", async () => {
  const { gateway, host, log, client } = await counterWorld();
  client.send("inc");
  await host.settle();
  await gateway.start("a", { name: "counter", hibernating: gateway.hibernating("a") });
  client.send("inc");
  await host.settle();
  assertEquals(log.lines.filter((line) => /^(started|stopped)/.test(line)), [
    "started a counter 1",
    "stopped a 1 ok: stopped",
    "started a counter 2",
  ]);
  assertEquals(client.texts(), ['{"count":1}', '{"count":2}']);
});

/** Generation 1 cannot end before its commit, and generation 2 waits for it. */
async function waitingStart() {
  const world = await counterWorld();
  const { gateway, host, client } = world;
  gateway.kvMode = "hold";
  client.send("inc");
  await host.settle();
  await gateway.start("a", { name: "counter" });
  return world;
}

const lives = (lines: readonly string[]) => lines.filter((line) => /^(started|stopped)/.test(line));

Deno.test("stop of a start that waits for the life before: it never begins, and has stopped", async () => {
  const { gateway, host, log } = await waitingStart();
  await gateway.stop("a");
  assertEquals(gateway.eventNames("a"), ["running", "stopped ok"]);
  assertEquals(gateway.eventWrappers("a").map(({ checkpoint }) => checkpoint.generation), [1, 2]);
  gateway.kvMode = "answer";
  gateway.answerKv();
  await host.settle();
  assertEquals(lives(log.lines), ["started a counter 1", "stopped a 1 ok: stopped"]);
});

Deno.test("start that waits for the life before never begins once the gateway knows another runner", async () => {
  const { gateway, host, log, runner } = await waitingStart();
  gateway.runnerId = "another";
  gateway.kvMode = "answer";
  gateway.cut();
  await host.advance(200);
  assertEquals(lives(log.lines).length, 2);
  assertEquals(runner.view().actors, []);
});

Deno.test("stop of an earlier generation stops nothing", async () => {
  const { gateway, host, runner } = await counterWorld();
  const stop = { kind: "stop" } as const;
  gateway.say({
    kind: "commands",
    commands: [{ checkpoint: { actorId: "a" as never, generation: 0, index: 9n }, command: stop }],
  });
  await host.settle();
  assertEquals(runner.view().actors.length, 1);
  assertEquals(gateway.said(requestId(77)), []);
});
