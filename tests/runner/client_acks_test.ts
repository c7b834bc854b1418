/** Acks of what clients have sent: few, none too late, and none lost where they matter. */
import { assertEquals } from "@std/assert";
import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { type FakeClient, type FakeGateway, runnerWorld } from "../support/fake_gateway.ts";

const stateless = defineActor({
  websocket: { hibernate: true, message() {} },
}) as ActorDefinition;
const stateful = defineActor({
  state: () => ({ count: 0 }),
  websocket: { hibernate: true, message: (actor) => void actor.state.count++ },
}) as ActorDefinition;

async function worldOf(definition: ActorDefinition, options: Partial<RunnerOptions>) {
  const world = await runnerWorld({ it: definition }, options);
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  await world.host.settle();
  return { ...world, client };
}

async function openSome(gateway: FakeGateway, count: number): Promise<FakeClient[]> {
  const clients: FakeClient[] = [];
  while (clients.length < count) clients.push(await gateway.open("a"));
  return clients;
}

const KINDS = [
  { kind: "stateless", definition: stateless, delay: "ackDelayMs" },
  { kind: "stateful", definition: stateful, delay: "committedAckDelayMs" },
] as const;

for (const { kind, definition, delay } of KINDS) {
  Deno.test(`clientAcks: a ${kind} actor gives one ack for ackMessages, and one for the rest`, async () => {
    const { client, host } = await worldOf(definition, { ackMessages: 4, [delay]: 50 });
    for (let n = 1; n <= 10; n++) {
      client.send("x");
      await host.settle();
    }
    assertEquals(client.acks(), [4, 8]);
    await host.advance(49);
    assertEquals(client.acks(), [4, 8]);
    await host.advance(1);
    assertEquals(client.acks(), [4, 8, 10]);
    await host.advance(1_000);
    assertEquals(client.acks(), [4, 8, 10]);
  });

  for (const [bytes, acked] of [[7, []], [8, [2]], [9, [2]]] as const) {
    Deno.test(`clientAcks: a ${kind} actor that has ${bytes} bytes of two messages, with ackBytes 8`, async () => {
      const { client, host } = await worldOf(definition, { ackBytes: 8, [delay]: 50 });
      for (const length of [3, bytes - 3]) {
        client.send("x".repeat(length));
        await host.settle();
      }
      assertEquals(client.acks(), [...acked]);
      client.send("x".repeat(7));
      await host.settle();
      assertEquals(client.acks().length, bytes < 8 ? 1 : acked.length, "counted anew after an ack");
    });
  }

  for (const [sockets, rounds] of [[2, [2]], [3, [2, 3]], [5, [2, 4, 5]]] as const) {
    Deno.test(`clientAcks: ${sockets} sockets of a ${kind} actor, with acksPerRound 2`, async () => {
      const { host, gateway, log } = await worldOf(definition, { acksPerRound: 2, [delay]: 50 });
      const clients = await openSome(gateway, sockets);
      await host.settle();
      for (const client of clients) client.send("x");
      const seen: number[] = [];
      for (let i = 0; i < rounds.length; i++) {
        await host.advance(50);
        seen.push(clients.filter((client) => client.acks().length === 1).length);
      }
      assertEquals(seen, [...rounds]);
      const told = log.lines.filter((line) => line === "limit acksPerRound 2").length;
      assertEquals(told, sockets > 2 ? 1 : 0);
    });
  }

  Deno.test(`clientAcks: an ack of a ${kind} actor that waits for its round covers what comes meanwhile`, async () => {
    const { client, host, gateway } = await worldOf(definition, { acksPerRound: 1, [delay]: 50 });
    const other = await gateway.open("a");
    await host.settle();
    client.send("x");
    other.send("x");
    await host.advance(50);
    other.send("y");
    await host.advance(50);
    assertEquals([client.acks(), other.acks()], [[1], [2]]);
  });

  Deno.test(`clientAcks: no ack of a ${kind} actor waits longer than ackDelayMaxMs`, async () => {
    const options = { acksPerRound: 1, [delay]: 50, ackDelayMaxMs: 120 };
    const { host, gateway } = await worldOf(definition, options);
    const clients = await openSome(gateway, 9);
    await host.settle();
    for (const client of clients) client.send("x");
    const acked = () => clients.filter((client) => client.acks().length === 1).length;
    await host.advance(50);
    assertEquals(acked(), 1);
    await host.advance(50);
    assertEquals(acked(), 9);
  });

  Deno.test(`clientAcks: a ${kind} actor that falls asleep acks before it says that it has stopped`, async () => {
    const { client, host, gateway } = await worldOf(definition, { [delay]: 50 });
    for (const text of ["x", "y"]) client.send(text);
    await host.settle();
    assertEquals(client.acks(), []);
    await gateway.stop("a");
    assertEquals(client.acks(), [2]);
  });

  Deno.test(`clientAcks: a ${kind} actor acks a client's close at once, and all before it`, async () => {
    const { client, host } = await worldOf(definition, { [delay]: 50 });
    client.send("x");
    client.close();
    await host.settle();
    assertEquals(client.acks().at(-1), 2);
  });

  Deno.test(`clientAcks: a ${kind} actor acks at once what comes again`, async () => {
    const { client, host } = await worldOf(definition, { [delay]: 50 });
    client.send("x");
    await host.settle();
    client.replay();
    await host.settle();
    assertEquals(client.acks(), [1]);
    await host.advance(100);
    assertEquals(client.acks(), [1]);
  });
}

Deno.test("clientAcks: what a cut keeps from being acked is acked when it comes again", async () => {
  const { client, host, gateway, runner } = await worldOf(stateful, { committedAckDelayMs: 50 });
  client.send("x");
  await host.settle();
  gateway.cut();
  await host.advance(60);
  assertEquals([client.acks(), runner.view().sockets[0]!.lastAcked as number], [[], 0]);
  await host.advance(200);
  client.replay();
  await host.settle();
  assertEquals(client.acks(), [1]);
});

Deno.test("clientAcks: nothing is owed to a socket that the actor has closed", async () => {
  const closing = defineActor({
    websocket: { hibernate: true, message: (_actor, socket) => socket.close(4000, "") },
  }) as ActorDefinition;
  const { client, host } = await worldOf(closing, { ackDelayMs: 50 });
  client.send("x");
  await host.advance(1_000);
  assertEquals(client.acks(), []);
});
