/**
 * A page of another name that is made to resolve to this machine (DNS rebinding), a page of another
 * site, and headers that no client would send: whatever the route, at both of our servers.
 */
import { assert, assertEquals } from "@std/assert";
import { System } from "../support/system.ts";
import { raw, type RawAnswer } from "./raw.ts";

const system = await System.start();
Deno.test.afterAll(() => system[Symbol.asyncDispose]());

const dashboardHost = new URL(system.uiUrl).host;
const gatewayHost = new URL(system.gatewayUrl).host;
const bearer = `authorization: Bearer ${system.token}`;
const UPGRADE = [
  "connection: upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
];
const ACTION = ["content-type: application/json", "x-dormouse-action: 1", "content-length: 2"];

interface Kind {
  readonly name: string;
  readonly url: string;
  readonly line: string;
  readonly headers: readonly string[];
  readonly body?: string;
  /** What it answers when nothing is wrong. */
  readonly status: number;
}

const file = /(\/assets\/[^"]+\.js)/.exec(await (await system.call("/")).text())![1]!;
const actor = "/gateway/echo/?rvt-namespace=default&rvt-method=getOrCreate&rvt-runner=default" +
  "&rvt-key=attacked";

const at = (name: string, line: string, status: number, headers = [bearer], body = ""): Kind => ({
  name,
  url: system.uiUrl,
  line,
  headers,
  body,
  status,
});
const atGateway = (name: string, line: string, status: number, headers: string[] = []): Kind => ({
  name,
  url: system.gatewayUrl,
  line,
  headers,
  status,
});

const KINDS: readonly Kind[] = [
  at("a page", "GET /", 200),
  at("a file", `GET ${file}`, 200),
  at("JSON", "GET /api/overview", 200),
  at("a stream of one resource", "GET /api/events", 200, [bearer, "accept: text/event-stream"]),
  at("a stream of several", "GET /api/live?watch=/api/actors", 200),
  at("metrics", "GET /metrics", 200),
  at("a probe", "GET /livez", 200, []),
  at("a login", `GET /login?token=${system.token}`, 303, []),
  at("what is not there", "GET /nowhere", 404),
  at("another method", "DELETE /api/overview", 405),
  at("an upgrade", "GET /api/live?watch=/api/actors", 200, [bearer, ...UPGRADE]),
  at("an action", "POST /api/actors/hibernate", 400, [bearer, ...ACTION], "{}"),
  atGateway("an actor's WebSocket", `GET ${actor}`, 101, UPGRADE),
  atGateway("an actor's HTTP", `GET ${actor}`, 200),
  atGateway("a runner's tunnel", "GET /runners/connect?protocol_version=7", 101, UPGRADE),
  atGateway("management", "GET /runners?namespace=default", 200, [bearer]),
  atGateway("nothing", "GET /nowhere", 404),
];

const ask = ({ url, line, headers, body }: Kind, more: readonly string[]): Promise<RawAnswer> =>
  raw(url, [`${line} HTTP/1.1`, ...more, ...headers], body);

const hostOf = ({ url }: Kind): string => url === system.uiUrl ? dashboardHost : gatewayHost;

Deno.test("every kind of request is answered when nothing is wrong with it", async () => {
  for (const kind of KINDS) {
    const { status, text } = await ask(kind, [`host: ${hostOf(kind)}`]);
    assertEquals(status, kind.status, `${kind.name}: ${text.slice(0, 300)}`);
  }
});

Deno.test("a foreign Host is refused on every kind of request, before its Origin is looked at", async () => {
  for (const kind of KINDS) {
    const { port } = new URL(kind.url);
    for (
      const host of [
        `rebound.example:${port}`,
        "127.0.0.1.rebound.example",
        `localhost.rebound.example:${port}`,
        `127.0.0.1.:${port}`,
        "0.0.0.0",
        "127.1",
        "2130706433",
        "[::ffff:127.0.0.1]",
      ]
    ) {
      const more = [`host: ${host}`, "origin: https://evil.example"];
      const { status, text } = await ask(kind, more);
      assertEquals(status, 403, `${kind.name} at ${host}: ${text.slice(0, 300)}`);
      assert(/host_not_allowed/.test(text), `${kind.name} at ${host}: ${text.slice(0, 600)}`);
    }
  }
});

Deno.test("a Host that is no host is refused, and opens no way around", async () => {
  for (const kind of KINDS) {
    for (
      const lines of [
        ["host:"],
        [],
        [`host: ${hostOf(kind)}`, "host: evil.example"],
        ["host: evil.example", `host: ${hostOf(kind)}`],
        [`host: ${hostOf(kind)}, evil.example`],
        [`host: ${hostOf(kind)}@evil.example`],
        [`host: evil.example@${hostOf(kind)}`],
        [`host: ${hostOf(kind)}/evil`],
        [`host: http://${hostOf(kind)}`],
        ["host: localhost:99999"],
        ["host: localhost:8000:8000"],
        ["host: [::1"],
        ["host: lo\xeecalhost"],
        ["host: localhost\tevil"],
      ]
    ) {
      const { status, text } = await ask(kind, lines);
      const which = `${kind.name} with ${JSON.stringify(lines)}: ${text.slice(0, 300)}`;
      assert(status === 0 || status === 400 || status === 403, which);
    }
  }
});

Deno.test("a foreign Origin is refused on every kind of request, however it is written", async () => {
  for (const kind of KINDS) {
    for (
      const origin of [
        "https://evil.example",
        "null",
        "",
        "https://localhost.evil.example",
        "http://localhost@evil.example",
        "http://127.0.0.1, https://evil.example",
        "file://",
        "http://localhost/",
        "chrome-extension://abcdefghijklmnop",
      ]
    ) {
      const { status, text } = await ask(kind, [`host: ${hostOf(kind)}`, `origin: ${origin}`]);
      assertEquals(status, 403, `${kind.name} from ${origin}: ${text.slice(0, 300)}`);
      assert(/origin_not_allowed/.test(text), text.slice(0, 600));
    }
  }
});

Deno.test("no answer of the dashboard lets another origin read it", async () => {
  for (const kind of KINDS.filter(({ url }) => url === system.uiUrl)) {
    for (const origin of ["https://evil.example", `http://${dashboardHost}`]) {
      const asked = { ...kind, line: kind.line };
      const { text } = await ask(asked, [`host: ${dashboardHost}`, `origin: ${origin}`]);
      assert(!/access-control-/i.test(text.split("\r\n\r\n")[0]!), `${kind.name}: ${text}`);
    }
    const preflight = await raw(system.uiUrl, [
      `OPTIONS ${kind.line.split(" ")[1]} HTTP/1.1`,
      `host: ${dashboardHost}`,
      "origin: http://localhost:3000",
      "access-control-request-method: POST",
      "access-control-request-headers: x-dormouse-action, content-type",
    ]);
    assert(preflight.status >= 400, `${kind.name}: ${preflight.status}`);
    assert(!/access-control-/i.test(preflight.text), kind.name);
  }
});

Deno.test("a request that is too large, or no request, is refused and harms nobody", async () => {
  const host = [`host: ${dashboardHost}`, bearer];
  const long = "x".repeat(1_000_000);
  for (
    const [name, lines] of [
      ["a long query", [`GET /api/actors?q=${long} HTTP/1.1`, ...host]],
      ["a long query at live", [
        `GET /api/live?watch=/api/actors%3Flimit=${long} HTTP/1.1`,
        ...host,
      ]],
      ["a long token", [`GET /login?token=${long} HTTP/1.1`, `host: ${dashboardHost}`]],
      ["a long path", [`GET /${long} HTTP/1.1`, ...host]],
      ["many parameters", [`GET /api/actors?${"a=1&".repeat(50_000)} HTTP/1.1`, ...host]],
      ["a long cookie", ["GET / HTTP/1.1", `host: ${dashboardHost}`, `cookie: a=${long}`]],
      ["many headers", ["GET / HTTP/1.1", ...host, ...new Array(5_000).fill("x-a: b")]],
      ["a broken escape", ["GET /api/actors/%E0%A4%A HTTP/1.1", ...host]],
      ["a broken escape at a page", ["GET /actors/%E0%A4%A HTTP/1.1", ...host]],
      ["a zero byte", ["GET /api/actors/%00 HTTP/1.1", ...host]],
      ["a path that climbs", ["GET /assets/../../../etc/passwd HTTP/1.1", ...host]],
      ["an escaped path that climbs", ["GET /assets/..%2f..%2f..%2fmain.ts HTTP/1.1", ...host]],
      ["no method", ["/ HTTP/1.1", ...host]],
      ["a header without a name", ["GET / HTTP/1.1", ...host, ": x"]],
      ["lengths that differ", [
        "POST /api/actors/hibernate HTTP/1.1",
        ...host,
        "content-length: 2",
        "content-length: 5",
      ]],
      ["a length and chunks", [
        "POST /api/actors/hibernate HTTP/1.1",
        ...host,
        "content-length: 2",
        "transfer-encoding: chunked",
      ]],
    ] as [string, string[]][]
  ) {
    const { status, text } = await raw(system.uiUrl, lines);
    assert(status === 0 || (status >= 400 && status < 500), `${name}: ${text.slice(0, 300)}`);
    assert(!text.includes("    at "), `${name} shows its inside`);
  }
  assertEquals((await system.call("/api/overview")).status, 200);
});
