import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { defineActor } from "../../lib/actor/mod.ts";
import type { RequestFollower } from "../../lib/gateway/observer.ts";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { INSPECT_LIMITS, type InspectLimits } from "../../lib/inspect/limits.ts";
import { CapturedSide } from "../../lib/inspect/requests/captured_side.ts";
import { asCurl } from "../../lib/inspect/requests/curl.ts";
import { replayPlanOf } from "../../lib/inspect/requests/replay.ts";
import { RequestCapture } from "../../lib/inspect/requests/request_capture.ts";
import { Secrets } from "../../lib/inspect/secrets.ts";
import { actorId, formatId, requestId } from "../../lib/protocol/mod.ts";
import { WholeWorld } from "../support/whole_world.ts";

const encoder = new TextEncoder();

function captureOf(limits: Partial<InspectLimits> = {}, payloads = true) {
  const host = new VirtualHost();
  const capture = new RequestCapture({
    host,
    limits: { ...INSPECT_LIMITS, ...limits },
    secrets: new Secrets(),
    payloads,
  });
  let next = 1;
  const follow = (headers: Record<string, string> = {}, path = "/") =>
    capture.follow({
      requestId: requestId(next++),
      actorId: actorId("actor"),
      method: "POST",
      path,
      headers: new Map(Object.entries(headers)),
    });
  return { host, capture, follow };
}

Deno.test("a request is captured with its stages, its heads and its bodies, without secrets", async () => {
  const { host, follow } = captureOf();
  const request = follow({
    "content-type": "application/json",
    authorization: "Bearer abc",
    cookie: "session=abc",
    accept: "*/*",
  }, "/?token=abc&q=1")!;
  await host.advance(2);
  request.sent(request.ids[0]!, encoder.encode(`{"password":"abc","n":1}`));
  await host.advance(3);
  request.answered(201, new Map([["content-type", "text/html"], ["set-cookie", "session=abc"]]));
  request.bodyCame(encoder.encode("<p>"));
  assertEquals(request.response!.payload, null, "Nobody is shown a body before it is over");
  request.bodyCame(encoder.encode("done"));
  request.ended({
    actorId: request.actorId,
    requestId: request.ids[0]!,
    method: "POST",
    path: "/",
    status: 201,
    startedTs: 0,
    durationMs: 5,
    error: null,
  });
  assertEquals([request.path, request.sentMs, request.answeredMs], ["/?token=…&q=1", 2, 5]);
  assertEquals(Object.fromEntries(request.request.headers), {
    "content-type": "application/json",
    authorization: "…",
    cookie: "…",
    accept: "*/*",
  });
  assertEquals(request.request.payload, `{"password":"…","n":1}`);
  assertEquals(Object.fromEntries(request.response!.headers)["set-cookie"], "…");
  assertEquals([request.response!.payload, request.response!.bytes], ["<p>done", 7]);
});

Deno.test("a form's secrets are taken out of its body, bytes stay bytes, and without payloads no body is kept", () => {
  const kept = (type: string, body: Uint8Array, payloads = true) => {
    const { follow } = captureOf({}, payloads);
    const request = follow({ "content-type": type })!;
    request.sent(request.ids[0]!, body);
    request.answered(200, new Map());
    return [request.request.payload, request.request.bytes];
  };
  const form = encoder.encode("user=me&password=abc&x=1");
  assertEquals(kept("application/x-www-form-urlencoded", form)[0], "user=me&password=…&x=1");
  assertEquals(kept("", form)[0], "user=me&password=abc&x=1");
  assertEquals(kept("", Uint8Array.of(0xe4, 0)), [Uint8Array.of(0xe4, 0), 2]);
  assertEquals(kept("image/png", Uint8Array.of(1, 2, 3)), [Uint8Array.of(1, 2, 3), 3]);
  assertEquals(kept("application/problem+json; charset=utf-8", encoder.encode("{}"))[0], "{}");
  assertEquals(kept("text/plain", form, false), [null, form.length]);
});

Deno.test("of a body and of the headers so much is kept as the limit says, however it comes", () => {
  const most = 10;
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 6 }), (chunks) => {
    const side = new CapturedSide(new Map([["content-type", "a/b"]]), {
      most,
      payloads: true,
      secrets: new Secrets(),
    });
    for (const chunk of chunks) side.add(chunk);
    side.over();
    const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
    assertEquals([side.bytes, side.isCut], [whole.length, whole.length > most]);
    if (whole.length === 0) assertEquals(side.payload, null);
    else if (whole[0] !== 0x7b && whole[0] !== 0x5b) {
      assertEquals(side.payload, whole.slice(0, most));
    }
  }));
  const headers = (value: string) =>
    new CapturedSide(new Map([["a", "1"], ["b", value], ["c", ""]]), {
      most,
      payloads: true,
      secrets: new Secrets(),
    });
  assertEquals([headers("1234567").headers.length, headers("1234567").headersCut], [2, 1]);
  assertEquals([headers("12345678").headers.length, headers("12345678").headersCut], [1, 2]);
  assertEquals(headers("123456").headersCut, 0);
});

Deno.test("the latest requests are kept, no more than a budget a second, and each under all of its ids", async () => {
  const { host, capture, follow } = captureOf({ captureRequests: 2, capturedPerSecond: 3 });
  const [first, second, third] = [follow()!, follow()!, follow()!];
  assertEquals([capture.size, capture.get(first.ids[0]!)], [2, undefined]);
  assertEquals(follow(), undefined);
  await host.advance(1_000);
  const again = requestId(1_000);
  second.sent(second.ids[0]!, encoder.encode("body"));
  second.sent(again, encoder.encode("body"));
  assertEquals([capture.get(again), capture.get(second.ids[0]!)], [second, second]);
  assertEquals([second.request.bytes, second.ids.length], [4, 2]);
  follow();
  assertEquals([capture.get(again), capture.get(second.ids[0]!)], [undefined, undefined]);
  assertEquals(capture.get(third.ids[0]!), third);
  second.sent(requestId(1_001), null);
  assertEquals(capture.get(requestId(1_001)), undefined, "It is forgotten already");
  capture.close();
  assertEquals(host.timers, 0);
});

Deno.test("what is sent again is what was captured, or what it was edited to; what is not all there is refused", () => {
  const { follow } = captureOf({ captureMessageBytes: 80 });
  const plan = (request: NonNullable<ReturnType<typeof follow>>, edits = {}) =>
    replayPlanOf(request, { path: undefined, body: undefined, ...edits });
  const said = (body: string, headers = {}, path = "/x") => {
    const request = follow(headers, path)!;
    request.sent(request.ids[0]!, encoder.encode(body));
    request.answered(200, new Map());
    return request;
  };
  const whole = said("hello", { "content-length": "5", "x-a": "1", authorization: "Bearer abc" });
  const { request, body, leftOut } = plan(whole);
  assertEquals([request.path, [...request.headers], leftOut], ["/x", [["x-a", "1"]], [
    "authorization",
  ]]);
  assertEquals(body, encoder.encode("hello"));
  assertEquals(plan(whole, { path: "/y" }).request.path, "/y");
  assertEquals(plan(whole, { body: new Uint8Array(0) }).body, null);
  assertThrows(() => plan(said("x".repeat(81))), GatewayError, "not all is kept");
  assertEquals(plan(said("x".repeat(81)), { body: encoder.encode("y") }).body, encoder.encode("y"));
  assertThrows(() => plan(said("", {}, "/?token=abc")), GatewayError, "give another `path`");
});

Deno.test("a curl command is one word for each part, whatever is in it", () => {
  const command = asCurl(
    { actorId: "id", method: "POST", path: "/a?b='c'" },
    {
      request: {
        headers: [{ name: "x-a", value: "it's $(rm -rf /)" }, { name: "Host", value: "here" }],
        headersCut: 0,
        bytes: 3,
        text: "a'b",
        base64: null,
        isCut: false,
      },
      response: null,
    },
    "http://127.0.0.1:6420",
  );
  assertEquals(
    command,
    `curl -X 'POST' 'http://127.0.0.1:6420/gateway/id/a?b='\\''c'\\''' \\\n` +
      `  -H 'x-a: it'\\''s $(rm -rf /)' \\\n  --data-raw 'a'\\''b'`,
  );
});

const keeper = defineActor({
  fetch: async (_actor, request) => {
    const text = await request.text();
    const { pathname } = new URL(request.url);
    if (pathname === "/never") return await new Promise<Response>(() => {});
    return new Response(`you said ${text}`, { status: 201, headers: { "x-answer": "yes" } });
  },
});

Deno.test("one request through the whole path: in flight, then ended, and as its actor saw it", async () => {
  const world = await WholeWorld.start({ keeper });
  const actor = await world.actor("keeper", "a");
  const response = world.request(actor, "/hello");
  const stuck = world.request(actor, "/never");
  await world.settle();
  assertEquals((await response).status, 201);
  const { rows: [open], inAll } = await world.look("/api/requests/in-flight");
  assertEquals([open.path, open.isSent, open.status, inAll], ["/never", true, null, 1]);
  const { rows: [ended] } = await world.look("/api/requests");
  const id = formatId(ended.requestId);
  const seen = await world.look(`/api/requests/${id}`);
  assertEquals(
    [seen.phase, seen.status, seen.actorName, seen.actorKey, seen.sendings, seen.isCaptured],
    ["ended", 201, "keeper", "a", 1, true],
  );
  assert(seen.sentMs <= seen.answeredMs && seen.answeredMs <= seen.durationMs);
  const content = await world.look(`/api/requests/${id}/content`);
  assertEquals(content.response.text, "you said ");
  assertEquals(
    content.response.headers.filter(({ name }: { name: string }) => name === "x-answer"),
    [{ name: "x-answer", value: "yes" }],
  );
  const waiting = await world.look(`/api/requests/${open.requestId}`);
  assertEquals([waiting.phase, waiting.status, waiting.durationMs], ["sent", null, null]);
  await assertRejects(
    () => world.look("/api/requests/00000000"),
    GatewayError,
    "There is no request",
  );
  await assertRejects(
    () => world.look("/api/requests/nothing"),
    GatewayError,
    "is no request's id",
  );
  await world.shutdown();
  assertMatch(`${(await stuck).status}`, /^5/);
});

Deno.test("a follower hears of every chunk of streamed bodies, and of the end", async () => {
  const { host, follow } = captureOf({ captureMessageBytes: 4 });
  const request: RequestFollower & NonNullable<ReturnType<typeof follow>> = follow({
    "content-type": "text/plain",
  })!;
  request.sent(request.ids[0]!, null);
  request.bodySent(encoder.encode("ab"));
  request.bodySent(encoder.encode("cdef"));
  assertEquals([request.request.payload, request.request.isCut], ["abcd", true]);
  request.bodySent(encoder.encode("g"));
  assertEquals([request.request.payload, request.request.bytes], ["abcd", 7]);
  await host.settle();
});
