/** What an actor says, and when it leaves: with its commit, or at once where its author wants it. */
import { assertEquals, assertThrows } from "@std/assert";
import {
  type ActorDefinition,
  ActorError,
  type ActorOutput,
  type ActorSocket,
  defineActor,
} from "../../lib/actor/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { actorId } from "../../lib/protocol/mod.ts";
import { createRunner, type RunnerOptions } from "../../lib/runner/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

/** Counts what it gets and says so; `bye` closes its socket, `all` tells every other one first. */
function counter(output?: ActorOutput, sockets: ActorSocket[] = []): ActorDefinition {
  return defineActor({
    state: () => ({ count: 0 }),
    ...(output !== undefined && { output }),
    fetch: (actor) => Response.json(++actor.state.count),
    websocket: {
      hibernate: ({ path }) => path !== "/plain",
      open(actor, socket) {
        sockets.push(socket);
        actor.state.count++;
        socket.send("welcome");
      },
      message(actor, socket, data) {
        actor.state.count++;
        if (data === "bye") return socket.close(4000, "bye");
        if (data === "all") actor.broadcast("all", socket);
        socket.send(`${actor.state.count}`);
      },
    },
  }) as ActorDefinition;
}

async function worldOf(definition: ActorDefinition, options: Partial<RunnerOptions> = {}) {
  const world = await runnerWorld({ it: definition }, options);
  await world.gateway.start("a", { name: "it" });
  return world;
}

Deno.test("output waits for the commit when a definition says nothing, or committed", async () => {
  for (const output of [undefined, "committed"] as const) {
    const { gateway, host } = await worldOf(counter(output));
    const [client, plain] = [await gateway.open("a"), await gateway.open("a", "/plain")];
    gateway.kvMode = "hold";
    client.send("x");
    plain.send("x");
    const request = gateway.request("a");
    await host.settle();
    assertEquals([client.texts(), plain.texts()], [["welcome"], ["welcome"]]);
    assertEquals(gateway.answer(request), undefined);
    gateway.answerKv();
    await host.settle();
    assertEquals(client.texts().length, 2);
  }
});

Deno.test("immediate output leaves before the commit, and the ack after it", async () => {
  const { gateway, host } = await worldOf(counter("immediate"));
  const [client, plain] = [await gateway.open("a"), await gateway.open("a", "/plain")];
  gateway.kvMode = "hold";
  client.send("x");
  plain.send("x");
  const request = gateway.request("a");
  await host.settle();
  assertEquals([client.texts(), plain.texts()], [["welcome", "3"], ["welcome", "4"]]);
  assertEquals(gateway.answer(request)?.text, "5");
  assertEquals(client.acks(), []);
  gateway.answerKv();
  await host.settle();
  gateway.answerKv();
  await host.settle();
  assertEquals([client.acks(), client.texts().length], [[1], 2]);
});

Deno.test("crash between immediate output and its commit takes the effect back: the answer comes twice", async () => {
  const { gateway, host, log } = await worldOf(counter("immediate"));
  const client = await gateway.open("a");
  gateway.kvMode = "hold";
  client.send("x");
  await host.settle();
  assertEquals(client.texts(), ["welcome", "2"]);
  gateway.answerKv(1, "kv.actor_full: The actor is full");
  await host.settle();
  assertEquals([client.acks(), client.isClosed, log.lost], [[], false, 0]);
  gateway.kvMode = "answer";
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  gateway.replay();
  await host.settle();
  assertEquals([client.texts(), client.acks()], [["welcome", "2", "2"], [1]]);
});

Deno.test("immediate output: the answer that opens a hibernatable socket waits for its record", async () => {
  const sockets: ActorSocket[] = [];
  const { gateway, host } = await worldOf(counter("immediate", sockets));
  const other = await gateway.open("a");
  gateway.kvMode = "hold";
  const client = await gateway.open("a");
  const plain = await gateway.open("a", "/plain");
  assertEquals(client.kinds(), []);
  assertEquals(plain.kinds(), ["webSocketOpen", "webSocketMessage"]);
  // Said while its record is being written, and then for the commit after that: in order.
  other.send("all");
  await host.settle();
  sockets[1]!.send("last");
  assertEquals([client.kinds(), plain.texts()], [[], ["welcome", "all"]]);
  gateway.answerKv(1);
  await host.settle();
  assertEquals(client.kinds()[0], "webSocketOpen");
  assertEquals(client.texts(), ["welcome", "all", "last"]);
  // From then on it waits for nothing, although the next commit is under way.
  assertEquals(gateway.heldKv, 1);
  sockets[1]!.send("now");
  await host.settle();
  assertEquals(client.texts().at(-1), "now");
});

Deno.test("immediate output: what a socket says before its open is sealed goes out behind it", async () => {
  const sockets: ActorSocket[] = [];
  const { gateway, host } = await worldOf(counter("immediate", sockets));
  const other = await gateway.open("a");
  gateway.kvMode = "hold";
  other.send("x");
  await host.settle();
  // A commit is under way that does not cover the new socket.
  const client = await gateway.open("a");
  sockets[1]!.send("more");
  gateway.answerKv(1);
  await host.settle();
  assertEquals([client.kinds(), gateway.heldKv], [[], 1]);
  gateway.answerKv(1);
  await host.settle();
  assertEquals(client.kinds().slice(0, 1), ["webSocketOpen"]);
  assertEquals(client.texts(), ["welcome", "more"]);
});

Deno.test("immediate output: an open that comes again while the first waits is answered in order, too", async () => {
  const sockets: ActorSocket[] = [];
  const { gateway, host } = await worldOf(counter("immediate", sockets));
  gateway.kvMode = "hold";
  const client = await gateway.open("a");
  gateway.tunnel(client.requestId, 0, {
    kind: "webSocketOpen",
    actorId: actorId("a"),
    path: "/",
    headers: new Map(),
  });
  await host.settle();
  gateway.answerKv(1);
  await host.settle();
  sockets[0]!.send("behind");
  gateway.answerKv();
  await host.settle();
  const [open, message] = ["webSocketOpen", "webSocketMessage"];
  assertEquals(client.kinds().filter((kind) => kind !== "webSocketMessageAck"), [
    open,
    message,
    open,
    message,
  ]);
});

Deno.test("immediate output: the close of a hibernatable socket waits for the state, a plain one's does not", async () => {
  const { gateway, host } = await worldOf(counter("immediate"));
  const [client, plain] = [await gateway.open("a"), await gateway.open("a", "/plain")];
  gateway.kvMode = "hold";
  client.send("x");
  client.send("bye");
  plain.send("bye");
  await host.settle();
  assertEquals([client.texts(), client.closeHeard], [["welcome", "3"], undefined]);
  assertEquals(plain.closeHeard, { code: 4000, reason: "bye" });
  // With the close the gateway would forget what is not acked: here it comes again.
  gateway.answerKv(1, "kv.actor_full: The actor is full");
  await host.settle();
  gateway.kvMode = "answer";
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  gateway.replay();
  await host.settle();
  assertEquals(client.closeHeard, { code: 4000, reason: "bye" });
});

Deno.test("immediate output of a timer is followed by a commit of what it changed", async () => {
  let say = (): void => {};
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({ count: 0 }),
    output: "immediate",
    websocket: {
      open(actor, socket) {
        say = () => socket.send(`${++actor.state.count}`);
      },
    },
  }));
  const client = await gateway.open("a");
  const before = gateway.kvRequests("put").length;
  say();
  assertEquals(gateway.kvRequests("put").length, before);
  await host.settle();
  assertEquals([client.texts(), gateway.kvRequests("put").length - before], [["1"], 1]);
});

Deno.test("immediate output of a stateless actor waits for no record of others", async () => {
  const { gateway, host } = await worldOf(defineActor({
    output: "immediate",
    websocket: { hibernate: true, message: (_actor, socket, data) => socket.send(data) },
  }));
  const client = await gateway.open("a");
  gateway.kvMode = "hold";
  const second = await gateway.open("a");
  client.send("x");
  await host.settle();
  assertEquals([client.texts(), second.kinds()], [["x"], []]);
});

Deno.test("immediate output that waits is within the gate's limits", async () => {
  const sockets: ActorSocket[] = [];
  const { gateway, host, log } = await worldOf(counter("immediate", sockets), { gateMessages: 3 });
  gateway.kvMode = "hold";
  const client = await gateway.open("a");
  sockets[0]!.send("third");
  assertEquals(log.of("limit"), []);
  sockets[0]!.send("fourth");
  assertEquals(log.of("limit"), ["limit gateMessages 3"]);
  gateway.kvMode = "answer";
  gateway.answerKv();
  await host.settle();
  assertEquals(client.texts(), ["welcome", "third"]);
  assertEquals(client.closeHeard?.reason, "actor.output_limit_reached#gateMessages=3");
});

Deno.test("createRunner() refuses a definition whose output is none", () => {
  const definition = { output: "sometimes" } as unknown as ActorDefinition;
  const error = assertThrows(
    () =>
      createRunner({
        connect: () => Promise.reject(new Error("It is not called")),
        definitions: { definition },
        host: new VirtualHost(),
        name: "test",
        totalSlots: 1,
      }),
    ActorError,
  );
  assertEquals(error.code, "actor.definition_invalid");
});
