/** What queues where one side is slow: the runner's tunnel, and the notices before a limit. */
import { assertEquals } from "@std/assert";
import {
  CURRENT_VERSION,
  encodeToClient,
  gatewayId,
  messageIndex,
  requestId,
} from "../../lib/protocol/mod.ts";
import { FakeRunner, openPlain, silent } from "../support/fake_runner.ts";
import type { GatewayOptions } from "../../lib/gateway/options.ts";
import type { LinkHandlers } from "../../lib/transport/link.ts";
import { memoryLinkPair } from "../../lib/transport/memory_link.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

/** A running actor whose runner has a tunnel that a test fills. */
async function frozenScene(options: Partial<GatewayOptions>) {
  const world = await GatewayWorld.start({
    options: { tunnelBufferBytes: 200, linkBufferBytes: 100, ...options },
  });
  const [gatewayEnd, ownEnd] = memoryLinkPair(world.host);
  const link = {
    protocol: gatewayEnd.protocol,
    bufferedBytes: 0,
    start: (handlers: LinkHandlers) => gatewayEnd.start(handlers),
    send: (frame: Uint8Array) => gatewayEnd.send(frame),
    close: (code: number, reason: string) => gatewayEnd.close(code, reason),
  };
  const runner = new FakeRunner(world.gateway, world.host);
  runner.attach(ownEnd);
  world.gateway.acceptRunner(link, {
    protocolVersion: CURRENT_VERSION,
    namespace: "default",
    runnerKey: "runner",
    transport: "websocket",
  });
  runner.init();
  await world.settle();
  const entry = await world.actor();
  entry.wake("person");
  await world.settle();
  return { world, runner, entry, link };
}

const TEXT = "x".repeat(40);
const texts = (count: number): string[] => Array.from({ length: count }, (_, n) => `${n} ${TEXT}`);

Deno.test("client socket: while the tunnel is full its messages wait, and all arrive once, in order", async () => {
  const { world, runner, socket, client } = await scene({
    options: { tunnelBufferBytes: 200, linkBufferBytes: 100 },
  });
  const sent = texts(12);
  for (const text of sent) socket.fromClient(text);
  assertEquals(socket.pendingMessages, 12);
  await world.settle();
  const first = runner.messages().length;
  assertEquals(first > 0 && first < 12, true, `${first} went at once`);
  assertEquals(world.heard("limitReached"), [["tunnelBufferBytes", 200]]);
  await world.host.advance(60);
  assertEquals(runner.messages(), sent.map((text, n) => `${n + 1}:${text}`));
  assertEquals(client.closes, []);
  runner.ack(socket.requestId, 12);
  await world.settle();
  assertEquals(socket.pendingMessages, 0);
});

Deno.test("client socket: what waits for a full tunnel is not overdue, and its time begins when it goes", async () => {
  const { world, runner, entry, link } = await frozenScene({
    ackTimeoutMs: 4_000,
    sweepIntervalMs: 1_000,
    pingTimeoutMs: 2_000,
    pingIntervalMs: 1_000,
  });
  const { socket, client } = await world.open(entry);
  socket.fromClient("on its way");
  link.bufferedBytes = 1_000;
  socket.fromClient("waits");
  await world.host.advance(20_000);
  assertEquals([runner.messages(), client.closes], [["1:on its way"], []]);
  link.bufferedBytes = 0;
  await world.host.advance(3_000);
  assertEquals([runner.messages(), client.closes], [["1:on its way", "2:waits"], []]);
  await world.host.advance(13_000);
  assertEquals(client.ended, "1011 guard.websocket_garbage_collected");
});

Deno.test("client socket: what waited for a tunnel that broke goes out once on the next one", async () => {
  const { world, runner, socket } = await scene({
    options: { tunnelBufferBytes: 200, linkBufferBytes: 100 },
  });
  const sent = texts(3);
  for (const text of [...sent, ...sent]) socket.fromClient(text);
  runner.cut();
  await world.settle();
  runner.clear();
  runner.reconnect();
  await world.host.advance(60);
  assertEquals(runner.messages(), [...sent, ...sent].map((text, n) => `${n + 1}:${text}`));
});

Deno.test("client socket: one that cannot hibernate is closed at tunnelBufferBytes, and not before", async () => {
  const frame = encodeToClient({
    kind: "tunnel",
    messageId: { gatewayId: gatewayId(1), requestId: requestId(1), messageIndex: messageIndex(1) },
    body: { kind: "webSocketMessage", data: new Uint8Array(TEXT.length), binary: false },
  }, CURRENT_VERSION).length;
  for (const [limit, closed] of [[2 * frame, false], [2 * frame - 1, true]] as const) {
    const { world, runner, socket, client } = await scene({
      options: { tunnelBufferBytes: limit, linkBufferBytes: 0 },
      runner: { script: { open: openPlain } },
    });
    runner.clear();
    for (let i = 0; i < 3; i++) socket.fromClient(TEXT);
    assertEquals(
      client.closes,
      closed ? [{ code: 1013, reason: `guard.tunnel_full#tunnelBufferBytes=${limit}` }] : [],
    );
    assertEquals(world.heard("limitReached"), closed ? [["tunnelBufferBytes", limit]] : []);
    await world.settle();
    assertEquals(runner.messages().length, closed ? 2 : 3);
    assertEquals(runner.tunnel("webSocketClose").length, closed ? 1 : 0);
  }
});

Deno.test("request: while the tunnel is full it waits, and is sent once", async () => {
  const world = await GatewayWorld.start({
    options: { tunnelBufferBytes: 10, linkBufferBytes: 0 },
  });
  const runner = await world.runner();
  const entry = await world.actor();
  entry.wake("person");
  await world.settle();
  const answers = [world.request(entry), world.request(entry), world.request(entry)];
  assertEquals(world.heard("limitReached").length, 2);
  await world.settle();
  assertEquals(runner.tunnel("requestStart").length, 1);
  await world.host.advance(50);
  assertEquals(runner.tunnel("requestStart").length, 3);
  for (const answer of answers) assertEquals((await answer).status, 200);
});

Deno.test("request: one whose tunnel stays full is answered 504 after responseStartTimeoutMs", async () => {
  const { world, runner, entry, link } = await frozenScene({ responseStartTimeoutMs: 6_000 });
  link.bufferedBytes = 1_000;
  const answer = world.request(entry);
  await world.host.advance(7_000);
  assertEquals((await answer).status, 504);
  link.bufferedBytes = 0;
  await world.host.advance(100);
  assertEquals(runner.tunnel("requestStart"), []);
});

for (
  const [limit, value] of [["pendingMessages", 2], ["pendingBytes", 20]] as const
) {
  Deno.test(`client socket: while its actor sleeps ${limit} wait, and one more closes it`, async () => {
    const { world, runner, entry, socket, client } = await scene({ options: { [limit]: value } });
    runner.script.start = silent;
    runner.wantSleep(entry.record.actorId);
    await world.settle();
    assertEquals(socket.phase, "hibernating");
    for (let i = 0; i < 2; i++) socket.fromClient("ten bytes.");
    assertEquals([client.closes, socket.pendingMessages], [[], 2]);
    socket.fromClient("ten bytes.");
    const reason = `guard.websocket_pending_limit_reached#${limit}=${value}`;
    assertEquals(client.closes, [{ code: 1011, reason }]);
    assertEquals(world.heard("limitReached"), [[limit, value]]);
  });
}

Deno.test("client socket: a slow client is told of once, and once when it has caught up", async () => {
  const { world, runner, socket, client } = await scene({
    options: { clientBufferBytes: 100, sweepIntervalMs: 1_000 },
  });
  const look = async (bytes: number): Promise<unknown[][]> => {
    client.bufferedBytes = bytes;
    runner.say(socket.requestId, "x");
    await world.settle();
    return world.heard("pace").map(([, request, who, isSlow]) => [
      request === socket.requestId,
      who,
      isSlow,
    ]);
  };
  const slow = [true, "client", true];
  const back = [true, "client", false];
  assertEquals(await look(49), []);
  assertEquals(await look(50), [slow]);
  assertEquals(await look(90), [slow]);
  assertEquals(await look(26), [slow]);
  assertEquals(await look(25), [slow, back]);
  assertEquals(await look(60), [slow, back, slow]);
  // Nothing more is said to it: it has caught up all the same.
  client.bufferedBytes = 0;
  await world.host.advance(1_000);
  assertEquals(world.heard("pace").length, 4);
  assertEquals(client.closes, []);
});

for (const [limit, value] of [["pendingMessages", 8], ["pendingBytes", 80]] as const) {
  Deno.test(`client socket: a slow actor is told of once at half of ${limit}, and once at a quarter`, async () => {
    const { world, runner, socket } = await scene({ options: { [limit]: value } });
    const heard = () => world.heard("pace").map(([, , who, isSlow]) => [who, isSlow]);
    for (let i = 0; i < 3; i++) socket.fromClient("ten bytes.");
    assertEquals(heard(), []);
    socket.fromClient("ten bytes.");
    socket.fromClient("ten bytes.");
    assertEquals(heard(), [["actor", true]]);
    await world.settle();
    runner.ack(socket.requestId, 2);
    await world.settle();
    assertEquals(heard(), [["actor", true]]);
    runner.ack(socket.requestId, 3);
    await world.settle();
    assertEquals(heard(), [["actor", true], ["actor", false]]);
  });
}
