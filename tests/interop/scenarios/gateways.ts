/** What a gateway does with a runner that says exactly this: each brings a scripted runner. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type ActorId,
  actorId,
  encodeToServer,
  type KvRequest,
  type KvResponse,
  messageIndex,
  type RequestId,
  SUPPORTED_VERSIONS,
  type ToServer,
} from "../../../lib/protocol/mod.ts";
import type { Link, LinkEnd } from "../../../lib/transport/link.ts";
import { type FakeRunner, type Script, silent } from "../../support/fake_runner.ts";
import type { Client } from "../../support/client.ts";
import type { Scenario } from "../scenario.ts";
import { dial, join, rejoin, type ScriptedOptions, until } from "../scripted_runner.ts";
import { within, type World } from "../world.ts";

const DAY_MS = 86_400_000;
const INIT: ToServer = {
  kind: "init",
  name: "own",
  version: 1,
  totalSlots: 1,
  prepopulateActorNames: null,
  metadata: null,
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (value: Uint8Array): string => new TextDecoder().decode(value);

export const gateways: readonly Scenario[] = [
  ...SUPPORTED_VERSIONS.map((version): Scenario => ({
    name: `a runner of version ${version} is let in, and a socket of its actor echoes`,
    ownRunner: true,
    async run(world) {
      const { client } = await scene(world, { version }, { message: echo });
      assertEquals(await within(client.ask("hello"), "the echo comes"), "hello");
    },
  })),
  {
    name: "a runner of a version that does not exist is refused",
    ownRunner: true,
    async run(world) {
      const link = await dial(world, { version: 99 });
      link.send(encodeToServer(INIT, 7));
      const { code, reason } = await refusal(link);
      assertEquals(code, 1011);
      assertMatch(reason, /^ws\.invalid_packet/);
    },
  },
  {
    name: "a runner with a wrong token is refused",
    ownRunner: true,
    async run(world) {
      const { code, reason } = await refusal(await dial(world, { token: "wrong-token-here" }));
      assertEquals(code, 1011);
      assertMatch(reason, /^api\.forbidden/);
    },
  },
  {
    name: "a runner without a token is refused",
    ownRunner: true,
    async run(world) {
      const { code, reason } = await refusal(await dial(world, { token: null }));
      assertEquals(code, 1011);
      assertMatch(reason, /^(guard|api)\.\w+/);
    },
  },
  {
    name: "a runner of an unknown namespace is refused",
    ownRunner: true,
    async run(world) {
      const { code, reason } = await refusal(await dial(world, { namespace: "nowhere" }));
      assertEquals(code, 1011);
      assertMatch(reason, /^namespace\.not_found/);
    },
  },
  {
    name: "a runner that says nothing is closed",
    ownRunner: true,
    async run(world) {
      const { code, reason } = await refusal(await dial(world), 12_000);
      assertEquals(code, 1011);
      assertMatch(reason, /^ws\.timed_out_waiting_for_init/);
    },
  },
  {
    name: "a runner of the same key evicts the one before",
    ownRunner: true,
    async run(world) {
      const first = await join(world, { key: "the-same" });
      await join(world, { key: "the-same" });
      await until(first, "the first is evicted", () => first.ends.length > 0);
      assertEquals(first.ends[0]!.code, 1000);
      assertMatch(first.ends[0]!.reason, /^ws\.eviction/);
    },
  },
  {
    name: "garbage on a tunnel does not end it",
    ownRunner: true,
    async run(world) {
      const { runner, client } = await scene(world, {}, { message: echo });
      runner.sendFrame(Uint8Array.of(255, 255, 255));
      assertEquals(await within(client.ask("hello"), "the echo comes"), "hello");
      assertEquals(runner.ends, []);
    },
  },
  {
    name: "indexes count every message of a socket from 1, its close too",
    ownRunner: true,
    async run(world) {
      const { runner, client } = await scene(world);
      for (const text of ["a", "b", "c"]) client.send(text);
      await messages(runner, 3);
      assertEquals(runner.messages(), ["1:a", "2:b", "3:c"]);
      client.close(4001, "bye");
      await until(runner, "the close comes", () => runner.tunnel("webSocketClose").length > 0);
      const [{ messageId, body }] = runner.tunnel("webSocketClose") as [
        ReturnType<typeof runner.tunnel<"webSocketClose">>[number],
      ];
      assertEquals([messageId.messageIndex, body.code, body.reason], [
        messageIndex(4),
        4001,
        "bye",
      ]);
    },
  },
  {
    name: "what is not acked is sent again after a sleep, in order",
    ownRunner: true,
    async run(world) {
      const { runner, client, id } = await scene(world);
      for (const text of ["a", "b", "c"]) client.send(text);
      await messages(runner, 3);
      await sleepAndWake(world, runner, id, client);
      assertEquals(runner.messages(), ["1:a", "2:b", "3:c", "4:wake"]);
    },
  },
  {
    name: "an ack covers every message before it",
    ownRunner: true,
    async run(world) {
      const { runner, client, id, socket } = await scene(world);
      for (const text of ["a", "b", "c", "d"]) client.send(text);
      await messages(runner, 4);
      runner.ack(socket, 3);
      await sleepAndWake(world, runner, id, client);
      assertEquals(runner.messages(), ["4:d", "5:wake"]);
    },
  },
  {
    name: "an ack that is older than the last one clears nothing and restores nothing",
    ownRunner: true,
    async run(world) {
      const { runner, client, id, socket } = await scene(world);
      for (const text of ["a", "b", "c", "d"]) client.send(text);
      await messages(runner, 4);
      runner.ack(socket, 3);
      runner.ack(socket, 1);
      await sleepAndWake(world, runner, id, client);
      assertEquals(runner.messages(), ["4:d", "5:wake"]);
    },
  },
  ...[5, 40_000].map((index): Scenario => ({
    name: `an ack of ${index} when 3 were sent clears nothing`,
    ownRunner: true,
    ...(index === 5 && {
      instead: [{ gateway: "Rivet Engine", does: "takes all three for acked" }],
    }),
    async run(world) {
      const { runner, client, id, socket } = await scene(world);
      for (const text of ["a", "b", "c"]) client.send(text);
      await messages(runner, 3);
      runner.ack(socket, index);
      await sleepAndWake(world, runner, id, client);
      assertEquals(runner.messages(), ["1:a", "2:b", "3:c", "4:wake"]);
    },
  })),
  {
    name: "a start names the sockets that the gateway holds",
    ownRunner: true,
    async run(world) {
      const { runner, client, id, socket } = await scene(world);
      await sleepAndWake(world, runner, id, client);
      const started = runner.commands().map(({ command }) => command);
      const again = started.find((command) => command.kind === "start");
      assertEquals(
        again?.kind === "start" && again.hibernatingRequests.map(({ requestId }) => requestId),
        [socket],
      );
    },
  },
  {
    name: "what is not acked is sent again when the tunnel is back",
    ownRunner: true,
    slow: ["Rivet Engine"],
    instead: [{ gateway: "Rivet Engine", does: "sends nothing again" }],
    async run(world) {
      const cable = world.cable();
      const options = { key: crypto.randomUUID(), endpoint: cable.endpoint };
      const { runner, client } = await scene(world, options);
      for (const text of ["a", "b", "c"]) client.send(text);
      await messages(runner, 3);
      cable.cut();
      await until(runner, "the tunnel is cut", () => runner.ends.length > 0);
      await rejoin(world, runner, options);
      await messages(runner, 3);
      assertEquals(runner.messages(), ["1:a", "2:b", "3:c"]);
    },
  },
  {
    name: "a socket that is never acked is closed",
    ownRunner: true,
    async run(world) {
      const { client } = await scene(world);
      client.send("a");
      const { code, reason } = await within(client.closed, "the socket is closed", 25_000);
      assertEquals(code, 1011);
      assertMatch(reason, /^guard\.websocket_garbage_collected/);
    },
  },
  {
    name: "a socket with more unacked than may be pending is closed, and says so",
    ownGateway: { pendingBytes: 10_000 },
    async run(world) {
      const { client } = await scene(world);
      for (let i = 0; i < 12 && client.isOpen; i++) client.send("x".repeat(1_000));
      const { code, reason } = await within(client.closed, "the socket is closed");
      assertEquals(code, 1011);
      assertMatch(reason, /^guard\.websocket_pending_limit_reached/);
    },
  },
  {
    name: "a socket that its actor does not know after a wake is closed with the actor's code",
    ownRunner: true,
    async run(world) {
      const { runner, client, id, socket } = await scene(world);
      await sleepAndWake(world, runner, id, client);
      runner.tell(socket, {
        kind: "webSocketClose",
        code: 1000,
        reason: "ws.meta_not_found_during_restore",
        hibernate: false,
      });
      const { code, reason } = await within(client.closed, "the socket is closed");
      assertEquals([code, reason.split("#")[0]], [1000, "ws.meta_not_found_during_restore"]);
    },
  },
  {
    name: "a socket that is refused before it opened is closed with 1011",
    ownRunner: true,
    async run(world) {
      await join(world, {
        script: {
          open: (self, { messageId }) =>
            self.tell(messageId.requestId, {
              kind: "webSocketClose",
              code: 1011,
              reason: "Server Error",
              hibernate: false,
            }),
        },
      });
      const client = await world.open(await world.create());
      assertEquals((await within(client.closed, "the socket is closed", 30_000)).code, 1011);
    },
  },
  {
    name: "an open that is not answered is closed",
    ownRunner: true,
    slow: ["Rivet Engine"],
    instead: [{ gateway: "Rivet Engine", does: "asks again; after 30 s the client still waits" }],
    async run(world) {
      await join(world, { script: { open: silent } });
      const client = await world.open(await world.create());
      const { code, reason } = await within(client.closed, "the socket is closed", 30_000);
      assertEquals(code, 1011);
      assertMatch(reason, /^guard\.websocket_open_timeout/);
    },
  },
  {
    name: "600 events of an actor are acked",
    ownRunner: true,
    async run(world) {
      const { runner, id } = await scene(world);
      for (let i = 0; i < 600; i++) {
        runner.event(id, { kind: "setAlarm", alarmTs: BigInt(Date.now() + DAY_MS + i) });
      }
      await until(
        runner,
        "most of them are acked",
        () =>
          runner.received.some((message) =>
            message.kind === "ackEvents" && "checkpoints" in message.acknowledged &&
            message.acknowledged.checkpoints.some((checkpoint) => checkpoint.index >= 250n)
          ),
      );
    },
  },
  {
    name: "commands that are not acked come again on a new tunnel",
    ownRunner: true,
    async run(world) {
      const cable = world.cable();
      const options = { key: crypto.randomUUID(), endpoint: cable.endpoint };
      const runner = await join(world, {
        ...options,
        script: { command: silent, start: silent },
      });
      const id = await world.create();
      await until(runner, "the start comes", () => runner.commands().length > 0);
      cable.cut();
      await until(runner, "the tunnel is cut", () => runner.ends.length > 0);
      await rejoin(world, runner, options);
      await until(runner, "the start comes again", () => runner.commands().length > 0);
      assertEquals(
        runner.commands().map(({ checkpoint, command }) => [checkpoint.actorId, command.kind]),
        [[actorId(id), "start"]],
      );
    },
  },
  {
    name: "every key-value operation of version 7 does what it says",
    ownRunner: true,
    async run(world) {
      const { runner, id } = await scene(world);
      const call = kvOf(runner, id);
      const put = async (...keys: string[]): Promise<void> => {
        const response = await call({
          kind: "put",
          keys: keys.map(bytes),
          values: keys.map((key) => bytes(`value of ${key}`)),
        });
        assertEquals(response.kind, "put");
      };
      const list = async (
        query: Extract<KvRequest, { kind: "list" }>["query"],
        more: { readonly reverse?: boolean; readonly limit?: bigint } = {},
      ): Promise<string> => {
        const response = await call({ kind: "list", query, reverse: null, limit: null, ...more });
        return response.kind === "list" ? response.keys.map(textOf).join(" ") : response.kind;
      };
      const range = (start: string, end: string, exclusive: boolean) =>
        ({ kind: "range", start: bytes(start), end: bytes(end), exclusive }) as const;

      await put("a", "b/1", "b/2", "b/3", "c");
      const got = await call({ kind: "get", keys: [bytes("a"), bytes("none"), bytes("c")] });
      assert(got.kind === "get");
      assertEquals(got.keys.map(textOf), ["a", "c"]);
      assertEquals(got.values.map(textOf), ["value of a", "value of c"]);
      assert(got.metadata.every(({ updateTs }) => updateTs > 0n));
      assertEquals(await list({ kind: "all" }), "a b/1 b/2 b/3 c");
      assertEquals(await list({ kind: "all" }, { reverse: true, limit: 2n }), "c b/3");
      assertEquals(await list({ kind: "prefix", key: bytes("b/") }), "b/1 b/2 b/3");
      assertEquals(await list(range("b/1", "b/3", true)), "b/1 b/2");
      assertEquals(await list(range("b/1", "b/3", false)), "b/1 b/2 b/3");
      assertEquals((await call({ kind: "delete", keys: [bytes("a")] })).kind, "delete");
      const { kind } = await call({
        kind: "deleteRange",
        start: bytes("b/1"),
        end: bytes("b/3"),
      });
      assertEquals(kind, "delete");
      assertEquals(await list({ kind: "all" }), "b/3 c");
      assertEquals((await call({ kind: "drop" })).kind, "drop");
      assertEquals(await list({ kind: "all" }), "");
    },
  },
  ...[
    {
      what: "a key of 2 KiB",
      taken: [1, 2_048, 1],
      limit: /2048|2 KiB/,
      refused: [1, 2_049, 1],
      early: true,
    },
    {
      what: "a value of 128 KiB",
      taken: [1, 1, 131_072],
      limit: /131072|128 KiB/,
      refused: [1, 1, 131_073],
      early: false,
    },
    {
      what: "a put of 128 keys",
      taken: [128, 3, 1],
      limit: /128/,
      refused: [129, 3, 1],
      early: false,
    },
    {
      what: "a put of 976 KiB",
      taken: [8, 8, 122 * 1_024 - 8],
      limit: /999424|976 KiB/,
      refused: [8, 8, 122 * 1_024 - 7],
      early: true,
    },
  ].map(({ what, taken, limit, refused, early }): Scenario => ({
    name: `${what} is taken, one more is refused with the limit`,
    ownRunner: true,
    instead: [{
      gateway: "Rivet Engine",
      does: early
        ? "refuses that much already, as `transaction failed`"
        : "refuses it as `transaction failed`, without the limit",
    }],
    async run(world) {
      const { runner, id } = await scene(world);
      const call = kvOf(runner, id);
      const put = async ([count, keyBytes, valueBytes]: readonly number[]): Promise<string> => {
        const keys = Array.from({ length: count! }, (_, i) => bytes(`${i}`.padEnd(keyBytes!, ".")));
        const value = new Uint8Array(valueBytes!);
        const answer = await call({ kind: "put", keys, values: keys.map(() => value) });
        return answer.kind === "error" ? answer.message : answer.kind;
      };
      assertEquals(await put(taken), "put");
      assertMatch(await put(refused), limit);
    },
  })),
];

/** A scripted runner with an actor, a client of it, and the client's socket as the runner names it. */
async function scene(
  world: World,
  options: ScriptedOptions = {},
  script: Partial<Script> = {},
): Promise<{ runner: FakeRunner; id: ActorId; client: Client; socket: RequestId }> {
  const runner = await join(world, { ...options, script });
  const id = await world.create();
  const client = await world.open(id);
  await until(runner, "the open comes", () => runner.tunnel("webSocketOpen").length > 0);
  const socket = runner.tunnel("webSocketOpen")[0]!.messageId.requestId;
  return { runner, id: actorId(id), client, socket };
}

function echo(runner: FakeRunner, { messageId, body }: Parameters<Script["message"]>[1]): void {
  runner.tell(messageId.requestId, body);
}

async function messages(runner: FakeRunner, count: number): Promise<void> {
  await until(runner, `${count} messages come`, () => runner.messages().length >= count);
}

/** The actor sleeps and is woken by a message, `wake`; what came before the new start is forgotten. */
async function sleepAndWake(
  world: World,
  runner: FakeRunner,
  id: ActorId,
  client: Client,
): Promise<void> {
  const before = runner.generations.get(id);
  const startedAgain = (): boolean => runner.generations.get(id) !== before;
  runner.clear();
  runner.wantSleep(id);
  // What is unacked may wake it at once.
  await Promise.race([
    world.asleep(id, 15_000),
    until(runner, "it starts again", startedAgain).catch(() => {}),
  ]);
  client.send("wake");
  await until(runner, "it starts again", startedAgain);
  const start = runner.received.findIndex((message) =>
    message.kind === "commands" && message.commands.some(({ command }) => command.kind === "start")
  );
  runner.received = runner.received.slice(start);
  await until(
    runner,
    "the message comes",
    () => runner.messages().some((message) => message.endsWith(":wake")),
  );
}

function kvOf(runner: FakeRunner, id: ActorId): (request: KvRequest) => Promise<KvResponse> {
  let requestId = 0;
  return async (request) => {
    const own = ++requestId;
    runner.send({ kind: "kvRequest", actorId: id, requestId: own, request });
    const answer = () =>
      runner.received.find((message) => message.kind === "kvResponse" && message.requestId === own);
    await until(runner, `the answer to ${request.kind} comes`, () => answer() !== undefined);
    const message = answer()!;
    if (message.kind !== "kvResponse") throw new TypeError("It is a kvResponse");
    return message.response;
  };
}

function refusal(link: Link, withinMs?: number): Promise<LinkEnd> {
  const { promise, resolve } = Promise.withResolvers<LinkEnd>();
  link.start({ onFrame: () => {}, onClose: resolve });
  return within(promise, "the tunnel is closed", withinMs);
}
