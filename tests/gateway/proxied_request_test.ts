import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { GatewayError } from "../../lib/gateway/errors.ts";
import type { RequestId } from "../../lib/protocol/mod.ts";
import { type FakeRunner, type FakeRunnerOptions, silent } from "../support/fake_runner.ts";
import { GatewayWorld, type WorldOptions } from "../support/gateway_world.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function httpScene(script: FakeRunnerOptions["script"] = {}, options: WorldOptions = {}) {
  const world = await GatewayWorld.start(options);
  const runner = await world.runner({ script });
  const entry = await world.actor();
  entry.wake("person");
  await world.settle();
  return { world, runner, entry };
}

const stream = (runner: FakeRunner, id: RequestId, body: string | null = null): void =>
  runner.tell(id, {
    kind: "responseStart",
    status: 200,
    headers: new Map(),
    body: body === null ? null : encode(body),
    stream: true,
  });

const chunk = (runner: FakeRunner, id: RequestId, text: string, finish = false): void =>
  runner.tell(id, { kind: "responseChunk", body: encode(text), finish });

const lastRequest = (runner: FakeRunner): RequestId =>
  runner.tunnel("requestStart").at(-1)!.messageId.requestId;

/** The status and the error of each end that the observer heard of. */
const ends = (world: GatewayWorld): unknown[] =>
  world.heard("requestEnded").map(([summary]) => {
    const { status, error } = summary as { status: number; error: string | null };
    return [status, error];
  });

Deno.test("request: goes to the actor and its answer comes back", async () => {
  const { world, runner, entry } = await httpScene();
  runner.script.request = (self, { messageId, body }) => {
    world.host.after(25, () => self.respond(messageId.requestId, `${body.method} ${body.path}`));
  };
  const answered = world.request(entry, "POST");
  await world.host.advance(25);
  const response = await answered;
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "text/plain");
  assertEquals(await response.text(), "POST /path");
  const [[summary]] = world.heard("requestEnded") as [[Record<string, unknown>]];
  assertEquals(summary, {
    actorId: entry.record.actorId,
    requestId: lastRequest(runner),
    method: "POST",
    path: "/path",
    status: 200,
    startedTs: world.host.epoch() - 25,
    durationMs: 25,
    error: null,
  });
  await world.end();
});

Deno.test("request: statuses without a body, and headers of one connection", async () => {
  for (const status of [204, 205, 304]) {
    for (const streams of [false, true]) {
      const { world, entry } = await httpScene({
        request: (self, { messageId }) =>
          self.tell(messageId.requestId, {
            kind: "responseStart",
            status,
            headers: new Map([["Connection", "close"], ["Content-Length", "3"], ["x-own", "1"]]),
            body: encode("abc"),
            stream: streams,
          }),
      });
      const response = await world.request(entry);
      assertEquals(response.status, status);
      assertEquals(response.body, null);
      assertEquals([...response.headers.keys()], ["x-own"]);
      await world.end();
    }
  }
});

Deno.test("request: several cookies stay several", async () => {
  const { world, entry } = await httpScene({
    request: (self, { messageId }) =>
      self.tell(messageId.requestId, {
        kind: "responseStart",
        status: 200,
        headers: new Map([["set-cookie", "a=1"], ["Set-cookie", "b=2"]]),
        body: null,
        stream: false,
      }),
  });
  assertEquals((await world.request(entry)).headers.getSetCookie(), ["a=1", "b=2"]);
  await world.end();
});

Deno.test("request: an answer that HTTP does not allow is a 502", async () => {
  const answers: [number, [string, string][]][] = [
    [0, []],
    [99, []],
    [101, []],
    [600, []],
    [65_535, []],
    [200, [["bad name", "x"]]],
    [200, [["x", "line\nbreak"]]],
  ];
  for (const [status, headers] of answers) {
    for (const streams of [false, true]) {
      const { world, entry, runner } = await httpScene({
        request: (self, { messageId }) =>
          self.tell(messageId.requestId, {
            kind: "responseStart",
            status,
            headers: new Map(headers),
            body: null,
            stream: streams,
          }),
      });
      const response = await world.request(entry);
      assertEquals(response.status, 502);
      assertEquals(response.headers.get("x-rivet-error"), "actor.invalid_response");
      await world.settle();
      assertEquals(runner.tunnel("requestAbort").length, streams ? 1 : 0);
      assertEquals(ends(world), [[502, "actor.invalid_response"]]);
      await world.end();
    }
  }
});

Deno.test("request: an answer streams as it comes, and ends once", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const answered = world.request(entry);
  await world.settle();
  const id = lastRequest(runner);
  stream(runner, id, "a");
  const response = await answered;
  const reader = response.body!.getReader();
  const next = async (): Promise<string | undefined> => {
    const { value } = await reader.read();
    return value && new TextDecoder().decode(value);
  };
  assertEquals(await next(), "a");
  chunk(runner, id, "b");
  assertEquals(await next(), "b");
  assertEquals(world.gateway.view().requestsInFlight, 1);
  chunk(runner, id, "c", true);
  chunk(runner, id, "after the end");
  assertEquals(await next(), "c");
  assertEquals(await next(), undefined);
  await world.settle();
  assertEquals(ends(world), [[200, null]]);
  assertEquals(world.heard("frameDropped").length, 1);
  await world.end();
});

Deno.test("request: frames out of their order are dropped", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const answered = world.request(entry);
  await world.settle();
  const id = lastRequest(runner);
  chunk(runner, id, "too early");
  runner.ack(id, 1);
  stream(runner, id);
  stream(runner, id);
  chunk(runner, id, "only this", true);
  assertEquals(await (await answered).text(), "only this");
  await world.settle();
  assertEquals(world.heard("frameDropped").length, 3);
  await world.end();
});

Deno.test("request: the actor breaks off before and in its answer", async () => {
  const before = await httpScene({
    request: (self, { messageId }) => self.tell(messageId.requestId, { kind: "responseAbort" }),
  });
  const response = await before.world.request(before.entry);
  assertEquals(response.status, 502);
  assertEquals((await response.json()).code, "response_aborted");
  await before.world.end();

  const within = await httpScene({
    request: (self, { messageId }) => {
      stream(self, messageId.requestId, "half");
      self.tell(messageId.requestId, { kind: "responseAbort" });
    },
  });
  const half = await within.world.request(within.entry);
  await assertRejects(() => half.text());
  assertEquals(ends(within.world), [[200, "actor.response_aborted"]]);
  await within.world.end();
});

Deno.test("request: the client goes away before, in and after its answer", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const before = new AbortController();
  const gone = world.request(entry, "GET", before.signal);
  await world.settle();
  before.abort();
  assertEquals((await gone).status, 499);
  await world.settle();
  assertEquals(runner.tunnel("requestAbort").length, 1);

  const within = world.request(entry, "GET");
  await world.settle();
  stream(runner, lastRequest(runner), "a");
  await (await within).body!.cancel();
  await world.settle();
  assertEquals(runner.tunnel("requestAbort").length, 2);
  chunk(runner, lastRequest(runner), "late");
  await world.settle();

  const after = new AbortController();
  const done = world.request(entry, "GET", after.signal);
  await world.settle();
  runner.respond(lastRequest(runner), "ok");
  await done;
  after.abort();
  await world.settle();
  assertEquals(runner.tunnel("requestAbort").length, 2);

  const never = world.request(entry, "GET", AbortSignal.abort());
  assertEquals((await never).status, 499);
  await world.settle();
  assertEquals(runner.tunnel("requestStart").length, 3);
  assertEquals(ends(world), [
    [499, "guard.client_closed_request"],
    [200, "guard.client_closed_request"],
    [200, null],
    [499, "guard.client_closed_request"],
  ]);
  await world.end();
});

Deno.test("request: no answer within responseStartTimeoutMs is a 504", async () => {
  const { world, runner, entry } = await httpScene({ request: silent }, {
    options: { responseStartTimeoutMs: 10_000 },
  });
  const answered = world.request(entry);
  await world.host.advance(9_999);
  assertEquals(ends(world), []);
  await world.host.advance(1);
  assertEquals((await answered).status, 504);
  assertEquals(runner.tunnel("requestAbort").length, 1);
  assertEquals(world.heard("limitReached"), [["responseStartTimeoutMs", 10_000]]);
  // Late, and nobody's.
  runner.respond(lastRequest(runner), "late");
  await world.end();
});

Deno.test("request: an answer that has begun may take its time", async () => {
  const { world, runner, entry } = await httpScene({ request: silent }, {
    options: { responseStartTimeoutMs: 6_000 },
  });
  const answered = world.request(entry);
  await world.settle();
  stream(runner, lastRequest(runner));
  await world.host.advance(60_000);
  chunk(runner, lastRequest(runner), "at last", true);
  assertEquals(await (await answered).text(), "at last");
  await world.end();
});

Deno.test("request: an actor that sleeps instead of answering does not prolong the timeout", async () => {
  const { world, entry } = await httpScene({
    request: (self) => self.wantSleep([...self.generations.keys()][0]!),
  }, { options: { responseStartTimeoutMs: 10_000 } });
  const answered = world.request(entry);
  await world.host.advance(20_000);
  assertEquals((await answered).status, 504);
  await world.end();
});

Deno.test("request: responseBufferBytes at its edge", async () => {
  for (const [bytes, broken] of [[9, false], [10, false], [11, true]] as const) {
    const { world, runner, entry } = await httpScene({ request: silent }, {
      options: { responseBufferBytes: 10 },
    });
    const answered = world.request(entry);
    await world.settle();
    const id = lastRequest(runner);
    stream(runner, id);
    chunk(runner, id, "x".repeat(5));
    chunk(runner, id, "x".repeat(bytes - 5));
    await world.settle();
    assertEquals(world.heard("limitReached"), broken ? [["responseBufferBytes", 10]] : []);
    assertEquals(runner.tunnel("requestAbort").length, broken ? 1 : 0);
    if (broken) await assertRejects(async () => await (await answered).text());
    else {
      // Read, it makes room again.
      const reader = (await answered).body!.getReader();
      await reader.read();
      await reader.read();
      chunk(runner, id, "y".repeat(10), true);
      assertEquals((await reader.read()).value?.length, 10);
    }
    await world.end();
  }
});

Deno.test("gateway: requestsInFlight at its edge", async () => {
  const { world, runner, entry } = await httpScene({ request: silent }, {
    options: { requestsInFlight: 1 },
  });
  const first = world.request(entry);
  await world.settle();
  const error = assertThrows(() => world.request(entry), GatewayError);
  assertEquals(error.reason, "guard.too_busy");
  runner.respond(lastRequest(runner), "ok");
  await first;
  const second = world.request(entry);
  await world.settle();
  runner.respond(lastRequest(runner), "ok");
  assertEquals((await second).status, 200);
  await world.end();
});

Deno.test("request: after a cut an idempotent one is sent again, any other is a 503", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const get = world.request(entry, "GET");
  const post = world.request(entry, "POST");
  await world.settle();
  const early = runner.tunnel("requestStart")[0]!.messageId.requestId;
  runner.cut();
  assertEquals((await post).status, 503);
  assertEquals((await (await post).json()).code, "tunnel_lost");
  runner.clear();
  runner.reconnect();
  await world.settle();
  const [again] = runner.tunnel("requestStart");
  assertEquals(runner.tunnel("requestStart").length, 1);
  assertEquals(again?.body.method, "GET");
  // The answer to the first sending may still come: it must not mix with the second's.
  stream(runner, early, "old");
  stream(runner, lastRequest(runner), "new");
  chunk(runner, early, "old", true);
  chunk(runner, lastRequest(runner), "er", true);
  assertEquals(await (await get).text(), "newer");
  assertEquals(world.gateway.actors.peek(entry.record.actorId)?.requests.size, 0);
  await world.shutdown();
});

Deno.test("request: a cut in the answer breaks it off, whatever its method", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const get = world.request(entry, "GET");
  await world.settle();
  stream(runner, lastRequest(runner), "half");
  const response = await get;
  runner.cut();
  await assertRejects(() => response.text());
  runner.reconnect();
  await world.settle();
  assertEquals(runner.tunnel("requestStart").length, 1);
  assertEquals(ends(world), [[200, "guard.tunnel_lost"]]);
  await world.shutdown();
});

Deno.test("request: one that waits for the tunnel is sent when it is back", async () => {
  const { world, runner, entry } = await httpScene();
  runner.cut();
  await world.settle();
  const post = world.request(entry, "POST");
  await world.settle();
  runner.reconnect();
  assertEquals((await post).status, 200);
  assertEquals(runner.tunnel("requestStart").length, 1);
  await world.shutdown();
});

Deno.test("request: the runner is lost, and an idempotent one is answered elsewhere", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const get = world.request(entry, "GET");
  await world.settle();
  await world.runner({ key: "other" });
  runner.cut();
  await world.host.advance(3_000);
  assertEquals(await (await get).text(), "ok");
  assertEquals(entry.record.generation, 2);
  await world.shutdown();
});

Deno.test("request: its runner is lost and none is left at resendTimeoutMs: a 503", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const get = world.request(entry, "GET");
  await world.settle();
  runner.cut();
  await world.host.advance(4_999);
  assertEquals(ends(world), []);
  await world.host.advance(1);
  assertEquals((await get).status, 503);
  assertEquals((await (await get).json()).code, "tunnel_lost");
  assertEquals(world.heard("limitReached"), [["resendTimeoutMs", 5_000]]);
  await world.shutdown();
});

Deno.test("request: a runner that comes before resendTimeoutMs answers it", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const get = world.request(entry, "GET");
  await world.settle();
  runner.cut();
  await world.host.advance(4_999);
  await world.runner({ key: "other" });
  assertEquals(await (await get).text(), "ok");
  assertEquals(world.heard("limitReached"), []);
  await world.shutdown();
});

Deno.test("request: an actor that is being started at resendTimeoutMs answers it", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const get = world.request(entry, "GET");
  await world.settle();
  await world.runner({
    key: "other",
    script: {
      start: (self, actor) =>
        void world.host.after(9_000, () => self.event(actor, { kind: "running" })),
    },
  });
  runner.cut();
  await world.host.advance(11_999);
  assertEquals(ends(world), []);
  await world.host.advance(1);
  assertEquals(await (await get).text(), "ok");
  await world.shutdown();
});

Deno.test("request: the actor stops without answering", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const get = world.request(entry, "GET");
  const post = world.request(entry, "POST");
  await world.settle();
  runner.script.request = (self, { messageId }) => self.respond(messageId.requestId, "awake");
  runner.wantSleep(entry.record.actorId);
  await world.settle();
  assertEquals((await post).status, 503);
  assertEquals((await (await post).json()).code, "stopped");
  assertEquals(await (await get).text(), "awake");
  await world.shutdown();
});

Deno.test("request: the actor crashes: an idempotent one is tried once more, any other is a 502", async () => {
  const { world, entry } = await httpScene({
    request: (self) => self.crash([...self.generations.keys()][0]!, "boom"),
  });
  const get = world.request(entry, "GET");
  const post = world.request(entry, "POST");
  await world.settle();
  assertEquals((await post).status, 502);
  await world.host.advance(1_000);
  assertEquals((await get).status, 502);
  assertEquals(world.heard("actorCrashed").length, 2);
  assertEquals(ends(world), [[502, "actor.crashed"], [502, "actor.crashed"]]);
  await world.end();
});

Deno.test("gateway.shutdown() lets requests finish until its deadline, then answers 503", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const quick = world.request(entry);
  const slow = world.request(entry);
  await world.settle();
  const [first] = runner.tunnel("requestStart");
  const down = world.gateway.shutdown(1_000);
  assertThrows(() => world.request(entry), GatewayError);
  await world.host.advance(500);
  runner.respond(first!.messageId.requestId, "in time");
  assertEquals(await (await quick).text(), "in time");
  await world.host.advance(499);
  assertEquals(world.gateway.view().requestsInFlight, 1);
  await world.host.advance(1);
  assertEquals((await slow).status, 503);
  await down;
  await world.settle();
  assertEquals(world.host.timers, 0);
});

Deno.test("gateway.shutdown() goes on at once when the last request ends", async () => {
  const { world, runner, entry } = await httpScene({ request: silent });
  const request = world.request(entry);
  await world.settle();
  const down = world.gateway.shutdown(60_000);
  runner.respond(lastRequest(runner), "ok");
  await request;
  await down;
  assert(world.host.now() < 1_000);
  await world.settle();
  assertEquals(world.host.timers, 0);
});
