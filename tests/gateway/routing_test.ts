import { assertEquals, assertThrows } from "@std/assert";
import { GatewayError } from "../../lib/gateway/errors.ts";
import {
  headersForActor,
  parseTarget,
  subprotocols,
  type Target,
  valueOf,
} from "../../lib/gateway/routing.ts";
import { actorId } from "../../lib/protocol/mod.ts";

const LIMIT = 32 * 1024;

const at = (path: string, headers: HeadersInit = {}): Target | undefined =>
  parseTarget(new URL(path, "http://127.0.0.1"), new Headers(headers));

const byId = (id: string, path: string, token: string | null = null): Target => ({
  actor: { by: "id", actorId: actorId(id) },
  token,
  path,
});

const spec = {
  namespace: "default",
  name: "counter",
  key: null,
  input: null,
  runnerNameSelector: "default",
  crashPolicy: "sleep",
} as const;

const routes: [string, HeadersInit, Target | undefined][] = [
  ["/gateway/abc", {}, byId("abc", "/")],
  ["/gateway/abc/", {}, byId("abc", "/")],
  ["/gateway/abc/x/y?a=1&b=2", {}, byId("abc", "/x/y?a=1&b=2")],
  ["/gateway/abc@secret/x", {}, byId("abc", "/x", "secret")],
  ["/gateway/abc@/x", {}, byId("abc", "/x", "")],
  ["/gateway/a%2Fb/x%2Fy?q=%20", {}, byId("a/b", "/x%2Fy?q=%20")],
  [
    "/request/ping?x=1",
    { "x-rivet-target": "actor", "x-rivet-actor": "abc", "x-rivet-token": "t" },
    byId("abc", "/request/ping?x=1", "t"),
  ],
  [
    "/ws?hib=1",
    { "sec-websocket-protocol": "rivet, rivet_target.actor, rivet_actor.abc, rivet_token.t" },
    byId("abc", "/ws?hib=1", "t"),
  ],
  [
    "/ws",
    { "sec-websocket-protocol": "rivet,rivet_target.actor,rivet_actor.abc" },
    byId("abc", "/ws"),
  ],
  [
    "/gateway/counter/?rvt-method=get",
    {},
    { actor: { by: "name", create: false, spec }, token: null, path: "/" },
  ],
  [
    "/gateway/counter@t/a?x=1&rvt-namespace=n&rvt-method=getOrCreate&rvt-runner=r&rvt-key=k%20k+k&y=%2F" +
    "&rvt-input=aGk&rvt-crash-policy=restart",
    {},
    {
      actor: {
        by: "name",
        create: true,
        spec: {
          namespace: "n",
          name: "counter",
          key: "k k k",
          input: new TextEncoder().encode("hi"),
          runnerNameSelector: "r",
          crashPolicy: "restart",
        },
      },
      token: "t",
      path: "/a?x=1&y=%2F",
    },
  ],
  ["/actors", {}, undefined],
  ["/gateway", {}, undefined],
  ["/gateway/", {}, undefined],
  ["/", { "x-rivet-target": "runner" }, undefined],
  ["/", { "sec-websocket-protocol": "rivet, chat" }, undefined],
];

for (const [path, headers, wanted] of routes) {
  const how = Object.keys(headers).length === 0 ? "" : ` with ${JSON.stringify(headers)}`;
  Deno.test(`parseTarget() reads ${path}${how}`, () => assertEquals(at(path, headers), wanted));
}

const mistakes: [string, HeadersInit, string, string][] = [
  ["/gateway/counter/?rvt-method=post", {}, "invalid_target", "getOrCreate"],
  ["/gateway/counter/?rvt-key=a", {}, "invalid_target", "missing"],
  ["/gateway/counter/?rvt-method=get&rvt-color=red", {}, "invalid_target", "rvt-color"],
  ["/gateway/counter/?rvt-method=get&rvt-key=a&rvt-key=b", {}, "invalid_target", "twice"],
  ["/gateway/counter/?rvt-method=get&rvt-input=%25", {}, "invalid_target", "base64"],
  ["/gateway/counter/?rvt-method=get&rvt-crash-policy=x", {}, "invalid_target", "restart"],
  ["/gateway/counter/?rvt-method=get&rvt-key=%f", {}, "invalid_target", "percent"],
  ["/gateway/%ff/", {}, "invalid_target", "percent"],
  ["/", { "x-rivet-target": "actor" }, "missing_header", "x-rivet-actor"],
  ["/", { "sec-websocket-protocol": "rivet_target.actor" }, "missing_header", "rivet_actor"],
];

for (const [path, headers, code, word] of mistakes) {
  Deno.test(`parseTarget() refuses ${path} ${JSON.stringify(headers)}`, () => {
    const error = assertThrows(() => at(path, headers), GatewayError, word);
    assertEquals(error.status, 400);
    assertEquals(error.code, code);
  });
}

Deno.test("headersForActor() keeps the dashboard's cookie from the actor", () => {
  const cookie = (given: string) =>
    headersForActor(new Headers({ cookie: given }), LIMIT).get("cookie");
  assertEquals(cookie("a=1; dormouse_session=secret; b=2"), "a=1; b=2");
  assertEquals(cookie("dormouse_session_0a1b2c3d=secret; a=1"), "a=1");
  assertEquals(cookie("dormouse_session_0a1b2c3d=x; dormouse_session_99999999=y"), undefined);
  assertEquals(cookie("dormouse_session=secret"), undefined);
  assertEquals(cookie("a=1; not_dormouse_session=2"), "a=1; not_dormouse_session=2");
});

Deno.test("headersForActor() keeps the gateway's token from the actor, and nothing else", () => {
  const headers = headersForActor(
    new Headers({
      "x-rivet-token": "secret",
      "authorization": "Bearer the-app's-own",
      "sec-websocket-protocol": "rivet, rivet_token.secret, chat",
    }),
    LIMIT,
  );
  assertEquals(
    headers,
    new Map([
      ["authorization", "Bearer the-app's-own"],
      ["sec-websocket-protocol", "rivet, chat"],
    ]),
  );
});

Deno.test("subprotocols() takes lists with and without spaces", () => {
  const offered = (list: string) => subprotocols(new Headers({ "sec-websocket-protocol": list }));
  assertEquals(offered("a, b,c"), ["a", "b", "c"]);
  assertEquals(subprotocols(new Headers()), []);
  assertEquals(valueOf(["rivet", "rivet_token.a.b"], "rivet_token."), "a.b");
  assertEquals(valueOf(["rivet"], "rivet_token."), null);
});
