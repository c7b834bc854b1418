import { assertEquals } from "@std/assert";
import { actors } from "../../actors/mod.ts";
import { type RunnerWorld, runnerWorld } from "../support/fake_gateway.ts";

async function worldOf(name: string) {
  const world = await runnerWorld(actors);
  await world.gateway.start("a", { name });
  return world;
}

async function ask(
  world: RunnerWorld,
  options: Parameters<RunnerWorld["gateway"]["request"]>[2] = {},
  path = "/",
) {
  const id = world.gateway.request("a", path, options);
  for (let i = 0; i < 5; i++) {
    await world.host.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return world.gateway.answer(id)!;
}

Deno.test("actors are echo, counter, chat and clock", () => {
  assertEquals(Object.keys(actors).sort(), ["chat", "clock", "counter", "echo"]);
});

Deno.test("every actor's socket hibernates, unless it was opened with ?hibernate=0", async () => {
  for (const name of Object.keys(actors)) {
    const { gateway } = await worldOf(name);
    const hibernates = async (path: string) => (await gateway.open("a", path)).canHibernate;
    assertEquals(
      [
        await hibernates("/"),
        await hibernates("/x?hibernate=1&y"),
        await hibernates("/x?a=b&hibernate=0"),
        await hibernates("/hibernate=0"),
      ],
      [true, true, false, true],
    );
  }
});

Deno.test("echo answers a message with the same bytes and type", async () => {
  const { gateway, host } = await worldOf("echo");
  const client = await gateway.open("a");
  client.send("é");
  client.send(Uint8Array.of(0, 255));
  client.send("");
  await host.settle();
  assertEquals(
    client.received.flatMap((body) =>
      body.kind === "webSocketMessage" ? [[body.binary, [...body.data]]] : []
    ),
    [[false, [0xc3, 0xa9]], [true, [0, 255]], [false, []]],
  );
});

Deno.test("echo answers a body with itself and its type", async () => {
  const body = Uint8Array.of(1, 2, 3);
  const answer = await ask(await worldOf("echo"), {
    method: "POST",
    headers: { "content-type": "x/y" },
    body,
  });
  assertEquals([answer.status, answer.headers.get("content-type"), answer.text], [
    200,
    "x/y",
    "\u0001\u0002\u0003",
  ]);
  assertEquals((await ask(await worldOf("echo"))).text, "");
});

Deno.test("counter adds at inc, reads at get, and answers GET on any path", async () => {
  const world = await worldOf("counter");
  const client = await world.gateway.open("a");
  for (const text of ["get", "inc", "inc", "other", "get"]) client.send(text);
  client.send(Uint8Array.of(105, 110, 99));
  await world.host.settle();
  assertEquals(client.texts(), ['{"count":0}', '{"count":1}', '{"count":2}', '{"count":2}']);
  assertEquals([(await ask(world)).text, (await ask(world, {}, "/any")).text], [
    '{"count":2}',
    '{"count":2}',
  ]);
  assertEquals((await ask(world, { method: "POST" })).status, 405);
});

Deno.test("chat sends each text to everybody and keeps the last hundred", async () => {
  const world = await worldOf("chat");
  const clients = [await world.gateway.open("a"), await world.gateway.open("a")];
  for (let i = 0; i < 101; i++) clients[i % 2]!.send(String(i));
  clients[0]!.send(Uint8Array.of(1));
  await world.host.settle();
  assertEquals(clients.map((client) => client.texts().length), [101, 101]);
  await world.gateway.sleepAndWake("a", "chat");
  const { messages } = JSON.parse((await ask(world)).text);
  assertEquals([messages.length, messages[0], messages.at(-1)], [100, "1", "100"]);
});

Deno.test("clock ticks each whole second while someone listens, and sleeps between", async () => {
  const world = await worldOf("clock");
  const { gateway, host } = world;
  await host.advance(300);
  const client = await gateway.open("a");
  let sleeps = 0;
  // The gateway's part: puts it to sleep when it asks, wakes it at its alarm.
  for (let i = 0; i < 40; i++) {
    await host.advance(100);
    if (gateway.eventNames("a").at(-1) !== "intent sleep") continue;
    sleeps++;
    await gateway.stop("a");
    const alarm = gateway.events("a").findLast((event) => event.kind === "setAlarm");
    if (alarm?.kind !== "setAlarm" || alarm.alarmTs === null) break;
    await host.advance(Math.max(0, Number(alarm.alarmTs) - host.epoch()));
    await gateway.start("a", { name: "clock", hibernating: gateway.hibernating("a") });
    if (sleeps === 3) client.close();
  }
  assertEquals(sleeps >= 3, true);
  assertEquals(client.texts().slice(0, 2), [
    '{"tick":1,"at":"2023-11-14T22:13:21.000Z"}',
    '{"tick":2,"at":"2023-11-14T22:13:22.000Z"}',
  ]);
  // Nobody listens any more: the alarm is not set again.
  assertEquals(gateway.events("a").findLast((event) => event.kind === "setAlarm"), {
    kind: "setAlarm",
    alarmTs: null,
  });
});
