import { assertEquals, assertThrows } from "@std/assert";
import { GatewayError } from "../../lib/gateway/errors.ts";
import {
  headersOf,
  keepForActor,
  subprotocols,
  type Target,
  valueOf,
} from "../../lib/gateway/routing.ts";
import { KnownTargets } from "../../lib/gateway/known_targets.ts";
import { actorId } from "../../lib/protocol/mod.ts";

const LIMIT = 32 * 1024;

const at = (path: string, headers: HeadersInit = {}): Target | undefined =>
  new KnownTargets().of(new URL(path, "http://127.0.0.1").href, new Headers(headers));

const forActor = (headers: HeadersInit): Map<string, string> => {
  const kept = headersOf(new Headers(headers));
  keepForActor(kept, LIMIT);
  return kept;
};

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
    {
      actor: { by: "name", create: false, spec, fullName: '["default","counter",null]' },
      token: null,
      path: "/",
    },
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
        fullName: '["n","counter","k k k"]',
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
  Deno.test(`KnownTargets.of() reads ${path}${how}`, () => assertEquals(at(path, headers), wanted));
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
  Deno.test(`KnownTargets.of() refuses ${path} ${JSON.stringify(headers)}`, () => {
    const error = assertThrows(() => at(path, headers), GatewayError, word);
    assertEquals(error.status, 400);
    assertEquals(error.code, code);
  });
}

Deno.test("keepForActor() keeps the dashboard's cookie from the actor", () => {
  const cookie = (given: string) => forActor({ cookie: given }).get("cookie");
  assertEquals(cookie("a=1; dormouse_session=secret; b=2"), "a=1; b=2");
  assertEquals(cookie("dormouse_session_0a1b2c3d=secret; a=1"), "a=1");
  assertEquals(cookie("dormouse_session_0a1b2c3d=x; dormouse_session_99999999=y"), undefined);
  assertEquals(cookie("dormouse_session=secret"), undefined);
  assertEquals(cookie("a=1; not_dormouse_session=2"), "a=1; not_dormouse_session=2");
});

Deno.test("keepForActor() keeps the gateway's token from the actor, and nothing else", () => {
  const headers = forActor({
    "x-rivet-token": "secret",
    "authorization": "Bearer the-app's-own",
    "sec-websocket-protocol": "rivet, rivet_token.secret, chat",
  });
  assertEquals(
    headers,
    new Map([
      ["authorization", "Bearer the-app's-own"],
      ["sec-websocket-protocol", "rivet, chat"],
    ]),
  );
});

Deno.test("KnownTargets.of() reads a URL once, and one with a token or an input each time", () => {
  const targets = new KnownTargets();
  const isKept = (path: string): boolean => {
    const read = () => targets.of(`http://127.0.0.1/gateway/${path}`, new Headers());
    const first = read();
    assertEquals(read(), first);
    return read() === first;
  };
  assertEquals(isKept("counter/?rvt-method=get&rvt-key=a"), true);
  assertEquals(isKept("0123456789abcdef0123456789abcdef/path"), true);
  assertEquals(isKept("counter@secret/?rvt-method=get"), false);
  assertEquals(isKept("counter/?rvt-method=get&rvt-input=AAAA"), false);
  assertEquals(isKept(`counter/${"a".repeat(256)}`), false);
});

Deno.test("KnownTargets.of() reads headers each time: the same path is for another actor", () => {
  const targets = new KnownTargets();
  for (const id of ["first", "second"]) {
    const headers = new Headers({ "x-rivet-target": "actor", "x-rivet-actor": id });
    assertEquals(targets.of("http://127.0.0.1/path", headers), byId(id, "/path"));
  }
});

Deno.test("KnownTargets.of() reads more URLs than it keeps", () => {
  const targets = new KnownTargets();
  for (let i = 0; i < 2_000; i++) {
    const target = targets.of(
      `http://127.0.0.1/gateway/counter/${i}?rvt-method=get`,
      new Headers(),
    );
    assertEquals(target?.path, `/${i}`);
  }
});

Deno.test("subprotocols() takes lists with and without spaces", () => {
  const offered = (list: string) => subprotocols(new Headers({ "sec-websocket-protocol": list }));
  assertEquals(offered("a, b,c"), ["a", "b", "c"]);
  assertEquals(subprotocols(new Headers()), []);
  assertEquals(valueOf(["rivet", "rivet_token.a.b"], "rivet_token."), "a.b");
  assertEquals(valueOf(["rivet"], "rivet_token."), null);
});
