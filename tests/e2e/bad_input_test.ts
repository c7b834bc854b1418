import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import WebSocket from "ws";
import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";

Deno.test("bad input is answered with its status or close code, and troubles nobody else", async (t) => {
  await using system = await System.start();
  const witness = await Client.open(system.actorUrl("counter", "witness"));
  let count = 0;
  const step = (name: string, fn: () => Promise<void>): Promise<boolean> =>
    t.step(name, async () => {
      await fn();
      assertEquals(await witness.ask("inc"), `{"count":${++count}}`, "The witness was troubled");
    });

  const gateway = system.gatewayUrl;
  const ws = gateway.replace("http", "ws");
  const status = async (url: string, init?: RequestInit): Promise<[number, string]> => {
    const response = await fetch(url, init);
    return [response.status, await response.text()];
  };

  await step("the dashboard without and with a wrong token", async () => {
    assertEquals((await status(`${system.uiUrl}/api/snapshot`))[0], 401);
    const headers = { authorization: "Bearer wrong" };
    assertEquals((await status(`${system.uiUrl}/api/snapshot`, { headers }))[0], 401);
    assertEquals((await status(`${system.uiUrl}/login?token=wrong`))[0], 401);
  });

  await step("a wrong Host, at the dashboard and at the gateway", async () => {
    for (const url of [`${system.uiUrl}/`, `${gateway}/health`]) {
      const [code, body] = await withHost(url, "evil.example");
      assertEquals(code, 403);
      assertStringIncludes(body, "Host");
    }
  });

  await step("a wrong Origin, at the dashboard and at the gateway", async () => {
    for (const url of [`${system.uiUrl}/api/snapshot`, `${gateway}/actors?namespace=default`]) {
      const headers = {
        origin: "https://evil.example",
        authorization: `Bearer ${system.token}`,
      };
      const [code, body] = await status(url, { headers });
      assertEquals(code, 403);
      assertStringIncludes(body, "Origin");
    }
  });

  await step("an unknown actor, by request and by WebSocket", async () => {
    const [code, body] = await status(`${gateway}/gateway/nobody0000/`);
    assertEquals(code, 404);
    assertEquals(JSON.parse(body).group, "actor");
    assertEquals(JSON.parse(body).code, "not_found");
    const client = await Client.open(`${ws}/gateway/nobody0000/`);
    assertEquals(await client.closed, { code: 1011, reason: "actor.not_found" });
  });

  await step("an actor name that no runner knows", async () => {
    const url = system.actorUrl("no-such-actor", "x").replace("ws", "http");
    const [code, body] = await status(url);
    assertEquals(code, 404);
    assertStringIncludes(body, "no-such-actor");
  });

  await step("an unknown route", async () => {
    const headers = { authorization: `Bearer ${system.token}` };
    assertEquals((await status(`${gateway}/no/such/route`, { headers }))[0], 404);
    assertEquals((await status(`${system.uiUrl}/no/such/route`, { headers }))[0], 404);
  });

  for (const version of ["0", "8", "99"]) {
    await step(`a runner of version ${version}`, async () => {
      const end = await runner(ws, system.token, { version });
      assertEquals(end.code, 1011);
      assertEquals(
        end.reason,
        `ws.invalid_packet#version ${version} is not spoken, 1 to 7 are`,
      );
    });
  }

  await step(
    "a runner without and with a wrong token, a bad query, an unknown namespace",
    async () => {
      const reason = async (settings: RunnerSettings, token: string | null = system.token) =>
        (await runner(ws, token, settings)).reason;
      assertMatch(await reason({}, null), /^guard\.missing_header/);
      assertMatch(await reason({}, "wrong"), /^api\.forbidden/);
      assertMatch(await reason({ query: "protocol_version=7" }), /^ws\.invalid_url/);
      assertMatch(await reason({ namespace: "nowhere" }), /^namespace\.not_found/);
    },
  );

  await step("a runner whose first frame is garbage, or text", async () => {
    const garbage = await runner(ws, system.token, { first: new Uint8Array([250, 1, 2, 3]) });
    assertEquals(garbage.code, 1011);
    assertMatch(garbage.reason, /^ws\.invalid_packet#/);
    const text = await runner(ws, system.token, { first: "hello" });
    assertEquals(text.code, 1003);
  });

  await step("a runner that says nothing for five seconds", async () => {
    const end = await runner(ws, system.token, {});
    assertMatch(end.reason, /^ws\.timed_out_waiting_for_init/);
  });

  await step("a message at the limit, which comes back, and one over it", async () => {
    const client = await Client.open(system.actorUrl("echo", "big"));
    const largest = "x".repeat(32 * 1024 * 1024);
    assert(await client.ask(largest) === largest, "The echo is another");
    client.send(new Uint8Array(32 * 1024 * 1024 + 1));
    const { code, reason } = await client.closed;
    assertEquals(code, 1009);
    assertStringIncludes(reason, "33554432");
  });

  await step("headers over headerBytes", async () => {
    const headers = { "x-big": "x".repeat(33 * 1024) };
    const [code] = await status(`${gateway}/health`, { headers });
    assertEquals(code, 431);
  });

  await witness.close();
});

Deno.test("an unknown variable beginning DORMOUSE_ is refused, and the nearest known is named", async () => {
  const { code, output } = await System.fails({ env: { DORMOUSE_GATEWAY_PROT: "1" } });
  assert(code !== 0);
  assertStringIncludes(output, "DORMOUSE_GATEWAY_PROT");
  assertStringIncludes(output, "DORMOUSE_GATEWAY_PORT");
});

Deno.test("a port in use is refused with the variable that chooses another", async () => {
  await using system = await System.start();
  for (
    const [variable, url] of [
      ["DORMOUSE_GATEWAY_PORT", system.gatewayUrl],
      ["DORMOUSE_UI_PORT", system.uiUrl],
    ] as const
  ) {
    const { port } = new URL(url);
    const { code, output } = await System.fails({ env: { [variable]: port } });
    assert(code !== 0);
    assertStringIncludes(output, port);
    assertStringIncludes(output, variable);
  }
});

Deno.test("a data directory that cannot be written is refused", async () => {
  const file = await Deno.makeTempFile({ prefix: "dormouse-test-" });
  const { code, output } = await System.fails({ dataDir: `${file}/data` });
  assert(code !== 0);
  assertStringIncludes(output, "DORMOUSE_DATA_DIR");
});

Deno.test("a corrupt database is refused and left as it is", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "dormouse-test-" });
  const path = `${dataDir}/dormouse.sqlite`;
  const garbage = new TextEncoder().encode("This is no database. ".repeat(500));
  await Deno.writeFile(path, garbage);
  const { code, output } = await System.fails({ dataDir });
  assert(code !== 0);
  assertStringIncludes(output, "dormouse.sqlite");
  assertEquals(await Deno.readFile(path), garbage);
});

Deno.test("a data directory is not shared by two processes", async () => {
  await using system = await System.start();
  const { code, output } = await System.fails({ dataDir: system.dataDir });
  assert(code !== 0);
  assertStringIncludes(output, "DORMOUSE_DATA_DIR");
});

interface RunnerSettings {
  readonly version?: string;
  readonly namespace?: string;
  readonly query?: string;
  readonly first?: string | Uint8Array;
}

/** Connects as a runner, sends one frame or none, and tells how the gateway ended it. */
function runner(
  ws: string,
  token: string | null,
  { version = "7", namespace = "default", query, first }: RunnerSettings,
): Promise<{ code: number; reason: string }> {
  const asked = query ??
    `protocol_version=${version}&namespace=${namespace}&runner_key=${crypto.randomUUID()}`;
  const protocols = token === null ? ["rivet"] : ["rivet", `rivet_token.${token}`];
  const socket = new WebSocket(`${ws}/runners/connect?${asked}`, protocols);
  if (first !== undefined) socket.once("open", () => socket.send(first));
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
}

/** A request with a Host of our own choosing, which `fetch` does not allow. */
async function withHost(url: string, host: string): Promise<[number, string]> {
  const { hostname, port, pathname } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [`GET ${pathname} HTTP/1.1`, `Host: ${host}`, "Connection: close", "", ""];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  const text = await new Response(connection.readable).text();
  return [Number(text.split(" ")[1]), text];
}
