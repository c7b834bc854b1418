/** What an actor says on a socket that hibernates: kept until a gateway of ours has taken it. */
import { assertEquals, assertThrows } from "@std/assert";
import { type ActorDefinition, type ActorSocket, defineActor } from "../../lib/actor/mod.ts";
import {
  capabilities,
  CURRENT_VERSION,
  DORMOUSE_PROTOCOL,
  encodeToServer,
  gatewayId,
  messageIndex,
  type ProtocolVersion,
  readSpeaks,
  requestId,
  SUPPORTED_VERSIONS,
  TAKEN_BODY,
} from "../../lib/protocol/mod.ts";
import { createRunner, type RunnerOptions } from "../../lib/runner/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { type FakeClient, type FakeGateway, runnerWorld } from "../support/fake_gateway.ts";

const OURS = { protocol: DORMOUSE_PROTOCOL };

/** An actor that says back what it hears, and hands out its sockets. */
async function worldOf(
  options: Partial<RunnerOptions> = {},
  setup: { version?: ProtocolVersion; protocol?: string } = OURS,
  more: Pick<ActorDefinition<{ heard: number }>, "state"> = {},
) {
  const sockets: ActorSocket[] = [];
  const definition = defineActor<{ heard: number }>({
    ...more,
    websocket: {
      hibernate: ({ path }) => path !== "/plain",
      open: (_actor, socket) => void sockets.push(socket),
      message: (actor, socket, data) => {
        if (more.state !== undefined) actor.state.heard++;
        socket.send(data);
      },
    },
  });
  const world = await runnerWorld({ it: definition as ActorDefinition }, options, setup);
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  const { gateway, host, runner } = world;
  return {
    ...world,
    client,
    sockets,
    /** What the runner says on the tunnel from now on, acks of messages left out. */
    listen: () => listen(gateway, client),
    taken: async (index: number) => {
      gateway.tunnel(client.requestId, index, TAKEN_BODY);
      await host.settle();
    },
    kept: () => runner.view().outgoingKept,
  };
}

/** Gives the words since then, each as its index and what it is. */
function listen(
  gateway: FakeGateway,
  client: FakeClient,
  from = gateway.heard.length,
): () => string[] {
  return () =>
    gateway.heard.slice(from).flatMap((message): string[] => {
      if (message.kind === "events") return message.events.map(({ event }) => event.kind);
      if (message.kind !== "tunnel") return [];
      const { body, messageId: { requestId, messageIndex } } = message;
      if (requestId !== client.requestId || body.kind === "webSocketMessageAck") return [];
      const generation = readSpeaks(body);
      const what = generation !== undefined
        ? `generation ${generation}`
        : body.kind === "webSocketMessage"
        ? new TextDecoder().decode(body.data)
        : body.kind;
      return [`${messageIndex} ${what}`];
    });
}

async function reconnect({ gateway, host }: { gateway: FakeGateway; host: VirtualHost }) {
  gateway.cut();
  await host.settle();
  await host.advance(200);
}

Deno.test("outbox says whose words follow before the first, and numbers them without a gap", async () => {
  const { gateway, client, host } = await worldOf();
  for (const text of ["a", "b"]) client.send(text);
  await host.settle();
  assertEquals(listen(gateway, client, 0)(), [
    "running",
    "65535 generation 1",
    "0 webSocketOpen",
    "1 a",
    "2 b",
  ]);
});

for (const version of SUPPORTED_VERSIONS.filter((it) => capabilities(it).hibernation)) {
  Deno.test(`outbox in v${version} sends again after a cut what is not acked, ahead of the events`, async () => {
    const world = await worldOf({}, { ...OURS, version });
    const { gateway, client, host, taken, kept } = world;
    gateway.ackEvents = false;
    for (const text of ["a", "b", "c"]) client.send(text);
    await host.settle();
    assertEquals(kept(), 4);
    await taken(1);
    assertEquals(kept(), 2);
    const { actor } = client;
    await gateway.stop(actor);
    const heard = world.listen();
    await reconnect(world);
    assertEquals(heard().slice(0, 3), ["1 generation 1", "2 b", "3 c"]);
    assertEquals(heard().at(-1), "stopped");
  });
}

Deno.test("outbox sends what was said during a cut behind what was said before", async () => {
  const world = await worldOf();
  const { gateway, client, host, sockets, taken, kept } = world;
  client.send("before");
  await host.settle();
  await taken(0);
  gateway.cut();
  await host.settle();
  sockets[0]!.send("meanwhile");
  const heard = world.listen();
  await host.advance(200);
  sockets[0]!.send("after");
  await host.settle();
  assertEquals(heard(), ["0 generation 1", "1 before", "2 meanwhile", "3 after"]);
  await taken(3);
  assertEquals(kept(), 0);
});

Deno.test("outbox ignores an ack that covers nothing, and counts one from the future", async () => {
  const { client, host, log, taken, kept } = await worldOf();
  for (const text of ["a", "b"]) client.send(text);
  await host.settle();
  await taken(1);
  for (const stale of [1, 0, 65_535]) await taken(stale);
  assertEquals([kept(), log.of("dropped")], [1, []]);
  await taken(3);
  assertEquals([kept(), log.of("dropped")], [1, ["dropped ack from the future"]]);
  await taken(2);
  assertEquals(kept(), 0);
});

Deno.test("outbox keeps nothing for a gateway that is not ours: at most once, as its wire has it", async () => {
  const world = await worldOf({}, {});
  const { client, host, kept } = world;
  client.send("a");
  await host.settle();
  assertEquals(kept(), 0);
  const heard = world.listen();
  await reconnect(world);
  assertEquals(heard(), []);
  assertEquals(
    world.gateway.said(client.requestId).filter((body) => body.kind === "responseChunk"),
    [],
  );
});

for (const end of ["sleeps", "crashes"] as const) {
  Deno.test(`outbox keeps what an actor said that ${end}, until its end is acked`, async () => {
    const world = await worldOf({}, OURS, { state: () => ({ heard: 0 }) });
    const { gateway, client, host, kept } = world;
    gateway.ackEvents = false;
    client.send("a");
    await host.settle();
    if (end === "sleeps") await gateway.stop("a");
    else {
      gateway.kvMode = () => ({ kind: "error", message: "the disk is full" });
      client.send("lost with its state");
      await host.settle();
    }
    assertEquals(kept(), 2);
    const heard = world.listen();
    gateway.ackEvents = true;
    await reconnect(world);
    assertEquals(heard().slice(0, 3), ["65535 generation 1", "0 webSocketOpen", "1 a"]);
    assertEquals(heard().at(-1), "stopped");
    assertEquals(kept(), 0);
    const after = world.listen();
    await reconnect(world);
    assertEquals(after(), []);
  });
}

Deno.test("outbox forgets an earlier life's words when the next one speaks", async () => {
  const world = await worldOf();
  const { gateway, client, host, kept } = world;
  client.send("of the first");
  await host.settle();
  gateway.ackEvents = false;
  await gateway.stop("a");
  assertEquals(kept(), 2);
  await gateway.start("a", { name: "it", hibernating: gateway.hibernating("a") });
  const heard = world.listen();
  client.send("of the second");
  await host.settle();
  assertEquals(heard(), ["65535 generation 2", "0 of the second"]);
  assertEquals(kept(), 1);
});

for (const isBackInTime of [true, false]) {
  const what = isBackInTime
    ? "says what they said, if its gateway still knows it"
    : "drops what they said and counts it, if its gateway has forgotten it";
  Deno.test(`runner that has let its actors go ${what}`, async () => {
    const world = await worldOf();
    const { gateway, client, host, log, kept, runner } = world;
    client.send("a");
    await host.settle();
    const heard = world.listen();
    gateway.isDown = true;
    gateway.cut();
    await host.advance(10_000);
    assertEquals([runner.view().actors, kept()], [[], 2]);
    if (!isBackInTime) gateway.runnerId = "another";
    gateway.isDown = false;
    await host.advance(10_000);
    assertEquals(
      heard(),
      isBackInTime ? ["65535 generation 1", "0 webSocketOpen", "1 a", "intent", "stopped"] : [],
    );
    assertEquals(log.lost, isBackInTime ? 0 : 2);
    assertEquals(kept(), 0);
  });
}

Deno.test("outbox keeps nothing for a client that has left", async () => {
  const { client, host, kept } = await worldOf();
  client.send("a");
  await host.settle();
  client.close();
  await host.settle();
  assertEquals(kept(), 0);
});

Deno.test("outbox keeps the actor's close until it is acked", async () => {
  const world = await worldOf();
  const { client, host, sockets, taken, kept } = world;
  client.send("a");
  await host.settle();
  await taken(1);
  sockets[0]!.close(4_000, "bye");
  await host.settle();
  const heard = world.listen();
  await reconnect(world);
  assertEquals(heard(), ["1 generation 1", "2 webSocketClose"]);
  await taken(2);
  assertEquals(kept(), 0);
});

const LIMITS = [
  // The answer to the open counts as a message.
  { limit: "pendingMessages", value: 3, fits: ["a", "b"] },
  { limit: "reconnectMessages", value: 3, fits: ["a", "b"] },
  { limit: "reconnectBytes", value: 5, fits: ["aa", "bbb"] },
] as const;

for (const { limit, value, fits } of LIMITS) {
  Deno.test(`outbox takes up to ${limit}, closes the socket that says more, and an ack makes room`, async () => {
    const { client, host, log, taken } = await worldOf({ [limit]: value });
    for (const text of fits) client.send(text);
    await host.settle();
    assertEquals([client.isClosed, log.lines.filter((line) => line.startsWith("limit"))], [
      false,
      [],
    ]);
    await taken(2);
    for (const text of fits) client.send(text);
    await host.settle();
    assertEquals([client.isClosed, log.lost], [false, 0]);
    for (const text of fits) client.send(text);
    await host.settle();
    assertEquals(client.closeHeard, {
      code: 1013,
      reason: `actor.output_limit_reached#${limit}=${value}`,
    });
    assertEquals([log.lost, log.of("limit")], [1, [`limit ${limit} ${value}`]]);
  });
}

const frame = encodeToServer({
  kind: "tunnel",
  messageId: { gatewayId: gatewayId(1), requestId: requestId(1), messageIndex: messageIndex(1) },
  body: { kind: "webSocketMessage", data: new Uint8Array(3), binary: false },
}, CURRENT_VERSION).length;

for (
  const [whose, setup, path] of [
    ["a plain socket", OURS, "/plain"],
    ["any socket, at a gateway that is not ours,", {}, "/"],
  ] as const
) {
  Deno.test(`outbox closes ${whose} that says more than tunnelBufferBytes, and not before`, async () => {
    for (
      const [tunnelBufferBytes, closed] of [[3 * frame, false], [3 * frame - 1, true]] as const
    ) {
      const world = await worldOf({ tunnelBufferBytes, linkBufferBytes: 0 }, setup);
      const { gateway, host, sockets, log } = world;
      const client = await gateway.open("a", path);
      for (let i = 0; i < 4; i++) sockets[1]!.send("abc");
      await host.settle();
      assertEquals(client.texts().length, closed ? 3 : 4);
      const reason = `actor.output_limit_reached#tunnelBufferBytes=${tunnelBufferBytes}`;
      assertEquals(client.closeHeard, closed ? { code: 1013, reason } : undefined);
      assertEquals(log.lost, closed ? 1 : 0);
    }
  });
}

Deno.test("outbox lets what is acked pass tunnelBufferBytes: it has limits of its own", async () => {
  const { host, sockets, client } = await worldOf({ tunnelBufferBytes: 0, linkBufferBytes: 0 });
  for (let i = 0; i < 4; i++) sockets[0]!.send("abc");
  await host.settle();
  assertEquals([client.texts().length, client.isClosed], [4, false]);
});

Deno.test("runner refuses pendingMessages that leave no room for a close", () => {
  const host = new VirtualHost();
  const make = (pendingMessages: number) =>
    createRunner({
      connect: () => new Promise(() => {}),
      definitions: {},
      host,
      name: "test",
      totalSlots: 1,
      options: { pendingMessages },
    });
  make(1);
  make(32_766);
  for (const wrong of [0, 32_767]) {
    assertThrows(
      () => make(wrong),
      RangeError,
      `pendingMessages is ${wrong}, 1 to 32766 is wanted`,
    );
  }
});
