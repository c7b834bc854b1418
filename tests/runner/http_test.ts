import { assertEquals } from "@std/assert";
import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import { DORMOUSE_PROTOCOL, RIVET_PROTOCOL } from "../../lib/protocol/mod.ts";
import { headersOf } from "../../lib/runner/response_start.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { runnerWorld } from "../support/fake_gateway.ts";

type Fetch = NonNullable<ActorDefinition["fetch"]>;

async function worldOf(
  fetch: Fetch,
  options: Partial<RunnerOptions> = {},
  { state = true, protocol = DORMOUSE_PROTOCOL } = {},
) {
  const definition = state ? { state: () => ({ n: 0 }), fetch } : { fetch };
  const world = await runnerWorld({ it: defineActor(definition) as ActorDefinition }, options, {
    protocol,
  });
  await world.gateway.start("a", { name: "it" });
  return world;
}

const bytes = (text: string) => new TextEncoder().encode(text);
/** Streams of the platform take more turns than an ordinary promise. */
async function settle(host: { settle(): Promise<void> }): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await host.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

Deno.test("request reaches the handler with method, path, headers and body", async () => {
  const { gateway, host } = await worldOf(async (_actor, request) =>
    Response.json([request.method, request.url, request.headers.get("x-a"), await request.text()])
  );
  const id = gateway.request("a", "/p?q=1", {
    method: "POST",
    headers: { host: "example.com:80", "x-a": "b" },
    body: bytes("hello"),
  });
  await settle(host);
  const answer = gateway.answer(id)!;
  assertEquals(answer.text, '["POST","http://example.com/p?q=1","b","hello"]');
  assertEquals([answer.status, answer.stream, answer.headers.get("content-type")], [
    200,
    false,
    "application/json",
  ]);
});

Deno.test("request with a host that is none still has its path", async () => {
  const { gateway, host } = await worldOf((_actor, { url }) => new Response(url));
  const ids = [
    gateway.request("a", "/p", { headers: { host: "a/b?" } }),
    gateway.request("a", "p"),
  ];
  await settle(host);
  assertEquals(ids.map((id) => gateway.answer(id)?.text), ["http://actor/p", "http://actor/p"]);
});

Deno.test("request's body in chunks is read as it comes", async () => {
  const seen: string[] = [];
  const { gateway, host } = await worldOf(async (_actor, request) => {
    for await (const part of request.body!) seen.push(new TextDecoder().decode(part));
    return new Response("done");
  });
  const id = gateway.request("a", "/", { method: "POST", body: bytes("one"), stream: true });
  await settle(host);
  gateway.tunnel(id, 1, { kind: "requestChunk", body: bytes("two"), finish: false });
  await settle(host);
  assertEquals(seen, ["one", "two"]);
  gateway.tunnel(id, 2, { kind: "requestChunk", body: new Uint8Array(0), finish: true });
  await settle(host);
  assertEquals([seen, gateway.answer(id)?.text], [["one", "two"], "done"]);
});

Deno.test("request's unread body is held up to httpBodyBytes, and answered 413 beyond", async () => {
  const { gateway, host, log } = await worldOf(
    () => new Promise<Response>(() => {}),
    { httpBodyBytes: 10 },
    { protocol: RIVET_PROTOCOL },
  );
  const id = gateway.request("a", "/", { method: "POST", stream: true });
  gateway.tunnel(id, 1, { kind: "requestChunk", body: bytes("123456789"), finish: false });
  gateway.tunnel(id, 2, { kind: "requestChunk", body: bytes("0"), finish: false });
  await settle(host);
  assertEquals(gateway.answer(id), undefined);
  gateway.tunnel(id, 3, { kind: "requestChunk", body: bytes("1"), finish: false });
  await settle(host);
  assertEquals(gateway.answer(id)?.status, 413);
  assertEquals(log.of("limit"), ["limit httpBodyBytes 10"]);
});

Deno.test("response's body that takes time is streamed in its own pieces", async () => {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const { gateway, host } = await worldOf(() =>
    new Response(
      new ReadableStream({
        start: (it) => void (controller = it),
      }),
      { headers: { "content-type": "text/event-stream" } },
    )
  );
  const id = gateway.request("a");
  await settle(host);
  assertEquals([gateway.answer(id)?.stream, gateway.answer(id)?.end], [true, "open"]);
  for (const text of ["data: 1\n\n", "data: 2\n\n"]) {
    controller!.enqueue(bytes(text));
    await settle(host);
  }
  assertEquals(gateway.answer(id)?.text, "data: 1\n\ndata: 2\n\n");
  controller!.close();
  await settle(host);
  assertEquals(gateway.answer(id)?.end, "finished");
});

Deno.test("response's body beyond responseBufferBytes is streamed, one within is not", async () => {
  const { gateway, host } = await worldOf(
    (_actor, { url }) => {
      const count = Number(new URL(url).pathname.slice(1));
      return new Response(
        new ReadableStream({
          start(it) {
            for (let i = 0; i < count; i++) it.enqueue(bytes("12345"));
            it.close();
          },
        }),
      );
    },
    { responseBufferBytes: 10 },
  );
  const [within, beyond] = [gateway.request("a", "/1"), gateway.request("a", "/3")];
  await settle(host);
  assertEquals([gateway.answer(within)?.stream, gateway.answer(within)?.text], [false, "12345"]);
  assertEquals([gateway.answer(beyond)?.stream, gateway.answer(beyond)?.text], [
    true,
    "123451234512345",
  ]);
});

Deno.test("response is buffered whole where the peer takes no stream, up to httpBodyBytes", async () => {
  for (const [size, status] of [[9, 200], [10, 200], [11, 500]]) {
    const { gateway, host, log } = await worldOf(
      () =>
        new Response(
          new ReadableStream({
            async start(it) {
              it.enqueue(bytes("x".repeat(size! - 5)));
              await undefined;
              it.enqueue(bytes("12345"));
              it.close();
            },
          }),
        ),
      { httpBodyBytes: 10 },
      { protocol: RIVET_PROTOCOL },
    );
    const id = gateway.request("a");
    await settle(host);
    const answer = gateway.answer(id)!;
    assertEquals([answer.status, answer.stream], [status, false]);
    assertEquals(log.errors.length, status === 500 ? 1 : 0);
  }
});

Deno.test("response whose body fails half way is aborted", async () => {
  const { gateway, host, log } = await worldOf(() => {
    let pulls = 0;
    return new Response(
      new ReadableStream({
        async pull(it) {
          await new Promise((resolve) => setImmediate(resolve));
          if (pulls++ > 0) throw new Error("oops");
          it.enqueue(bytes("half"));
        },
      }),
    );
  });
  const id = gateway.request("a");
  await settle(host);
  assertEquals([gateway.answer(id)?.text, gateway.answer(id)?.end], ["half", "aborted"]);
  assertEquals(log.of("handlerFailed"), ["handlerFailed a fetch"]);
});

Deno.test("throwing fetch handler is answered 500 without its words", async () => {
  const { gateway, host, log } = await worldOf(() => {
    throw new Error("secret");
  });
  const id = gateway.request("a");
  await settle(host);
  const answer = gateway.answer(id)!;
  assertEquals([answer.status, answer.headers.get("x-rivet-error")], [500, "actor.handler_failed"]);
  assertEquals(answer.text.includes("secret"), false);
  assertEquals((log.errors[0]!.error as Error).message, "secret");
});

Deno.test("fetch handler that returns no response is answered 500", async () => {
  const { gateway, host } = await worldOf((() => "text") as unknown as Fetch);
  const id = gateway.request("a");
  await settle(host);
  assertEquals(gateway.answer(id)?.status, 500);
});

Deno.test("request to an actor without a fetch handler, or that is not here, is answered", async () => {
  const { gateway, host } = await runnerWorld({ it: defineActor({}) });
  await gateway.start("a", { name: "it" });
  const [silent, absent] = [gateway.request("a"), gateway.request("stranger")];
  await settle(host);
  assertEquals(gateway.answer(silent)?.status, 404);
  assertEquals(gateway.answer(silent)?.headers.get("x-rivet-error"), "actor.no_fetch_handler");
  assertEquals(gateway.answer(absent)?.status, 503);
  assertEquals(gateway.answer(absent)?.headers.get("x-rivet-error"), "actor.not_found");
});

Deno.test("request that cannot be made is answered 400 and harms nobody", async () => {
  const { gateway, host } = await worldOf(() => new Response("fine"));
  const bad = gateway.request("a", "/", { method: "CONNECT" });
  const good = gateway.request("a");
  await settle(host);
  assertEquals([gateway.answer(bad)?.status, gateway.answer(good)?.text], [400, "fine"]);
});

Deno.test("requestAbort aborts the request's signal and nothing is answered", async () => {
  let reason: unknown;
  const { gateway, host, runner } = await worldOf((_actor, { signal }) =>
    new Promise<Response>((_resolve, reject) =>
      signal.addEventListener("abort", () => {
        reason = signal.reason;
        reject(signal.reason);
      })
    )
  );
  const id = gateway.request("a");
  await settle(host);
  assertEquals(runner.view().actors[0]!.requestsInFlight, 1);
  gateway.tunnel(id, 1, { kind: "requestAbort" });
  await settle(host);
  assertEquals((reason as Error).message, "The client went away");
  assertEquals([gateway.said(id), runner.view().actors[0]!.requestsInFlight], [[], 0]);
});

Deno.test("cut aborts requests in flight, and their late answers go nowhere", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { gateway, host, runner } = await worldOf(() => promise);
  const id = gateway.request("a");
  await settle(host);
  gateway.cut();
  await host.advance(200);
  resolve(new Response("late"));
  await settle(host);
  assertEquals([gateway.said(id), runner.view().actors[0]!.requestsInFlight], [[], 0]);
});

Deno.test("streamed response ends with its client", async () => {
  let cancelled = false;
  const { gateway, host } = await worldOf(() =>
    new Response(
      new ReadableStream({
        start: (it) => it.enqueue(bytes("x")),
        cancel: () => void (cancelled = true),
      }),
    )
  );
  const id = gateway.request("a");
  await settle(host);
  gateway.tunnel(id, 1, { kind: "requestAbort" });
  await settle(host);
  assertEquals(cancelled, true);
});

Deno.test("streamed response waits while the state it speaks of is not durable", async () => {
  const { gateway, host } = await worldOf((actor) => {
    (actor.state as { n: number }).n++;
    return new Response(
      new ReadableStream({
        async start(it) {
          await new Promise((resolve) => setImmediate(resolve));
          it.enqueue(bytes("1"));
          it.close();
        },
      }),
    );
  });
  gateway.kvMode = "hold";
  const id = gateway.request("a");
  await settle(host);
  assertEquals(gateway.answer(id), undefined);
  gateway.kvMode = "answer";
  gateway.answerKv();
  await settle(host);
  assertEquals([gateway.answer(id)?.text, gateway.answer(id)?.end], ["1", "finished"]);
});

Deno.test("response's cookies all get through, each under a name of its own case", () => {
  const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-a", "b"]]);
  for (let i = 0; i < 8; i++) headers.append("set-cookie", `c${i}=3`);
  const map = headersOf(new Response(null, { headers }));
  assertEquals(map.size, 11);
  assertEquals(map.get("set-cookie"), "a=1");
  assertEquals(new Headers([...map]).getSetCookie().length, 10);
});
