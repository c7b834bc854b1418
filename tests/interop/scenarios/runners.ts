/** What a runner does with a gateway that says exactly this: each brings a scripted gateway. */
import { assert, assertEquals } from "@std/assert";
import { type CommandWrapper, requestId } from "../../../lib/protocol/mod.ts";
import { type FakeClient, type FakeGateway, GATEWAY } from "../../support/fake_gateway.ts";
import { eventually } from "../gateway_side.ts";
import type { RunnerSide } from "../runner_side.ts";
import type { Scenario } from "../scenario.ts";
import { ScriptedGateway } from "../scripted_gateway.ts";
import type { World } from "../world.ts";

const ACTOR = "a1";
const REFERENCE = "engine-runner 2.2.1";

const played: readonly Scenario[] = [
  {
    name: "a ping is answered with its own time",
    async run(world) {
      const { fake } = await scene(world);
      fake.say({ kind: "ping", ts: 12_345n });
      await eventually(
        "the pong comes",
        () => fake.heard.some((message) => message.kind === "pong" && message.ts === 12_345n),
      );
    },
  },
  {
    name: "a command is acked soon",
    instead: [{ runner: REFERENCE, does: "acks every five minutes" }],
    async run(world) {
      const { fake } = await scene(world);
      await eventually("the ack comes", () => fake.commandAcks().length > 0, 3_000);
    },
  },
  {
    name: "a start that is told again starts nothing anew",
    instead: [{ runner: REFERENCE, does: "starts the actor again, and drops its sockets" }],
    async run(world) {
      const { fake, client, start } = await scene(world);
      fake.command(ACTOR, start.command, start);
      await passed(500);
      assertEquals(fake.eventNames(ACTOR).filter((name) => name === "running").length, 1);
      assertEquals(JSON.parse(await ask(client, "state")).starts, 1);
    },
  },
  {
    name: "a message that comes twice counts once, and is acked again",
    instead: [{ runner: REFERENCE, does: "does not ack it again: it would be told for ever" }],
    async run(world) {
      const { client } = await scene(world);
      assertEquals(await ask(client, "inc"), `{"count":1}`);
      await eventually("it is acked", () => client.acks().at(-1) === 1);
      const acks = client.acks().length;
      client.sendAt(1, "inc");
      await eventually("it is acked again", () => client.acks().length > acks, 3_000);
      assertEquals(JSON.parse(await ask(client, "state")).count, 1);
    },
  },
  {
    name: "a gap in the indexes closes the socket with 1008",
    async run(world) {
      const { client } = await scene(world);
      assertEquals(await ask(client, "hello"), "hello");
      client.sendAt(3, "inc");
      const close = await eventually("the socket is closed", () => client.closeHeard);
      assertEquals(close, { code: 1008, reason: "ws.message_index_skip" });
    },
  },
  {
    name: "nothing is acked before it is written",
    async run(world) {
      const { fake, client } = await scene(world);
      await passed(300);
      fake.kvMode = "hold";
      client.send("inc");
      await eventually("the write comes", () => fake.heldKv > 0);
      await passed(300);
      assertEquals(client.acks(), []);
      await eventually("it is acked", () => {
        fake.answerKv();
        return client.acks().at(-1) === 1;
      });
    },
  },
  {
    name: "events that were not acked are told again on a new tunnel",
    async run(world) {
      const { fake, runner } = await scene(world, { ackEvents: false });
      fake.cut();
      await runner.connected(2);
      await eventually("it is told again", () => {
        const running = fake.eventWrappers(ACTOR).filter(({ event }) => event.kind === "running");
        return running.length === 2 &&
          running[0]!.checkpoint.index === running[1]!.checkpoint.index;
      });
    },
  },
  {
    name: "a stop that was not acked is told again on a new tunnel",
    instead: [{ runner: REFERENCE, does: "forgets it with the actor" }],
    async run(world) {
      const { fake, runner } = await scene(world, { ackEvents: false });
      await fake.stop(ACTOR);
      const stops = () => fake.eventNames(ACTOR).filter((name) => name.startsWith("stopped"));
      await eventually("it has stopped", () => stops().length === 1);
      fake.cut();
      await runner.connected(2);
      await eventually("it is told again", () => stops().length === 2, 3_000);
    },
  },
  {
    name: "an actor that sleeps says that it stopped well",
    instead: [{ runner: REFERENCE, does: "says that it failed" }],
    async run(world) {
      const { fake, client } = await scene(world);
      client.send("sleep");
      await eventually("it asks to", () => fake.eventNames(ACTOR).includes("intent sleep"));
      await fake.stop(ACTOR);
      const last = await eventually(
        "it has stopped",
        () => fake.eventNames(ACTOR).find((name) => name.startsWith("stopped")),
      );
      assertEquals(last, "stopped ok");
    },
  },
  {
    name: "a socket that the actor does not know is closed at the start",
    async run(world) {
      const { fake } = await scene(world);
      const unknown = requestId(99);
      await fake.start("a2", {
        name: "probe",
        hibernating: [{ gatewayId: GATEWAY, requestId: unknown }],
      });
      const close = await eventually(
        "it is closed",
        () => fake.said(unknown).find(({ kind }) => kind === "webSocketClose"),
      );
      assert(close.kind === "webSocketClose");
      assertEquals([close.code, close.reason], [1000, "ws.meta_not_found_during_restore"]);
    },
  },
  {
    name: "a socket that the gateway does not know any more is told to its actor as closed",
    async run(world) {
      const { fake } = await scene(world);
      await passed(300);
      await fake.stop(ACTOR);
      await eventually(
        "it has stopped",
        () => fake.eventNames(ACTOR).some((name) => name.startsWith("stopped")),
      );
      await fake.start(ACTOR, { name: "probe" });
      const again = await opened(fake);
      const { closes, starts } = JSON.parse(await ask(again, "state"));
      assertEquals([starts, closes.length], [2, 1]);
    },
  },
  {
    name: "after a restart of the gateway that gives a new runner id the actors are gone",
    async run(world) {
      const { fake, runner } = await scene(world);
      fake.runnerId = "runner-2";
      fake.cut();
      await runner.connected(2);
      await passed(500);
      const client = await fake.open(ACTOR);
      await passed(500);
      assert(!client.kinds().includes("webSocketOpen"), "The actor is there");
    },
  },
  {
    name: "an evicted runner does not come back",
    async run(world) {
      const { fake } = await scene(world);
      fake.cut(1000, "ws.eviction#deadbeef");
      await passed(3_000);
      assertEquals(fake.links, 1);
    },
  },
  {
    name: "garbage from the gateway does not end the runner",
    instead: [{ runner: REFERENCE, does: "answers nothing after it", sometimes: true }],
    async run(world) {
      const { fake, client } = await scene(world);
      fake.sayRaw(Uint8Array.of(255, 255, 255));
      assertEquals(await ask(client, "hello"), "hello");
    },
  },
  {
    name: "after 65 600 messages the index has wrapped, and each was acked",
    slow: true,
    async run(world) {
      const { client } = await scene(world);
      const total = 65_600;
      for (let sent = 0; sent < total;) {
        for (let i = 0; i < 400 && sent < total; i++, sent++) client.send("inc");
        await eventually("all are acked", () => client.pending.length === 0);
      }
      assertEquals(JSON.parse(await ask(client, "state")).count, total);
    },
  },
];

export const runners: readonly Scenario[] = played.map((scenario) => ({
  ...scenario,
  ownGateway: {},
}));

/** A runner with an actor that runs and a client of it, whose first message is to have index 1. */
async function scene(world: World, options: { readonly ackEvents?: boolean } = {}): Promise<{
  fake: FakeGateway;
  runner: RunnerSide;
  client: FakeClient;
  start: CommandWrapper;
}> {
  if (!(world.gateway instanceof ScriptedGateway)) throw new TypeError("It wants a script");
  const { fake } = world.gateway;
  fake.ackEvents = options.ackEvents ?? true;
  const runner = await world.runner();
  const start = await fake.start(ACTOR, { name: "probe" });
  await eventually("the actor runs", () => fake.eventNames(ACTOR).includes("running"));
  return { fake, runner, client: await opened(fake), start };
}

async function opened(fake: FakeGateway): Promise<FakeClient> {
  const client = await fake.open(ACTOR);
  await eventually("the socket opens", () => client.kinds().includes("webSocketOpen"));
  return client;
}

/** Sends a text, and waits for what it is answered with. */
async function ask(client: FakeClient, text: string): Promise<string> {
  const before = client.texts().length;
  client.send(text);
  return await eventually(`${text} is answered`, () => client.texts()[before]);
}

/** Time for what is not to come. */
function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
