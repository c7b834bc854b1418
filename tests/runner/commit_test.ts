import { assert, assertEquals } from "@std/assert";
import { type ActorDefinition, type ActorSocket, defineActor } from "../../lib/actor/mod.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { nameOf, runnerWorld } from "../support/fake_gateway.ts";
import { actors } from "../../actors/mod.ts";

async function worldOf(definition: ActorDefinition, options: Partial<RunnerOptions> = {}) {
  const world = await runnerWorld({ it: definition }, options);
  await world.gateway.start("a", { name: "it" });
  return world;
}

/** Keys of the puts so far, without the value of the first commit of a new actor. */
const puts = (world: Awaited<ReturnType<typeof worldOf>>) =>
  world.gateway.kvRequests("put").map((put) => put.kind === "put" ? put.keys.map(nameOf) : []);

/** Lets the store answer, where it waits to be told, until it is asked no more. */
async function answered({ host, gateway }: Awaited<ReturnType<typeof worldOf>>): Promise<void> {
  await host.settle();
  while (gateway.heldKv > 0) {
    gateway.answerKv();
    await host.settle();
  }
}

Deno.test("commit puts state and index in one write, then answers, then acks", async () => {
  const world = await worldOf(actors.counter!);
  const { gateway, host } = world;
  const client = await gateway.open("a");
  const before = puts(world).length;
  gateway.kvMode = "hold";
  client.send("inc");
  await host.settle();
  assertEquals(puts(world).slice(before), [["0068", "007300", "0077676174650000" + "0001"]]);
  assertEquals([client.acks(), client.texts()], [[], []]);
  gateway.answerKv();
  await host.settle();
  assertEquals(client.kinds().slice(1), ["webSocketMessage", "webSocketMessageAck"]);
});

Deno.test("commit of one turn takes all its messages, with one ack for each socket", async () => {
  const world = await worldOf(actors.counter!);
  const { gateway, host } = world;
  const clients = [await gateway.open("a"), await gateway.open("a")];
  const before = puts(world).length;
  for (let i = 0; i < 10; i++) for (const client of clients) client.send("inc");
  await host.settle();
  assertEquals(puts(world).length - before, 1);
  assertEquals(clients.map((client) => client.acks()), [[10], [10]]);
});

Deno.test("commit is one at a time; what is handled meanwhile goes into the next", async () => {
  const world = await worldOf(actors.counter!);
  const { gateway, host } = world;
  const client = await gateway.open("a");
  gateway.kvMode = "hold";
  client.send("inc");
  await host.settle();
  client.send("inc");
  client.send("inc");
  await host.settle();
  assertEquals(gateway.heldKv, 1);
  gateway.answerKv(1);
  await host.settle();
  assertEquals([client.acks(), client.texts(), gateway.heldKv], [[1], ['{"count":1}'], 1]);
  gateway.answerKv(1);
  await host.settle();
  assertEquals([client.acks(), client.texts().length, gateway.heldKv], [[1, 3], 3, 0]);
});

Deno.test("commit costs no write when neither state nor index has changed", async () => {
  const world = await worldOf(actors.counter!);
  const { gateway, host } = world;
  const plain = await gateway.open("a", "/?hibernate=0");
  const before = puts(world).length;
  plain.send("get");
  const request = gateway.request("a");
  await host.settle();
  assertEquals(plain.texts(), ['{"count":0}']);
  assertEquals(gateway.answer(request)?.text, '{"count":0}');
  assertEquals(puts(world).length, before);
});

Deno.test("stateless actor writes a socket's record at its open, and nothing for its messages", async () => {
  const world = await worldOf(actors.echo!);
  const { gateway, host } = world;
  gateway.kvMode = "hold";
  const client = await gateway.open("a");
  assertEquals([client.kinds(), gateway.heldKv], [[], 1]);
  gateway.answerKv();
  await host.settle();
  assertEquals(client.kinds(), ["webSocketOpen"]);
  for (let i = 0; i < 5; i++) client.send(String(i));
  await host.settle();
  assertEquals([client.texts().length, client.acks(), gateway.heldKv], [5, [5], 0]);
});

Deno.test("actor with more sockets than a put has keys opens, hears and closes all of them", async () => {
  for (const [slow, state] of [[false], [true], [false, () => ({})], [true, () => ({})]] as const) {
    const world = await worldOf(defineActor({
      ...(state !== undefined && { state }),
      websocket: {
        hibernate: true,
        message(actor, socket, data) {
          if (data === "all") { for (const each of actor.sockets) each.close(1000, ""); }
          else socket.send(data);
        },
      },
    }));
    const { gateway, host } = world;
    if (slow) gateway.kvMode = "hold";
    const opening = Promise.all(Array.from({ length: 400 }, () => gateway.open("a")));
    await answered(world);
    const clients = await opening;
    for (const client of clients) client.send("x");
    await answered(world);
    assertEquals(new Set(clients.map((client) => client.texts().join())), new Set(["x"]));
    clients[0]!.send("all");
    await answered(world);
    assert(clients.every((client) => client.isClosed));
    assert(puts(world).every((keys) => keys.length <= 128));
    await host.settle();
    assertEquals(world.log.of("stopped"), []);
  }
});

Deno.test("commit waits for the end of a handler that awaits", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const world = await worldOf(defineActor({
    state: () => ({ half: 0, whole: 0 }),
    fetch: () => new Response("beside"),
    websocket: {
      hibernate: true,
      async message(actor, socket) {
        actor.state.half++;
        socket.send("begun");
        await promise;
        actor.state.whole++;
      },
    },
  }));
  const { gateway, host } = world;
  const client = await gateway.open("a");
  const before = puts(world).length;
  client.send("go");
  const request = gateway.request("a");
  await host.advance(1_000);
  assertEquals([puts(world).length - before, client.texts()], [0, []]);
  assertEquals(gateway.answer(request), undefined);
  resolve();
  await host.settle();
  assertEquals([puts(world).length - before, client.texts()], [1, ["begun"]]);
  assertEquals(gateway.answer(request)?.text, "beside");
});

Deno.test("commit happens between two awaited handlers that leave no turn between", async () => {
  const world = await worldOf(defineActor({
    state: () => ({ n: 0 }),
    websocket: {
      hibernate: true,
      async message(actor) {
        await undefined;
        actor.state.n++;
        await undefined;
      },
    },
  }));
  const { gateway, host } = world;
  const client = await gateway.open("a");
  for (let i = 0; i < 200; i++) client.send("x");
  await host.settle();
  assertEquals(client.acks().length > 1, true);
  await host.advance(1);
  while (client.pending.length > 0) await host.settle();
  assertEquals(client.acks().at(-1), 200);
});

Deno.test("failed commit crashes the actor: nothing held is seen, nothing is acked", async () => {
  const world = await worldOf(actors.counter!);
  const { gateway, host, log, runner } = world;
  const client = await gateway.open("a");
  const plain = await gateway.open("a", "/?hibernate=0");
  gateway.kvMode = "hold";
  client.send("inc");
  plain.send("inc");
  await host.settle();
  gateway.answerKv(1, "kv.actor_full: The actor is full");
  await host.settle();
  assertEquals([client.kinds(), client.isClosed], [["webSocketOpen"], false]);
  assertEquals(plain.closeHeard, { code: 1011, reason: "actor.crashed" });
  assertEquals(gateway.events("a").at(-1), {
    kind: "stopped",
    code: "error",
    message: "kv.actor_full: The actor is full",
  });
  assertEquals(log.of("commitFailed"), ["commitFailed a kv.actor_full: The actor is full"]);
  assertEquals([log.lost, runner.view().actors], [2, []]);

  // Its next life: the message comes again and counts once.
  gateway.kvMode = "answer";
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  gateway.replay();
  await host.settle();
  assertEquals([client.texts(), client.acks()], [['{"count":1}'], [1]]);
});

Deno.test("commit without an answer crashes the actor after kvTimeoutMs", async () => {
  const { gateway, host } = await worldOf(actors.counter!, { kvTimeoutMs: 2_000 });
  const client = await gateway.open("a");
  gateway.kvMode = "drop";
  client.send("inc");
  await host.advance(1_999);
  assertEquals(gateway.eventNames("a"), ["running"]);
  await host.advance(1);
  assertEquals(gateway.eventNames("a"), ["running", "stopped error"]);
});

Deno.test("commit that a cut interrupts is sent again, and acked on the new tunnel", async () => {
  const { gateway, host } = await worldOf(actors.counter!);
  const client = await gateway.open("a");
  gateway.kvMode = "hold";
  client.send("inc");
  await host.settle();
  gateway.kvMode = "answer";
  gateway.cut();
  await host.advance(200);
  assertEquals([client.texts(), client.acks()], [['{"count":1}'], [1]]);
});

Deno.test("state is kept up to its limit; beyond, the actor crashes and nothing is written", async () => {
  const overhead = JSON.stringify([{ text: 1 }, ""]).length;
  const definition = defineActor({
    state: () => ({ text: "" }),
    websocket: {
      hibernate: true,
      message(actor, _socket, data) {
        actor.state.text = "x".repeat(Number(data));
      },
    },
  });
  for (const stateBytes of [1_000, 2_000_000]) {
    for (const [bytes, isKept] of [[-1, true], [0, true], [1, false]] as const) {
      const { gateway, host, log } = await worldOf(definition, { stateBytes });
      const client = await gateway.open("a");
      const kept = gateway.kv.keys("a");
      client.send(String(stateBytes - overhead + bytes));
      await host.settle();
      assertEquals(client.acks(), isKept ? [1] : []);
      if (isKept) {
        await gateway.sleepAndWake("a", "it");
        assertEquals(gateway.eventNames("a").at(-1), "running");
        continue;
      }
      assertEquals(gateway.events("a").at(-1), {
        kind: "stopped",
        code: "error",
        message: `actor.state_too_large: The state has ${
          stateBytes + 1
        } bytes serialised, at most stateBytes=${stateBytes} are allowed`,
      });
      assertEquals(log.of("limit"), [`limit stateBytes ${stateBytes}`]);
      assertEquals(gateway.kv.keys("a"), kept);
    }
  }
});

Deno.test("commit removes the parts of a state that has become smaller", async () => {
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({ text: "x".repeat(400_000) }),
    websocket: {
      hibernate: true,
      message: (actor) => void (actor.state.text = "small"),
    },
  }));
  const client = await gateway.open("a");
  assertEquals(gateway.kv.keys("a").filter((key) => key.startsWith("0073")).length, 4);
  client.send("shrink");
  await host.settle();
  assertEquals(gateway.kv.keys("a").filter((key) => key.startsWith("0073")), ["007300"]);
  await gateway.sleepAndWake("a", "it");
  assertEquals(gateway.eventNames("a").at(-1), "running");
});

Deno.test("state that cannot be serialised crashes the actor", async () => {
  const { gateway, host } = await worldOf(defineActor({
    state: (): { value: unknown } => ({ value: 1 }),
    websocket: { hibernate: true, message: (actor) => void (actor.state.value = () => 1) },
  }));
  const client = await gateway.open("a");
  client.send("go");
  await host.settle();
  assertEquals(gateway.events("a").at(-1), {
    kind: "stopped",
    code: "error",
    message:
      "actor.state_not_serializable: The state cannot be kept: Cannot stringify a function at state.value",
  });
  assertEquals(client.acks(), []);
});

Deno.test("mailbox waits for the commit when socketsPerCommit have changed", async () => {
  const { gateway, host, runner } = await worldOf(actors.counter!, { socketsPerCommit: 2 });
  const clients = [];
  for (let i = 0; i < 5; i++) clients.push(await gateway.open("a"));
  gateway.kvMode = "hold";
  for (const client of clients) client.send("inc");
  await host.settle();
  // Two are in the commit under way, two wait for the next one, the fifth is not handled.
  assertEquals(runner.view().actors[0]!.mailbox, 1);
  gateway.answerKv();
  await host.settle();
  assertEquals([clients.map((c) => c.acks().length), runner.view().actors[0]!.mailbox], [
    [1, 1, 0, 0, 0],
    0,
  ]);
  gateway.answerKv();
  await host.settle();
  gateway.answerKv();
  await host.settle();
  assertEquals(
    clients.map((client) => client.texts().at(-1)),
    [1, 2, 3, 4, 5].map((n) => `{"count":${n}}`),
  );
  for (const put of gateway.kvRequests("put")) {
    if (put.kind === "put") assertEquals(put.keys.length <= 6, true);
  }
});

Deno.test("commit of many sockets' attachments and closes stays within the limits of a put", async () => {
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({ n: 0 }),
    websocket: {
      hibernate: true,
      message(actor, _socket, data) {
        actor.state.n++;
        for (const socket of actor.sockets) {
          if (data === "close") socket.close(4000, "all");
          else socket.attachment = "x".repeat(20_000);
        }
      },
    },
  }));
  const clients = [];
  for (let i = 0; i < 150; i++) clients.push(await gateway.open("a"));
  clients.at(-1)!.send("mark");
  await host.settle();
  clients.at(-1)!.send("close");
  await host.settle();
  // The last of them: its index is not what comes first.
  const sender = "0077" + "67617465" + "00000096";
  let puts = 0;
  let heads = 0;
  for (const put of gateway.kvRequests("put")) {
    if (put.kind !== "put") continue;
    puts++;
    // The state that has seen the sender's message is never without its index.
    const names = put.keys.map(nameOf);
    if (names.includes("0068") && ++heads > 1) assertEquals(names.includes(sender), true);
    assertEquals(put.keys.length <= 128, true);
    const bytes = [...put.keys, ...put.values].reduce((sum, { length }) => sum + length, 0);
    assertEquals(bytes <= 976 * 1024, true);
  }
  assertEquals(puts > 150 + 4, true);
  assertEquals(clients.every((client) => client.closeHeard?.code === 4000), true);
  assertEquals(gateway.kv.keys("a"), ["0068", "007300"]);
});

Deno.test("output gate holds up to its limits; beyond, the socket that says more is closed", async () => {
  for (
    const [options, limit, held] of [
      [{ gateMessages: 3 }, "gateMessages=3", 3],
      [{ gateBytes: 6 }, "gateBytes=6", 3],
    ] as const
  ) {
    const { gateway, host, log } = await worldOf(
      defineActor({
        state: () => 0,
        websocket: {
          hibernate: true,
          message(_actor, socket, data) {
            for (let i = 0; i < Number(data); i++) socket.send("ab");
          },
        },
      }),
      options,
    );
    const client = await gateway.open("a");
    client.send(String(held));
    await host.settle();
    assertEquals([client.texts().length, client.isClosed], [held, false]);
    client.send(String(held + 1));
    await host.settle();
    assertEquals(client.closeHeard, { code: 1013, reason: `actor.output_limit_reached#${limit}` });
    assertEquals([client.texts().length, log.lost, log.of("limit").length], [held * 2, 1, 1]);
  }
});

Deno.test("messages kept during a cut go out after it, up to the limit", async () => {
  const sockets: ActorSocket[] = [];
  const { gateway, host, log } = await worldOf(
    defineActor({
      websocket: { hibernate: true, open: (_actor, socket) => void sockets.push(socket) },
    }),
    { reconnectMessages: 5 },
  );
  const [few, many] = [await gateway.open("a"), await gateway.open("a")];
  gateway.cut();
  await host.settle();
  for (const text of ["0", "1"]) sockets[0]!.send(text);
  for (const text of ["0", "1", "2", "3", "4"]) sockets[1]!.send(text);
  await host.advance(1_000);
  assertEquals([few.texts(), few.isClosed], [["0", "1"], false]);
  assertEquals(many.texts(), ["0", "1", "2"]);
  assertEquals(many.closeHeard, {
    code: 1013,
    reason: "actor.output_limit_reached#reconnectMessages=5",
  });
  assertEquals([log.lost, log.of("limit")], [2, ["limit reconnectMessages 5"]]);
});
