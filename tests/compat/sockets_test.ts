import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import type { RunnerConfig, TunnelWebSocket } from "../../lib/compat/engine_runner.ts";
import type { ToServerTunnelBody } from "../../lib/protocol/mod.ts";
import { CompatWorld } from "./world.ts";

/** Opened first: an engine tries a socket again that is closed before it is open. */
const REFUSED: ToServerTunnelBody[] = [
  { kind: "webSocketOpen", canHibernate: false },
  { kind: "webSocketClose", code: 1011, reason: "Server Error", hibernate: false },
];

const plain = { canHibernate: () => false };

Deno.test("websocket handler gets the socket before it opens, with ids, request, path and headers", async () => {
  let seen: unknown[] = [];
  let ids: unknown[] = [];
  const websocket: RunnerConfig["websocket"] = (runner, ...rest) => {
    const [actor, ws, gatewayId, requestId, request, path, headers, may, restored] = rest;
    ids = [runner === world.runner, new Uint8Array(gatewayId), new Uint8Array(requestId)];
    const { url, method } = request;
    const upgrade = request.headers.get("upgrade");
    seen = [actor, ws.readyState, url, method, upgrade, path, headers["x-a"], may, restored];
    return Promise.resolve();
  };
  const world = await CompatWorld.start({ websocket });
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a", "/room?x=1", { headers: { "x-a": "b" } });
  const url = "http://actor/room?x=1";
  assertEquals(seen, ["a", 0, url, "GET", "websocket", "/room?x=1", "b", true, false]);
  assertEquals(ids, [true, Uint8Array.of(0x67, 0x61, 0x74, 0x65), Uint8Array.of(0, 0, 0, 1)]);
  assertEquals(client.received, [{ kind: "webSocketOpen", canHibernate: true }]);
});

Deno.test("socket opens when the handler is done; what comes before is kept for it", async () => {
  const gate = Promise.withResolvers<void>();
  const log: string[] = [];
  let socket: TunnelWebSocket | undefined;
  const world = await CompatWorld.start({
    websocket(_runner, _id, ws) {
      socket = ws;
      ws.onopen = () => log.push("open");
      ws.onmessage = ({ data }) => log.push(`message ${data}`);
      ws.onclose = ({ code }) => log.push(`close ${code}`);
      return gate.promise;
    },
  });
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  client.send("early");
  client.close(1001);
  await world.host.settle();
  assertEquals([log, client.received], [[], []]);
  assertThrows(() => socket!.send("x"), DOMException, "still connecting");
  gate.resolve();
  await world.host.settle();
  assertEquals(log, ["open", "message early", "close 1001"]);
  assertEquals(client.kinds(), ["webSocketOpen", "webSocketClose"]);
});

Deno.test("handler that rejects refuses the socket, and its close listeners are told", async () => {
  const log: string[] = [];
  const world = await CompatWorld.start({
    websocket(_runner, _id, ws) {
      ws.addEventListener("open", () => log.push("open"));
      ws.addEventListener("close", ({ code, reason }) => log.push(`${code} ${reason}`));
      return Promise.reject(new Error("no"));
    },
  });
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  assertEquals(client.received, REFUSED);
  assertEquals(log, ["1011 Server Error"]);
  assertEquals(world.gateway.eventNames("a"), ["running"]);
});

Deno.test("handler that closes the socket at once: closed, and never opened", async () => {
  const world = await CompatWorld.start({
    websocket(_runner, _id, ws) {
      ws.close(4001, "busy");
      return Promise.resolve();
    },
  });
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  const close = { code: 4001, reason: "busy", hibernate: false } as const;
  assertEquals(client.received, [{ kind: "webSocketClose", ...close }]);
});

const VERDICTS: readonly [what: string, canHibernate: unknown][] = [
  ["throws", () => {
    throw new Error("no");
  }],
  ["returns a promise", () => Promise.resolve(true)],
];

for (const [what, canHibernate] of VERDICTS) {
  Deno.test(`canHibernate that ${what} refuses the socket`, async () => {
    const hibernatableWebSocket = { canHibernate } as RunnerConfig["hibernatableWebSocket"];
    const world = await CompatWorld.start({ hibernatableWebSocket });
    await world.gateway.start("a", { name: "it" });
    const client = await world.gateway.open("a");
    assertEquals(client.received, REFUSED);
  });
}

Deno.test("message event has the data, the request id and the index; what is binary is a Buffer", async () => {
  const world = await CompatWorld.start();
  const { client, ws, requestId } = await world.socket();
  const seen: unknown[] = [];
  ws.onmessage = ({ data, rivetRequestId, rivetMessageIndex, target }) =>
    seen.push(data, rivetRequestId === requestId, rivetMessageIndex, target === ws);
  client.send("text");
  client.send(Uint8Array.of(1, 2));
  client.send("");
  await world.host.settle();
  const binary = Buffer.from([1, 2]);
  assertEquals(seen, ["text", true, 1, true, binary, true, 2, true, "", true, 3, true]);
});

Deno.test("send() takes texts, buffers and views, copies them, and numbers them from 0", async () => {
  const world = await CompatWorld.start();
  const { client, ws } = await world.socket();
  const bytes = Uint8Array.of(9, 1, 2, 9);
  ws.send("text");
  ws.send(bytes.subarray(1, 3));
  ws.send(new DataView(bytes.buffer, 0, 1));
  ws.send(bytes.buffer);
  bytes.fill(0);
  await world.host.settle();
  assertEquals(client.received.slice(1), [
    { kind: "webSocketMessage", data: new TextEncoder().encode("text"), binary: false },
    { kind: "webSocketMessage", data: Uint8Array.of(1, 2), binary: true },
    { kind: "webSocketMessage", data: Uint8Array.of(9), binary: true },
    { kind: "webSocketMessage", data: Uint8Array.of(9, 1, 2, 9), binary: true },
  ]);
  const indexes = world.gateway.heard.flatMap((said) =>
    said.kind === "tunnel" ? [said.messageId.messageIndex as number] : []
  );
  assertEquals(indexes, [0, 1, 2, 3, 4]);
  assertThrows(() => ws.send(new Blob(["x"])), TypeError, "a Blob cannot be sent in order");
});

Deno.test("send() refuses a message above webSocketMessageBytes, and the socket goes on", async () => {
  const world = await CompatWorld.start({}, { webSocketMessageBytes: 4 });
  const { client, ws } = await world.socket();
  ws.send("four");
  const why = "The message has 5 bytes, at most 4 are allowed";
  assertThrows(() => ws.send("fives"), RangeError, why);
  ws.send("end");
  await world.host.settle();
  assertEquals(client.texts(), ["four", "end"]);
});

Deno.test("close() is told once, to the client and to the listeners; afterwards send() does nothing", async () => {
  const world = await CompatWorld.start();
  const { client, ws } = await world.socket();
  ws.close(4000, "done");
  ws.close();
  ws.send("late");
  client.send("late too");
  await world.host.settle();
  assertEquals(ws.readyState, ws.CLOSED);
  assertEquals(client.kinds(), ["webSocketOpen", "webSocketClose"]);
  assertEquals(world.told.slice(2), ["open 00000001", "close 4000 done"]);
});

Deno.test("close() refuses codes and reasons that may not be sent", async () => {
  const world = await CompatWorld.start();
  const { ws } = await world.socket();
  for (const code of [1005, 1006, 1015, 2999, 5000, NaN]) {
    assertThrows(() => ws.close(code), DOMException, "may not be sent");
  }
  assertThrows(() => ws.close(1000, "é".repeat(62)), DOMException, "longer than 123 bytes");
  assertEquals(ws.readyState, ws.OPEN);
});

Deno.test("terminate() is 1006 to the listeners and never on the wire", async () => {
  const world = await CompatWorld.start();
  const { client, ws } = await world.socket();
  let event: unknown;
  ws.onclose = ({ code, wasClean }) => event = { code, wasClean };
  ws.terminate();
  await world.host.settle();
  assertEquals(event, { code: 1006, wasClean: false });
  assertEquals(client.received.at(-1), {
    kind: "webSocketClose",
    code: 1011,
    reason: "Abnormal Closure",
    hibernate: false,
  });
});

Deno.test("client's close is told and answered", async () => {
  const world = await CompatWorld.start();
  const { client } = await world.socket();
  client.close(4002, "bye");
  await world.host.settle();
  assertEquals(world.told.at(-1), "close 4002 bye");
  const close = { code: 4002, reason: "bye", hibernate: false } as const;
  assertEquals(client.received.at(-1), { kind: "webSocketClose", ...close });
});

Deno.test("listener that throws is reported, and the others are told all the same", async () => {
  const world = await CompatWorld.start();
  const { client, ws } = await world.socket();
  const log: string[] = [];
  const removed = () => log.push("removed");
  ws.addEventListener("message", () => {
    ws.removeEventListener("message", removed);
    throw new Error("oops");
  });
  ws.addEventListener("message", () => log.push("second"));
  ws.addEventListener("message", removed);
  ws.onmessage = () => log.push("own");
  client.send("one");
  client.send("two");
  await world.host.settle();
  assertEquals(log, ["second", "removed", "own", "second", "own"]);
  assertEquals(world.observer.of("handlerFailed").length, 2);
});

Deno.test("binaryType stays arraybuffer, as with the reference", async () => {
  const world = await CompatWorld.start();
  const { ws } = await world.socket();
  ws.binaryType = "arraybuffer";
  assertThrows(() => ws.binaryType = "blob", DOMException, "not supported");
});

Deno.test("plain socket takes what comes without counting, and closes with its actor", async () => {
  const world = await CompatWorld.start({ hibernatableWebSocket: plain });
  const { client } = await world.socket();
  assertEquals(client.received, [{ kind: "webSocketOpen", canHibernate: false }]);
  client.sendAt(9, "skipped");
  await world.gateway.stop("a");
  assertEquals(world.told.slice(2), [
    "open 00000001",
    "message skipped",
    "stop a 1",
    "close 1000 actor.stopped",
  ]);
  const close = { code: 1000, reason: "actor.stopped", hibernate: false } as const;
  assertEquals(client.received.at(-1), { kind: "webSocketClose", ...close });
});

Deno.test("sockets can still talk in onActorStop", async () => {
  let ws: TunnelWebSocket | undefined;
  const world = await CompatWorld.start({
    hibernatableWebSocket: plain,
    websocket: (_runner, _id, socket) => {
      ws = socket;
      return Promise.resolve();
    },
    onActorStop: () => Promise.resolve(ws!.send("goodbye")),
  });
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  await world.gateway.stop("a");
  assertEquals(client.texts(), ["goodbye"]);
});

Deno.test("socket and request that come while the actor starts are served when it runs, in order", async () => {
  const gate = Promise.withResolvers<void>();
  const world = await CompatWorld.start({ onActorStart: () => gate.promise });
  await world.gateway.start("a", { name: "it" });
  const client = await world.gateway.open("a");
  client.send("one");
  const request = world.gateway.request("a");
  await world.host.settle();
  assertEquals([client.received, world.gateway.answer(request)], [[], undefined]);
  gate.resolve();
  await world.host.settle();
  assertEquals(world.told.slice(1), ["open 00000001", "message one"]);
  assertEquals(world.gateway.answer(request)?.text, "hello");
});

Deno.test("socket for an actor that is not here is closed: Actor not found", async () => {
  const { gateway } = await CompatWorld.start();
  const client = await gateway.open("nobody");
  const close = { code: 1011, reason: "Actor not found", hibernate: false } as const;
  assertEquals(client.received, [{ kind: "webSocketClose", ...close }]);
});

Deno.test("getActor() shows sockets and requests, and the index that comes next to the client", async () => {
  const world = await CompatWorld.start({ fetch: () => new Promise(() => {}) });
  const { ws, gatewayId, requestId } = await world.socket();
  ws.send("one");
  world.gateway.request("a");
  await world.host.settle();
  const actor = world.runner.getActor("a")!;
  assertEquals(actor.getWebSocket(gatewayId, requestId), ws);
  assertEquals(actor.webSockets.map((entry) => entry.ws === ws), [true]);
  assertEquals(actor.getPendingRequest(gatewayId, requestId)?.clientMessageIndex, 2);
  assertEquals(actor.pendingRequests.map(({ request }) => request.clientMessageIndex), [0, 2]);
  assertEquals(actor.getPendingRequest(gatewayId, new ArrayBuffer(4)), undefined);
});
