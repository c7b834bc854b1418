import { assertEquals, assertThrows } from "@std/assert";
import { ActorError, type ActorSocket, defineActor } from "../../lib/actor/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";
import { actors } from "../../actors/mod.ts";
import { RUNNER_DEFAULTS } from "../../lib/runner/options.ts";
import {
  gatewayId,
  messageIndex,
  requestId,
  WEBSOCKET_MESSAGE_BYTES,
} from "../../lib/protocol/mod.ts";

/** Says what happens to it. */
function tattler() {
  const log: string[] = [];
  const sockets: ActorSocket[] = [];
  const definition = defineActor({
    state: () => ({ messages: 0 }),
    websocket: {
      hibernate: ({ path }) => !path.includes("plain"),
      open(_actor, socket, request) {
        sockets.push(socket);
        log.push(`open ${request.path} ${request.headers.get("x-test") ?? ""}`.trim());
      },
      message(actor, _socket, data) {
        actor.state.messages++;
        log.push(typeof data === "string" ? data : `bytes ${data.join()}`);
      },
      close: (_actor, _socket, code, reason) => void log.push(`close ${code} ${reason}`.trim()),
    },
  });
  return { log, sockets, definition };
}

async function worldOf(definition: Parameters<typeof runnerWorld>[0][string], options = {}) {
  const world = await runnerWorld({ it: definition }, options);
  await world.gateway.start("a", { name: "it" });
  return world;
}

Deno.test("socket.open gives the handler path and headers, and answers before what it sends", async () => {
  const { log, definition } = tattler();
  const { gateway } = await worldOf(defineActor({
    ...definition,
    websocket: {
      ...definition.websocket,
      open(actor, socket, request) {
        socket.send("hello");
        return definition.websocket!.open!(actor as never, socket, request);
      },
    },
  }));
  const client = await gateway.open("a", "/room?x=1", { headers: { "x-test": "yes" } });
  assertEquals(log, ["open /room?x=1 yes"]);
  assertEquals(client.kinds(), ["webSocketOpen", "webSocketMessage"]);
  assertEquals(client.canHibernate, true);
});

Deno.test("socket of a definition that says no cannot hibernate", async () => {
  const { gateway } = await worldOf(tattler().definition);
  const client = await gateway.open("a", "/plain");
  assertEquals(client.received, [{ kind: "webSocketOpen", canHibernate: false }]);
});

Deno.test("socket.message hands over text as a string and binary as bytes of its own", async () => {
  const seen: (string | Uint8Array)[] = [];
  const { gateway, host } = await worldOf(defineActor({
    websocket: { message: (_actor, _socket, data) => void seen.push(data) },
  }));
  const client = await gateway.open("a");
  client.send("é");
  client.send(Uint8Array.of(1, 2, 3));
  await host.settle();
  assertEquals(seen, ["é", Uint8Array.of(1, 2, 3)]);
  const bytes = seen[1] as Uint8Array;
  assertEquals([bytes.byteOffset, bytes.buffer.byteLength], [0, 3]);
});

Deno.test("socket.send() copies the bytes that it is given", async () => {
  const scratch = new Uint8Array(1);
  const { gateway, host } = await worldOf(defineActor({
    state: () => 0,
    websocket: {
      message(_actor, socket) {
        for (const value of [1, 2, 3]) {
          scratch[0] = value;
          socket.send(scratch);
        }
      },
    },
  }));
  const client = await gateway.open("a");
  client.send("go");
  await host.settle();
  const data = client.received.flatMap((b) => b.kind === "webSocketMessage" ? [...b.data] : []);
  assertEquals(data, [1, 2, 3]);
});

Deno.test("socket drops a committed duplicate and acks it again", async () => {
  const { log, definition } = tattler();
  const { gateway, host, log: told } = await worldOf(definition);
  const client = await gateway.open("a");
  client.send("one");
  client.send("two");
  await host.settle();
  client.sendAt(1, "one");
  client.sendAt(2, "two");
  await host.settle();
  assertEquals(log.slice(1), ["one", "two"]);
  assertEquals(client.acks(), [2, 2]);
  assertEquals(told.of("duplicate").length, 2);
});

Deno.test("socket drops a duplicate that is not committed yet, without an ack", async () => {
  const { log, definition } = tattler();
  const { gateway, host } = await worldOf(definition);
  const client = await gateway.open("a");
  gateway.kvMode = "hold";
  client.send("one");
  client.sendAt(1, "one");
  await host.settle();
  assertEquals([log.slice(1), client.acks()], [["one"], []]);
  gateway.answerKv();
  await host.settle();
  assertEquals(client.acks(), [1]);
});

Deno.test("socket is closed with 1008 at a gap, and nothing after it is handled", async () => {
  const { log, definition } = tattler();
  const { gateway, host, log: told } = await worldOf(definition);
  const client = await gateway.open("a");
  client.send("one");
  await host.settle();
  client.sendAt(3, "three");
  client.sendAt(2, "two");
  client.sendAt(3, "three");
  await host.settle();
  assertEquals(log.slice(1), ["one", "close 1008 ws.message_index_skip"]);
  assertEquals(client.closeHeard, { code: 1008, reason: "ws.message_index_skip" });
  assertEquals(told.of("skipped").length, 1);
});

Deno.test("socket goes over the wrap of its index in both directions", async () => {
  const { gateway, host } = await worldOf(actors.echo!);
  const client = await gateway.open("a", "/", { firstIndex: 65_533 });
  for (let i = 0; i < 6; i++) {
    client.send(String(i));
    await host.settle();
  }
  assertEquals(client.texts(), ["0", "1", "2", "3", "4", "5"]);
  assertEquals(client.acks(), [65_534, 65_535, 0, 1, 2, 3]);
});

Deno.test("socket numbers what it sends from 0, wrapping at 65 536", async () => {
  const { gateway, host } = await worldOf(defineActor({
    websocket: {
      message(_actor, socket) {
        for (let i = 0; i < 40_000; i++) socket.send("");
      },
    },
  }));
  const client = await gateway.open("a");
  client.send("go");
  client.send("go");
  await host.settle();
  const indexes = gateway.heard.flatMap((message) =>
    message.kind === "tunnel" ? [message.messageId.messageIndex as number] : []
  );
  assertEquals(indexes.length, 80_001);
  assertEquals(indexes.every((index, i) => index === i % 65_536), true);
});

Deno.test("plain socket's messages are not acked; a mismatch is counted and handled", async () => {
  const { log, definition } = tattler();
  const { gateway, host, log: told } = await worldOf(definition);
  const client = await gateway.open("a", "/plain");
  client.send("one");
  client.sendAt(5, "five");
  await host.settle();
  assertEquals(log.slice(1), ["one", "five"]);
  assertEquals([client.acks(), told.of("skipped").length], [[], 1]);
});

Deno.test("client's close runs the handler, is acked with its index, and removes the record", async () => {
  const { log, definition } = tattler();
  const { gateway, host, runner } = await worldOf(definition);
  const client = await gateway.open("a");
  client.send("one");
  client.close(4001, "bye");
  await host.settle();
  assertEquals(log.slice(1), ["one", "close 4001 bye"]);
  assertEquals([client.acks(), client.isClosed], [[2], false]);
  assertEquals(runner.view().sockets, []);
  assertEquals(gateway.kv.keys("a"), ["0068", "007300"]);
});

Deno.test("actor's close goes out behind what it sent, and runs the handler once", async () => {
  const { log, definition } = tattler();
  const { gateway, host, runner } = await worldOf(defineActor({
    ...definition,
    websocket: {
      ...definition.websocket,
      message(_actor, socket) {
        socket.send("last words");
        socket.close(4002, "enough");
        socket.send("too late");
        socket.close(4003);
      },
    },
  }));
  const client = await gateway.open("a");
  client.send("one");
  client.close(1000);
  await host.settle();
  assertEquals(client.kinds(), [
    "webSocketOpen",
    "webSocketMessage",
    "webSocketClose",
  ]);
  assertEquals(client.closeHeard, { code: 4002, reason: "enough" });
  assertEquals(log.slice(1), ["close 4002 enough"]);
  assertEquals([runner.view().sockets, gateway.kv.keys("a")], [[], ["0068", "007300"]]);
});

Deno.test("messages behind the actor's own close are not handled and cause no other close", async () => {
  const { log, sockets, definition } = tattler();
  const { gateway, host, log: told } = await worldOf(definition);
  const client = await gateway.open("a");
  sockets[0]!.close(4000, "enough");
  // The gateway has not heard yet.
  client.send("late");
  await host.settle();
  client.send("later");
  await host.settle();
  assertEquals(log.slice(1), ["close 4000 enough"]);
  assertEquals(client.kinds(), ["webSocketOpen", "webSocketClose"]);
  assertEquals(told.of("dropped"), ["dropped webSocketMessage for an unknown socket"]);
});

Deno.test("socket.close() refuses what may not be on the wire", async () => {
  const { sockets, definition } = tattler();
  const { gateway } = await worldOf(definition);
  await gateway.open("a");
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, NaN]) {
    const error = assertThrows(() => sockets[0]!.close(code), ActorError);
    assertEquals(error.code, "socket.close_invalid");
  }
  assertEquals(
    assertThrows(() => sockets[0]!.close(1000, "é".repeat(62)), ActorError).code,
    "socket.close_invalid",
  );
  sockets[0]!.close(1000, "é".repeat(61) + "x");
});

Deno.test("socket.send() takes a message up to its limit, and throws beyond", async () => {
  const { sockets, definition } = tattler();
  const { gateway, host } = await worldOf(definition, { webSocketMessageBytes: 10 });
  const client = await gateway.open("a");
  sockets[0]!.send("123456789");
  sockets[0]!.send("1234567890");
  const error = assertThrows(() => sockets[0]!.send("1234567890é"), ActorError);
  assertEquals(error.code, "socket.message_too_large");
  assertEquals(error.message, "The message has 12 bytes, at most 10 are allowed");
  await host.settle();
  assertEquals(client.texts(), ["123456789", "1234567890"]);
});

Deno.test("message handler that lets socket.send() throw on too long a message closes with 1009", async () => {
  const { gateway, host, log } = await worldOf(
    defineActor({
      websocket: { hibernate: true, message: (_actor, socket, data) => socket.send(data) },
    }),
    { webSocketMessageBytes: 10 },
  );
  const client = await gateway.open("a");
  client.send("123456789");
  client.send("1234567890");
  client.send("12345678901");
  await host.settle();
  assertEquals(client.texts(), ["123456789", "1234567890"]);
  assertEquals(client.closeHeard, {
    code: 1009,
    reason: "ws.message_too_big#webSocketMessageBytes=10",
  });
  assertEquals(log.of("limit"), ["limit webSocketMessageBytes 10"]);
});

Deno.test("socket.send() takes by default what a client may send, and its frame fits the tunnel", async () => {
  assertEquals(RUNNER_DEFAULTS.webSocketMessageBytes, WEBSOCKET_MESSAGE_BYTES);
  const { gateway, host } = await worldOf(actors.echo!);
  const client = await gateway.open("a");
  client.send("x".repeat(WEBSOCKET_MESSAGE_BYTES));
  await host.settle();
  assertEquals(client.texts().map((text) => text.length), [WEBSOCKET_MESSAGE_BYTES]);
});

Deno.test("throwing message handler closes its socket with 1011, and is acked no more", async () => {
  const { gateway, host, log } = await worldOf(defineActor({
    state: () => ({ n: 0 }),
    websocket: {
      hibernate: true,
      message(actor) {
        actor.state.n++;
        throw new Error("oops");
      },
    },
  }));
  const client = await gateway.open("a");
  const other = await gateway.open("a");
  client.send("one");
  await host.settle();
  assertEquals(client.closeHeard, { code: 1011, reason: "Server Error" });
  assertEquals(log.of("handlerFailed"), ["handlerFailed a message"]);
  // The close ends it at the gateway: nothing is left there to be acked or sent again.
  assertEquals([other.isClosed, client.acks()], [false, []]);
});

Deno.test("throwing open handler, sync or async, closes its socket with 1011", async () => {
  for (
    const open of [() => {
      throw new Error("oops");
    }, () => Promise.reject(new Error("oops"))]
  ) {
    const { gateway } = await worldOf(defineActor({ websocket: { open } }));
    const client = await gateway.open("a");
    assertEquals(client.closeHeard, { code: 1011, reason: "Server Error" });
  }
});

Deno.test("throwing hibernate function closes its socket with 1011", async () => {
  const { gateway, log } = await worldOf(defineActor({
    websocket: {
      hibernate: () => {
        throw new Error("oops");
      },
    },
  }));
  const client = await gateway.open("a");
  assertEquals(client.kinds(), ["webSocketClose"]);
  assertEquals(log.of("handlerFailed"), ["handlerFailed a hibernate"]);
});

Deno.test("definition without WebSocket handlers refuses a socket with Not Implemented", async () => {
  const { gateway } = await worldOf(defineActor({}));
  const client = await gateway.open("a");
  assertEquals(client.closeHeard, { code: 1011, reason: "Not Implemented" });
});

Deno.test("open for an actor that is not here is refused with Actor not found", async () => {
  const { gateway } = await worldOf(defineActor({}));
  const client = await gateway.open("stranger");
  assertEquals(client.closeHeard, { code: 1011, reason: "Actor not found" });
});

Deno.test("messages of an unknown socket are answered once with ws.stale_metadata", async () => {
  const { gateway, host } = await worldOf(actors.echo!);
  const ghost = requestId(0xdead);
  for (const index of [4, 5, 6]) {
    gateway.tunnel(ghost, index, {
      kind: "webSocketMessage",
      data: new Uint8Array(0),
      binary: true,
    });
  }
  await host.settle();
  assertEquals(gateway.said(ghost), [
    { kind: "webSocketClose", code: 1000, reason: "ws.stale_metadata", hibernate: false },
  ]);
});

Deno.test("sockets of two gateways with one request id are two sockets", async () => {
  const { log, definition } = tattler();
  const { gateway, host, runner } = await worldOf(definition);
  const client = await gateway.open("a");
  gateway.say({
    kind: "tunnel",
    messageId: {
      gatewayId: gatewayId(7),
      requestId: client.requestId,
      messageIndex: messageIndex(0),
    },
    body: { kind: "webSocketOpen", actorId: "a" as never, path: "/other", headers: new Map() },
  });
  await host.settle();
  assertEquals([log.length, runner.view().sockets.length], [2, 2]);
});

Deno.test("broadcast reaches every open socket but the one left out", async () => {
  const { gateway, host } = await worldOf(defineActor({
    websocket: { message: (actor, socket, data) => actor.broadcast(data, socket) },
  }));
  const clients = [await gateway.open("a"), await gateway.open("a"), await gateway.open("a")];
  clients[0]!.send("hi");
  await host.settle();
  assertEquals(clients.map((client) => client.texts()), [[], ["hi"], ["hi"]]);
});

Deno.test("mailbox takes messages up to its limits, and closes the socket that sends one more", async () => {
  for (
    const [options, limit] of [
      [{ mailboxMessages: 3 }, "mailboxMessages=3"],
      [{ mailboxBytes: 3 }, "mailboxBytes=3"],
    ] as const
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const { gateway, host, log } = await worldOf(
      defineActor({
        websocket: {
          message(_actor, _socket, data) {
            seen.push(data);
            return data === "0" ? promise : undefined;
          },
        },
      }),
      options,
    );
    const client = await gateway.open("a");
    const other = await gateway.open("a");
    for (const text of ["0", "1", "2", "3"]) client.send(text);
    await host.settle();
    assertEquals(client.isClosed, false);
    client.send("4");
    await host.settle();
    resolve();
    await host.settle();
    assertEquals(client.closeHeard, { code: 1013, reason: `actor.mailbox_full#${limit}` });
    assertEquals([log.of("limit").length, other.isClosed], [1, false]);
    assertEquals(seen, ["0"]);
  }
});
