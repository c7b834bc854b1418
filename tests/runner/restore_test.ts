import { assertEquals } from "@std/assert";
import { type ActorDefinition, type ActorSocket, defineActor } from "../../lib/actor/mod.ts";
import { actors } from "../../actors/mod.ts";
import { requestId } from "../../lib/protocol/mod.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { HEADER_KEY } from "../../lib/kept/records.ts";
import { GATEWAY, runnerWorld } from "../support/fake_gateway.ts";

async function worldOf(definition: ActorDefinition, options: Partial<RunnerOptions> = {}) {
  const world = await runnerWorld({ it: definition }, options);
  await world.gateway.start("a", { name: "it" });
  return world;
}

Deno.test("restored socket has its path, its attachment and its index, and no second open", async () => {
  const log: string[] = [];
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({}),
    websocket: {
      hibernate: true,
      open(_actor, socket) {
        log.push("open");
        socket.attachment = { name: "Ada", since: new Date(7) };
      },
      message(_actor, socket, data) {
        log.push(`${data} ${socket.path} ${JSON.stringify(socket.attachment)} ${socket.id}`);
      },
    },
  }));
  const client = await gateway.open("a", "/room?x=1");
  client.send("one");
  await gateway.sleepAndWake("a", "it");
  client.send("two");
  await host.settle();
  const told = `/room?x=1 {"name":"Ada","since":"1970-01-01T00:00:00.007Z"} 6761746500000001`;
  assertEquals(log, ["open", `one ${told}`, `two ${told}`]);
  assertEquals([client.acks(), client.pending.length], [[1, 2], 0]);
});

Deno.test("socket that only the gateway knows is closed with ws.meta_not_found_during_restore", async () => {
  const { gateway } = await runnerWorld(actors);
  const ghost = requestId(99);
  await gateway.start("a", {
    name: "counter",
    hibernating: [{ gatewayId: GATEWAY, requestId: ghost }],
  });
  assertEquals(gateway.said(ghost), [{
    kind: "webSocketClose",
    code: 1000,
    reason: "ws.meta_not_found_during_restore",
    hibernate: false,
  }]);
  assertEquals(gateway.eventNames("a"), ["running"]);
});

Deno.test("socket that only the actor knows is forgotten, with its close handler run", async () => {
  const log: string[] = [];
  const { gateway, runner, host } = await worldOf(defineActor({
    state: () => ({}),
    start: () => void log.push("start"),
    websocket: {
      hibernate: true,
      close: (actor, socket, code) =>
        void log.push(`close ${code} ${socket.path} ${actor.sockets.size}`),
    },
  }));
  const gone = await gateway.open("a", "/gone");
  const stays = await gateway.open("a", "/stays");
  await gateway.stop("a");
  await gateway.start("a", {
    name: "it",
    hibernating: [{ gatewayId: GATEWAY, requestId: stays.requestId }],
  });
  assertEquals(log, ["start", "start", "close 1006 /gone 1"]);
  assertEquals(gone.kinds(), ["webSocketOpen"]);
  assertEquals(runner.view().sockets.map((socket) => socket.requestId), [stays.requestId]);
  await gateway.sleepAndWake("a", "it");
  await host.settle();
  assertEquals(log, ["start", "start", "close 1006 /gone 1", "start"]);
});

Deno.test("stateless actor takes the first index that comes after a wake", async () => {
  const { gateway, host } = await worldOf(actors.echo!);
  const client = await gateway.open("a");
  for (const text of ["1", "2", "3"]) client.send(text);
  await host.settle();
  await gateway.sleepAndWake("a", "it");
  client.send("4");
  await host.settle();
  assertEquals([client.texts(), client.acks()], [["1", "2", "3", "4"], [3, 4]]);
});

Deno.test("messages that come while the actor loads wait for it", async () => {
  const { gateway, host, runner } = await worldOf(actors.counter!);
  const client = await gateway.open("a");
  client.send("inc");
  await gateway.stop("a");
  gateway.kvMode = "hold";
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  client.send("inc");
  client.send("inc");
  const request = gateway.request("a");
  const other = await gateway.open("a");
  await host.settle();
  assertEquals(runner.view().actors[0]!.phase, "starting");
  gateway.kvMode = "answer";
  gateway.answerKv();
  await host.settle();
  assertEquals(client.texts().slice(1), ['{"count":2}', '{"count":3}']);
  assertEquals(gateway.answer(request)?.status, 200);
  assertEquals([client.acks(), other.kinds()], [[1, 3], ["webSocketOpen"]]);
});

Deno.test("messages that come during the start handler wait for its end", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const log: string[] = [];
  const { gateway, host } = await runnerWorld({
    it: defineActor({
      state: () => ({}),
      async start() {
        await promise;
        log.push("started");
      },
      websocket: { open: () => void log.push("open") },
    }),
  });
  await gateway.start("a", { name: "it" });
  const client = await gateway.open("a");
  assertEquals([log, gateway.eventNames("a"), client.kinds()], [[], [], []]);
  resolve();
  await host.settle();
  assertEquals([log, gateway.eventNames("a")], [["started", "open"], ["running"]]);
});

Deno.test("state is made once, from the actor's identity", async () => {
  let made = 0;
  const definition = defineActor({
    state: (actor) => ({ made: ++made, by: `${actor.name} ${actor.key} ${actor.input?.join()}` }),
    fetch: (actor) => Response.json(actor.state),
  });
  const { gateway, host } = await runnerWorld({ it: definition });
  await gateway.start("a", { name: "it", key: "k", input: Uint8Array.of(1, 2) });
  await gateway.sleepAndWake("a", "it");
  const request = gateway.request("a");
  await host.settle();
  assertEquals(gateway.answer(request)?.text, '{"made":1,"by":"it k 1,2"}');
});

Deno.test("unknown actor name is told as a failure that names it", async () => {
  const { gateway } = await runnerWorld({});
  await gateway.start("a", { name: "ghost" });
  assertEquals(gateway.events("a"), [{
    kind: "stopped",
    code: "error",
    message: "No such actor definition: ghost",
  }]);
});

Deno.test("throwing start handler, state function and corrupt state fail the actor", async () => {
  const oops = (): never => {
    throw new Error("oops");
  };
  for (const definition of [defineActor({ start: oops }), defineActor({ state: oops })]) {
    const { gateway, runner, host, log } = await worldOf(definition);
    assertEquals(gateway.events("a"), [{ kind: "stopped", code: "error", message: "oops" }]);
    // The author's own error is told whole: its stack says where.
    assertEquals(log.causes.map((cause) => cause?.message), ["oops"]);
    assertEquals([runner.view().actors, host.timers > 2], [[], false]);
  }
  const { gateway, log } = await runnerWorld(actors);
  gateway.kv.set(
    "a",
    HEADER_KEY,
    new TextEncoder().encode('{"revision":1,"parts":1,"stateBytes":4}'),
  );
  await gateway.start("a", { name: "counter" });
  assertEquals(gateway.events("a"), [{
    kind: "stopped",
    code: "error",
    message: "actor.state_corrupt: The kept state is not whole: part 0 is missing",
  }]);
  assertEquals(log.causes, [undefined]);
});

Deno.test("snapshot of more sockets than one list brings is read in several", async () => {
  const { gateway } = await worldOf(actors.echo!);
  const clients = [];
  for (let i = 0; i < 20; i++) clients.push(await gateway.open("a"));
  await gateway.stop("a");
  // A store that refuses long answers: the runner asks for shorter ones.
  let refused = 0;
  gateway.kvMode = (request, actor) => {
    if (request.kind === "list" && request.limit! > 10n) {
      refused++;
      return { kind: "error", message: "kv.list_too_large: The list holds too much" };
    }
    return gateway.kv.apply(actor, request);
  };
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  for (const client of clients) client.send("x");
  await gateway.host.settle();
  assertEquals(refused > 0, true);
  assertEquals(clients.every((client) => client.texts()[0] === "x"), true);
});

Deno.test("attachment is kept up to its limit, and refused beyond without harm", async () => {
  let socket: ActorSocket | undefined;
  const world = await runnerWorld({
    it: defineActor({
      state: () => ({}),
      websocket: { hibernate: true, open: (_a, s) => void (socket = s) },
    }),
  }, { attachmentBytes: 20 });
  await world.gateway.start("a", { name: "it" });
  await world.gateway.open("a", "/");
  const errors: string[] = [];
  for (const length of [13, 14, 15, 16]) {
    try {
      socket!.attachment = "x".repeat(length);
    } catch (error) {
      errors.push(`${length} ${error instanceof Error && "code" in error ? error.code : error}`);
    }
  }
  // The path has a byte, and devalue's text of a string is four longer than the string.
  assertEquals(errors, ["16 socket.attachment_too_large"]);
  assertEquals(socket!.attachment, "x".repeat(15));
  try {
    socket!.attachment = () => 1;
  } catch (error) {
    errors.push(error instanceof Error && "code" in error ? String(error.code) : "");
  }
  assertEquals(errors[1], "socket.attachment_not_serializable");
});

Deno.test("messages keep their order over loading and an awaited start handler", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let starts = 0;
  const { gateway, host } = await worldOf(defineActor({
    state: () => ({}),
    start: () => starts++ === 0 ? undefined : promise,
    websocket: { hibernate: true, message: (_actor, socket, data) => socket.send(data) },
  }));
  const client = await gateway.open("a");
  await gateway.stop("a");
  gateway.kvMode = "hold";
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  client.send("1");
  await host.settle();
  gateway.kvMode = "answer";
  gateway.answerKv();
  await host.settle();
  // Loaded, and its start handler is half way.
  client.send("2");
  await host.settle();
  assertEquals(client.texts(), []);
  resolve();
  await host.settle();
  assertEquals([client.texts(), client.acks(), client.isClosed], [["1", "2"], [2], false]);
});

Deno.test("close that finds its socket not opened yet runs no handler", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const log: string[] = [];
  const { gateway, host } = await runnerWorld({
    it: defineActor({
      start: () => promise,
      websocket: {
        open: () => void log.push("open"),
        close: () => void log.push("close"),
      },
    }),
  });
  await gateway.start("a", { name: "it" });
  await gateway.open("a");
  gateway.cut();
  await host.advance(200);
  resolve();
  await host.settle();
  assertEquals(log, []);
});

for (const [limit, value] of [["mailboxMessages", 2], ["mailboxBytes", 6]] as const) {
  Deno.test(`frames before their socket is restored are kept up to ${limit}; beyond, it is closed for the gap`, async () => {
    const heard: unknown[] = [];
    const { gateway, host, log } = await worldOf(
      defineActor({
        state: () => ({}),
        websocket: { hibernate: true, message: (_actor, _socket, data) => void heard.push(data) },
      }),
      { [limit]: value },
    );
    const client = await gateway.open("a");
    await gateway.stop("a");
    gateway.kvMode = "hold";
    await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
    for (const text of ["one", "two"]) client.send(text);
    await host.settle();
    assertEquals(log.of("limit"), []);
    client.send("3");
    await host.settle();
    assertEquals(log.of("limit"), [`limit ${limit} ${value}`]);
    gateway.kvMode = "answer";
    gateway.answerKv();
    await host.settle();
    assertEquals([heard, client.isClosed], [["one", "two"], false]);
    client.send("four");
    await host.settle();
    assertEquals(heard, ["one", "two"]);
    assertEquals(client.closeHeard, { code: 1008, reason: "ws.message_index_skip" });
  });
}
