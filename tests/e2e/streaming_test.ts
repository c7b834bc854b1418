import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ActorDefinition, defineActor } from "../../lib/actor/mod.ts";
import { until } from "../support/system.ts";
import { TUNNELS, TwoEnds, type TwoEndsOptions } from "../support/two_ends.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

type Fetch = NonNullable<ActorDefinition["fetch"]>;

/** One test over each kind of tunnel, and with an actor that has state as well as one that has none. */
function test(name: string, run: (start: Start) => Promise<void>): void {
  for (const tunnel of TUNNELS) {
    for (const state of [false, true]) {
      Deno.test(`${name} (${tunnel}, ${state ? "with" : "without"} state)`, async () => {
        const failures: unknown[][] = [];
        await run(async (fetch, options) => {
          const definition = state ? { state: () => ({}), fetch } : { fetch };
          const ends = await TwoEnds.start(tunnel, { it: defineActor(definition) }, options);
          failures.push(ends.failures);
          return ends;
        });
        assertEquals(failures.flat(), []);
      });
    }
  }
}

type Start = (fetch: Fetch, options?: TwoEndsOptions) => Promise<TwoEnds>;

const bytes = (text: string) => new TextEncoder().encode(text);

/** A reader of texts. */
function texts(body: ReadableStream<Uint8Array>) {
  const reader = body.pipeThrough(
    new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
  ).getReader();
  return {
    next: async () => (await reader.read()).value,
    cancel: () => reader.cancel(),
  };
}

/** A stream that a test feeds by hand. */
function fed() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const cancelled = Promise.withResolvers<unknown>();
  const stream = new ReadableStream<Uint8Array>({
    start: (it) => void (controller = it),
    cancel: (reason) => cancelled.resolve(reason),
  });
  return {
    stream,
    say: (text: string) => controller.enqueue(bytes(text)),
    close: () => controller.close(),
    fail: (error: Error) => controller.error(error),
    cancelled: cancelled.promise,
  };
}

/** Gives `total` bytes on demand and counts them. */
function supply(total: number, partBytes = 64 * KIB) {
  const counted = { bytes: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (counted.bytes >= total) return controller.close();
      const part = new Uint8Array(Math.min(partBytes, total - counted.bytes));
      part.fill(counted.bytes / partBytes);
      counted.bytes += part.length;
      controller.enqueue(part);
    },
    cancel: () => void (counted.cancelled = true),
  }, { highWaterMark: 0 });
  return { stream, counted };
}

async function lengthOf(body: ReadableStream<Uint8Array>): Promise<number> {
  let total = 0;
  for await (const part of body) total += part.length;
  return total;
}

test("an event stream's head comes before its first event, and each event as it is made", async (start) => {
  const feed = fed();
  await using ends = await start(() =>
    new Response(feed.stream, { headers: { "content-type": "text/event-stream" } })
  );
  const response = await fetch(ends.actorUrl("it", "a"));
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const events = texts(response.body!);
  for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
    feed.say(event);
    assertEquals(await events.next(), event);
  }
  assertEquals(ends.gateway.view().requestsInFlight, 1);
  assertEquals(ends.runner.view().actors[0]!.idleLeftMs, null);
  feed.close();
  assertEquals(await events.next(), undefined);
  await until("the request has ended", () => ends.gateway.view().requestsInFlight === 0);
});

test("a client that goes aborts its request's signal and cancels the answer", async (start) => {
  const feed = fed();
  const aborted = Promise.withResolvers<Error>();
  await using ends = await start((_actor, { signal }) => {
    signal.addEventListener("abort", () => aborted.resolve(signal.reason));
    return new Response(feed.stream);
  });
  const response = await fetch(ends.actorUrl("it", "a"));
  await response.body!.cancel();
  assertEquals((await aborted.promise).message, "The client went away");
  assertEquals(((await feed.cancelled) as Error).message, "The client went away");
  await until("nothing is in flight", () => ends.gateway.view().requestsInFlight === 0);
});

test("a client that goes before anybody watches it aborts its request all the same", async (start) => {
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<Error>();
  await using ends = await start((_actor, { signal }) => {
    signal.addEventListener("abort", () => aborted.resolve(signal.reason));
    begun.resolve();
    return new Promise<Response>(() => {});
  });
  const { hostname, port, pathname, search, host } = new URL(ends.actorUrl("it", "a"));
  const client = await Deno.connect({ hostname, port: Number(port) });
  await client.write(bytes(`GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n\r\n`));
  await begun.promise;
  client.close();
  assertEquals((await aborted.promise).message, "The client went away");
  await until("nothing is in flight", () => ends.gateway.view().requestsInFlight === 0);
});

test("an answer that fails is cut at the client, not ended", async (start) => {
  const feed = fed();
  await using ends = await start(() => new Response(feed.stream));
  const response = await fetch(ends.actorUrl("it", "a"));
  const body = texts(response.body!);
  feed.say("half");
  assertEquals(await body.next(), "half");
  feed.fail(new Error("oops"));
  await assertRejects(() => body.next());
});

test("a request's body is read as the client sends it, while the answer already goes back", async (start) => {
  const feed = fed();
  await using ends = await start((_actor, request) => new Response(request.body));
  const answered = fetch(ends.actorUrl("it", "a"), { method: "POST", body: feed.stream });
  feed.say("one");
  const response = await answered;
  const echoed = texts(response.body!);
  assertEquals(await echoed.next(), "one");
  feed.say("two");
  assertEquals(await echoed.next(), "two");
  feed.close();
  assertEquals(await echoed.next(), undefined);
});

test("a client that breaks its upload off fails the body that the actor reads", async (start) => {
  const feed = fed();
  const seen: unknown[] = [];
  const done = Promise.withResolvers<void>();
  await using ends = await start(async (_actor, request) => {
    try {
      for await (const part of request.body!) seen.push(new TextDecoder().decode(part));
    } catch (error) {
      seen.push((error as Error).name, request.signal.aborted);
    }
    done.resolve();
    return new Response();
  });
  const abort = new AbortController();
  const answered = fetch(ends.actorUrl("it", "a"), {
    method: "POST",
    body: feed.stream,
    signal: abort.signal,
  });
  feed.say("begun");
  await until("the actor has read", () => seen.length === 1);
  abort.abort();
  await assertRejects(() => answered);
  await done.promise;
  assertEquals(seen, ["begun", "RequestAborted", true]);
});

test("an actor that answers without reading ends the client's upload", async (start) => {
  await using ends = await start(() => new Response("enough", { status: 413 }), {
    gateway: { lingerMs: 100 },
  });
  const { stream, counted } = supply(Infinity);
  const response = await fetch(ends.actorUrl("it", "a"), { method: "POST", body: stream });
  assertEquals([response.status, await response.text()], [413, "enough"]);
  await until("the upload has ended", () => counted.cancelled);
  assert(ends.runner.view().actors[0]!.requestsInFlight === 0);
});

test("a client that reads slowly slows the actor's stream", async (start) => {
  const { stream, counted } = supply(Infinity);
  await using ends = await start(() => new Response(stream));
  const response = await fetch(ends.actorUrl("it", "a"));
  const reader = response.body!.getReader();
  await reader.read();
  await standsStill(() => counted.bytes);
  const before = counted.bytes;
  assert(before < 32 * MIB, `${before} bytes were made for a client that reads none`);
  for (let read = 0; read < before;) read += (await reader.read()).value!.length;
  await until("more was made", () => counted.bytes > before);
  await reader.cancel();
  await until("the stream is cancelled", () => counted.cancelled);
});

test("an actor that reads slowly slows the client's upload", async (start) => {
  const readOn = Promise.withResolvers<void>();
  await using ends = await start(async (_actor, request) => {
    await readOn.promise;
    return new Response(`${await lengthOf(request.body!)}`);
  });
  const { stream, counted } = supply(48 * MIB);
  const answered = fetch(ends.actorUrl("it", "a"), { method: "POST", body: stream });
  await until("the upload has begun", () => counted.bytes > 0);
  await standsStill(() => counted.bytes);
  assert(counted.bytes < 32 * MIB, `${counted.bytes} bytes went to an actor that reads none`);
  readOn.resolve();
  assertEquals(await (await answered).text(), `${48 * MIB}`);
});

test("a body of 32 MiB each way never waits in more than the window", async (start) => {
  const total = 32 * MIB;
  const window = 128 * KIB;
  await using ends = await start(
    async (_actor, request) => {
      if (request.method === "POST") return new Response(`${await lengthOf(request.body!)}`);
      return new Response(supply(total).stream);
    },
    { gateway: { streamWindowBytes: window }, runner: { streamWindowBytes: window } },
  );
  const url = ends.actorUrl("it", "a");
  const up = await fetch(url, { method: "POST", body: supply(total).stream });
  assertEquals(await up.text(), `${total}`);
  assertEquals(await lengthOf((await fetch(url)).body!), total);
  const [gateway, runner] = [ends.gateway.view(), ends.runner.view()];
  assertEquals([gateway.bodyBytes, runner.bodyBytes], [0, 0]);
  assert(gateway.bodyBytesPeak > 0 && gateway.bodyBytesPeak <= window, `${gateway.bodyBytesPeak}`);
  assert(runner.bodyBytesPeak > 0 && runner.bodyBytesPeak <= window, `${runner.bodyBytesPeak}`);
});

test("a body keeps every byte in its place, whatever its length", async (start) => {
  await using ends = await start((_actor, request) => new Response(request.body));
  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 262_144, 262_145, 1_000_003]) {
    const body = new Uint8Array(length);
    for (let i = 0; i < length; i++) body[i] = i * 31 >> 3;
    const response = await fetch(ends.actorUrl("it", "a"), { method: "POST", body });
    const echoed = new Uint8Array(await response.arrayBuffer());
    assertEquals(echoed.length, length);
    assert(echoed.every((byte, i) => byte === body[i]), `${length}`);
  }
});

test("several cookies reach the client, of a whole answer and of a streamed one", async (start) => {
  await using ends = await start((_actor, request) => {
    const headers = new Headers();
    for (const cookie of ["a=1; Path=/", "b=2", "c=3"]) headers.append("set-cookie", cookie);
    const isStreamed = new URL(request.url).pathname === "/streamed";
    return new Response(isStreamed ? supply(256 * KIB).stream : "whole", { headers });
  });
  for (const path of ["/", "/streamed"]) {
    const response = await fetch(ends.actorUrl("it", "a", path));
    assertEquals(response.headers.getSetCookie(), ["a=1; Path=/", "b=2", "c=3"]);
    await response.body!.cancel();
  }
});

test("a runner that ends cuts the answer at its client, and the signal of the actor", async (start) => {
  const feed = fed();
  const ended = Promise.withResolvers<string>();
  await using ends = await start((_actor, { signal }) => {
    signal.addEventListener("abort", () => ended.resolve(signal.reason.message));
    return new Response(feed.stream);
  });
  const response = await fetch(ends.actorUrl("it", "a"));
  const body = texts(response.body!);
  feed.say("half");
  assertEquals(await body.next(), "half");
  const cut = assertRejects(() => body.next());
  await ends.runner.shutdown({ deadlineMs: 200 });
  await cut;
  assertEquals(await ended.promise, "The actor is stopping");
  assertEquals(((await feed.cancelled) as Error).message, "The actor is stopping");
});

/** Waits until a number has not moved for 300 ms. */
async function standsStill(read: () => number): Promise<void> {
  let last = -1;
  let still = 0;
  await until("it stands still", async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    still = read() === last ? still + 1 : 0;
    last = read();
    return still >= 6;
  });
}
