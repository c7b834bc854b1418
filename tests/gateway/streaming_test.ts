import { assert, assertEquals, assertRejects } from "@std/assert";
import { CREDIT_UNIT } from "../../lib/delivery/mod.ts";
import { DORMOUSE_PROTOCOL, type RequestId } from "../../lib/protocol/mod.ts";
import { type FakeRunner, type FakeRunnerOptions, silent } from "../support/fake_runner.ts";
import { GatewayWorld, type WorldOptions } from "../support/gateway_world.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function scene(
  { protocol = DORMOUSE_PROTOCOL, script = { request: silent }, ...options }:
    & WorldOptions
    & Pick<FakeRunnerOptions, "protocol" | "script"> = {},
) {
  const world = await GatewayWorld.start(options);
  const runner = await world.runner({ script, protocol });
  const entry = await world.actor();
  entry.wake("person");
  await world.settle();
  const send = (
    body: Uint8Array | ReadableStream<Uint8Array> | null,
    { method = "POST", signal }: { method?: string; signal?: AbortSignal } = {},
  ) => world.gateway.request(entry, { method, path: "/", headers: new Map() }, body, signal);
  return { world, runner, entry, send };
}

/** A client's body that a test feeds. */
function upload() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const seen = { pulls: 0, cancelled: undefined as unknown };
  const stream = new ReadableStream<Uint8Array>({
    start: (it) => void (controller = it),
    pull: () => void seen.pulls++,
    cancel: (reason) => void (seen.cancelled = reason),
  }, { highWaterMark: 0 });
  return { stream, seen, controller };
}

const lastRequest = (runner: FakeRunner): RequestId =>
  runner.tunnel("requestStart").at(-1)!.messageId.requestId;

const grant = (runner: FakeRunner, id: RequestId): void =>
  runner.tell(id, { kind: "responseChunk", body: new Uint8Array(0), finish: false });

const begin = (runner: FakeRunner, id: RequestId, status = 200): void =>
  runner.tell(id, {
    kind: "responseStart",
    status,
    headers: new Map(),
    body: null,
    stream: true,
  });

const chunk = (runner: FakeRunner, id: RequestId, bytes: number, finish = false): void =>
  runner.tell(id, { kind: "responseChunk", body: new Uint8Array(bytes), finish });

const chunks = (runner: FakeRunner): string[] =>
  runner.tunnel("requestChunk").map(({ body }) => decode(body.body) + (body.finish ? "." : ""));

const sizes = (runner: FakeRunner): number[] =>
  runner.tunnel("requestChunk").map(({ body }) => body.body.length);

Deno.test("request: a body that is not at hand goes to a runner of ours as it comes", async () => {
  const { world, runner, send } = await scene();
  const { stream, controller } = upload();
  const answered = send(stream);
  await world.settle();
  const [start] = runner.tunnel("requestStart");
  assertEquals([start!.body.stream, start!.body.body], [true, null]);
  controller.enqueue(encode("one"));
  await world.settle();
  assertEquals(chunks(runner), ["one"]);
  controller.enqueue(encode("two"));
  controller.close();
  await world.settle();
  assertEquals(chunks(runner), ["one", "two", "."]);
  const indexes = runner.tunnel("requestChunk").map(({ messageId }) => messageId.messageIndex);
  assertEquals(indexes, [1, 2, 3] as typeof indexes);
  runner.respond(lastRequest(runner), "ok");
  assertEquals(await (await answered).text(), "ok");
  await world.end();
});

Deno.test("request: a body goes no further than its credit, and the client is not read meanwhile", async () => {
  const { world, runner, send } = await scene();
  const { stream, controller, seen } = upload();
  void send(stream);
  await world.settle();
  controller.enqueue(new Uint8Array(CREDIT_UNIT + 10));
  await world.settle();
  assertEquals([sizes(runner), seen.pulls], [[CREDIT_UNIT], 1]);
  grant(runner, lastRequest(runner));
  await world.settle();
  assertEquals([sizes(runner), seen.pulls], [[CREDIT_UNIT, 10], 2]);
  runner.respond(lastRequest(runner), "enough");
  await world.settle();
  assertEquals(seen.cancelled, "The answer is complete");
  // The request is over: credit for it is nobody's.
  grant(runner, lastRequest(runner));
  await world.settle();
  assertEquals(sizes(runner).length, 2);
  await world.end();
});

Deno.test("request: one that does not get its credit holds up no other", async () => {
  const { world, runner, send } = await scene();
  const stuck = upload();
  void send(stuck.stream);
  await world.settle();
  const first = lastRequest(runner);
  stuck.controller.enqueue(new Uint8Array(5 * CREDIT_UNIT));
  const other = upload();
  const answered = send(other.stream);
  other.controller.enqueue(encode("small"));
  await world.settle();
  assertEquals(chunks(runner).at(-1), "small");
  runner.respond(lastRequest(runner), "ok");
  assertEquals((await answered).status, 200);
  runner.respond(first, "ok");
  await world.end();
});

Deno.test("request: for any other runner the body is read whole, up to httpBodyBytes", async () => {
  for (const [bytes, status] of [[9, 200], [10, 200], [11, 413]] as const) {
    const { world, runner, send } = await scene({
      protocol: "rivet",
      script: {},
      options: { httpBodyBytes: 10 },
    });
    const { stream, controller } = upload();
    const answered = send(stream);
    await world.settle();
    controller.enqueue(new Uint8Array(5));
    controller.enqueue(new Uint8Array(bytes - 5));
    await world.settle();
    assertEquals(runner.tunnel("requestStart"), []);
    if (status === 200) controller.close();
    const response = await answered;
    assertEquals(response.status, status);
    if (status === 413) assertEquals((await response.json()).code, "body_too_large");
    else assertEquals(runner.tunnel("requestStart")[0]!.body.body?.length, bytes);
    const limits = status === 413 ? [["httpBodyBytes", 10]] : [];
    assertEquals(world.heard("limitReached"), limits);
    await world.end();

    const again = await scene({ protocol: "rivet", script: {}, options: { httpBodyBytes: 10 } });
    assertEquals((await again.send(new Uint8Array(bytes))).status, status);
    assertEquals(again.world.heard("limitReached"), limits);
    await again.world.end();
  }
});

Deno.test("request: an actor that sleeps while a body is read whole is woken when that is done", async () => {
  const { world, runner, entry, send } = await scene({ protocol: "rivet", script: {} });
  const { stream, controller } = upload();
  const answered = send(stream);
  await world.settle();
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  assertEquals(entry.phase, "asleep");
  controller.close();
  assertEquals(await (await answered).text(), "ok");
  assertEquals(entry.record.generation, 2);
  await world.shutdown();
});

Deno.test("request: a body that breaks off is a 400, and the actor is told", async () => {
  for (const protocol of [DORMOUSE_PROTOCOL, "rivet"]) {
    const { world, runner, send } = await scene({ protocol });
    const { stream, controller } = upload();
    const answered = send(stream);
    await world.settle();
    controller.error(new Error("gone"));
    const response = await answered;
    assertEquals([response.status, (await response.json()).code], [400, "body_cut_off"]);
    await world.settle();
    assertEquals(runner.tunnel("requestAbort").length, protocol === "rivet" ? 0 : 1);
    await world.end();
  }
});

Deno.test("request: a client that goes while it uploads aborts the request", async () => {
  const { world, runner, send } = await scene();
  const { stream, seen } = upload();
  const client = new AbortController();
  const answered = send(stream, { signal: client.signal });
  await world.settle();
  client.abort();
  assertEquals((await answered).status, 499);
  await world.settle();
  assertEquals(runner.tunnel("requestAbort").length, 1);
  assertEquals(seen.cancelled, "guard.client_closed_request");
  await world.end();
});

Deno.test("request: after a cut a body at hand is sent again, one that was streamed is a 503", async () => {
  const { world, runner, send } = await scene();
  const { stream, seen } = upload();
  const atHand = send(encode("again"), { method: "PUT" });
  const streamed = send(stream, { method: "PUT" });
  await world.settle();
  runner.cut();
  assertEquals((await streamed).status, 503);
  assertEquals(seen.cancelled, "guard.tunnel_lost");
  runner.clear();
  runner.reconnect();
  await world.settle();
  const [again, ...more] = runner.tunnel("requestStart");
  assertEquals([decode(again!.body.body!), more], ["again", []]);
  runner.respond(lastRequest(runner), "ok");
  assertEquals((await atHand).status, 200);
  await world.shutdown();
});

Deno.test("request: an upload that moves puts responseStartTimeoutMs off", async () => {
  const { world, runner, send } = await scene({ options: { responseStartTimeoutMs: 10_000 } });
  const { stream, controller } = upload();
  const answered = send(stream);
  await world.host.advance(9_000);
  controller.enqueue(encode("more"));
  await world.host.advance(9_000);
  assertEquals(world.heard("limitReached"), []);
  await world.host.advance(2_000);
  assertEquals((await answered).status, 504);
  assertEquals(runner.tunnel("requestAbort").length, 1);
  await world.end();
});

Deno.test("request: an answer is granted more as the client reads it", async () => {
  const { world, runner, send } = await scene({ options: { streamWindowBytes: 2 * CREDIT_UNIT } });
  const answered = send(null, { method: "GET" });
  await world.settle();
  const id = lastRequest(runner);
  begin(runner, id);
  const reader = (await answered).body!.getReader();
  await world.settle();
  assertEquals(sizes(runner), []);
  for (let i = 0; i < 2; i++) {
    chunk(runner, id, CREDIT_UNIT);
    await world.settle();
  }
  // The first chunk filled the window up. Beyond it nothing is granted that is not read.
  assertEquals(sizes(runner), [0]);
  assertEquals(world.gateway.view().bodyBytes, 2 * CREDIT_UNIT);
  await reader.read();
  await world.settle();
  assertEquals(sizes(runner), [0, 0]);
  chunk(runner, id, 1, true);
  await world.settle();
  await reader.read();
  await reader.read();
  assertEquals((await reader.read()).done, true);
  await world.settle();
  // It is complete: nothing is granted any more.
  assertEquals(sizes(runner), [0, 0]);
  const { bodyBytes, bodyBytesPeak } = world.gateway.view();
  assertEquals([bodyBytes, bodyBytesPeak], [0, 2 * CREDIT_UNIT]);
  await world.end();
});

Deno.test("request: a runner that overruns its window is told to abort, and counted", async () => {
  const { world, runner, send } = await scene({ options: { streamWindowBytes: CREDIT_UNIT } });
  const answered = send(null, { method: "GET" });
  await world.settle();
  const id = lastRequest(runner);
  begin(runner, id);
  chunk(runner, id, CREDIT_UNIT);
  chunk(runner, id, 1);
  const response = await answered;
  await assertRejects(() => response.text());
  await world.settle();
  assertEquals(runner.tunnel("requestAbort").length, 1);
  assertEquals(world.heard("limitReached"), [["streamWindowBytes", CREDIT_UNIT]]);
  assertEquals(world.gateway.view().bodyBytes, 0);
  await world.end();
});

Deno.test("request: what follows a head without a body is not awaited", async () => {
  for (const [method, status] of [["HEAD", 200], ["GET", 204], ["GET", 304]] as const) {
    const { world, runner, send } = await scene();
    const answered = send(null, { method });
    await world.settle();
    begin(runner, lastRequest(runner), status);
    const response = await answered;
    assertEquals([response.status, response.body], [status, null]);
    await world.settle();
    assertEquals(runner.tunnel("requestAbort").length, 1);
    assertEquals(world.gateway.view().requestsInFlight, 0);
    await world.end();
  }
});

Deno.test("request: an empty chunk of any other runner is no credit, but what it is", async () => {
  const { world, runner, send } = await scene({ protocol: "rivet" });
  const answered = send(null, { method: "GET" });
  await world.settle();
  const id = lastRequest(runner);
  begin(runner, id);
  grant(runner, id);
  chunk(runner, id, 3, true);
  assertEquals((await (await answered).bytes()).length, 3);
  assert(world.heard("frameDropped").length === 0);
  await world.end();
});
