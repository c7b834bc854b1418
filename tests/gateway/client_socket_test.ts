import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { isSendable } from "../../lib/protocol/mod.ts";
import { ack, openPlain, silent } from "../support/fake_runner.ts";
import { scene } from "../support/gateway_world.ts";

Deno.test("client socket: the open wakes the actor and has index 0, path and headers", async () => {
  const { world, runner, socket, entry } = await scene();
  const [open] = runner.tunnel("webSocketOpen");
  assertEquals(open?.messageId.messageIndex as number, 0);
  assertEquals(open?.body.path, "/");
  assertEquals(open?.body.headers, new Map([["host", "test"]]));
  assertEquals(open?.body.actorId, entry.record.actorId);
  assertEquals(socket.phase, "active");
  assertEquals(world.heard("socketOpened"), [[entry.record.actorId, socket.requestId, true]]);
  assertEquals((await world.store.sockets.list()).map(({ requestId }) => requestId), [
    socket.requestId as number,
  ]);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: text, binary, empty and large messages pass both ways", async () => {
  const { world, runner, socket, client } = await scene({
    runner: {
      script: {
        message: (self, message) => {
          self.tell(message.messageId.requestId, message.body);
          ack(self, message);
        },
      },
    },
  });
  const large = new Uint8Array(1 << 20).fill(7);
  const sent = ["text é", "", "\ufeffmarked", new Uint8Array([0, 255]), new Uint8Array(), large];
  for (const message of sent) socket.fromClient(message);
  await world.settle();
  assertEquals(client.received, sent);
  assertEquals(runner.tunnel("webSocketMessage").map(({ body }) => body.binary), [
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
  assertEquals(socket.view().delivered, sent.length);
  assertEquals(socket.view().received, sent.length);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: messages before the open's answer are kept and go out in order", async () => {
  for (const canHibernate of [true, false]) {
    const { world, runner, socket } = await scene({ runner: { script: { open: silent } } });
    socket.fromClient("a");
    socket.fromClient("b");
    await world.settle();
    assertEquals(runner.messages(), []);
    runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate });
    await world.settle();
    socket.fromClient("c");
    await world.settle();
    assertEquals(runner.messages(), ["1:a", "2:b", "3:c"]);
    assertEquals(socket.pendingMessages, canHibernate ? 3 : 0);
    assertEquals(world.heard("messagesResent"), []);
    runner.ack(socket.requestId, 3);
    socket.clientClosed(1000, "");
    await world.end();
  }
});

Deno.test("client socket: the actor refuses an open", async () => {
  const codes = [
    [4001, "no", "4001 no"],
    [null, null, "1011 guard.websocket_closed_before_open"],
    [null, "why", "1000 why"],
  ] as const;
  for (const [code, reason, seen] of codes) {
    const { world, client } = await scene({
      runner: {
        script: {
          open: (self, { messageId }) =>
            self.tell(messageId.requestId, {
              kind: "webSocketClose",
              code,
              reason,
              hibernate: false,
            }),
        },
      },
    });
    assertEquals(client.ended, seen);
    await world.end();
  }
});

Deno.test("client socket: an open without an answer is closed at webSocketOpenTimeoutMs", async () => {
  const { world, runner, client } = await scene({ runner: { script: { open: silent } } });
  await world.host.advance(14_000);
  assertEquals(client.closes, []);
  await world.host.advance(1_000);
  assertEquals(client.ended, "1011 guard.websocket_open_timeout");
  assertEquals(world.heard("limitReached"), [["webSocketOpenTimeoutMs", 15_000]]);
  // The second phase: the actor may have opened it on a tunnel that broke. Then it hears of the end.
  assertEquals(runner.tunnel("webSocketClose"), []);
  await world.host.advance(15_000);
  assertEquals(runner.tunnel("webSocketClose").length, 1);
  await world.end();
});

Deno.test("client socket: an answer that comes after the open's time is told of the end", async () => {
  const { world, runner, socket, client } = await scene({ runner: { script: { open: silent } } });
  socket.fromClient("a");
  await world.host.advance(15_000);
  assertEquals(client.ended, "1011 guard.websocket_open_timeout");
  runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate: true });
  await world.settle();
  assertEquals(runner.messages(), ["1:a"]);
  const [close] = runner.tunnel("webSocketClose");
  assertEquals(close?.messageId.messageIndex as number, 2);
  await world.end();
});

Deno.test("client socket: the time of a waking actor does not count as the open's", async () => {
  const { world, runner, socket, client, entry } = await scene({
    runner: { script: { start: silent } },
  });
  await world.host.advance(20_000);
  assertEquals(client.closes, []);
  runner.event(entry.record.actorId, { kind: "running" });
  await world.settle();
  assertEquals(socket.phase, "active");
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: the actor's close reaches the client with a code that may be sent", async () => {
  const cases: [number | null, string | null, string?][] = [
    [null, null, "1000 ws.closed"],
    [1000, "bye", "1000 bye"],
    [4321, "", "4321 "],
    [1005, null],
    [1006, "x"],
    [1015, "x"],
    [999, "x"],
    [65_535, "x"],
    [1000, "€".repeat(60)],
  ];
  for (const [code, reason, seen] of cases) {
    const { world, runner, socket, client } = await scene();
    runner.tell(socket.requestId, { kind: "webSocketClose", code, reason, hibernate: false });
    await world.settle();
    if (seen !== undefined) assertEquals(client.ended, seen);
    const [close] = client.closes;
    assert(close !== undefined && isSendable(close.code), `${code} went out as ${close?.code}`);
    assert(new TextEncoder().encode(close.reason).length <= 123);
    assertEquals(world.heard("socketClosed").length, 1);
    assertEquals(runner.tunnel("webSocketClose"), []);
    await world.end();
  }
});

Deno.test("client socket: an ack is cumulative, and lets go of bytes", async () => {
  const { world, runner, socket } = await scene();
  for (const text of ["a", "bb", "ccc"]) socket.fromClient(text);
  assertEquals([socket.pendingMessages, socket.pendingBytes], [3, 6]);
  await world.host.advance(5);
  runner.ack(socket.requestId, 2);
  await world.settle();
  assertEquals([socket.pendingMessages, socket.pendingBytes], [1, 3]);
  assertEquals(world.heard("messageAcked"), [[5, runner.runnerId], [5, runner.runnerId]]);
  assertEquals(world.heard("ackReceived").length, 1);
  runner.ack(socket.requestId, 3);
  await world.settle();
  assertEquals([socket.pendingMessages, socket.pendingBytes], [0, 0]);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: an ack outside the window clears nothing and is counted", async () => {
  const { world, runner, socket, entry, client } = await scene();
  socket.fromClient("a");
  socket.fromClient("b");
  await world.settle();
  runner.ack(socket.requestId, 1);
  for (const index of [1, 0, 65_535, 3, 30_000]) runner.ack(socket.requestId, index);
  await world.settle();
  assertEquals(socket.pendingMessages, 1);
  assertEquals(
    world.heard("ackRefused").map(([, , why]) => why),
    ["stale", "stale", "stale", "future", "future"],
  );
  assertEquals(world.heard("ackRefused")[0]![0], entry.record.actorId);
  assertEquals(client.closes, []);
  runner.ack(socket.requestId, 2);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: an ack of something that is only kept is from the future", async () => {
  const { world, runner, socket } = await scene({ runner: { script: { stop: silent } } });
  socket.fromClient("a");
  runner.wantSleep(socket.actor.record.actorId);
  await world.settle();
  socket.fromClient("b");
  runner.ack(socket.requestId, 2);
  await world.settle();
  assertEquals(socket.pendingMessages, 2);
  assertEquals(world.heard("ackRefused").map(([, , why]) => why), ["future"]);
  await world.shutdown();
});

Deno.test("client socket: indexes wrap", async () => {
  for (const first of [65_530, 32_760]) {
    const { world, runner, socket } = await scene({
      options: { firstMessageIndex: first },
      runner: { script: { message: ack } },
    });
    assertEquals(runner.tunnel("webSocketOpen")[0]!.messageId.messageIndex as number, first);
    for (let i = 0; i < 20; i++) {
      socket.fromClient(`${i}`);
      if (i % 3 === 0) await world.settle();
    }
    await world.settle();
    assertEquals(
      runner.messages(),
      Array.from({ length: 20 }, (_, i) => `${(first + 1 + i) % 65_536}:${i}`),
    );
    assertEquals(socket.pendingMessages, 0);
    assertEquals(world.heard("ackRefused"), []);
    socket.clientClosed(1000, "");
    await world.end();
  }
});

Deno.test("client socket: a window across the wrap is resent in order after a cut", async () => {
  const { world, runner, socket } = await scene({ options: { firstMessageIndex: 65_533 } });
  for (const text of ["a", "b", "c", "d"]) socket.fromClient(text);
  await world.settle();
  runner.ack(socket.requestId, 65_535);
  await world.settle();
  runner.cut();
  await world.settle();
  runner.clear();
  runner.reconnect();
  await world.settle();
  assertEquals(runner.messages(), ["0:c", "1:d"]);
  runner.ack(socket.requestId, 1);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: pendingMessages at its edge", async () => {
  const { world, runner, socket, client } = await scene({ options: { pendingMessages: 3 } });
  for (const text of ["a", "b", "c"]) socket.fromClient(text);
  assertEquals(client.closes, []);
  runner.ack(socket.requestId, 1);
  await world.settle();
  socket.fromClient("d");
  assertEquals(client.closes, []);
  socket.fromClient("e");
  assertEquals(client.ended, "1011 guard.websocket_pending_limit_reached");
  assertMatch(client.closes[0]!.reason, /#pendingMessages=3$/);
  assertEquals(world.heard("limitReached"), [["pendingMessages", 3]]);
  await world.settle();
  // The close finds no room in the window: it follows as soon as there is some.
  assertEquals(runner.tunnel("webSocketClose"), []);
  runner.ack(socket.requestId, 4);
  await world.settle();
  const closes = runner.tunnel("webSocketClose");
  assertEquals(closes.map(({ messageId }) => messageId.messageIndex as number), [5]);
  assertEquals(runner.messages(), ["1:a", "2:b", "3:c", "4:d"]);
  await world.end();
});

Deno.test("client socket: pendingBytes at its edge", async () => {
  for (const [last, closed] of [[9, false], [10, false], [11, true]] as const) {
    const { world, runner, socket, client } = await scene({ options: { pendingBytes: 30 } });
    socket.fromClient("x".repeat(20));
    socket.fromClient(new Uint8Array(last));
    assertEquals(client.closes.length, closed ? 1 : 0);
    if (closed) {
      assertMatch(client.closes[0]!.reason, /_pending_limit_reached#pendingBytes=30$/);
      assertEquals(world.heard("limitReached"), [["pendingBytes", 30]]);
    }
    await world.settle();
    runner.ack(socket.requestId, closed ? 1 : 2);
    socket.clientClosed(1000, "");
    await world.end();
  }
});

Deno.test("client socket: many times pendingBytes in all pass when they are acked", async () => {
  const { world, socket, client } = await scene({
    options: { pendingBytes: 1_000 },
    runner: { script: { message: ack } },
  });
  for (let i = 0; i < 128; i++) {
    socket.fromClient(new Uint8Array(999));
    await world.settle();
  }
  assertEquals(client.closes, []);
  assertEquals(socket.pendingBytes, 0);
  socket.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: pending limits hold before the open's answer too", async () => {
  const { world, runner, socket, client } = await scene({
    options: { pendingMessages: 2 },
    runner: { script: { open: silent } },
  });
  for (const text of ["a", "b", "c"]) socket.fromClient(text);
  assertEquals(client.ended, "1011 guard.websocket_pending_limit_reached");
  // The answer comes: the actor must hear of what was taken, and of the close, though it is plain.
  runner.tell(socket.requestId, { kind: "webSocketOpen", canHibernate: false });
  await world.settle();
  assertEquals(runner.messages(), ["1:a", "2:b"]);
  assertEquals(runner.tunnel("webSocketClose").length, 1);
  assertEquals(runner.tunnel("webSocketClose")[0]!.messageId.messageIndex as number, 3);
  await world.end();
});

Deno.test("client socket: webSocketMessageBytes at its edge", async () => {
  for (
    const [message, closed] of [
      [new Uint8Array(9), false],
      ["é".repeat(5), false],
      [new Uint8Array(11), true],
      ["é".repeat(5) + "x", true],
    ] as const
  ) {
    const { world, socket, client } = await scene({
      options: { webSocketMessageBytes: 10 },
      runner: { script: { message: ack } },
    });
    socket.fromClient(message);
    assertEquals(client.ended, closed ? "1009 ws.message_too_big" : undefined);
    await world.settle();
    socket.clientClosed(1000, "");
    await world.end();
  }
});

Deno.test("client socket: a client that reads too slowly is closed at clientBufferBytes", async () => {
  for (const [buffered, closed] of [[99, false], [100, false], [101, true]] as const) {
    const { world, runner, socket, client } = await scene({ options: { clientBufferBytes: 100 } });
    client.bufferedBytes = buffered;
    runner.say(socket.requestId, "x");
    runner.say(socket.requestId, "y");
    await world.settle();
    assertEquals(client.ended, closed ? "1013 guard.websocket_slow_consumer" : undefined);
    assertEquals(client.received, closed ? ["x"] : ["x", "y"]);
    assertEquals(runner.tunnel("webSocketClose").length, closed ? 1 : 0);
    socket.clientClosed(1000, "");
    await world.end();
  }
});

Deno.test("gateway: openSockets at its edge", async () => {
  const { world, entry, socket } = await scene({ options: { openSockets: 2 } });
  const { socket: second } = await world.open(entry);
  const error = assertThrows(() => world.connect(entry), GatewayError);
  assertEquals(error.reason, "guard.too_busy");
  assertEquals(world.heard("limitReached"), [["openSockets", 2]]);
  socket.clientClosed(1000, "");
  second.clientClosed(1000, "");
  await world.settle();
  const { socket: third } = world.connect(entry);
  third.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: what a closed one is still told is dropped and counted", async () => {
  const { world, runner, socket, client } = await scene();
  socket.clientClosed(1000, "");
  await world.settle();
  runner.say(socket.requestId, "late");
  runner.ack(socket.requestId, 1);
  runner.respond(socket.requestId, "what?");
  await world.settle();
  assertEquals(client.received, []);
  assertEquals(world.heard("frameDropped").length, 3);
  await world.end();
});

Deno.test("client socket: a cut ends plain sockets with a reason, and keeps the others", async () => {
  const { world, runner, entry, socket: kept, client: keptClient } = await scene();
  runner.script.open = openPlain;
  const { client: plainClient } = await world.open(entry);
  runner.cut();
  await world.settle();
  assertEquals(plainClient.ended, "1012 guard.tunnel_lost");
  assertEquals(keptClient.closes, []);
  assertEquals(world.gateway.view().sockets.length, 1);
  runner.reconnect();
  kept.clientClosed(1000, "");
  await world.end();
});

Deno.test("client socket: one client's trouble is nobody else's", async () => {
  const { world, runner, entry, socket } = await scene({
    options: { webSocketMessageBytes: 5 },
    runner: { script: { message: ack } },
  });
  const others = [await world.open(entry), await world.open(entry)];
  socket.fromClient("far too long");
  for (const { socket } of others) socket.fromClient("ok");
  await world.settle();
  for (const { socket, client } of others) {
    assertEquals(client.closes, []);
    assertEquals(runner.messages(socket.requestId), ["1:ok"]);
    socket.clientClosed(1000, "");
  }
  await world.end();
});
