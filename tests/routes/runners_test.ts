import { assertEquals, assertStringIncludes } from "@std/assert";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import type { LinkRow, RoundTrip, RunnerRow } from "../../lib/inspect/mod.ts";
import { runnerId } from "../../lib/protocol/mod.ts";
import { FakeApp } from "../support/fake_app.ts";

async function setup(options: Parameters<typeof FakeApp.create>[0] = {}) {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host, ...options });
  const rows = async <Row>(path: string): Promise<Row[]> =>
    (await (await app.call(path)).json()).rows;
  return { host, app, source: app.source, rows };
}

Deno.test("/api/runners joins what the gateway and the runner's own end know", async () => {
  const { app, source, rows } = await setup();
  source.tunnel({ pingMs: 0.3 });
  source.actor("counter", "demo");
  source.runners.push({
    ...source.runners[0]!,
    runnerId: runnerId("far"),
    transport: "websocket",
    commandsUnacked: 3,
  });
  source.end = { eventsUnacked: 2 };
  const [here, far] = await rows<RunnerRow>("/api/runners");
  const { roundTripMs, actors, commandsUnacked, eventsUnacked, reconnects } = here!;
  assertEquals({ roundTripMs, actors, commandsUnacked, eventsUnacked, reconnects }, {
    roundTripMs: 0.3,
    actors: 1,
    commandsUnacked: 0,
    eventsUnacked: 2,
    reconnects: 0,
  });
  assertEquals(here!.end?.name, "default");
  // The end of that one is in another process.
  assertEquals([far!.commandsUnacked, far!.eventsUnacked, far!.end], [3, null, null]);
  const one: RunnerRow = await (await app.call("/api/runners/far")).json();
  assertEquals(one, far!);
});

Deno.test("a runner's reconnects have their reasons, and its pings their times", async () => {
  const { host, source, rows, app } = await setup();
  const from = host.epoch();
  source.tunnel({ pingMs: 1 });
  await host.advance(3_000);
  source.tunnel({ down: "1006 the cable" });
  await host.advance(1_000);
  source.tunnel({ pingMs: 2 });
  const links = await rows<LinkRow>("/api/runners/runner-1/links");
  assertEquals(links, [
    { id: 2, upTs: from + 4_000, endTs: null, reason: null },
    { id: 1, upTs: from, endTs: from + 3_000, reason: "1006 the cable" },
  ]);
  assertEquals(
    (await rows<RoundTrip>("/api/runners/runner-1/round-trips")).map(({ ts, ms }) => [
      ts - from,
      ms,
    ]),
    [[4_000, 2], [0, 1]],
  );
  assertEquals((await rows<RunnerRow>("/api/runners"))[0]!.reconnects, 1);
  for (const path of ["", "/links", "/round-trips"]) {
    const response = await app.call(`/api/runners/nobody${path}`);
    assertEquals([response.status, (await response.json()).code], [404, "not_found"]);
  }
});

Deno.test("a drain says by whom and how many actors were there, and its progress is what is left", async () => {
  const { app, source, rows } = await setup();
  source.tunnel({ pingMs: 1 });
  for (const key of ["a", "b"]) source.actor("counter", key);
  await app.act("/api/runners/runner-1/drain");
  const [{ drain, actors, state } = {} as RunnerRow] = await rows<RunnerRow>("/api/runners");
  assertEquals([drain?.by, drain?.actors, actors, state], ["operator", 2, 0, "draining"]);
  await app.act("/api/runners/runner-1/resume");
  assertEquals((await rows<RunnerRow>("/api/runners"))[0]!.drain, null);
});

Deno.test("/api/actors?runner= is of those that are on one runner", async () => {
  const { app, source, rows } = await setup();
  source.runners.push({ ...source.runners[0]!, runnerId: runnerId("far") });
  const here = source.actor("counter", "here").actorId;
  const there = source.actor("counter", "there").actorId;
  source.actors.get(there)!.runnerId = runnerId("far");
  const ids = async (runner: string): Promise<string[]> =>
    (await rows<{ actorId: string }>(`/api/actors?runner=${runner}`)).map(({ actorId }) => actorId);
  assertEquals([await ids("runner-1"), await ids("far")], [[here], [there]] as string[][]);
  assertEquals((await app.call("/api/actors?runner=nobody")).status, 404);
});

Deno.test("a runner alone shows itself, before it has an id too, and null for what its gateway knows", async () => {
  const { host, app, source, rows } = await setup({ role: "runner" });
  source.end = { runnerId: null, connectedTs: null, state: "reconnecting", eventsUnacked: 4 };
  source.tunnel({ down: "nobody listens" });
  await host.advance(1_000);
  source.tunnel({ down: "nobody listens" });
  const [row, ...rest] = await rows<RunnerRow>("/api/runners");
  assertEquals(rest, []);
  const { runnerId: id, state, roundTripMs, commandsUnacked, eventsUnacked, tunnelTs } = row!;
  assertEquals({ id, state, roundTripMs, commandsUnacked, eventsUnacked, tunnelTs }, {
    id: "this",
    state: "reconnecting",
    roundTripMs: null,
    commandsUnacked: null,
    eventsUnacked: 4,
    tunnelTs: null,
  });
  const links = await rows<LinkRow>("/api/runners/this/links");
  assertEquals(links.map(({ upTs, reason }) => [upTs, reason]), [
    [null, "nobody listens"],
    [null, "nobody listens"],
  ]);
  source.end = {};
  source.tunnel({ pingMs: 1 });
  for (const id of ["runner-1", "this"]) {
    const [up] = await rows<LinkRow>(`/api/runners/${id}/links`);
    assertEquals([up!.upTs, up!.endTs], [host.epoch(), null]);
    assertEquals(await rows(`/api/runners/${id}/round-trips`), []);
    assertStringIncludes(await (await app.call(`/runners/${id}`)).text(), "Runner of default");
  }
});
