/** What the runner does in each version of the wire. */
import { assertEquals, assertRejects } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { KvError } from "../../lib/actor/mod.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import {
  actorId,
  capabilities,
  type ProtocolVersion,
  SUPPORTED_VERSIONS,
} from "../../lib/protocol/mod.ts";
import { packIds } from "../../lib/protocol/legacy_ids.ts";
import { KvClient } from "../../lib/runner/kv_client.ts";
import { GATEWAY, runnerWorld } from "../support/fake_gateway.ts";

const before = (version: number) => SUPPORTED_VERSIONS.filter((one) => one < version);
const since = (version: number) => SUPPORTED_VERSIONS.filter((one) => one >= version);
const worldOf = (version: ProtocolVersion) => runnerWorld(actors, {}, { version });

for (const version of SUPPORTED_VERSIONS) {
  const can = capabilities(version);

  Deno.test(`runner in v${version} hosts an actor whose state outlives its sleep`, async () => {
    const { gateway, host } = await worldOf(version);
    await gateway.start("a", { name: "counter" });
    const client = await gateway.open("a");
    for (let i = 0; i < 3; i++) client.send("inc");
    await host.settle();
    assertEquals(client.texts().at(-1), `{"count":3}`);
    await gateway.sleepAndWake("a", "counter");
    const next = can.hibernation ? client : await gateway.open("a");
    next.send("inc");
    await host.settle();
    assertEquals(next.texts().at(-1), `{"count":4}`);
    assertEquals(client.canHibernate, can.hibernation);
    assertEquals(client.pending.length, can.hibernation ? 0 : 3);
    assertEquals(gateway.eventNames("a"), ["running", "stopped ok", "running"]);
  });

  Deno.test(`runner in v${version} keeps its actors, commands and events across a cut`, async () => {
    const { gateway, host, runner } = await worldOf(version);
    gateway.ackEvents = false;
    const start = await gateway.start("a", { name: "counter" });
    await gateway.start("b", { name: "counter" });
    gateway.cut();
    await host.advance(200);
    assertEquals(gateway.links, 2);
    // Repeated, as an engine does for what it has no ack of.
    gateway.command("a", start.command, start);
    await host.settle();
    assertEquals(runner.view().actors.map(({ phase }) => phase), ["running", "running"]);
    // Told again, each once.
    const told = ["a", "b"].map((actor) => gateway.eventNames(actor));
    assertEquals(told, [["running", "running"], ["running", "running"]]);
    const [first, again] = gateway.eventWrappers("a");
    assertEquals(first, again);
    gateway.ackEvents = true;
    gateway.cut();
    await host.advance(2_000);
    assertEquals(runner.view().eventsUnacked, 0);
  });

  Deno.test(`runner in v${version} forgets an acked event of every generation`, async () => {
    const { gateway, runner } = await worldOf(version);
    await gateway.start("a", { name: "counter" });
    await gateway.start("b", { name: "counter" });
    await gateway.sleepAndWake("a", "counter");
    await gateway.stop("a");
    assertEquals(runner.view().eventsUnacked, 0);
  });
}

for (const version of before(4)) {
  Deno.test(`runner in v${version} pings on its own, and takes silence for no cut`, async () => {
    const { gateway, host } = await worldOf(version);
    await host.advance(60_000);
    const pings = gateway.heard.filter(({ kind }) => kind === "pong");
    assertEquals([pings.length, gateway.links], [21, 1]);
    assertEquals(pings.at(-1), { kind: "pong", ts: BigInt(host.epoch()) });
  });

  Deno.test(`runner in v${version} connects again when the gateway closes the tunnel`, async () => {
    const { gateway, host, runner } = await worldOf(version);
    await gateway.start("a", { name: "counter" });
    gateway.say({ kind: "close" });
    await host.advance(200);
    assertEquals([gateway.links, runner.view().state], [2, "connected"]);
    assertEquals(runner.view().actors.length, 1);
  });

  Deno.test(`runner in v${version} numbers over all actors, and init tells how far it is`, async () => {
    const { gateway, host } = await worldOf(version);
    await gateway.start("a", { name: "echo" });
    await gateway.start("b", { name: "echo" });
    const indexes = ["a", "b"].flatMap((actor) => gateway.eventWrappers(actor))
      .map(({ checkpoint }) => checkpoint.index);
    assertEquals(indexes, [0n, 1n]);
    const acks = gateway.heard.flatMap((message) =>
      message.kind === "ackCommands" ? [message.acknowledged] : []
    );
    assertEquals(acks, [{ upTo: 0n }, { upTo: 1n }]);
    gateway.cut();
    await host.advance(200);
    const inits = gateway.heard.filter((message) => message.kind === "init");
    assertEquals(inits.map(({ lastCommandIndex }) => lastCommandIndex), [null, 1n]);
  });

  Deno.test(`runner in v${version} forgets the events that the gateway's init covers`, async () => {
    const { gateway, host, runner } = await worldOf(version);
    gateway.ackEvents = false;
    for (const actor of ["a", "b", "c"]) await gateway.start(actor, { name: "echo" });
    gateway.answerInit = false;
    gateway.cut();
    await host.advance(200);
    gateway.sayInit(1n);
    await host.settle();
    assertEquals(runner.view().eventsUnacked, 1);
    assertEquals(gateway.eventNames("c"), ["running", "running"]);
    assertEquals(gateway.eventNames("a"), ["running"]);
  });
}

for (const version of since(4)) {
  Deno.test(`runner in v${version} pings nobody, and takes silence for a cut`, async () => {
    const { gateway, host } = await worldOf(version);
    await host.advance(14_000);
    assertEquals(gateway.links, 1);
    await host.advance(2_000);
    assertEquals(gateway.heard.filter(({ kind }) => kind === "pong"), []);
    assertEquals(gateway.links, 2);
  });
}

for (const version of before(3)) {
  Deno.test(`runner in v${version} acks each tunnel message with the ids that it came with`, async () => {
    const { gateway, host } = await worldOf(version);
    await gateway.start("a", { name: "echo" });
    const client = await gateway.open("a");
    client.send("x");
    await host.settle();
    const acks = gateway.heard.flatMap((message) =>
      message.kind === "tunnel" && message.body.kind === "tunnelAck" ? [message.legacyIds] : []
    );
    const { requestId } = client;
    assertEquals(
      acks,
      [0, 1].map((index) =>
        packIds({ gatewayId: GATEWAY, requestId, messageIndex: index as never })
      ),
    );
  });
}

for (const version of since(3)) {
  Deno.test(`runner in v${version} acks no tunnel message by itself`, async () => {
    const { gateway, host } = await worldOf(version);
    await gateway.start("a", { name: "echo" });
    (await gateway.open("a")).send("x");
    await host.settle();
    const acks = gateway.heard.filter((message) =>
      message.kind === "tunnel" && message.body.kind === "tunnelAck"
    );
    assertEquals(acks, []);
  });

  Deno.test(`runner in v${version} forgets the sockets that the gateway does not name`, async () => {
    const { gateway, runner } = await worldOf(version);
    await gateway.start("a", { name: "counter" });
    await gateway.open("a");
    await gateway.stop("a");
    await gateway.start("a", { name: "counter" });
    assertEquals(runner.view().sockets, []);
  });
}

Deno.test("runner in v2 restores every socket that it keeps: the gateway cannot name its own", async () => {
  const { gateway, host, runner } = await worldOf(2);
  await gateway.start("a", { name: "counter" });
  const client = await gateway.open("a");
  await gateway.stop("a");
  await gateway.start("a", { name: "counter" });
  assertEquals(runner.view().sockets.map(({ requestId }) => requestId), [client.requestId]);
  client.close();
  await host.settle();
  assertEquals(runner.view().sockets, []);
  await gateway.stop("a");
  await gateway.start("a", { name: "counter" });
  assertEquals(runner.view().sockets, []);
});

for (const version of before(7)) {
  Deno.test(`kvClient.call() of deleteRange in v${version} rejects with kv.unsupported at once`, async () => {
    const client = new KvClient({
      host: new VirtualHost(),
      send: () => {
        throw new Error("nothing is to be sent");
      },
      version,
      timeoutMs: 1_000,
      limit: 1,
      onLimit: () => {},
    });
    const bytes = new Uint8Array(1);
    const error = await assertRejects(
      () => client.call(actorId("a"), { kind: "deleteRange", start: bytes, end: bytes }),
      KvError,
    );
    assertEquals(error.code, "kv.unsupported");
    assertEquals(client.pending, 0);
  });
}
