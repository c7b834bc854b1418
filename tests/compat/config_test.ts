import { assertEquals, assertThrows } from "@std/assert";
import { encodeToServerlessServer } from "@rivetkit/engine-runner-protocol";
import { idToStr, type Logger, Runner } from "../../lib/compat/engine_runner.ts";
import type { RunnerConfig } from "../../lib/compat/engine_runner.ts";
import { CompatWorld } from "./world.ts";

const done = () => Promise.resolve();
const CONFIG: RunnerConfig = {
  version: 1,
  endpoint: "http://127.0.0.1:1",
  namespace: "a b",
  totalSlots: 1,
  runnerName: "test",
  prepopulateActorNames: {},
  onConnected: () => {},
  onDisconnected: () => {},
  onShutdown: () => {},
  fetch: () => Promise.resolve(new Response()),
  websocket: done,
  hibernatableWebSocket: { canHibernate: () => true },
  onActorStart: done,
  onActorStop: done,
};

const REFUSED: readonly [name: string, value: unknown, message: string][] = [
  ["endpoint", "localhost:6420", "endpoint is localhost:6420, an http, https, ws or wss URL"],
  ["pegboardEndpoint", "ftp://x", "pegboardEndpoint is ftp://x, an http, https, ws or wss URL"],
  ["namespace", "", "namespace is , a text that is not empty"],
  ["runnerName", undefined, "runnerName is undefined, a text that is not empty"],
  ["version", 0.5, "version is 0.5, an integer from 0 to 4294967295"],
  ["totalSlots", -1, "totalSlots is -1, an integer from 0 to 4294967295"],
  ["totalSlots", 2 ** 32, "totalSlots is 4294967296, an integer from 0 to 4294967295"],
  ["debugLatencyMs", -1, "debugLatencyMs is -1, milliseconds from 0 on"],
  ["debugLatencyMs", Infinity, "debugLatencyMs is Infinity, milliseconds from 0 on"],
  ["prepopulateActorNames", null, "prepopulateActorNames is an object, an object is wanted"],
  ["fetch", undefined, "fetch is undefined, a function"],
  ["onActorStop", {}, "onActorStop is an object, a function"],
  ["hibernatableWebSocket", {}, "hibernatableWebSocket.canHibernate is undefined, a function"],
];

for (const [name, value, message] of REFUSED) {
  Deno.test(`new Runner() refuses: ${message}`, () => {
    assertThrows(() => new Runner({ ...CONFIG, [name]: value }), TypeError, message);
  });
}

Deno.test("pegboardUrl has the query of the handshake, and prefers pegboardEndpoint", () => {
  const urlOf = (more: Partial<RunnerConfig>) =>
    new URL(new Runner({ ...CONFIG, ...more }).pegboardUrl);
  const url = urlOf({});
  assertEquals([url.protocol, url.host, url.pathname], ["ws:", "127.0.0.1:1", "/runners/connect"]);
  const { protocol_version, namespace, runner_key } = Object.fromEntries(url.searchParams);
  assertEquals([protocol_version, namespace], ["7", "a b"]);
  assertEquals(runner_key!.length, 32);
  assertEquals(urlOf({}).searchParams.get("runner_key") === runner_key, false);
  const other = { pegboardEndpoint: "https://example.test/base/" };
  assertEquals(new Runner({ ...CONFIG, ...other }).pegboardEndpoint, other.pegboardEndpoint);
  assertEquals(urlOf(other).href.split("?")[0], "wss://example.test/base/runners/connect");
});

Deno.test("getServerlessInitPacket() is what the reference's codec makes of it", async () => {
  for (const runnerId of ["runner-1", "r".repeat(127), "r".repeat(128), "ü".repeat(9_000)]) {
    const world = await CompatWorld.start();
    world.gateway.runnerId = runnerId;
    world.gateway.cut();
    await world.host.advance(200);
    const packet = Uint8Array.fromBase64(world.runner.getServerlessInitPacket()!);
    const val = { runnerId, runnerProtocolVersion: 7 };
    const expected = encodeToServerlessServer({ tag: "ToServerlessServerInit", val });
    assertEquals(packet, Uint8Array.of(7, 0, ...expected));
  }
  assertEquals(new Runner(CONFIG).getServerlessInitPacket(), undefined);
});

Deno.test("idToStr() writes bytes as hexadecimal digits", () => {
  assertEquals(idToStr(Uint8Array.of(0, 10, 255).buffer), "000aff");
});

Deno.test("ids that are not four bytes are refused", () => {
  const runner = new Runner(CONFIG);
  assertThrows(
    () => runner.sendHibernatableWebSocketMessageAck(new ArrayBuffer(4), new ArrayBuffer(16), 1),
    TypeError,
    "The request id has 16 bytes, an ArrayBuffer of 4 is wanted",
  );
});

Deno.test("__sendToServer() is refused", () => {
  assertThrows(() => new Runner(CONFIG).__sendToServer({}), Error, "is not offered");
});

Deno.test("debugLatencyMs delays every frame in both directions, in order", async () => {
  const world = await CompatWorld.start({ debugLatencyMs: 50 });
  assertEquals(world.gateway.heard, []);
  await world.host.advance(99);
  assertEquals([world.gateway.heard.length, world.told], [1, []]);
  await world.host.advance(1);
  assertEquals(world.told, ["connected"]);
  await world.gateway.start("a", { name: "it" });
  await world.host.advance(99);
  assertEquals(world.gateway.eventNames("a"), []);
  await world.host.advance(1);
  assertEquals(world.gateway.eventNames("a"), ["running"]);
});

Deno.test("log: each runner has its own, with its id once it has one; failures go there", async () => {
  const lines: string[] = [];
  const loggerOf = (prefix: string): Logger => {
    const write = (entry: object | string) =>
      lines.push(`${prefix} ${typeof entry === "string" ? entry : (entry as { msg: string }).msg}`);
    return {
      debug: write,
      info: write,
      warn: write,
      error: write,
      child: ({ runnerId }) => loggerOf(`${prefix} of ${runnerId}`),
    };
  };
  const world = await CompatWorld.start({
    logger: loggerOf("mine"),
    onActorStart: () => Promise.reject(new Error("no")),
    pegboardRelayEndpoint: "http://relay.test",
  });
  world.runner.getActor("nobody");
  assertEquals(lines, [
    "mine pegboardRelayEndpoint has no meaning",
    "mine of runner-1 actor not found",
  ]);
  assertEquals(new Runner(CONFIG).log, undefined);
});
