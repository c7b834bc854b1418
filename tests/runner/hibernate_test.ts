import { assertEquals } from "@std/assert";
import { type ActorDefinition, type ActorSocket, defineActor } from "../../lib/actor/mod.ts";
import { actorId } from "../../lib/protocol/mod.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";
import { actors } from "../../actors/mod.ts";

const A = actorId("a");

async function worldOf(
  definition: ActorDefinition = actors.counter!,
  options: Partial<RunnerOptions> = {},
) {
  const world = await runnerWorld({ it: definition }, { sleepAfterMs: 1e9, ...options });
  await world.gateway.start("a", { name: "it", key: "demo" });
  return world;
}

Deno.test("runner.planHibernate() counts what would be kept, closed and replayed, and changes nothing", async () => {
  const { gateway, host, runner } = await worldOf(defineActor({
    websocket: {
      hibernate: ({ path }) => path !== "/plain",
      message: () => new Promise<void>(() => {}),
    },
    fetch: () => new Promise<Response>(() => {}),
  }));
  const kept = await gateway.open("a");
  await gateway.open("a");
  const plain = await gateway.open("a", "/plain");
  gateway.request("a");
  for (const text of ["1", "2", "3"]) kept.send(text);
  plain.send("nobody sends this one again");
  await host.settle();
  assertEquals(runner.planHibernate(A), {
    actorId: A,
    phase: "running",
    socketsKept: 2,
    socketsClosed: 1,
    messagesReplayed: 2,
    requestsInFlight: 1,
  });
  assertEquals(gateway.eventNames("a"), ["running"]);
});

Deno.test("runner.hibernate() asks the gateway, and says how long it took and what it left", async () => {
  const { gateway, host, runner } = await worldOf();
  const kept = await gateway.open("a");
  const plain = await gateway.open("a", "/?hibernate=0");
  const outcome = runner.hibernate(A);
  await host.advance(40);
  assertEquals(gateway.eventNames("a"), ["running", "intent sleep"]);
  await gateway.stop("a");
  assertEquals(await outcome, {
    actorId: A,
    phase: "running",
    socketsKept: 1,
    socketsClosed: 1,
    messagesReplayed: 0,
    requestsInFlight: 0,
    result: "asleep",
    tookMs: 40,
    detail: "It left this runner's memory",
  });
  assertEquals(gateway.eventNames("a").at(-1), "stopped ok");
  assertEquals([kept.isClosed, plain.isClosed], [false, true]);
  assertEquals(runner.planHibernate(A), undefined);
});

Deno.test("runner.hibernate() knows no actor that is elsewhere", async () => {
  const { gateway, runner } = await worldOf();
  assertEquals(runner.planHibernate(actorId("b")), undefined);
  assertEquals(await runner.hibernate(actorId("b")), undefined);
  await gateway.stop("a");
  assertEquals(await runner.hibernate(A), undefined);
});

Deno.test("runner.hibernate() fails at hibernateTimeoutMs, not before, and the actor lives on", async () => {
  const { gateway, host, runner } = await worldOf(actors.counter!, { hibernateTimeoutMs: 500 });
  let outcome: unknown;
  runner.hibernate(A).then((it) => outcome = [it?.result, it?.tookMs, it?.detail]);
  await host.advance(499);
  assertEquals(outcome, undefined);
  await host.advance(1);
  assertEquals(outcome, [
    "failed",
    500,
    "It has not left within 500 ms: the gateway must allow it",
  ]);
  const client = await gateway.open("a");
  client.send("inc");
  await host.settle();
  assertEquals(client.texts(), ['{"count":1}']);
});

Deno.test("runner.hibernate() of an actor that crashes on the way says why it failed", async () => {
  const { gateway, host, runner } = await worldOf(defineActor({
    state: () => ({ n: 0 }),
    websocket: { hibernate: true, message: ({ state }) => void state.n++ },
  }) as ActorDefinition);
  const client = await gateway.open("a");
  gateway.kvMode = "hold";
  client.send("x");
  await host.settle();
  const outcome = runner.hibernate(A);
  await host.settle();
  gateway.answerKv(1, "no room");
  await host.settle();
  const { result, detail } = (await outcome)!;
  assertEquals([result, detail.includes("no room")], ["failed", true]);
});

Deno.test("runner's observer hears what an actor left, and nothing of the kind when it crashed", async () => {
  const left: unknown[] = [];
  const { gateway, host, runner, log } = await worldOf();
  log.actorStopped = (_actor, _name, _generation, code, _why, _cause, sockets) => {
    left.push([code, sockets]);
  };
  await gateway.open("a");
  await gateway.open("a", "/?hibernate=0");
  await gateway.stop("a");
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  gateway.cut();
  gateway.isDown = true;
  await host.advance(10_000);
  assertEquals(runner.view().actors, []);
  assertEquals(left, [["ok", { kept: 1, closed: 1 }], ["ok", undefined]]);
});

Deno.test("runner's observer hears each request's status, time and error once", async () => {
  const answer = Promise.withResolvers<Response>();
  const { gateway, host, log } = await worldOf(defineActor({
    fetch: (_actor, { url }) => {
      if (url.endsWith("/slow")) return answer.promise;
      if (url.endsWith("/bad")) throw new Error("bad");
      return new Response("fine", { status: 201 });
    },
  }));
  gateway.request("a", "/fine", { method: "POST" });
  gateway.request("a", "/bad");
  gateway.request("a", "/slow");
  const gone = gateway.request("a", "/slow");
  await host.advance(250);
  gateway.tunnel(gone, 1, { kind: "requestAbort" });
  answer.resolve(new Response(null, { status: 204 }));
  await host.settle();
  const byStatus = log.requests.toSorted((a, b) => Number(a[2]) - Number(b[2]));
  assertEquals(byStatus, [
    ["POST", "/fine", 201, 0, null],
    ["GET", "/slow", 204, 250, null],
    ["GET", "/slow", 499, 250, "request.aborted"],
    ["GET", "/bad", 500, 0, "actor.handler_failed"],
  ]);
});

Deno.test("runner.view() tells of the tunnel: its pool, since when it is up, the last ping, what is kept", async () => {
  const { gateway, host, runner } = await worldOf(defineActor({
    websocket: { hibernate: true, open: (_actor, socket) => void (opened = socket) },
  }));
  let opened: ActorSocket | undefined;
  const { name, actorNames, connectedTs, pingedTs } = runner.view();
  assertEquals([name, actorNames, pingedTs], ["test", ["it"], null]);
  await host.advance(300);
  gateway.say({ kind: "ping", ts: 1n });
  await host.advance(200);
  assertEquals(runner.view().connectedTs, connectedTs);
  assertEquals(host.epoch() - runner.view().pingedTs!, 200);
  await gateway.open("a");
  gateway.cut();
  await host.settle();
  opened!.send("for the reconnect");
  const cut = runner.view();
  assertEquals([cut.connectedTs, cut.pingedTs, cut.outgoingKept], [null, null, 1]);
});

Deno.test("runner.view() tells of a socket: its path, since when it is here, and what it acked", async () => {
  const { gateway, host, runner } = await worldOf();
  const epoch = host.epoch();
  const client = await gateway.open("a", "/room?x=1");
  const seen = () => {
    const { path, phase, sinceTs, lastCommitted, lastAcked } = runner.view().sockets[0]!;
    return [path, phase, sinceTs - epoch, lastCommitted as number, lastAcked as number | null];
  };
  assertEquals(seen(), ["/room?x=1", "active", 0, 0, 0]);
  client.send("inc");
  client.send("inc");
  await host.settle();
  assertEquals(seen(), ["/room?x=1", "active", 0, 2, 2]);
  await host.advance(70);
  await gateway.sleepAndWake("a", "it");
  assertEquals(seen(), ["/room?x=1", "active", 70, 2, null]);
  client.send("inc");
  await host.settle();
  assertEquals(seen(), ["/room?x=1", "active", 70, 3, 3]);
});
