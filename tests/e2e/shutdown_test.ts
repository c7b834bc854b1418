import { assert, assertEquals } from "@std/assert";
import { Client } from "../support/client.ts";
import { System, until } from "../support/system.ts";

Deno.test("SIGTERM with open sockets, an event stream and a request in flight exits 0 and keeps the state", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "dormouse-test-" });
  const system = await System.start({ dataDir, env: { DORMOUSE_RUNNER_SHUTDOWN_MS: "5000" } });
  const counter = await Client.open(system.actorUrl("counter", "ending"));
  const plain = await Client.open(system.actorUrl("echo", "ending", "&hibernate=0"));
  assertEquals(await counter.ask("inc"), `{"count":1}`);
  assertEquals(await plain.ask("hello"), "hello");

  const stream = await system.call("/api/live?watch=/api/overview");
  const reader = stream.body!.getReader();
  assert(!(await reader.read()).done, "The event stream sent nothing");

  // A request whose body never ends is in flight for as long as anybody waits for it.
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("never ")),
  });
  const url = system.actorUrl("echo", "ending").replace("ws", "http");
  // The echo has begun its answer or has not: either may be broken off.
  const request = fetch(url, { method: "POST", body })
    .then((response) => response.text())
    .catch(() => "broken off");

  // As a supervisor does that signals the whole group: it comes twice.
  system.signal("SIGTERM");
  system.signal("SIGTERM");
  const status = await system.exit();
  assertEquals(status.code, 0, system.output);
  assertEquals((await counter.closed).code, 1012);
  assertEquals((await plain.closed).code, 1012);
  await request;
  await reader.cancel().catch(() => {});

  await using again = await System.start({ dataDir });
  const client = await Client.open(again.actorUrl("counter", "ending"));
  assertEquals(await client.ask("get"), `{"count":1}`);
  await client.close();
});

Deno.test("an actor that slept when the process was restarted wakes with its state", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "dormouse-test-" });
  const system = await System.start({ dataDir });
  const client = await Client.open(system.actorUrl("counter", "sleeper"));
  await client.ask("inc");
  const { actors } = await system.snapshot();
  const { rows } = await system.act(`/api/actors/${actors[0]!.actorId}/hibernate`);
  assertEquals(rows[0]!.result, "asleep");
  assert(client.isOpen, "Hibernation closed the client's socket");
  await system.kill();

  await using again = await System.start({ dataDir });
  const returning = await Client.open(again.actorUrl("counter", "sleeper"));
  assertEquals(await returning.ask("inc"), `{"count":2}`);
  await returning.close();
  await until("the socket is gone from the gateway", async () => {
    return (await again.snapshot()).sockets.length === 0;
  });
});
