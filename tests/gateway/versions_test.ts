/** What the gateway does for a runner of each version of the wire. */
import { assertEquals, assertMatch } from "@std/assert";
import {
  capabilities,
  messageIndex,
  type ProtocolVersion,
  SUPPORTED_VERSIONS,
} from "../../lib/protocol/mod.ts";
import { ack, silent } from "../support/fake_runner.ts";
import { GatewayWorld, scene } from "../support/gateway_world.ts";

const before = (version: number) => SUPPORTED_VERSIONS.filter((one) => one < version);
const since = (version: number) => SUPPORTED_VERSIONS.filter((one) => one >= version);
const quiet = { pingIntervalMs: 1_000_000, pingTimeoutMs: 2_000_000, ackTimeoutMs: 4_000_000 };

for (const version of SUPPORTED_VERSIONS) {
  const can = capabilities(version);

  Deno.test(`gateway takes a v${version} runner, whose actor sleeps and wakes`, async () => {
    const { world, runner, entry, socket, client } = await scene({
      options: quiet,
      runner: { version, script: { message: ack } },
    });
    socket.fromClient("a");
    await world.settle();
    assertEquals(runner.messages(), ["1:a"]);
    runner.say(socket.requestId, "b");
    await world.settle();
    assertEquals(client.received, ["b"]);
    assertEquals([socket.hibernatable, socket.pendingMessages], [can.hibernation, 0]);
    runner.wantSleep(entry.record.actorId);
    await world.settle();
    assertEquals(client.ended, can.hibernation ? undefined : "1000 actor.stopped");
    const next = can.hibernation ? socket : (await world.open(entry)).socket;
    runner.clear();
    next.fromClient("c");
    await world.settle();
    assertEquals(runner.messages(), [can.hibernation ? "2:c" : "1:c"]);
    assertEquals(entry.record.generation, 2);
    // Commands and events are acked in the words of the version, none is told again.
    runner.clear();
    runner.cut();
    runner.reconnect();
    await world.settle();
    assertEquals(runner.commands(), []);
    assertEquals(world.heard("frameDropped"), []);
    next.clientClosed(1000, "");
    await world.settle();
    await world.end();
  });

  Deno.test(`gateway tells a v${version} runner again what it has not acked`, async () => {
    const world = await GatewayWorld.start({ options: quiet });
    const runner = await world.runner({ version, script: { command: silent, start: silent } });
    const entry = await world.actor();
    entry.wake("person");
    await world.settle();
    const [start] = runner.commands();
    runner.clear();
    runner.cut();
    runner.reconnect();
    await world.settle();
    assertEquals(runner.commands(), [start]);
    await world.shutdown();
  });
}

for (const version of since(2)) {
  Deno.test(`gateway sends a v${version} runner unacked messages again after a cut`, async () => {
    const { world, runner, socket } = await scene({ options: quiet, runner: { version } });
    socket.fromClient("a");
    socket.fromClient("b");
    await world.settle();
    runner.ack(socket.requestId, 1);
    await world.settle();
    assertEquals(socket.pendingMessages, 1);
    runner.clear();
    runner.cut();
    runner.reconnect();
    await world.settle();
    assertEquals(runner.messages(), ["2:b"]);
    runner.ack(socket.requestId, 2);
    socket.clientClosed(1000, "");
    await world.settle();
    await world.end();
  });
}

for (const version of before(4)) {
  Deno.test(`gateway pings no v${version} runner, and waits for its own pings`, async () => {
    const world = await GatewayWorld.start();
    const runner = await world.runner({ version });
    for (let s = 0; s < 60; s += 3) {
      await world.host.advance(3_000);
      runner.send({ kind: "pong", ts: BigInt(world.host.epoch()) });
    }
    await world.settle();
    assertEquals(runner.received.map(({ kind }) => kind), ["init"]);
    assertEquals(runner.ends, []);
    await world.host.advance(16_000);
    assertMatch(runner.ends[0]!.reason, /^ws\.timed_out_waiting_for_pong#/);
    await world.host.advance(3_000);
    await world.end();
  });

  Deno.test(`gateway believes the v${version} runner's init, and tells how far it is itself`, async () => {
    const world = await GatewayWorld.start({ options: quiet });
    const runner = await world.runner({ version, script: { command: () => {} } });
    const entry = await world.actor();
    const { socket } = await world.open(entry);
    runner.clear();
    runner.cut();
    runner.reconnect({ lastCommandIndex: 0n });
    await world.settle();
    assertEquals(runner.commands(), []);
    const [init] = runner.received;
    assertEquals(init?.kind === "init" && init.lastEventIndex, 0n);
    socket.clientClosed(1000, "");
    await world.settle();
    await world.end();
  });

  Deno.test(`gateway does not take what the v${version} runner knows of another session for its own`, async () => {
    const world = await GatewayWorld.start({ options: quiet });
    const runner = await world.runner({ version, script: { command: () => {}, start: () => {} } });
    const entry = await world.actor();
    // It has not heard of this session when the tunnel breaks: the number is an earlier one's.
    runner.cut();
    await world.settle();
    entry.wake("person");
    runner.reconnect({ lastCommandIndex: 15n });
    await world.settle();
    assertEquals(runner.commands().map(({ command }) => command.kind), ["start"]);
    runner.clear();
    runner.cut();
    runner.reconnect({ lastCommandIndex: 15n });
    await world.settle();
    assertEquals(runner.commands().map(({ command }) => command.kind), ["start"]);
    entry.stop("destroy");
    await world.settle();
  });
}

for (const version of before(3)) {
  Deno.test(`gateway acks each tunnel message of a v${version} runner with its exact ids`, async () => {
    const { world, runner, socket } = await scene({ options: quiet, runner: { version } });
    // A peer of that age makes its message ids up.
    const messageId = crypto.getRandomValues(new Uint8Array(16));
    const [{ legacyIds, messageId: ids }] = runner.tunnel("webSocketOpen") as [
      ReturnType<typeof runner.tunnel<"webSocketOpen">>[number],
    ];
    const sent = { requestId: legacyIds!.requestId, messageId };
    runner.clear();
    runner.send({
      kind: "tunnel",
      messageId: ids,
      legacyIds: sent,
      body: { kind: "webSocketMessage", data: new Uint8Array(1), binary: true },
    });
    await world.settle();
    assertEquals(runner.tunnel("tunnelAck").map(({ legacyIds }) => legacyIds), [sent]);
    socket.clientClosed(1000, "");
    await world.settle();
    await world.end();
  });
}

Deno.test("gateway lets an actor with held sockets sleep rather than start it on a v1 runner", async () => {
  const { world, runner, entry, client } = await scene({ runner: { version: 7 } });
  await world.runner({ version: 1, key: "old" });
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  runner.cut();
  await world.host.advance(3_100);
  entry.wake("person");
  await world.settle();
  assertEquals(entry.phase, "pending");
  assertEquals(client.ended, undefined);
  entry.stop("destroy");
  await world.settle();
  await world.end();
});

Deno.test("gateway takes the index of a v2 runner's ack for what it is", async () => {
  const { world, runner, socket } = await scene({
    options: { ...quiet, firstMessageIndex: 65_534 },
    runner: { version: 2 as ProtocolVersion },
  });
  socket.fromClient("a");
  socket.fromClient("b");
  await world.settle();
  assertEquals(runner.messages(), ["65535:a", "0:b"]);
  runner.ack(socket.requestId, messageIndex(0));
  await world.settle();
  assertEquals(socket.pendingMessages, 0);
  socket.clientClosed(1000, "");
  await world.settle();
  await world.end();
});
