/** WebSockets through the gateway, awake. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { eventually } from "../gateway_side.ts";
import type { Scenario } from "../scenario.ts";
import { within } from "../world.ts";

const MIB = 1024 * 1024;

export const websocket: readonly Scenario[] = [
  {
    name: "a WebSocket opens with the subprotocol rivet",
    async run(world) {
      const client = await world.open(await world.create());
      assertEquals(client.protocol, "rivet");
    },
  },
  {
    name: "an actor is reached by subprotocols",
    async run(world) {
      const id = await world.create();
      const { Client } = await import("../../support/client.ts");
      const client = await Client.open(
        `${world.gateway.url.replace("http", "ws")}/request/ws`,
        ["rivet", "rivet_target.actor", `rivet_actor.${id}`],
      );
      assertEquals([client.protocol, await client.ask("hello")], ["rivet", "hello"]);
      await client.close();
    },
  },
  {
    name: "path, query and headers reach the actor at the open",
    async run(world) {
      const client = await world.open(await world.create(), "/a%20b?greet&x=%26");
      const { path, headers } = JSON.parse(await client.next() as string);
      assertEquals(path, "/a%20b?greet&x=%26");
      assertMatch(headers["user-agent"], /Deno/);
    },
  },
  {
    name: "a socket that the actor refuses is closed with 1011",
    instead: [{
      runner: "engine-runner 2.2.1",
      gateway: "Rivet Engine",
      does: "the gateway asks again and again, and the client waits",
    }],
    async run(world) {
      const id = await world.create();
      const client = await world.open(id, "/?refuse");
      const { code } = await within(client.closed, "the socket is closed", 12_000);
      assertEquals(code, 1011);
    },
  },
  {
    name: "a WebSocket to an unknown actor is refused with actor.not_found",
    async run(world) {
      const client = await world.open(await world.unknown());
      const { code, reason } = await client.closed;
      assertEquals(code, 1011);
      assertMatch(reason, /^actor\.not_found/);
    },
  },
  ...[
    { what: "texts, one of them empty, come", data: ["ünïcödé ✓", ""] },
    {
      what: "binary messages, one of them empty, come",
      data: [Uint8Array.of(0, 255, 128, 7), new Uint8Array(0)],
    },
    // Around the boundary where a length takes a byte more.
    {
      what: "messages of 16 383, 16 384 and 16 385 bytes come",
      data: [16_383, 16_384, 16_385].map((length) => "x".repeat(length)),
    },
    { what: "a text of 1 MiB comes", data: ["x".repeat(MIB)] },
    { what: "a binary message of 4 MiB comes", data: [new Uint8Array(4 * MIB).fill(7)] },
  ].map(({ what, data }): Scenario => ({
    name: `${what} back as sent`,
    async run(world) {
      const client = await world.open(await world.create());
      for (const sent of data) {
        client.send(sent);
        const echoed = await within(client.next(), "the echo comes", 20_000);
        assert(
          typeof echoed === "string" || typeof sent === "string"
            ? echoed === sent
            : same(echoed, sent),
          `${echoed.length} of ${sent.length} came back, as ${typeof echoed}`,
        );
      }
    },
  })),
  ...[
    { what: "a code and a reason", code: 4001, reason: "done here", seen: "4001 done here" },
    { what: "1000 and no reason", code: 1000, reason: "", seen: "1000 " },
    { what: "a reason of 123 bytes", code: 4999, reason: "r".repeat(123), seen: "" },
  ].map(({ what, code, reason, seen }): Scenario => ({
    name: `a client's close with ${what} reaches the actor`,
    async run(world) {
      const id = await world.create();
      const client = await world.open(id);
      await client.ask("hello");
      await client.close(code, reason);
      const closes = await eventually("the actor is told", async () => {
        const { closes } = await world.state(id);
        return closes.length > 0 && closes;
      });
      assertEquals(closes, [seen || `${code} ${reason}`]);
    },
  })),
  {
    name: "a client's close is answered with its own code",
    async run(world) {
      const client = await world.open(await world.create());
      await client.ask("hello");
      await client.close(4001, "done here");
      assertEquals((await client.closed).code, 4001);
    },
  },
  ...[
    { code: 1000, reason: "" },
    { code: 1000, reason: "bye" },
    { code: 4001, reason: "because" },
    { code: 4999, reason: "r".repeat(123) },
  ].map(({ code, reason }): Scenario => ({
    name: `an actor's close ${code} with a reason of ${reason.length} bytes reaches the client`,
    async run(world) {
      const client = await world.open(await world.create());
      client.send(`close ${code} ${reason}`);
      assertEquals(await within(client.closed, "the socket is closed"), { code, reason });
    },
  })),
  {
    name: "an actor's close comes after what it sent before",
    async run(world) {
      const client = await world.open(await world.create());
      client.send("burst 100");
      client.send("close 4000 end");
      for (let i = 0; i < 100; i++) assertEquals(await client.next(), `${i}`);
      assertEquals((await client.closed).code, 4000);
      await assertRejects(() => client.next());
    },
  },
  {
    name: "a thousand messages arrive in order, and so do their answers",
    instead: [{
      gateway: "Rivet Engine",
      does: "loses answers that come fast",
      sometimes: true,
    }],
    async run(world) {
      const client = await world.open(await world.create());
      for (let i = 0; i < 1_000; i++) client.send(`m${i}`);
      for (let i = 0; i < 1_000; i++) {
        assertEquals(await within(client.next(), `answer ${i} comes`), `m${i}`);
      }
    },
  },
  {
    name: "a broadcast reaches every socket of the actor and no other",
    async run(world) {
      const [id, otherId] = [await world.create(), await world.create()];
      const clients = [await world.open(id), await world.open(id, "/?hibernate=0")];
      const stranger = await world.open(otherId);
      for (const client of [...clients, stranger]) assertEquals(await client.ask("here"), "here");
      clients[0]!.send("broadcast news");
      for (const client of clients) assertEquals(await client.next(), "news");
      assertEquals(await stranger.ask("still"), "still");
    },
  },
  {
    name: "a socket that cannot hibernate echoes as well",
    async run(world) {
      const client = await world.open(await world.create(), "/?hibernate=0");
      for (let i = 0; i < 50; i++) client.send(`m${i}`);
      for (let i = 0; i < 50; i++) assertEquals(await client.next(), `m${i}`);
    },
  },
  {
    name: "twenty sockets of one actor do not mix",
    async run(world) {
      const id = await world.create();
      const clients = await Promise.all(Array.from({ length: 20 }, () => world.open(id)));
      const answers = await Promise.all(clients.map((client, i) => client.ask(`socket ${i}`)));
      assertEquals(answers, clients.map((_, i) => `socket ${i}`));
      assertEquals((await world.state(id)).opens, 20);
    },
  },
];

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
