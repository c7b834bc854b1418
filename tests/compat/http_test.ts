import { assertEquals } from "@std/assert";
import { DORMOUSE_PROTOCOL } from "../../lib/protocol/mod.ts";
import { CompatWorld } from "./world.ts";

Deno.test("fetch gets the runner, the actor, the ids and the request, and its response is the answer", async () => {
  let seen: unknown[] = [];
  const world = await CompatWorld.start({
    async fetch(runner, actorId, gatewayId, requestId, request) {
      const { method, headers } = request;
      const { pathname, search } = new URL(request.url);
      seen = [
        runner === world.runner,
        actorId,
        new Uint8Array(gatewayId),
        new Uint8Array(requestId),
        method,
        pathname + search,
        headers.get("x-a"),
        await request.text(),
      ];
      return new Response("made", { status: 201, headers: { "x-b": "c" } });
    },
  });
  await world.gateway.start("a", { name: "it" });
  const request = world.gateway.request("a", "/p?q=1", {
    method: "POST",
    headers: { "x-a": "b" },
    body: new TextEncoder().encode("body"),
  });
  await world.host.settle();
  const ids = [Uint8Array.of(0x67, 0x61, 0x74, 0x65), Uint8Array.of(0, 0, 0, 1)];
  assertEquals(seen, [true, "a", ...ids, "POST", "/p?q=1", "b", "body"]);
  const answer = world.gateway.answer(request)!;
  assertEquals([answer.status, answer.headers.get("x-b"), answer.text], [201, "c", "made"]);
});

Deno.test("fetch that fails is answered with 500, that returns nothing with 501", async () => {
  const world = await CompatWorld.start({
    fetch: (_runner, _actor, _gateway, _request, { url }) =>
      url.endsWith("/nothing") ? undefined as never : Promise.reject(new Error("no")),
  });
  await world.gateway.start("a", { name: "it" });
  const requests = ["/fails", "/nothing"].map((path) => world.gateway.request("a", path));
  await world.host.settle();
  assertEquals(requests.map((request) => world.gateway.answer(request)?.status), [500, 501]);
  assertEquals(world.observer.of("handlerFailed").length, 1);
});

Deno.test("request for an actor that is not here is answered with 503 at once", async () => {
  const world = await CompatWorld.start();
  const request = world.gateway.request("nobody");
  await world.host.settle();
  assertEquals(world.gateway.answer(request)?.status, 503);
});

Deno.test("request in flight when its actor stops is waited for half of the time, then broken off", async () => {
  const gates = [Promise.withResolvers<Response>(), Promise.withResolvers<Response>()];
  const world = await CompatWorld.start({
    fetch: (_runner, _actor, _gateway, _request, { url }) => gates[Number(url.at(-1))]!.promise,
  });
  await world.gateway.start("a", { name: "it" });
  const [soon, late] = ["/0", "/1"].map((path) => world.gateway.request("a", path));
  await world.gateway.stop("a");
  gates[0]!.resolve(new Response("in time"));
  await world.host.settle();
  assertEquals(world.gateway.answer(soon!)?.text, "in time");
  const half = world.gateway.actorStopThresholdMs * 0.8 / 2;
  await world.host.advance(half - 1);
  assertEquals(world.gateway.answer(late!), undefined);
  await world.host.advance(1);
  assertEquals(world.gateway.answer(late!)?.status, 503);
  assertEquals(world.gateway.eventNames("a"), ["running", "stopped ok"]);
});

Deno.test("request whose client goes away is aborted, and so is one when the tunnel is cut", async () => {
  const signals: AbortSignal[] = [];
  const world = await CompatWorld.start({
    fetch(_runner, _actor, _gateway, _request, { signal }) {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  await world.gateway.start("a", { name: "it" });
  const request = world.gateway.request("a");
  world.gateway.request("a");
  await world.host.settle();
  world.gateway.tunnel(request, 1, { kind: "requestAbort" });
  await world.host.settle();
  assertEquals(signals.map(({ aborted }) => aborted), [true, false]);
  world.gateway.cut();
  await world.host.settle();
  assertEquals(signals.map(({ aborted }) => aborted), [true, true]);
});

for (const streams of [false, true]) {
  const how = streams ? "in chunks from a gateway of ours" : "as a whole from any other";
  Deno.test(`response that takes time comes ${how}`, async () => {
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (body = controller),
    });
    const fetch = () => Promise.resolve(new Response(stream));
    const world = await CompatWorld.start({ fetch }, {}, streams ? DORMOUSE_PROTOCOL : undefined);
    await world.gateway.start("a", { name: "it" });
    const request = world.gateway.request("a");
    const write = async (text: string) => {
      body!.enqueue(new TextEncoder().encode(text));
      await world.host.settle();
      return world.gateway.answer(request)?.text;
    };
    assertEquals(await write("one "), streams ? "one " : undefined);
    assertEquals(await write("two"), streams ? "one two" : undefined);
    body!.close();
    await world.host.settle();
    const answer = world.gateway.answer(request)!;
    assertEquals([answer.text, answer.stream, answer.end], ["one two", streams, "finished"]);
  });
}
