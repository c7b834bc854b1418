import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import WebSocket from "ws";
import { Gateway } from "../../lib/gateway/gateway.ts";
import { type GatewayListener, listen } from "../../lib/gateway/listener.ts";
import { systemHost } from "../../lib/host/system_host.ts";
import { openMemoryStore } from "../../lib/store/mod.ts";
import { FakeRunner, type FakeRunnerOptions } from "../support/fake_runner.ts";

/** A gateway that is served on a free port, with a runner in this process. */
class Served implements AsyncDisposable {
  readonly failures: unknown[] = [];
  readonly gateway: Gateway;
  #listener!: GatewayListener;

  private constructor() {
    const store = openMemoryStore({ host: systemHost });
    this.gateway = new Gateway({ host: systemHost, store, observer: {}, options: {} });
  }

  static async start(script: FakeRunnerOptions["script"] = {}): Promise<Served> {
    const served = new Served();
    const { gateway } = served;
    await gateway.start();
    FakeRunner.join(gateway, systemHost, { script });
    served.#listener = listen({
      gateway,
      host: systemHost,
      hostname: "127.0.0.1",
      port: 0,
      management: () => Promise.resolve(new Response("management")),
      guard: () => undefined,
      isToken: (token) => token === "right",
      onError: (error) => served.failures.push(error),
    });
    return served;
  }

  get url(): string {
    return this.#listener.url;
  }

  /** What comes back for a request that `fetch` would not make: its head and its body. */
  async raw(...head: readonly string[]): Promise<string> {
    const { hostname, port } = new URL(this.url);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const lines = [...head, "Host: test", "", ""];
    await connection.write(new TextEncoder().encode(lines.join("\r\n")));
    const answer = new Uint8Array(4_096);
    return new TextDecoder().decode(answer.subarray(0, await connection.read(answer) ?? 0));
  }

  async message(path: string): Promise<string> {
    const response = await fetch(this.url + path);
    assertEquals(response.status, 404);
    return (await response.json()).message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.shutdown(0);
    await this.#listener.close(1_000);
  }
}

const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

Deno.test("listen() takes an upgrade by GET of version 13, and says what is wrong with another", async () => {
  await using served = await Served.start();
  for (const path of ["/gateway/x/?rvt-method=get&rvt-key=k", "/runners/connect?x=1"]) {
    const right = await served.raw(`GET ${path} HTTP/1.1`, ...UPGRADE, "Sec-WebSocket-Version: 13");
    assertMatch(right, /^HTTP\/1\.1 101 /);
    const post = await served.raw(
      `POST ${path} HTTP/1.1`,
      ...UPGRADE,
      "Sec-WebSocket-Version: 13",
    );
    assertMatch(post, /^HTTP\/1\.1 405 /);
    assertMatch(post, /^allow: GET\r$/mi);
    assertMatch(post, /"A WebSocket begins with GET, not POST"/);
    for (const version of [["Sec-WebSocket-Version: 12"], ["Sec-WebSocket-Version: 14"], []]) {
      const other = await served.raw(`GET ${path} HTTP/1.1`, ...UPGRADE, ...version);
      assertMatch(other, /^HTTP\/1\.1 426 /);
      assertMatch(other, /^sec-websocket-version: 13\r$/mi);
      assertMatch(other, /"Sec-WebSocket-Version is (\\"1[24]\\"|missing); 13 is wanted"/);
    }
  }
  assertEquals(served.failures, []);
});

Deno.test("listen() breaks a streamed answer off at a shutdown, which is no failure", async () => {
  const served = await Served.start({
    request: (runner, { messageId }) =>
      runner.tell(messageId.requestId, {
        kind: "responseStart",
        status: 200,
        headers: new Map(),
        body: new TextEncoder().encode("begun"),
        stream: true,
      }),
  });
  const response = await fetch(`${served.url}/gateway/x/?rvt-method=getOrCreate`);
  assertEquals(response.status, 200);
  const body = response.text();
  const broken = assertRejects(() => body);
  await served[Symbol.asyncDispose]();
  await broken;
  assertEquals(served.failures, []);
});

Deno.test("listen() names an actor that it does not find, and says how to name one", async () => {
  await using served = await Served.start();
  assertEquals(
    await served.message("/gateway/counter/?rvt-method=get&rvt-key=demo"),
    'There is no actor "counter" with the key "demo"',
  );
  assertEquals(
    await served.message("/gateway/counter/?rvt-method=get"),
    'There is no actor "counter" without a key',
  );
  const hint = ". To name one, add rvt-method=getOrCreate&rvt-key=…";
  const id = "0123456789abcdefghijklmnopqrst";
  for (
    const [given, hinted] of [
      [id, false],
      [id.slice(1), true],
      [`${id}0`, true],
      [id.toUpperCase(), true],
      ["counter", true],
    ] as const
  ) {
    assertEquals(
      await served.message(`/gateway/${given}/`),
      `No actor has the id ${given}, or it is destroyed${hinted ? hint : ""}`,
    );
  }
});

Deno.test("listen() tells a runner why it is refused, though the runner speaks first", async () => {
  await using served = await Served.start();
  const refused = (query: string, protocols: string[]): Promise<string> => {
    const url = `${served.url.replace("http", "ws")}/runners/connect?${query}`;
    const socket = new WebSocket(url, protocols);
    socket.once("open", () => {
      for (let i = 0; i < 3; i++) socket.send(new Uint8Array(1_000));
    });
    return new Promise((resolve) =>
      socket.once("close", (code, reason) => resolve(`${code} ${reason}`))
    );
  };
  const query = "protocol_version=7&namespace=default&runner_key=k";
  const right = ["rivet", "rivet_token.right"];
  const expected: readonly [string, string, string[]][] = [
    ["1011 api.forbidden#handshake", query, ["rivet", "rivet_token.wrong"]],
    ["1011 guard.missing_header#handshake", query, ["rivet"]],
    ["1011 namespace.not_found#handshake", query.replace("default", "nowhere"), right],
    ["1011 ws.invalid_url#handshake", "protocol_version=7", right],
    [
      "1011 ws.invalid_packet#version 99 is not spoken, 1 to 7 are",
      query.replace("=7", "=99"),
      right,
    ],
  ];
  for (let round = 0; round < 10; round++) {
    const reasons = await Promise.all(expected.map(([, ...asked]) => refused(...asked)));
    assertEquals(reasons, expected.map(([reason]) => reason));
  }
});

Deno.test("listen() streams with a runner that offers it, and speaks rivet with any other", async () => {
  await using served = await Served.start();
  const query = "protocol_version=7&namespace=default&runner_key=k";
  const url = `${served.url.replace("http", "ws")}/runners/connect?${query}`;
  for (
    const [offered, agreed] of [
      [["rivet", "rivet_token.right"], "rivet"],
      [["rivet", "dormouse.1", "rivet_token.right"], "dormouse.1"],
      [["dormouse.2", "rivet", "rivet_token.right"], "rivet"],
    ] as const
  ) {
    const socket = new WebSocket(url, [...offered]);
    await new Promise((resolve) => socket.once("open", resolve));
    assertEquals(socket.protocol, agreed);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.close();
    await closed;
  }
});
