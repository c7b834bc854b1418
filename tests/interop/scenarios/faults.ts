/** What breaks: tunnels, runners, the gateway. Each has a runner of its own. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { eventually } from "../gateway_side.ts";
import type { Scenario } from "../scenario.ts";
import type { Client } from "../../support/client.ts";
import { within, type World } from "../world.ts";

const ENGINE = "Rivet Engine";
const REFERENCE = "engine-runner 2.2.1";

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);

const played: readonly Scenario[] = [
  {
    name: "after a cut tunnel a socket goes on",
    instead: [
      {
        runner: REFERENCE,
        gateway: ENGINE,
        does: "loses the socket: closed with 1011 when its messages stay unacked",
      },
    ],
    ownRunner: true,
    async run(world) {
      const { id, client, cable, runner } = await cabled(world);
      cable.cut();
      await runner.connected(2);
      assertEquals(await within(client.ask("inc"), "the answer comes"), `{"count":1}`);
      assertEquals((await world.state(id)).closes, []);
    },
  },
  {
    name: "after a cut tunnel a socket that cannot hibernate goes on, or is closed",
    instead: [
      { runner: REFERENCE, gateway: ENGINE, does: "it is open and dead" },
      { gateway: ENGINE, does: "it is open and dead", sometimes: true },
    ],
    ownRunner: true,
    async run(world) {
      const { client, cable, runner } = await cabled(world, "/?hibernate=0");
      cable.cut();
      await runner.connected(2);
      client.send("inc");
      assert(await answeredOrClosed(client), "It is open and dead");
    },
  },
  {
    name: "messages that come while the tunnel is cut are handled once, in order",
    instead: [
      {
        runner: REFERENCE,
        gateway: ENGINE,
        does: "loses them: closed with 1011 when its messages stay unacked",
      },
      { gateway: ENGINE, does: "loses them: the runner closes the socket with 1008" },
    ],
    ownRunner: true,
    async run(world) {
      const { id, client, cable, runner } = await cabled(world);
      cable.down();
      await runner.disconnected();
      for (const number of numbers(50)) client.send(`note ${number}`);
      cable.mend();
      await runner.connected(2);
      await answered(client, "done");
      assertEquals((await world.state(id)).notes, numbers(50));
    },
  },
  {
    name: "messages that a cut swallowed are handled once, in order",
    instead: [
      {
        runner: REFERENCE,
        gateway: ENGINE,
        does: "loses them: closed with 1011 when its messages stay unacked",
      },
      { gateway: ENGINE, does: "loses them: the runner closes the socket with 1008" },
    ],
    ownRunner: true,
    async run(world) {
      const { id, client, cable, runner } = await cabled(world);
      cable.swallow("toRunner", "toGateway");
      for (const number of numbers(50)) client.send(`note ${number}`);
      await passed(500);
      cable.cut();
      await runner.connected(2);
      await answered(client, "done");
      assertEquals((await world.state(id)).notes, numbers(50));
    },
  },
  {
    name: "messages whose acks a cut swallowed are handled once, in order",
    instead: [
      {
        runner: REFERENCE,
        gateway: ENGINE,
        does: "loses the socket: closed with 1011 when its messages stay unacked",
      },
    ],
    ownRunner: true,
    async run(world) {
      const { id, client, cable, runner } = await cabled(world);
      cable.swallow("toGateway");
      for (const number of numbers(50)) client.send(`note ${number}`);
      await passed(500);
      cable.cut();
      await runner.connected(2);
      await answered(client, "done");
      assertEquals((await world.state(id)).notes, numbers(50));
    },
  },
  {
    name:
      "a message that a cut swallowed is handled, or its socket that cannot hibernate is closed",
    instead: [{ gateway: ENGINE, does: "it is open, and the message is lost" }],
    ownRunner: true,
    async run(world) {
      const { client, cable, runner } = await cabled(world, "/?hibernate=0");
      cable.swallow("toRunner", "toGateway");
      client.send("inc");
      await passed(300);
      cable.cut();
      await runner.connected(2);
      assert(await answeredOrClosed(client), "It is open, and the message is lost");
    },
  },
  {
    name: "an alarm whose event a cut swallowed wakes the sleeper",
    instead: [
      { runner: REFERENCE, gateway: ENGINE, does: "loses the socket" },
      { gateway: ENGINE, does: "loses messages, and the socket with 1008", sometimes: true },
      { runner: REFERENCE, does: "acks no duplicate, so that its actor never comes to rest" },
    ],
    ownRunner: true,
    async run(world) {
      const { id, client, cable, runner } = await cabled(world);
      cable.swallow("toGateway");
      client.send("alarm 2500");
      await passed(300);
      cable.cut();
      await runner.connected(2);
      await eventually("it answers again", async () => {
        client.send("again");
        return await within(client.next(), "an answer", 1_000) !== undefined;
      });
      await world.sleep(id, client);
      await eventually("its alarm has run", async () => {
        const actor = await world.actor(id);
        return typeof actor?.connectable_ts === "number" && (await world.state(id)).alarms === 1;
      });
    },
  },
  {
    name: "an actor whose start a cut swallowed starts after it",
    ownRunner: true,
    async run(world) {
      const { cable, runner } = await cabled(world);
      cable.swallow("toRunner");
      const id = await world.create();
      await passed(300);
      cable.cut();
      await runner.connected(2);
      assertEquals((await world.state(id)).starts, 1);
    },
  },
  {
    name: "a request in flight over a cut is answered",
    instead: [
      { gateway: ENGINE, does: "no answer within 12 s", sometimes: true },
    ],
    ownRunner: true,
    async run(world) {
      const { id, cable, runner } = await cabled(world);
      const response = world.fetch(id, "/wait/1000");
      await passed(300);
      cable.cut();
      await runner.connected(2);
      const { status } = await within(statusOf(response), "the answer comes", 12_000);
      assert(status === 200 || status >= 500, `It is ${status}`);
    },
  },
  {
    name: "after a killed runner another one goes on with the client's socket",
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("inc"), `{"count":1}`);
      await world.runner();
      await first.kill();
      assertEquals(await within(client.ask("inc"), "the answer comes", 15_000), `{"count":2}`);
      assertEquals((await world.state(id)).opens, 1);
    },
  },
  {
    name: "messages under way to a killed runner are handled once, in order, by the next",
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("hello"), "hello");
      await world.runner();
      for (const number of numbers(100)) client.send(`note ${number}`);
      await first.kill();
      await answered(client, "done", 15_000);
      assertEquals((await world.state(id)).notes, numbers(100));
    },
  },
  {
    name: "a killed runner's sockets that cannot hibernate are closed",
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const client = await world.open(await world.create(), "/?hibernate=0");
      assertEquals(await client.ask("hello"), "hello");
      await first.kill();
      const { code } = await within(client.closed, "the socket is closed", 12_000);
      assertNotEquals(code, 1006);
    },
  },
  {
    name: "a request in flight to a killed runner is answered",
    instead: [
      { gateway: ENGINE, does: "no answer within 15 s" },
    ],
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const id = await world.create();
      await world.state(id);
      const response = world.fetch(id, "/wait/60000");
      await passed(300);
      await first.kill();
      const { status } = await within(statusOf(response), "the answer comes", 15_000);
      assert(status >= 500, `It is ${status}`);
    },
  },
  {
    name: "a client's close completes although no runner is left to wake its actor",
    instead: [
      { gateway: ENGINE, does: "it waits for the wake", sometimes: true },
    ],
    ownRunner: true,
    async run(world) {
      const runner = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      await world.sleep(id, client);
      await runner.kill();
      await within(client.close(4001, "bye"), "the close completes", 3_000);
    },
  },
  {
    name: "a drained runner hands its actors to another, and no message is lost or repeated",
    instead: [
      { gateway: ENGINE, does: "closes sockets with 1011", sometimes: true },
    ],
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const ids = await Promise.all(numbers(4).map(() => world.create()));
      const clients = await Promise.all(ids.map((id) => world.open(id)));
      await Promise.all(clients.map((client) => client.ask("hello")));
      await world.runner();
      const drained = first.drain();
      for (const number of numbers(100)) {
        for (const client of clients) client.send(`note ${number}`);
        await passed(5);
      }
      await within(drained, "the first ends", 20_000);
      await Promise.all(
        clients.map((client) => answered(client, "done")),
      );
      for (const id of ids) assertEquals((await world.state(id)).notes, numbers(100));
    },
  },
  {
    name: "a drained runner that is alone leaves its actors asleep, to be woken by the next",
    instead: [
      { gateway: ENGINE, does: "closes sockets with 1011", sometimes: true },
    ],
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("inc"), `{"count":1}`);
      await within(first.drain(), "it ends", 20_000);
      client.send("inc");
      await world.runner();
      assertEquals(await within(client.next(), "the answer comes"), `{"count":2}`);
    },
  },
  {
    name: "a frozen and thawed runner loses nothing",
    ownRunner: true,
    async run(world) {
      const runner = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("hello"), "hello");
      runner.freeze();
      for (const number of numbers(50)) client.send(`note ${number}`);
      await passed(1_500);
      runner.thaw();
      await answered(client, "done");
      assertEquals((await world.state(id)).notes, numbers(50));
    },
  },
  {
    name: "a runner frozen beyond every timeout and thawed loses nothing",
    instead: [{ gateway: ENGINE, does: "the socket is closed with 1011", sometimes: true }],
    ownRunner: true,
    async run(world) {
      const runner = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("hello"), "hello");
      runner.freeze();
      for (const number of numbers(50)) client.send(`note ${number}`);
      await passed(9_000);
      runner.thaw();
      await answered(client, "done", 15_000);
      assertEquals((await world.state(id)).notes, numbers(50));
    },
  },
  {
    name: "a second runner takes what a frozen one had, and the thawed one does not disturb it",
    instead: [
      { gateway: ENGINE, does: "the socket is closed with 1011", sometimes: true },
    ],
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      assertEquals(await client.ask("inc"), `{"count":1}`);
      await world.runner();
      first.freeze();
      assertEquals(await within(client.ask("inc"), "the answer comes", 20_000), `{"count":2}`);
      first.thaw();
      await passed(1_000);
      assertEquals(await within(client.ask("inc"), "the answer comes"), `{"count":3}`);
      assertEquals((await world.state(id)).count, 3);
    },
  },
  {
    name: "after the gateway was killed its actors are there, with state, keys and runner",
    instead: [
      { gateway: ENGINE, does: "takes half a minute when it was away for long", sometimes: true },
    ],
    ownGateway: {},
    async run(world) {
      const runner = await world.runner();
      const id = await world.create({ key: "kept" });
      const client = await world.open(id);
      assertEquals(await client.ask("inc"), `{"count":1}`);
      await world.kv(id, { op: "put", entries: [["kept", "yes"]] });
      await world.gateway.restart();
      await runner.connected(2, 15_000);
      const again = await eventually("a socket opens", async () => {
        const socket = await world.open(id).catch(() => undefined);
        const answer = socket && await within(socket.ask("hello"), "an answer", 2_000)
          .catch(() => undefined);
        if (answer === "hello") return socket;
      }, 15_000);
      assertEquals(await again.ask("inc"), `{"count":2}`);
      assertEquals(await world.kv(id, { op: "get", key: "kept" }), { value: "yes" });
      const { json } = await world.api("GET", "/actors?name=probe&key=kept");
      assertEquals(json.actors.length, 1);
    },
  },
  {
    name: "an alarm that is set outlives the gateway",
    instead: [
      { gateway: ENGINE, does: "does not wake it within 15 s" },
    ],
    ownGateway: {},
    async run(world) {
      const runner = await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      await client.ask("alarm 2500");
      await world.sleep(id, client);
      await world.gateway.restart();
      await runner.connected(2, 15_000);
      await eventually(
        "it is awake by itself",
        async () => typeof (await world.actor(id))?.connectable_ts === "number",
        15_000,
      );
      await eventually("its alarm has run", async () => (await world.state(id)).alarms === 1);
    },
  },
  {
    name: "a newer runner gets the actors",
    ownRunner: true,
    async run(world) {
      await world.runner({ version: 1 });
      await world.runner({ version: 2 });
      for (const _ of numbers(3)) {
        const id = await world.create();
        assertEquals(await (await world.fetch(id, "/version")).text(), "2");
      }
    },
  },
  {
    name: "an actor of the policy destroy is destroyed when its runner is killed",
    ownRunner: true,
    async run(world) {
      const runner = await world.runner();
      const id = await world.create({ crash_policy: "destroy" });
      await world.state(id);
      await runner.kill();
      await eventually(
        "it is destroyed",
        async () => typeof (await world.actor(id))?.destroy_ts === "number",
        12_000,
      );
    },
  },
  {
    name: "an actor of the policy restart starts on another runner when its own is killed",
    ownRunner: true,
    async run(world) {
      const first = await world.runner();
      const id = await world.create({ crash_policy: "restart" });
      const { starts } = await world.state(id);
      await world.runner();
      await first.kill();
      await eventually("it has started anew", async () => {
        const actor = await world.actor(id);
        if (typeof actor?.connectable_ts !== "number") return;
        return (await world.fetch(id, "/state")).ok &&
          (await world.state(id)).starts === starts + 1;
      }, 15_000);
    },
  },
  {
    name: "traffic that is acked never trips the limit of what may be pending",
    instead: [
      { gateway: ENGINE, does: "closes it with 1011: what was acked still counts" },
    ],
    ownGateway: { pendingBytes: 10_000 },
    async run(world) {
      await world.runner();
      const id = await world.create();
      const client = await world.open(id);
      for (const number of numbers(50)) {
        const text = number.padEnd(1_000, ".");
        assertEquals(await within(client.ask(text), `answer ${number} comes`), text);
        // A runner may answer before it acks: by now it has.
        if (Number(number) % 5 === 4) await world.state(id);
      }
    },
  },
];

/** An engine takes its time to notice. */
export const faults: readonly Scenario[] = played.map((scenario) => ({
  ...scenario,
  slow: [ENGINE],
}));

/** A runner behind a cable, with an actor and a client. */
async function cabled(world: World, path = "/") {
  const cable = world.cable();
  const runner = await world.runner({ endpoint: cable.endpoint });
  const id = await world.create();
  const client = await world.open(id, path);
  assertEquals(await client.ask("hello"), "hello");
  return { cable, runner, id, client };
}

/** Whether the next message comes, or the close. */
function answeredOrClosed(client: Client): Promise<boolean> {
  const either = Promise.race([client.next().catch(() => {}), client.closed]);
  return within(either, "either").then(() => true, () => false);
}

/** Sends a text that comes back, and waits for it; an answer that was given before may come again. */
function answered(client: Client, text: string, withinMs?: number): Promise<void> {
  const comes = async (): Promise<void> => {
    while (await client.next() !== text);
  };
  client.send(text);
  return within(comes(), `the answer to ${text} comes`, withinMs);
}

async function statusOf(response: Promise<Response>): Promise<{ readonly status: number }> {
  const { status, body } = await response;
  await body?.cancel();
  return { status };
}

/** Gives what is under way the time to arrive. */
function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
