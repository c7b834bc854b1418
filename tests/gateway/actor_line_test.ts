/** What an actor says to a client through a runner of ours: taken once, in order, and acked lazily. */
import { assertEquals } from "@std/assert";
import {
  capabilities,
  DORMOUSE_PROTOCOL,
  speaksBody,
  SUPPORTED_VERSIONS,
} from "../../lib/protocol/mod.ts";
import type { GatewayOptions } from "../../lib/gateway/options.ts";
import type { FakeRunnerOptions } from "../support/fake_runner.ts";
import { scene } from "../support/gateway_world.ts";

/** A runner of ours that has said whose words follow, and answered the open with index 0. */
async function lineScene(
  options: Partial<GatewayOptions> = {},
  { protocol = DORMOUSE_PROTOCOL, ...runner }: FakeRunnerOptions = {},
) {
  const it = await scene({
    options,
    runner: {
      ...runner,
      protocol,
      script: {
        open: (fake, { messageId: { requestId } }) => {
          fake.tell(requestId, speaksBody(1), 65_535);
          fake.tell(requestId, { kind: "webSocketOpen", canHibernate: true }, 0);
        },
        ...runner.script,
      },
    },
  });
  const { socket: { requestId }, world } = it;
  return {
    ...it,
    id: requestId,
    /** Indexes up to which the runner has heard that they are taken. */
    acked: () => it.runner.tunnel("requestChunk").map(({ messageId }) => messageId.messageIndex),
    say: async (text: string, index: number) => {
      it.runner.say(requestId, text, index);
      await world.settle();
    },
  };
}

Deno.test("clientSocket acks what it took after actorAckMessages at once, with one ack", async () => {
  const { acked, say, client } = await lineScene({ actorAckMessages: 4 });
  for (const index of [1, 2]) await say(`${index}`, index);
  assertEquals(acked(), []);
  await say("3", 3);
  assertEquals(acked(), [3]);
  for (const index of [4, 5, 6]) await say(`${index}`, index);
  assertEquals(acked(), [3]);
  await say("7", 7);
  assertEquals(acked(), [3, 7]);
  assertEquals(client.received, ["1", "2", "3", "4", "5", "6", "7"]);
});

Deno.test("clientSocket acks what it took after actorAckBytes at once", async () => {
  const { acked, say } = await lineScene({ actorAckBytes: 10 });
  await say("123456789", 1);
  assertEquals(acked(), []);
  await say("0", 2);
  assertEquals(acked(), [2]);
});

Deno.test("clientSocket acks the rest after actorAckDelayMs, and nothing while nothing is said", async () => {
  const { acked, say, world } = await lineScene({ actorAckDelayMs: 1_000 });
  await world.host.advance(1_000);
  assertEquals(acked(), [0]);
  const { timers } = world.host;
  await world.host.advance(1_500);
  assertEquals([acked(), world.host.timers], [[0], timers]);
  for (const index of [1, 2, 3]) await say(`${index}`, index);
  assertEquals(world.host.timers, timers + 1);
  await world.host.advance(999);
  assertEquals(acked(), [0]);
  await world.host.advance(1);
  assertEquals([acked(), world.host.timers], [[0, 3], timers]);
});

Deno.test("clientSocket drops what comes twice, counts it, and acks it again", async () => {
  const { acked, say, client, world, runner, id } = await lineScene({ actorAckMessages: 3 });
  for (const index of [1, 2]) await say(`${index}`, index);
  assertEquals(acked(), [2]);
  runner.cut();
  await world.settle();
  runner.reconnect();
  await world.settle();
  runner.tell(id, speaksBody(1), 0);
  for (const index of [1, 2, 3]) await say(`${index}`, index);
  assertEquals(client.received, ["1", "2", "3"]);
  assertEquals(world.heard("duplicateDropped").length, 2);
  assertEquals(acked(), [2, 3]);
});

Deno.test("clientSocket with a gap before a message is closed with 1008, once, and the actor hears", async () => {
  const { acked, say, client, world, runner } = await lineScene();
  await say("1", 1);
  await say("3", 3);
  await say("4", 4);
  assertEquals(client.received, ["1"]);
  assertEquals(client.closes, [{ code: 1008, reason: "ws.message_index_skip" }]);
  assertEquals(world.heard("indexSkipped").length, 1);
  assertEquals(runner.tunnel("webSocketClose").map(({ body }) => body.code), [1008]);
  assertEquals(acked(), []);
});

Deno.test("clientSocket goes over the wrap of the actor's index", async () => {
  const { say, client, runner, id, world } = await lineScene({}, {
    script: {
      open: (fake, { messageId: { requestId } }) => {
        fake.tell(requestId, speaksBody(1), 65_533);
        fake.tell(requestId, { kind: "webSocketOpen", canHibernate: true }, 65_534);
      },
    },
  });
  await say("a", 65_535);
  await say("b", 0);
  runner.tell(id, speaksBody(1), 65_534);
  await say("a", 65_535);
  await say("c", 1);
  assertEquals(client.received, ["a", "b", "c"]);
  assertEquals(world.heard("duplicateDropped").length, 1);
});

Deno.test("clientSocket takes nothing of an actor's earlier life, and its next one from its start", async () => {
  const { say, client, world, runner, entry, id } = await lineScene();
  await say("first life", 1);
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  entry.wake("person");
  await world.settle();
  assertEquals(entry.record.generation, 2);
  // The runner has not heard that its first life's words arrived.
  await say("said by nobody any more", 2);
  runner.tell(id, speaksBody(1), 0);
  await say("first life", 1);
  runner.tell(id, speaksBody(2), 65_535);
  await say("second life", 0);
  runner.tell(id, speaksBody(1), 0);
  await say("first life", 1);
  runner.tell(id, speaksBody(2), 65_535);
  await say("second life", 0);
  await say("goes on", 1);
  assertEquals(client.received, ["first life", "second life", "goes on"]);
  assertEquals(
    world.heard("frameDropped"),
    [1, 2, 3].map(() => ["message of an actor's earlier life"]),
  );
  assertEquals(world.heard("duplicateDropped").length, 1);
});

Deno.test("clientSocket takes all that a runner says which does not say whose words they are", async () => {
  const { acked, client, world, id, runner } = await lineScene({ actorAckMessages: 1 }, {
    protocol: "rivet",
    script: {
      open: (fake, { messageId: { requestId } }) =>
        fake.tell(requestId, { kind: "webSocketOpen", canHibernate: true }),
    },
  });
  for (const [text, index] of [["a", 0], ["b", 7], ["c", 7]] as const) {
    runner.say(id, text, index);
  }
  await world.host.advance(5_000);
  assertEquals(client.received, ["a", "b", "c"]);
  assertEquals(acked(), []);
});

Deno.test("clientSocket that moves to a runner that keeps nothing is served by that one", async () => {
  const { client, world, runner, entry, id, say } = await lineScene();
  await say("here", 1);
  const other = await world.runner({ key: "other", programVersion: 2 });
  runner.leave(1000, "");
  await world.host.advance(3_000);
  entry.wake("person");
  await world.settle();
  assertEquals(entry.session?.runnerId, other.runnerId);
  // Any frame tells it the gateway's id.
  client.received.length = 0;
  [...entry.sockets][0]!.fromClient("hello");
  await world.settle();
  for (const text of ["there", "and there"]) other.say(id, text);
  await world.settle();
  assertEquals(client.received, ["there", "and there"]);
});

Deno.test("clientSocket acks the actor's close at once, and one that comes again is acked all the same", async () => {
  const { acked, say, client, world, runner, id } = await lineScene();
  await say("1", 1);
  const bye = { kind: "webSocketClose", code: 4_000, reason: "bye", hibernate: false } as const;
  runner.tell(id, bye, 2);
  await world.settle();
  assertEquals([client.closes, acked()], [[{ code: 4_000, reason: "bye" }], [2]]);
  runner.tell(id, speaksBody(1), 1);
  runner.tell(id, bye, 2);
  await world.settle();
  assertEquals(acked(), [2, 2]);
});

Deno.test("close of a socket that is gone is not acked to a runner that is not ours", async () => {
  const { acked, world, runner, id } = await lineScene({}, { protocol: "rivet" });
  const bye = { kind: "webSocketClose", code: 4_000, reason: "bye", hibernate: false } as const;
  runner.tell(id, bye, 2);
  await world.settle();
  runner.clear();
  runner.tell(id, bye, 2);
  await world.settle();
  assertEquals(acked(), []);
});

for (const version of SUPPORTED_VERSIONS.filter((it) => capabilities(it).hibernation)) {
  Deno.test(`clientSocket in v${version} takes each message once`, async () => {
    const { acked, say, client, runner, id } = await lineScene({ actorAckMessages: 4 }, {
      version,
    });
    await say("1", 1);
    runner.tell(id, speaksBody(1), 65_535);
    await say("1", 1);
    await say("2", 2);
    assertEquals([client.received, acked()], [["1", "2"], [2]]);
  });
}
