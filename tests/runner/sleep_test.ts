import { assertEquals } from "@std/assert";
import { type ActorContext, type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";
import { actors } from "../../actors/mod.ts";

async function worldOf(definition: ActorDefinition, options: Partial<RunnerOptions> = {}) {
  const world = await runnerWorld({ it: definition }, { departedMs: 1, ...options });
  await world.gateway.start("a", { name: "it" });
  return world;
}

Deno.test("idle actor asks to sleep after sleepAfter, and not before", async () => {
  const { gateway, host } = await worldOf(defineActor({ ...actors.counter!, sleepAfter: 1_000 }));
  await host.advance(999);
  assertEquals(gateway.eventNames("a"), ["running"]);
  await host.advance(1);
  assertEquals(gateway.eventNames("a"), ["running", "intent sleep"]);
});

Deno.test("sleepAfter false never asks; left out, the runner's option counts", async () => {
  const never = await worldOf(defineActor({ sleepAfter: false }));
  await never.host.advance(10_000);
  assertEquals(never.gateway.eventNames("a"), ["running"]);
  const option = await worldOf(defineActor({}), { sleepAfterMs: 50 });
  await option.host.advance(50);
  assertEquals(option.gateway.eventNames("a"), ["running", "intent sleep"]);
});

Deno.test("every activity puts sleep off; what is under way holds it", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({}),
    sleepAfter: 1_000,
    fetch: () => promise,
    websocket: { hibernate: ({ path }) => path !== "/plain", message() {} },
  }));
  const client = await gateway.open("a");
  await host.advance(900);
  client.send("x");
  await host.advance(900);
  assertEquals(gateway.eventNames("a"), ["running"]);
  gateway.request("a");
  await host.advance(5_000);
  resolve(new Response());
  await host.advance(999);
  assertEquals(gateway.eventNames("a"), ["running"]);
  const plain = await gateway.open("a", "/plain");
  await host.advance(5_000);
  plain.close();
  await host.advance(999);
  assertEquals(gateway.eventNames("a"), ["running"]);
  await host.advance(1);
  assertEquals(gateway.eventNames("a"), ["running", "intent sleep"]);
});

Deno.test("idle watch's view says how long is left, and null while something holds it", async () => {
  const { gateway, host, runner } = await worldOf(actors.counter!, { sleepAfterMs: 1_000 });
  await host.advance(400);
  assertEquals(runner.view().actors[0]!.idleLeftMs, 600);
  await gateway.open("a", "/?hibernate=0");
  assertEquals(runner.view().actors[0]!.idleLeftMs, null);
});

Deno.test("stop hibernates the one and closes the other: no close frame for a kept socket", async () => {
  const { gateway, runner } = await worldOf(actors.counter!);
  const kept = await gateway.open("a");
  const plain = await gateway.open("a", "/?hibernate=0");
  await gateway.stop("a");
  assertEquals(kept.kinds(), ["webSocketOpen"]);
  assertEquals(plain.closeHeard, { code: 1000, reason: "actor.stopped" });
  assertEquals(gateway.events("a").at(-1), { kind: "stopped", code: "ok", message: null });
  assertEquals([runner.view().actors, runner.view().sockets], [[], []]);
});

Deno.test("stop runs close handlers of plain sockets, then the stop handler, then the last commit", async () => {
  const log: string[] = [];
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({ stops: 0 }),
    websocket: {
      hibernate: ({ path }) => path !== "/plain",
      close: (_actor, socket, code, reason) =>
        void log.push(`close ${socket.path} ${code} ${reason}`),
    },
    async stop(actor) {
      await undefined;
      actor.state.stops++;
      for (const socket of actor.sockets) socket.send("good night");
      log.push("stop");
    },
    fetch: (actor) => Response.json(actor.state),
  }));
  const kept = await gateway.open("a", "/kept");
  await gateway.open("a", "/plain");
  await gateway.stop("a");
  assertEquals(log, ["close /plain 1000 actor.stopped", "stop"]);
  assertEquals(kept.texts(), ["good night"]);
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  const request = gateway.request("a");
  await host.settle();
  assertEquals(gateway.answer(request)?.text, '{"stops":1}');
});

Deno.test("stop waits for the running handler and leaves the waiting messages to the gateway", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({}),
    websocket: {
      hibernate: true,
      message(_actor, _socket, data) {
        seen.push(data);
        if (seen.length === 1) return promise;
      },
    },
  }));
  const client = await gateway.open("a");
  for (const text of ["1", "2", "3"]) client.send(text);
  await gateway.stop("a");
  client.send("4");
  await host.settle();
  assertEquals(gateway.eventNames("a"), ["running"]);
  resolve();
  await host.settle();
  assertEquals([seen, client.acks()], [["1"], [1]]);
  assertEquals(gateway.eventNames("a"), ["running", "stopped ok"]);
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  gateway.replay();
  await host.settle();
  assertEquals([seen, client.acks()], [["1", "2", "3", "4"], [1, 4]]);
});

Deno.test("stop takes what is handled into a last commit, acked before the actor has stopped", async () => {
  const { gateway, host } = await worldOf(actors.counter!);
  const client = await gateway.open("a");
  gateway.kvMode = "hold";
  client.send("inc");
  await host.settle();
  client.send("inc");
  await gateway.stop("a");
  assertEquals(gateway.eventNames("a"), ["running"]);
  for (let i = 0; i < 3; i++) {
    gateway.answerKv();
    await host.settle();
  }
  assertEquals([client.acks(), gateway.eventNames("a")], [[1, 2], ["running", "stopped ok"]]);
  const order = gateway.heard.slice(-3).map((m) => m.kind === "tunnel" ? m.body.kind : m.kind);
  assertEquals(order.at(-1), "events");
});

Deno.test("stop finishes a request that was received, and breaks off one that takes too long", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { gateway, host } = await worldOf(defineActor({
    fetch: (_actor, { url }) => url.endsWith("/ever") ? new Promise<Response>(() => {}) : promise,
  }));
  const finishes = gateway.request("a", "/soon");
  const lasts = gateway.request("a", "/ever");
  await host.settle();
  await gateway.stop("a");
  resolve(new Response("done"));
  await host.settle();
  assertEquals(gateway.answer(finishes)?.text, "done");
  assertEquals(gateway.eventNames("a"), ["running"]);
  await host.advance(12_000);
  assertEquals(gateway.answer(lasts)?.status, 503);
  assertEquals(gateway.eventNames("a"), ["running", "stopped ok"]);
});

Deno.test("stop is over at stopShare of the threshold, although a handler never ends", async () => {
  const { gateway, host, runner } = await worldOf(defineActor({
    state: () => ({}),
    websocket: { hibernate: true, message: () => new Promise<void>(() => {}) },
  }));
  const client = await gateway.open("a");
  client.send("x");
  await gateway.stop("a");
  await host.advance(23_999);
  assertEquals(gateway.eventNames("a"), ["running"]);
  await host.advance(1);
  assertEquals(gateway.events("a").at(-1), {
    kind: "stopped",
    code: "error",
    message: "A handler did not end within 24000 ms",
  });
  assertEquals([client.acks(), runner.view().actors], [[], []]);
});

Deno.test("stopped actor leaves no timer, no handler and no memory of its own", async () => {
  let actor: ActorContext | undefined;
  const { gateway, host, runner, log } = await worldOf(defineActor({
    state: () => ({}),
    start: (it) => {
      it.setAlarm(it.now() + 3_600_000);
      actor = it as ActorContext;
    },
    websocket: { hibernate: true, open() {} },
  }));
  const client = await gateway.open("a");
  const [socket] = [...actor!.sockets];
  await gateway.stop("a");
  await host.advance(10);
  // What remains is the watch over pings.
  assertEquals(host.timers, 1);
  assertEquals([runner.view().actors, runner.view().sockets], [[], []]);
  // An author's own timer may still hold the context: nothing happens, nothing throws.
  const heard = gateway.heard.length;
  actor!.broadcast("x");
  socket!.send("x");
  socket!.close();
  actor!.setAlarm(5);
  actor!.sleep();
  let refused = "";
  await actor!.kv.get("k").catch((error) => refused = error.code);
  await host.advance(1_000);
  assertEquals([gateway.heard.length, refused, client.isClosed], [heard, "kv.stopped", false]);
  assertEquals([log.lost, socket!.isOpen], [1, false]);
});

Deno.test("actor.sleep() and actor.destroy() tell the gateway at once", async () => {
  const { gateway, host } = await worldOf(defineActor({
    fetch(actor, { method }) {
      if (method === "DELETE") actor.destroy();
      else actor.sleep();
      return new Response();
    },
  }));
  gateway.request("a");
  await host.settle();
  gateway.request("a", "/", { method: "DELETE" });
  await host.settle();
  assertEquals(gateway.eventNames("a"), ["running", "intent sleep", "intent stop"]);
});

Deno.test("alarm runs at its time while the actor is awake, then is cleared", async () => {
  const ran: number[] = [];
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({ alarms: 0 }),
    start: (actor) => actor.setAlarm(actor.now() + 500),
    alarm(actor) {
      ran.push(actor.now());
      assertEquals(actor.alarm, null);
      actor.state.alarms++;
    },
  }));
  assertEquals(gateway.events("a"), [{ kind: "running" }, {
    kind: "setAlarm",
    alarmTs: 1_700_000_000_500n,
  }]);
  await host.advance(499);
  assertEquals(ran, []);
  await host.advance(1);
  assertEquals(ran, [1_700_000_000_500]);
  assertEquals(gateway.events("a").at(-1), { kind: "setAlarm", alarmTs: null });
});

Deno.test("alarm is told only when it is durable", async () => {
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({}),
    fetch(actor) {
      actor.setAlarm(5_000_000_000_000);
      return new Response();
    },
  }));
  gateway.kvMode = "hold";
  gateway.request("a");
  await host.settle();
  assertEquals(gateway.eventNames("a"), ["running"]);
  gateway.answerKv();
  await host.settle();
  assertEquals(gateway.eventNames("a"), ["running", "setAlarm"]);
});

Deno.test("alarm survives sleep: told again at the start, and run at once when it is due", async () => {
  let ran = 0;
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({}),
    alarm: () => void ran++,
    fetch(actor) {
      actor.setAlarm(new Date(actor.now() + 60_000));
      return new Response();
    },
  }));
  gateway.request("a");
  await host.settle();
  await gateway.sleepAndWake("a", "it");
  assertEquals(gateway.eventNames("a").slice(-2), ["running", "setAlarm"]);
  await gateway.stop("a");
  await host.advance(60_000);
  assertEquals(ran, 0);
  await gateway.start("a", { name: "it" });
  await host.advance(0);
  assertEquals(ran, 1);
  assertEquals(gateway.events("a").at(-1), { kind: "setAlarm", alarmTs: null });
  // Told once more at the next start, in case that word got lost; then there is nothing to run.
  await gateway.sleepAndWake("a", "it");
  await host.advance(1_000);
  assertEquals(ran, 1);
});

Deno.test("alarm whose commit fails runs again in the next life", async () => {
  let ran = 0;
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({ n: 0 }),
    start(actor) {
      if (actor.state.n === 0 && actor.alarm === null) actor.setAlarm(actor.now() + 10);
    },
    alarm(actor) {
      ran++;
      actor.state.n++;
    },
  }));
  gateway.kvMode = "hold";
  await host.advance(10);
  gateway.answerKv(1, "kv.failed: no");
  await host.settle();
  assertEquals([ran, gateway.eventNames("a").at(-1)], [1, "stopped error"]);
  gateway.kvMode = "answer";
  await gateway.start("a", { name: "it" });
  await host.advance(0);
  assertEquals(ran, 2);
});

Deno.test("setAlarm() refuses what is no time", async () => {
  const { gateway, host, log } = await worldOf(defineActor({
    fetch(actor, { url }) {
      actor.setAlarm(url.endsWith("nan") ? NaN : new Date("nonsense"));
      return new Response();
    },
  }));
  for (const path of ["/nan", "/date"]) gateway.request("a", path);
  await host.settle();
  assertEquals(log.errors.map(({ error }) => (error as { code: string }).code), [
    "actor.alarm_invalid",
    "actor.alarm_invalid",
  ]);
});

Deno.test("runner tells of an actor's end behind what it said before, across a cut as well", async () => {
  const stopping = Promise.withResolvers<void>();
  const { gateway, host } = await runnerWorld({
    room: defineActor({
      websocket: { hibernate: true },
      stop: async (actor) => {
        await stopping.promise;
        actor.broadcast("last words");
      },
    }),
  });
  await gateway.start("a", { name: "room" });
  await gateway.open("a");
  await gateway.stop("a");
  gateway.cut();
  stopping.resolve();
  await host.settle();
  const before = gateway.heard.length;
  await host.advance(200);
  assertEquals(
    gateway.heard.slice(before).map((it) => it.kind === "tunnel" ? it.body.kind : it.kind),
    ["init", "webSocketMessage", "events"],
  );
});
