import { assertEquals } from "@std/assert";
import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import { CREDIT_UNIT } from "../../lib/delivery/mod.ts";
import { DORMOUSE_PROTOCOL, type RequestId } from "../../lib/protocol/mod.ts";
import type { RunnerOptions } from "../../lib/runner/mod.ts";
import { type FakeGateway, runnerWorld } from "../support/fake_gateway.ts";

type Fetch = NonNullable<ActorDefinition["fetch"]>;

async function worldOf(fetch: Fetch, options: Partial<RunnerOptions> = {}) {
  const definition = { state: () => ({ n: 0 }), fetch };
  const world = await runnerWorld({ it: defineActor(definition) as ActorDefinition }, options, {
    protocol: DORMOUSE_PROTOCOL,
  });
  await world.gateway.start("a", { name: "it" });
  return { ...world, settle: () => settle(world.host) };
}

/** Streams of the platform take more turns than an ordinary promise. */
async function settle(host: { settle(): Promise<void> }): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await host.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const grant = (gateway: FakeGateway, id: RequestId): void =>
  gateway.tunnel(id, 1, { kind: "requestChunk", body: new Uint8Array(0), finish: false });

const chunk = (gateway: FakeGateway, id: RequestId, bytes: number, finish = false): void =>
  gateway.tunnel(id, 1, { kind: "requestChunk", body: new Uint8Array(bytes), finish });

/** Bytes of each part of the answer so far. */
const sizes = (gateway: FakeGateway, id: RequestId): number[] =>
  gateway.said(id).flatMap((said) =>
    said.kind === "responseStart" || said.kind === "responseChunk" ? [said.body?.length ?? 0] : []
  );

Deno.test("response is made no faster than there is credit for it", async () => {
  let made = 0;
  const { gateway, settle } = await worldOf(() =>
    new Response(
      new ReadableStream({
        async pull(it) {
          await new Promise((resolve) => setImmediate(resolve));
          made++;
          it.enqueue(new Uint8Array(CREDIT_UNIT));
        },
      }, { highWaterMark: 0 }),
    )
  );
  const id = gateway.request("a");
  await settle();
  assertEquals([made, sizes(gateway, id)], [1, [0, CREDIT_UNIT]]);
  grant(gateway, id);
  await settle();
  assertEquals([made, sizes(gateway, id)], [2, [0, CREDIT_UNIT, CREDIT_UNIT]]);
  gateway.tunnel(id, 2, { kind: "requestAbort" });
  await settle();
  grant(gateway, id);
  await settle();
  assertEquals([made, sizes(gateway, id).length], [2, 3]);
});

Deno.test("response in one piece goes in chunks, its beginning in its start", async () => {
  const length = 3 * CREDIT_UNIT + 1;
  const { gateway, settle } = await worldOf(() => new Response(new Uint8Array(length)));
  const id = gateway.request("a");
  await settle();
  assertEquals(sizes(gateway, id), [CREDIT_UNIT]);
  for (let i = 0; i < 4; i++) grant(gateway, id);
  await settle();
  assertEquals(sizes(gateway, id), [CREDIT_UNIT, CREDIT_UNIT, CREDIT_UNIT, 1, 0]);
  assertEquals(gateway.answer(id)?.end, "finished");
});

Deno.test("request's body is granted more as its handler reads it", async () => {
  let reader!: ReadableStreamDefaultReader<Uint8Array>;
  const { promise: answer, resolve } = Promise.withResolvers<Response>();
  const { gateway, runner, settle } = await worldOf((_actor, request) => {
    reader = request.body!.getReader();
    return answer;
  }, { streamWindowBytes: 2 * CREDIT_UNIT });
  const id = gateway.request("a", "/", { method: "POST", stream: true });
  await settle();
  assertEquals(gateway.said(id), []);
  chunk(gateway, id, CREDIT_UNIT);
  chunk(gateway, id, CREDIT_UNIT);
  await settle();
  assertEquals([gateway.said(id).length, runner.view().bodyBytes], [1, 2 * CREDIT_UNIT]);
  await reader.read();
  await settle();
  assertEquals(gateway.said(id).length, 2);
  chunk(gateway, id, 1, true);
  await reader.read();
  await reader.read();
  assertEquals((await reader.read()).done, true);
  resolve(new Response("done"));
  await settle();
  assertEquals(gateway.answer(id)?.text, "done");
  const { bodyBytes, bodyBytesPeak } = runner.view();
  assertEquals([bodyBytes, bodyBytesPeak], [0, 2 * CREDIT_UNIT]);
});

Deno.test("request's body that its handler cancels is granted nothing more", async () => {
  const { gateway, settle, runner } = await worldOf(async (_actor, request) => {
    await request.body!.cancel();
    return new Promise<Response>(() => {});
  });
  const id = gateway.request("a", "/", { method: "POST", stream: true });
  chunk(gateway, id, CREDIT_UNIT);
  await settle();
  const granted = gateway.said(id).length;
  chunk(gateway, id, CREDIT_UNIT);
  chunk(gateway, id, CREDIT_UNIT);
  await settle();
  assertEquals([gateway.said(id).length, runner.view().bodyBytes], [granted, 0]);
  gateway.tunnel(id, 2, { kind: "requestAbort" });
  await settle();
});

Deno.test("gateway that overruns its window is answered with an abort, and counted", async () => {
  const reasons: string[] = [];
  const { gateway, settle, log, runner } = await worldOf(
    (_actor, { signal }) =>
      new Promise<Response>((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          reasons.push(signal.reason.message);
          reject(signal.reason);
        })
      ),
    { streamWindowBytes: CREDIT_UNIT },
  );
  const id = gateway.request("a", "/", { method: "POST", stream: true });
  chunk(gateway, id, CREDIT_UNIT);
  await settle();
  assertEquals(gateway.said(id), []);
  chunk(gateway, id, 1);
  await settle();
  assertEquals(gateway.said(id).map(({ kind }) => kind), ["responseAbort"]);
  assertEquals(log.of("limit"), [`limit streamWindowBytes ${CREDIT_UNIT}`]);
  assertEquals(reasons.length, 1);
  assertEquals([runner.view().bodyBytes, runner.view().actors[0]!.requestsInFlight], [0, 0]);
});

Deno.test("cut fails a body half way, and aborts the signal, at once", async () => {
  const seen: string[] = [];
  const { gateway, settle } = await worldOf(async (_actor, request) => {
    request.signal.addEventListener("abort", () => seen.push(request.signal.reason.message));
    await request.bytes().catch((error) => seen.push(error.message));
    return new Response();
  });
  const id = gateway.request("a", "/", { method: "POST", stream: true });
  chunk(gateway, id, 10);
  await settle();
  gateway.cut();
  await settle();
  assertEquals(seen, ["The tunnel is cut", "The tunnel is cut"]);
});

Deno.test("stopping actor waits for a stream half of its time, then breaks it off", async () => {
  const { gateway, host, settle } = await worldOf(() => new Response(new ReadableStream()));
  const id = gateway.request("a");
  await settle();
  await gateway.stop("a");
  // The runner's share of the threshold, and half of that.
  const graceMs = 30_000 * 0.8 / 2;
  await host.advance(graceMs - 1);
  assertEquals(gateway.answer(id)?.end, "open");
  await host.advance(1);
  await settle();
  assertEquals(gateway.answer(id)?.end, "aborted");
  assertEquals(gateway.eventNames("a").at(-1), "stopped ok");
});
