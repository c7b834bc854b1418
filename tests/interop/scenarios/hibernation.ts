/** Sleep and wake, with clients that stay. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../gateway_side.ts";
import type { Scenario } from "../scenario.ts";
import { within, type World } from "../world.ts";

export const hibernation: readonly Scenario[] = [
  {
    name: "a hibernatable socket stays open while its actor sleeps",
    async run(world) {
      const { id, client } = await sleeping(world);
      // Long enough for a close that is on its way.
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert(client.isOpen);
      assertEquals(typeof (await world.actor(id))?.sleep_ts, "number");
    },
  },
  {
    name: "a socket that cannot hibernate is closed with 1000 actor.stopped",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id, "/?hibernate=0");
      client.send("sleep");
      const { code, reason } = await within(client.closed, "the socket is closed");
      assertEquals([code, reason.split("#")[0]], [1000, "actor.stopped"]);
    },
  },
  {
    name: "a message wakes an actor, which answers it",
    async run(world) {
      const { id, client } = await sleeping(world);
      assertEquals(await within(client.ask("hello"), "the answer comes"), "hello");
      assertEquals((await world.state(id)).starts, 2);
    },
  },
  {
    name: "an HTTP request wakes an actor",
    async run(world) {
      const { id } = await sleeping(world);
      assertEquals((await world.state(id)).starts, 2);
    },
  },
  {
    name: "a new socket wakes an actor",
    async run(world) {
      const { id, client } = await sleeping(world);
      const second = await world.open(id);
      assertEquals(await second.ask("new"), "new");
      assertEquals(await client.ask("old"), "old");
      assertEquals((await world.state(id)).opens, 2);
    },
  },
  {
    name: "an alarm wakes an actor",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("alarm 2000"), "alarm set");
      await world.sleep(id, client);
      await eventually(
        "it is awake by itself",
        async () => typeof (await world.actor(id))?.connectable_ts === "number",
      );
      await eventually("its alarm has run", async () => (await world.state(id)).alarms === 1);
      assertEquals((await world.state(id)).starts, 2);
      assertEquals(await client.ask("hello"), "hello");
    },
  },
  {
    name: "an actor is told of a close that came while it slept",
    instead: [
      {
        runner: "engine-runner 2.2.1",
        gateway: "Rivet Engine",
        does: "is not woken for it within 10 s",
      },
      { gateway: "Rivet Engine", does: "tells it that it is closed, without code and reason" },
    ],
    async run(world) {
      const { id, client } = await sleeping(world);
      await client.close(4001, "bye");
      await eventually(
        "it is awake by itself",
        async () => typeof (await world.actor(id))?.connectable_ts === "number",
      );
      const closes = await eventually("the actor is told", async () => {
        const { closes } = await world.state(id);
        return closes.length > 0 && closes;
      });
      assertEquals(closes, ["4001 bye"]);
    },
  },
  {
    name: "messages that come while it sleeps are kept and handled in order",
    async run(world) {
      const { id, client } = await sleeping(world);
      for (let i = 0; i < 100; i++) client.send(`note ${i}`);
      assertEquals(await within(client.ask("done"), "the last is answered"), "done");
      assertEquals((await world.state(id)).notes, Array.from({ length: 100 }, (_, i) => `${i}`));
    },
  },
  {
    name: "messages that race with the sleep are handled once, in order",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      await client.ask("hello");
      for (let i = 0; i < 20; i++) client.send(`note ${i}`);
      client.send("sleep");
      for (let i = 20; i < 60; i++) client.send(`note ${i}`);
      assertEquals(await within(client.ask("done"), "the last is answered"), "done");
      assertEquals((await world.state(id)).notes, Array.from({ length: 60 }, (_, i) => `${i}`));
    },
  },
  {
    name: "a socket's attachment is kept across a sleep",
    async run(world) {
      const id = await world.create();
      const [first, second] = [await world.open(id), await world.open(id)];
      await first.ask("attach one");
      await second.ask("attach two");
      await world.sleep(id, first);
      assertEquals(await first.ask("attachment"), "one");
      assertEquals(await second.ask("attachment"), "two");
    },
  },
  {
    name: "there is no second open after a wake",
    async run(world) {
      const { id, client } = await sleeping(world);
      await client.ask("hello");
      const { starts, opens, closes } = await world.state(id);
      assertEquals({ starts, opens, closes }, { starts: 2, opens: 1, closes: [] });
    },
  },
  {
    name: "ten sockets stay over a sleep, and each answers after it",
    async run(world) {
      const id = await world.create();
      const clients = await Promise.all(Array.from({ length: 10 }, () => world.open(id)));
      await Promise.all(clients.map((client) => client.ask("here")));
      await world.sleep(id, clients[0]!);
      const answers = await Promise.all(clients.map((client, i) => client.ask(`${i}`)));
      assertEquals(answers, clients.map((_, i) => `${i}`));
    },
  },
  {
    name: "ten times of sleep and wake lose nothing and repeat nothing",
    instead: [{
      runner: "engine-runner 2.2.1",
      gateway: "Rivet Engine",
      does: "says of each sleep that it failed, so that the wakes come later and later",
      sometimes: true,
    }],
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      for (let i = 0; i < 10; i++) {
        assertEquals(
          await within(client.ask("inc"), `wake ${i} is answered`),
          `{"count":${i + 1}}`,
        );
        await world.sleep(id, client);
      }
      const { count, starts } = await world.state(id);
      assertEquals({ count, starts }, { count: 10, starts: 11 });
    },
  },
  {
    name: "the management API puts an actor to sleep",
    instead: [{ gateway: "Rivet Engine", does: "answers 200, and nothing happens" }],
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("inc"), `{"count":1}`);
      const { status } = await world.api("POST", `/actors/${id}/sleep`, {});
      assertEquals(status, 200);
      await world.asleep(id);
      assert(client.isOpen);
      assertEquals(await client.ask("inc"), `{"count":2}`);
    },
  },
  {
    name: "an actor closes a socket after it woke",
    async run(world) {
      const { client } = await sleeping(world);
      client.send("close 4002 late");
      assertEquals(await within(client.closed, "the socket is closed"), {
        code: 4002,
        reason: "late",
      });
    },
  },
  {
    name: "a binary and an empty message wake an actor as they are",
    async run(world) {
      const { id, client } = await sleeping(world);
      client.send(Uint8Array.of(1, 2, 3));
      assertEquals(await within(client.next(), "the answer comes"), Uint8Array.of(1, 2, 3));
      await world.sleep(id, client);
      assertEquals(await within(client.ask(""), "the answer comes"), "");
    },
  },
  {
    name: "deleting a sleeping actor closes its socket",
    instead: [{ gateway: "Rivet Engine", does: "it stays open" }],
    async run(world) {
      const { id, client } = await sleeping(world);
      await world.api("DELETE", `/actors/${id}`);
      await within(client.closed, "the socket is closed");
    },
  },
  {
    name: "after 65 600 messages the index has wrapped, and none was lost or repeated",
    slow: true,
    notOn: "Rivet Engine",
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      const total = 65_600;
      let count = 0;
      // As many at a time as both sides bear.
      while (count < total) {
        const batch = Math.min(200, total - count);
        for (let i = 0; i < batch; i++) client.send("inc");
        for (let i = 0; i < batch; i++) {
          assertEquals(
            await within(client.next(), `answer ${count + 1} comes`, 30_000),
            `{"count":${++count}}`,
          );
        }
      }
      await world.sleep(id, client);
      assertEquals(await client.ask("inc"), `{"count":${total + 1}}`);
    },
  },
];

/** An actor that sleeps, with a client that stayed. */
async function sleeping(world: World) {
  const id = await world.create();
  const client = await world.open(id);
  assertEquals(await client.ask("hello"), "hello");
  await world.sleep(id, client);
  return { id, client };
}
