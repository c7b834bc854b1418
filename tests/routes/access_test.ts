import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RESOURCES } from "../../lib/inspect/api/mod.ts";
import { formatId } from "../../lib/protocol/mod.ts";
import { openSession } from "../../lib/access/session.ts";
import { systemHost } from "../../lib/host/system_host.ts";
import { FakeApp } from "../support/fake_app.ts";

/** Every test here tries wrong tokens from the same address. */
const MANY = { guesses: { perMinute: 1_000_000, perMinuteInAll: 1_000_000 } };
const app = await FakeApp.create({ accessLimits: MANY });
const TOKEN = FakeApp.TOKEN;

const NEEDS_TOKEN = ["/", "/api/snapshot", "/api/live?watch=/api/events", "/metrics", "/nowhere"];
const OPEN = ["/livez", "/readyz"];

async function cookie(): Promise<string> {
  const response = await app.ask(`/login?token=${TOKEN}`);
  return response.headers.get("set-cookie")!.split(";")[0]!;
}

async function drained(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}

Deno.test("routes but the probes answer 401 without a token, with a wrong one and with a wrong cookie", async () => {
  const [name] = (await cookie()).split("=");
  for (const path of NEEDS_TOKEN) {
    for (
      const headers of [
        {},
        { authorization: "Bearer wrong" },
        { authorization: `Basic ${TOKEN}` },
        { cookie: `${name}=wrong` },
        { cookie: `${name}=${TOKEN}` },
        { authorization: "Bearer wrong", cookie: await cookie() },
      ]
    ) {
      const response = await drained(await app.ask(path, { headers }));
      assertEquals(response.status, 401, `${path} with ${JSON.stringify(headers)}`);
    }
  }
  for (const path of OPEN) assertEquals((await drained(await app.ask(path))).status, 200, path);
});

Deno.test("routes let in who has the token, as a bearer or by the cookie", async () => {
  for (const headers of [{ authorization: `Bearer ${TOKEN}` }, { cookie: await cookie() }]) {
    for (const path of ["/", "/api/snapshot", "/api/live?watch=/api/events", "/metrics"]) {
      assertEquals((await drained(await app.ask(path, { headers }))).status, 200, path);
    }
  }
});

Deno.test("/login trades the token for a cookie that scripts cannot read, and goes to the page", async () => {
  const form = new URLSearchParams({ token: TOKEN });
  for (
    const response of [
      await app.ask(`/login?token=${TOKEN}`),
      await app.ask("/login", { method: "POST", body: form }),
    ]
  ) {
    assertEquals([response.status, response.headers.get("location")], [303, "/"]);
    const set = response.headers.get("set-cookie") ?? "";
    for (const part of ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="]) {
      assertStringIncludes(set, part);
    }
    assert(!set.includes(TOKEN), "The cookie gives the token away");
  }
});

Deno.test("/login answers a wrong token with a page that says what to do, and sets no cookie", async () => {
  for (const path of ["/login", "/login?token=", "/login?token=wrong"]) {
    const response = await app.ask(path);
    assertEquals([response.status, response.headers.get("set-cookie")], [401, null]);
    assertStringIncludes(await response.text(), "Open the link that the server printed");
  }
  const elsewhere = await app.ask("/login", { method: "POST", body: "{", headers: {} });
  assertEquals((await drained(elsewhere)).status, 401);
});

Deno.test("a foreign Host is refused before anything else, with the token and without", async () => {
  for (const path of [...NEEDS_TOKEN, ...OPEN, "/login"]) {
    for (const headers of [{}, { authorization: `Bearer ${TOKEN}` }]) {
      const response = await app.ask(path, { headers: { ...headers, host: "evil.example" } });
      assertEquals(response.status, 403, path);
      assertStringIncludes(await response.text(), "Host");
    }
  }
});

Deno.test("a foreign Origin is refused, another port's too where a cookie would do", async () => {
  const by = (origin: string, headers: Record<string, string>) =>
    app.ask("/api/snapshot", { headers: { ...headers, origin } });
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const session = { cookie: await cookie() };
  const rows = [
    ["https://evil.example", bearer, 403],
    ["null", bearer, 403],
    ["http://127.0.0.1:9999", session, 403],
    ["http://127.0.0.1:8000", session, 200],
    ["http://127.0.0.1:8000", bearer, 200],
  ] as const;
  for (const [origin, headers, status] of rows) {
    const response = await drained(await by(origin, headers));
    assertEquals(response.status, status, `${origin} with ${Object.keys(headers)}`);
  }
  const login = await app.ask(`/login?token=${TOKEN}`, {
    headers: { origin: "http://127.0.0.1:9999" },
  });
  assertEquals((await drained(login)).status, 403);
});

Deno.test("every page comes with a strict policy, whose nonce is its scripts' and never the same", async () => {
  const nonces = new Set<string>();
  for (const path of ["/", "/", "/nowhere"]) {
    const response = await app.call(path);
    const policy = response.headers.get("content-security-policy") ?? "";
    const directives = new Map(
      policy.split("; ").map((directive) => {
        const [name, ...values] = directive.split(" ");
        return [name!, values.join(" ")];
      }),
    );
    const nonce = /^'nonce-([0-9a-f]{32})'$/.exec(directives.get("script-src") ?? "")?.[1];
    assert(nonce !== undefined, policy);
    nonces.add(nonce);
    assertEquals(directives.get("default-src"), "'none'");
    assertEquals(directives.get("base-uri"), "'none'");
    assertEquals(directives.get("frame-ancestors"), "'none'");
    assertEquals(directives.get("form-action"), "'self'");
    assertEquals(
      directives.get("connect-src"),
      "'self' http://127.0.0.1:6420 ws://127.0.0.1:6420",
    );
    assert(!policy.includes("unsafe") && !policy.includes("upgrade-insecure-requests"), policy);
    const html = await response.text();
    for (const [tag] of html.matchAll(/<script[^>]*>|<link rel="modulepreload"[^>]*>/g)) {
      assertStringIncludes(tag, `nonce="${nonce}"`);
    }
    assert(!/ on[a-z]+=| style=/.test(html.replace(/<script.*<\/script>/s, "")), "Inline code");
  }
  assertEquals(nonces.size, 3);
});

Deno.test("the policy lets a page connect to the gateway's origin, and to no path or other host of it", async () => {
  for (
    const [gatewayUrl, allowed] of [
      ["https://engine.example/base", "https://engine.example wss://engine.example"],
      ["http://[::1]:7000", "http://[::1]:7000 ws://[::1]:7000"],
    ] as const
  ) {
    const elsewhere = await FakeApp.create({ role: "runner", gatewayUrl });
    const policy = (await drained(await elsewhere.call("/"))).headers
      .get("content-security-policy") ?? "";
    assertStringIncludes(policy, `connect-src 'self' ${allowed};`);
  }
});

Deno.test("what is no page may run no script", async () => {
  const anonymous = ["/api/snapshot", "/api/live?watch=/api/events", "/metrics"].map((path) =>
    app.ask(path)
  );
  const known = [
    "/api/snapshot",
    "/api/live?watch=/api/events",
    "/api/nowhere",
    "/metrics",
    "/livez",
    "/readyz",
  ]
    .map((path) => app.call(path));
  const others = [app.call("/logo.svg"), app.ask(`/login?token=${TOKEN}`)];
  for (const response of await Promise.all([...anonymous, ...known, ...others])) {
    const policy = (await drained(response)).headers.get("content-security-policy") ?? "";
    assertMatch(policy, /(^|; )script-src 'none'(;|$)/);
    assert(!policy.includes("unsafe"), policy);
  }
});

Deno.test("the cookie's name is the token's own: cookies do not tell the ports of a host apart", async () => {
  const [name, value] = (await cookie()).split("=");
  assertMatch(name!, /^dormouse_session_[0-9a-f]{8}$/);
  const others = new Headers();
  openSession(others, "another-token", systemHost);
  const other = others.get("set-cookie")!.split(";")[0]!;
  assert(other.split("=")[0] !== name, "Two servers share a cookie");
  const both = await app.ask("/metrics", { headers: { cookie: `${name}=${value}; ${other}` } });
  assertEquals((await drained(both)).status, 200);
});

Deno.test("answers of every kind forbid sniffing, framing and keeping", async () => {
  for (const path of ["/", "/api/snapshot", "/livez", "/metrics", "/nowhere", "/api/nowhere"]) {
    const { headers } = await drained(await app.call(path));
    assertEquals(headers.get("x-content-type-options"), "nosniff", path);
    assertEquals(headers.get("referrer-policy"), "same-origin", path);
    assertEquals(headers.get("cache-control"), "no-store", path);
    assertEquals(headers.get("access-control-allow-origin"), null, path);
    assertMatch(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/, path);
  }
});

Deno.test("errors are a page for people and JSON for programs", async () => {
  const page = await app.call("/nowhere");
  assertEquals(page.status, 404);
  assertStringIncludes(await page.text(), "There is no such page");
  for (const headers of [{ authorization: `Bearer ${TOKEN}` }, { authorization: "Bearer x" }]) {
    const api = await app.ask("/api/nowhere", { headers });
    const { group, code, message } = await api.json();
    assertEquals([typeof group, typeof code, typeof message], ["string", "string", "string"]);
  }
});

Deno.test("what users sent is shown to who may see it, and to nobody else, once or as it comes", async () => {
  const source = app.source;
  const { actorId } = source.actor("counter", "roles");
  const socket = source.socket(actorId);
  source.say(socket, "hello");
  const parts: Readonly<Record<string, string>> = {
    actorId,
    requestId: formatId(socket.requestId),
    key: "6b",
    id: "1",
  };
  const exports = ["har", "ndjson"].map((type) => ({
    path: `/api/sockets/{requestId}/export.${type}`,
    needs: "payload",
  }));
  const needy = [...RESOURCES, ...exports].filter(({ needs }) => needs === "payload");
  assert(needy.length > exports.length);
  for (const { path } of needy) {
    const at = path.replaceAll(/\{(\w+)\}/g, (_part, name) => parts[name]!);
    const live = `/api/live?watch=${encodeURIComponent(at)}`;
    const statuses = async (token: string) => {
      const authorization = `Bearer ${token}`;
      const all = [
        await app.ask(at, { headers: { authorization } }),
        await app.ask(at, { headers: { authorization, accept: "text/event-stream" } }),
        await app.ask(path.includes("export") ? at : live, { headers: { authorization } }),
      ];
      for (const response of all) await response.body?.cancel();
      return new Set(all.map(({ status }) => status));
    };
    assertEquals(await statuses(FakeApp.VIEW_TOKEN), new Set([403]), at);
    for (const token of [FakeApp.PAYLOAD_TOKEN, FakeApp.TOKEN]) {
      assert(!(await statuses(token)).has(403), at);
    }
  }
});
