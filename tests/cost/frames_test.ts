import { assert, assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { STORE_DEFAULTS } from "../../lib/store/mod.ts";
import { Embedded } from "./embedded.ts";

const PLAIN = "/?hibernate=0";

Deno.test("cost: a message and its answer on a plain socket are no frame, and no timer", async () => {
  await using embedded = await Embedded.start(actors);
  const opened = await embedded.open("echo", 10, PLAIN);
  assertEquals(await embedded.count(() => embedded.talk(opened, 1_000, "hello")), {
    toRunner: { handed: 1_000 },
    toGateway: { handed: 1_000 },
    timers: 0,
    stored: {},
    batches: 0,
  });
});

Deno.test("cost: alone, one message in 64 on an acked socket is acked, and none sets a timer", async () => {
  await using embedded = await Embedded.start(actors);
  const opened = await embedded.open("echo", 10);
  // The gateway's acks, of what it has taken from the actor, have one timer for all sockets.
  await embedded.talk(opened, 10, "hello");
  assertEquals(await embedded.count(() => embedded.talk(opened, 640, "hello")), {
    toRunner: { handed: 640, requestChunk: 10 },
    toGateway: { handed: 640, webSocketMessageAck: 10 },
    timers: 0,
    stored: {},
    batches: 0,
  });
});

Deno.test("cost: of what comes in one turn, no more than one in 32 is acked, either way", async () => {
  await using embedded = await Embedded.start(actors);
  const opened = await embedded.open("echo", 10);
  await embedded.talk(opened, 10, "hello");
  const { toRunner, toGateway, timers } = await embedded.count(() => {
    for (let i = 0; i < 6_400; i++) opened[i % 10]!.socket.fromClient("hello");
  });
  assertEquals([toRunner.handed, toGateway.handed], [6_400, 6_400]);
  const acks = [toGateway.webSocketMessageAck!, toRunner.requestChunk!];
  assert(acks.every((count) => count >= 1 && count <= 6_400 / 32), `${acks} acks`);
  assertEquals(timers, 0);
});

Deno.test("cost: what a stateful actor handles in one turn is one commit", async () => {
  await using embedded = await Embedded.start(actors);
  const opened = await embedded.open("counter", 10);
  await embedded.talk(opened, 10, "inc");
  const { toGateway, stored } = await embedded.count(() => {
    for (let i = 0; i < 640; i++) opened[i % 10]!.socket.fromClient("inc");
  });
  assertEquals(toGateway.handed, 640);
  assertEquals([toGateway.kvRequest, stored], [1, { put: 1 }]);
  assertEquals(toGateway.webSocketMessageAck, 10);
});

Deno.test("cost: a wake, its answer and the sleep after it read nothing, and write the state and the record once", async () => {
  await using embedded = await Embedded.start(actors);
  const { world } = embedded;
  const opened = await embedded.open("counter", 1);
  const { actorId } = opened[0]!.socket.actor.record;
  const live = async () => {
    await embedded.talk(opened, 1, "inc");
    await Promise.all([world.gateway.hibernate(actorId), world.settle()]);
    await world.host.advance(STORE_DEFAULTS.recordDelayMs);
  };
  await live();
  const { stored, batches } = await embedded.count(live);
  assertEquals([stored, batches], [{ put: 1, update: 1 }, 2]);
});
