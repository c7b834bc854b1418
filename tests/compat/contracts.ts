/**
 * What a user of `@rivetkit/engine-runner` may rely on, written once for every class with its
 * methods. Each contract tells what it saw; where the reference sees something else, that is
 * written beside it.
 */
import type * as reference from "@rivetkit/engine-runner";
import { until } from "../support/system.ts";
import type { ContractConfig, ContractWorld } from "./contract_world.ts";

export interface Contract {
  readonly name: string;
  /** Methods and getters of the runner that it is about. */
  readonly covers: readonly (keyof reference.Runner)[];
  readonly config?: (world: ContractWorld) => Partial<ContractConfig>;
  readonly run: (world: ContractWorld) => Promise<unknown>;
  readonly sees: unknown;
  /** What the reference sees, and what that means. */
  readonly reference?: { readonly sees: unknown; readonly why: string };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => value && new TextDecoder().decode(value);

/** What an unhappy call says of itself. */
async function failure(call: () => unknown): Promise<string> {
  try {
    await call();
    return "nothing";
  } catch (error) {
    return (error as Error).constructor.name;
  }
}

export const CONTRACTS: readonly Contract[] = [
  {
    name: "start() connects, once, and the gateway's word is there",
    covers: [
      "start",
      "runnerId",
      "config",
      "log",
      "getProtocolMetadata",
      "getPegboardWebSocketIfReady",
      "pegboardEndpoint",
      "pegboardUrl",
      "getServerlessInitPacket",
    ],
    async run(world) {
      const { runner } = world;
      const metadata = runner.getProtocolMetadata();
      const url = new URL(runner.pegboardUrl);
      const packet = Uint8Array.fromBase64(runner.getServerlessInitPacket()!);
      return {
        second: await failure(() => runner.start()),
        metadata: [typeof metadata?.runnerLostThreshold, typeof metadata?.actorStopThreshold],
        readyState: runner.getPegboardWebSocketIfReady()?.readyState,
        endpoint: runner.pegboardEndpoint === world.url,
        path: url.pathname,
        query: [...url.searchParams.keys()],
        version: url.searchParams.get("protocol_version"),
        packet: new TextDecoder().decode(packet).includes(runner.runnerId!),
        config: runner.config !== undefined,
      };
    },
    sees: {
      second: "Error",
      metadata: ["bigint", "bigint"],
      readyState: 1,
      endpoint: true,
      path: "/runners/connect",
      query: ["protocol_version", "namespace", "runner_key"],
      version: "7",
      packet: true,
      config: true,
    },
  },
  {
    name: "an actor that is made is started with its configuration, and found by its id",
    covers: ["getActor", "hasActor", "actors", "getAndWaitForActor"],
    async run(world) {
      const { runner } = world;
      const id = await world.actor();
      const actor = runner.getActor(id, 1)!;
      const { name, key, createTs, input } = actor.config;
      return {
        config: [name, key, typeof createTs, text(input)],
        ids: [actor.actorId === id, actor.generation],
        has: [runner.hasActor(id), runner.hasActor(id, 1), runner.hasActor(id, 2)],
        other: runner.getActor(id, 2),
        waited: await runner.getAndWaitForActor(id) === actor,
        actors: [...runner.actors.keys()].length,
        restored: actor.hibernationRestored,
        told: world.told,
      };
    },
    sees: {
      config: ["it", null, "bigint", "input"],
      ids: [true, 1],
      has: [true, true, false],
      other: undefined,
      waited: true,
      actors: 1,
      restored: true,
      told: ["connected", "start 1"],
    },
  },
  {
    name: "HTTP: what is asked comes to fetch, and its response to the client",
    covers: [],
    config: () => ({
      async fetch(_runner, _id, gatewayId, requestId, request) {
        const { pathname, search } = new URL(request.url);
        const body = await request.text();
        const ids = [gatewayId.byteLength, requestId.byteLength];
        const seen = [request.method, pathname + search, request.headers.get("x-a"), body, ids];
        return Response.json(seen, { status: 201, headers: { "x-b": "c" } });
      },
    }),
    async run(world) {
      const id = await world.actor();
      const init = { method: "PUT", headers: { "x-a": "b" }, body: "body" };
      const response = await world.request(id, "/p?q=1", init);
      return [response.status, response.headers.get("x-b"), await response.json()];
    },
    sees: [201, "c", ["PUT", "/p?q=1", "b", "body", [4, 4]]],
  },
  {
    name: "HTTP: a fetch that fails is a 500",
    covers: [],
    config: () => ({ fetch: () => Promise.reject(new Error("no")) }),
    async run(world) {
      const response = await world.request(await world.actor());
      await response.body?.cancel();
      return response.status;
    },
    sees: 500,
  },
  {
    name: "HTTP: a response begins before it is complete",
    covers: [],
    config: (world) => {
      let end: () => void = () => {};
      return {
        fetch(_runner, _id, _gateway, _request, { url }) {
          if (url.endsWith("/end")) end();
          if (!url.endsWith("/slow")) return Promise.resolve(new Response("done"));
          const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
            start(controller) {
              controller.enqueue(new Uint8Array(bytes("begun")));
              end = () => {
                world.told.push("ends");
                controller.close();
              };
            },
          });
          return Promise.resolve(new Response(body));
        },
      };
    },
    async run(world) {
      const id = await world.actor();
      const slow = world.request(id, "/slow").then((response) => {
        world.told.push("begins");
        return response.text();
      });
      // Whatever the runner has said of the first has come long before these are answered.
      for (let i = 0; i < 20; i++) await (await world.request(id)).text();
      await (await world.request(id, "/end")).text();
      return [await slow, ...world.told.slice(2)];
    },
    sees: ["begun", "begins", "ends"],
    reference: { sees: ["begun", "ends", "begins"], why: "It reads a response to its end first" },
  },
  {
    name: "WebSocket: texts and bytes both ways, and the client's close",
    covers: [],
    async run(world) {
      const client = await world.connect(await world.actor());
      await world.hears("open");
      const [ws] = world.sockets;
      let binary: unknown;
      ws.addEventListener("message", ({ data }: { data: unknown }) => {
        if (data instanceof Uint8Array) binary = [...data];
      });
      client.send("hello");
      client.send(Uint8Array.of(1, 2));
      await until("both have come", () => binary !== undefined);
      ws.send("text");
      ws.send(Uint8Array.of(3, 4));
      ws.send(Uint8Array.of(5).buffer);
      const received = [await client.next(), await client.next(), await client.next()];
      await client.close(4001, "bye");
      await world.hears("close 4001 bye");
      return { told: world.told.slice(2, 4), binary, received, readyState: ws.readyState };
    },
    sees: {
      told: ["open", "message hello"],
      binary: [1, 2],
      received: ["text", Uint8Array.of(3, 4), Uint8Array.of(5)],
      readyState: 3,
    },
  },
  {
    name: "WebSocket: the actor's close has its code and reason at both ends",
    covers: [],
    async run(world) {
      const client = await world.connect(await world.actor());
      await world.hears("open");
      world.sockets[0].close(4002, "enough");
      const { code, reason } = await client.closed;
      return [code, reason, world.told.at(-1)];
    },
    sees: [4002, "enough", "close 4002 enough"],
  },
  {
    name: "WebSocket: a handler that rejects closes the client's with 1011 Server Error",
    covers: [],
    config: () => ({ websocket: () => Promise.reject(new Error("no")) }),
    async run(world) {
      const client = await world.connect(await world.actor());
      const { code, reason } = await client.closed;
      return [code, reason];
    },
    sees: [1011, "Server Error"],
  },
  {
    name: "sleepActor(): the client stays connected, its message wakes the actor, no second open",
    covers: ["sleepActor", "restoreHibernatingRequests"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      await world.hears("open");
      world.runner.sleepActor(id);
      await world.hears("stop 1");
      await until("it has left", () => !world.runner.hasActor(id));
      client.send("wake");
      await world.hears("message wake");
      world.sockets.at(-1).send("awake");
      return { told: world.told.slice(1), answer: await client.next() };
    },
    sees: {
      told: ["start 1", "open", "stop 1", "start 2", "message wake"],
      answer: "awake",
    },
  },
  {
    name: "sleepActor(): an actor with a plain socket closes it",
    covers: ["sleepActor"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id, "/plain");
      await world.hears("open");
      world.runner.sleepActor(id);
      const { code, reason } = await client.closed;
      await world.hears("close 1000 actor.stopped");
      return [code, reason];
    },
    sees: [1000, "actor.stopped"],
  },
  {
    name: "sleepActor(): the gateway takes the sleep for a sleep, not for a failure",
    covers: ["sleepActor"],
    async run(world) {
      const id = await world.actor();
      world.runner.sleepActor(id);
      await until("it rests", async () => /asleep|crashed/.test(await world.phase(id)));
      return await world.phase(id);
    },
    sees: "asleep",
    reference: {
      sees: "crashed",
      why: "It stops with StopCode Error: an engine lets the actor wait longer before each wake",
    },
  },
  {
    name:
      "sendHibernatableWebSocketMessageAck(): what is acked is not kept by the gateway any more",
    covers: ["sendHibernatableWebSocketMessageAck"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      for (const data of ["one", "two", "three"]) client.send(data);
      await world.hears("message three");
      const before = world.pending;
      const [{ gatewayId, requestId }] = world.kept.get(id) as [
        reference.HibernatingWebSocketMetadata,
      ];
      world.runner.sendHibernatableWebSocketMessageAck(gatewayId, requestId, 2);
      await until("the ack has come", () => world.pending < before);
      return [before, world.pending];
    },
    sees: [3, 1],
  },
  {
    name: "sendHibernatableWebSocketMessageAck(): an index that never came is refused",
    covers: ["sendHibernatableWebSocketMessageAck"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      client.send("one");
      await world.hears("message one");
      const [{ gatewayId, requestId }] = world.kept.get(id) as [
        reference.HibernatingWebSocketMetadata,
      ];
      const ack = (index: number) =>
        failure(() =>
          world.runner.sendHibernatableWebSocketMessageAck(gatewayId, requestId, index)
        );
      return [await ack(9), await ack(65_536)];
    },
    sees: ["RangeError", "RangeError"],
    reference: {
      sees: ["nothing", "Error"],
      why:
        "It sends the ack; what becomes of messages that nobody has seen is the gateway's matter",
    },
  },
  {
    name: "restoreHibernatingRequests(): what was not acked comes again, what was kept does not",
    covers: ["restoreHibernatingRequests"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      client.send("one");
      client.send("two");
      await world.hears("message two");
      // As if only the first were in the state.
      world.kept.get(id)![0]!.serverMessageIndex = 1;
      world.runner.sleepActor(id);
      await world.hears("message two", 2);
      return world.told.slice(-3);
    },
    sees: ["stop 1", "start 2", "message two"],
  },
  {
    name: "restoreHibernatingRequests(): a kept message whose ack was lost is acked again",
    covers: ["restoreHibernatingRequests"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      client.send("one");
      await world.hears("message one");
      world.runner.sleepActor(id);
      await world.hears("start 2");
      await world.becomes(id, "running");
      // The next message comes behind the one that is sent again.
      client.send("two");
      await world.hears("message two");
      return [world.told.filter((what) => what === "message one").length, world.pending];
    },
    sees: [1, 1],
    reference: { sees: [1, 2], why: "It drops the duplicate: the gateway keeps it for ever" },
  },
  {
    name: "restoreHibernatingRequests(): a client that was not kept is closed",
    covers: ["restoreHibernatingRequests"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      await world.hears("open");
      world.runner.sleepActor(id);
      await until("it has left", () => !world.runner.hasActor(id));
      world.kept.clear();
      client.send("wake");
      const { code, reason } = await client.closed;
      return [code, reason];
    },
    sees: [1000, "ws.meta_not_found_during_restore"],
  },
  {
    name: "restoreHibernatingRequests(): never called, the client is not left open and dead",
    covers: ["restoreHibernatingRequests"],
    config: (world) => ({
      onActorStart: (_id, generation) => {
        world.told.push(`start ${generation}`);
        return Promise.resolve();
      },
    }),
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      await world.hears("open");
      world.runner.sleepActor(id);
      await until("it has left", () => !world.runner.hasActor(id));
      client.send("wake");
      await world.hears("start 2");
      await world.becomes(id, "running");
      // Whatever the runner has said of the socket has come before this answer.
      await (await world.request(id)).body?.cancel();
      return client.isOpen;
    },
    sees: false,
    reference: { sees: true, why: "Its messages are dropped, until the gateway's ack timeout" },
  },
  {
    name: "restoreHibernatingRequests(): a socket whose client has left is handed over and closed",
    covers: ["restoreHibernatingRequests"],
    async run(world) {
      const id = await world.actor();
      const [gatewayId, requestId] = [new ArrayBuffer(4), new ArrayBuffer(4)];
      const index = { serverMessageIndex: 1, clientMessageIndex: 0 };
      world.kept.set(id, [{ gatewayId, requestId, path: "/", headers: {}, ...index }]);
      world.runner.sleepActor(id);
      await until("it has left", () => !world.runner.hasActor(id));
      await (await world.request(id)).body?.cancel();
      return [world.told.slice(-2), world.kept.get(id)];
    },
    sees: [["start 2", "close 1000 ws.stale_metadata"], []],
  },
  {
    name: "restoreHibernatingRequests(): twice, or for nobody, rejects",
    covers: ["restoreHibernatingRequests"],
    async run(world) {
      const id = await world.actor();
      const restore = (id: string) =>
        failure(() => world.runner.restoreHibernatingRequests(id, []));
      return [await restore(id), await restore("nobody")];
    },
    sees: ["Error", "Error"],
  },
  {
    name: "destroyActor(): the actor is gone for good",
    covers: ["destroyActor"],
    async run(world) {
      const id = await world.actor();
      const actor = world.runner.getActor(id)!;
      world.runner.destroyActor(id);
      await world.becomes(id, "destroyed");
      return [actor.stopIntentSent, world.told.at(-1)];
    },
    sees: [true, "stop 1"],
  },
  {
    name: "stopActor(): the gateway stops the actor",
    covers: ["stopActor"],
    async run(world) {
      const id = await world.actor();
      await world.runner.stopActor(id);
      await world.hears("stop 1");
      await until("it has left", () => !world.runner.hasActor(id));
      return world.told.slice(1);
    },
    sees: ["start 1", "stop 1"],
  },
  {
    name: "forceStopActor(): the actor has left when it resolves, and that counts as a crash",
    covers: ["forceStopActor"],
    async run(world) {
      const id = await world.actor();
      await world.runner.forceStopActor(id);
      const has = world.runner.hasActor(id);
      await world.becomes(id, "crashed");
      return [has, world.told.slice(1)];
    },
    sees: [false, ["start 1", "stop 1"]],
  },
  {
    name: "an actor that cannot start counts as crashed",
    covers: [],
    config: () => ({ onActorStart: () => Promise.reject(new Error("no")) }),
    async run(world) {
      const answer = await world.api("POST", "/actors", {
        name: "it",
        key: null,
        runner_name_selector: "default",
        crash_policy: "sleep",
      });
      const id = answer.actor.actor_id;
      await world.becomes(id, "crashed");
      await world.hears("stop 1");
      return world.told.slice(1);
    },
    sees: ["stop 1"],
    reference: {
      sees: ["stop 1", "unhandled rejection"],
      why: "Its own promise rejects with nobody listening, which ends a process",
    },
  },
  {
    name: "KV: every call does what it says",
    covers: [
      "kvGet",
      "kvPut",
      "kvDelete",
      "kvDeleteRange",
      "kvDrop",
      "kvListAll",
      "kvListPrefix",
      "kvListRange",
    ],
    async run(world) {
      const { runner } = world;
      const id = await world.actor();
      const names = async (found: Promise<[Uint8Array, Uint8Array][]>) =>
        (await found).map(([key, value]) => `${text(key)}=${text(value)}`).join();
      await runner.kvPut(id, ["a1", "a2", "b1", "c1"].map((key) => [bytes(key), bytes(key)]));
      const got = (await runner.kvGet(id, [bytes("b1"), bytes("no"), bytes("a1")])).map(text);
      const lists = [
        await names(runner.kvListAll(id)),
        await names(runner.kvListAll(id, { reverse: true, limit: 2 })),
        await names(runner.kvListPrefix(id, bytes("a"))),
        await names(runner.kvListRange(id, bytes("a2"), bytes("c1"))),
        await names(runner.kvListRange(id, bytes("a2"), bytes("c1"), true)),
      ];
      await runner.kvDelete(id, [bytes("a1")]);
      await runner.kvDeleteRange(id, bytes("b"), bytes("c1"));
      const left = await names(runner.kvListAll(id));
      await runner.kvDrop(id);
      return { got, lists, left, dropped: await names(runner.kvListAll(id)) };
    },
    sees: {
      got: ["b1", null, "a1"],
      lists: [
        "a1=a1,a2=a2,b1=b1,c1=c1",
        "c1=c1,b1=b1",
        "a1=a1,a2=a2",
        "a2=a2,b1=b1,c1=c1",
        "a2=a2,b1=b1",
      ],
      left: "a2=a2,c1=c1",
      dropped: "",
    },
  },
  {
    name: "KV: a call that the store refuses rejects, and the next one is answered",
    covers: ["kvPut"],
    async run(world) {
      const id = await world.actor();
      const refused = await failure(() =>
        world.runner.kvPut(id, [[new Uint8Array(3_000), bytes("x")]])
      );
      return [refused !== "nothing", await world.runner.kvGet(id, [bytes("x")])];
    },
    sees: [true, [null]],
  },
  {
    name: "setAlarm() wakes the actor that sleeps; clearAlarm() takes it back",
    covers: ["setAlarm", "clearAlarm"],
    async run(world) {
      const { runner } = world;
      const [one, other] = [await world.actor(), await world.actor()];
      runner.setAlarm(other, Date.now() + 50);
      runner.clearAlarm(other);
      runner.setAlarm(one, Date.now() + 50, 1);
      for (const id of [other, one]) runner.sleepActor(id);
      await world.hears("stop 1", 2);
      await world.hears("start 2");
      await world.becomes(one, "running");
      return /asleep|crashed/.test(await world.phase(other));
    },
    sees: true,
  },
  {
    name: "shutdown(false): every actor is stopped, and the client of one that sleeps stays",
    covers: ["shutdown"],
    async run(world) {
      const id = await world.actor();
      const client = await world.connect(id);
      await world.hears("open");
      await world.shutdown(false);
      return [world.told.slice(3), client.isOpen];
    },
    sees: [["stop 1", "disconnected 1000 pegboard.runner_shutdown", "shut down"], true],
  },
  {
    name: "shutdown(false): what onActorStop writes is stored",
    covers: ["shutdown"],
    config: (world) => ({
      async onActorStop(id) {
        await world.runner.kvPut(id, [[bytes("k"), bytes("v")]]);
        const [value] = await world.runner.kvGet(id, [bytes("k")]);
        world.told.push(`stored ${text(value ?? null)}`);
      },
    }),
    async run(world) {
      await world.actor();
      await world.shutdown(false);
      return world.told.includes("stored v");
    },
    sees: true,
  },
  {
    name: "shutdown(true): at once, and each actor's onActorStop is called",
    covers: ["shutdown"],
    async run(world) {
      await world.actor();
      await world.shutdown(true);
      await world.hears("shut down");
      return world.told.includes("stop 1");
    },
    sees: true,
    reference: { sees: false, why: "What the actors hold is left behind" },
  },
];
