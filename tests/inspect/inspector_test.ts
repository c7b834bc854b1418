import { assert, assertEquals, assertRejects } from "@std/assert";
import { GatewayError } from "../../lib/gateway/errors.ts";
import { controlOf } from "../../lib/inspect/actions/control.ts";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { createInspector, type Inspector, type InspectorOptions } from "../../lib/inspect/mod.ts";
import { actorId, requestId, runnerId } from "../../lib/protocol/mod.ts";
import { FakeSource } from "../support/fake_source.ts";

function setup(options: Partial<InspectorOptions> = {}): {
  host: VirtualHost;
  inspector: Inspector;
  source: FakeSource;
} {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "all", ...options });
  const source = new FakeSource(host, inspector.gatewayObserver);
  inspector.observe(source);
  return { host, inspector, source };
}

Deno.test("inspector.snapshot() joins what gateway and runner know of a socket", () => {
  const { inspector, source } = setup();
  const counter = source.actor("counter", "demo");
  source.messages(source.socket(counter.actorId), 7, 2, 3);
  const [row] = inspector.snapshot().sockets;
  assert(row !== undefined);
  const { actorName, phase, sent, received, committed, acked, pendingMessages } = row;
  assertEquals(
    { actorName, phase, sent, received, committed, acked, pendingMessages },
    {
      actorName: "counter",
      phase: "active",
      sent: 7,
      received: 7,
      committed: 4,
      acked: 4,
      pendingMessages: 3,
    },
  );
});

Deno.test("inspector.snapshot() takes what is acked for committed while the actor is asleep", async () => {
  const { inspector, source } = setup();
  const counter = source.actor("counter", "demo");
  source.messages(source.socket(counter.actorId), 7, 2);
  await source.gateway.hibernate(counter.actorId);
  const { sockets, totals, actors } = inspector.snapshot();
  assertEquals(sockets[0]!.phase, "hibernating");
  assertEquals(sockets[0]!.committed, 7);
  assertEquals(sockets[0]!.acked, 7);
  assertEquals([totals.socketsOpen, totals.socketsHibernating], [1, 1]);
  assertEquals([actors[0]!.phase, actors[0]!.hibernatingSockets], ["asleep", 1]);
});

Deno.test("inspector.snapshot() lists a sleeper without sockets, once", async () => {
  const { inspector, source } = setup();
  const counter = source.actor("counter", "demo");
  await source.gateway.hibernate(counter.actorId);
  const { actors, totals } = inspector.snapshot();
  assertEquals(actors.map(({ actorId, phase }) => [actorId, phase]), [[counter.actorId, "asleep"]]);
  assertEquals(totals.actors, { asleep: 1 });
});

Deno.test("inspector.snapshot() lists awake actors first, by name and key; who just fell asleep keeps its place", async () => {
  const { host, inspector, source } = setup();
  for (const key of ["b", "a", "c"]) source.actor("counter", key);
  source.actor("chat", "z");
  const keys = (): string[] => inspector.snapshot().actors.map(({ name, key }) => `${name}/${key}`);
  const before = keys();
  assertEquals(before, ["chat/z", "counter/a", "counter/b", "counter/c"]);
  for (const index of [1, 0]) {
    const { actorId } = inspector.snapshot().actors[index]!;
    await source.gateway.hibernate(actorId as never);
  }
  await host.advance(9_999);
  assertEquals(keys(), before);
  await host.advance(1);
  assertEquals(keys(), ["counter/b", "counter/c", "chat/z", "counter/a"]);
});

Deno.test("inspector.snapshot() has at most the rows of its limit, and counts the rest", () => {
  for (const count of [2, 3, 4]) {
    const { inspector, source } = setup({ limits: { rows: 3 } });
    for (let i = 0; i < count; i++) source.socket(source.actor("echo", `${i}`).actorId);
    const { actors, sockets, events, inAll } = inspector.snapshot();
    assertEquals([actors.length, sockets.length, events.length], Array(3).fill(Math.min(3, count)));
    assertEquals(inAll, { actors: count, sockets: count });
  }
});

Deno.test("the event log tells of sleep, wake with cause and latency, move, crash and runners", () => {
  const { host, inspector } = setup();
  const { gatewayObserver: observer } = inspector;
  const id = actorId("a1");
  const runner = runnerId("r1");
  observer.runnerJoined?.(runner, "default");
  observer.actorAsleep?.(id, "counter", 2, 1, "person", runner);
  observer.actorRunning?.(id, "counter", "message", 0.4, runner, 1);
  observer.actorRunning?.(id, "counter", "moved", 12, runner, 2);
  observer.actorCrashed?.(id, "counter", "boom", true);
  observer.actorDestroyed?.(id, "counter");
  observer.runnerLost?.(runner, "killed");
  const ts = host.epoch();
  const actor = { actorId: id, actorName: "counter", ts };
  assertEquals(inspector.snapshot().events.toReversed() as unknown[], [
    { id: 1, kind: "runner_joined", runnerId: "r1", detail: "default", ts },
    { id: 2, kind: "sleep", kept: 2, closed: 1, ...actor },
    { id: 3, kind: "wake", cause: "message", latencyMs: 0.4, ...actor },
    { id: 4, kind: "moved", latencyMs: 12, ...actor },
    { id: 5, kind: "crash", detail: "boom", ...actor },
    { id: 6, kind: "destroyed", ...actor },
    { id: 7, kind: "runner_lost", runnerId: "r1", detail: "killed", ts },
  ]);
});

Deno.test("the event log is a ring of the limit's size", () => {
  for (const count of [4, 5, 6]) {
    const { inspector } = setup({ limits: { events: 5 } });
    for (let i = 1; i <= count; i++) {
      inspector.gatewayObserver.actorDestroyed?.(actorId(`a${i}`), "echo");
    }
    const ids = inspector.snapshot().events.map(({ id }) => id);
    assertEquals([ids.length, ids[0]], [Math.min(5, count), count]);
  }
});

Deno.test("a limit that is reached in a burst is counted each time and told of once", async () => {
  const { host, inspector } = setup();
  const reach = (): void => inspector.gatewayObserver.limitReached?.("pendingBytes", 1024);
  for (let i = 0; i < 50; i++) reach();
  const told = (): number => inspector.snapshot().events.length;
  assertEquals(told(), 1);
  await host.advance(9_999);
  reach();
  assertEquals(told(), 1);
  await host.advance(1);
  reach();
  assertEquals(told(), 2);
  const { text } = await inspector.metrics();
  assert(text.includes(`dormouse_limits_reached_total{limit="pendingBytes"} 52`), text);
});

Deno.test("a slow consumer is in the event log when it becomes slow and when it is not, and counted once", async () => {
  const { inspector, source } = setup();
  const { actorId } = source.actor("echo", "x");
  const socket = requestId(42);
  for (const isSlow of [true, false]) {
    inspector.gatewayObserver.pace?.(actorId, socket, "client", isSlow);
  }
  inspector.gatewayObserver.pace?.(actorId, socket, "actor", true);
  const told = inspector.snapshot().events
    .filter(({ kind }) => kind === "slow" || kind === "caught_up")
    .map((event) => "who" in event && [event.kind, event.who, event.requestId]);
  assertEquals(told, [
    ["slow", "actor", "0000002a"],
    ["caught_up", "client", "0000002a"],
    ["slow", "client", "0000002a"],
  ]);
  const { text } = await inspector.metrics();
  for (const who of ["client", "actor"]) {
    assert(text.includes(`dormouse_slow_consumers_total{who="${who}"} 1`), text);
  }
});

Deno.test("the request log keeps no secret of a path and no endless one", () => {
  const { inspector, source } = setup();
  const { actorId } = source.actor("echo", "x");
  const path = (given: string): string => {
    source.request(actorId, "GET", given, 200, 1);
    return inspector.snapshot().requests[0]!.path;
  };
  assertEquals(
    path("/a?token=s3cret&x=1&api_key=abc&AUTH=z#f"),
    "/a?token=…&x=1&api_key=…&AUTH=…#f",
  );
  assertEquals(path("/plain?x=1"), "/plain?x=1");
  assertEquals(path(`/${"a".repeat(255)}`).length, 256);
  assertEquals(path(`/${"a".repeat(256)}`).length, 256);
});

Deno.test("a runner alone takes its own word for sleep, wake, crash and requests", async () => {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "runner" });
  const { runnerObserver } = inspector;
  const source = new FakeSource(host, {}, runnerObserver);
  inspector.observe({ runner: source.runner });
  const id = source.actor("counter", "demo").actorId;
  source.socket(id);
  source.socket(id, false);
  source.request(id, "GET", "/x", 200, 3);
  await source.runner.hibernate(id);
  runnerObserver.actorStarted?.(actorId("b"), "echo", 1, 2, null);
  runnerObserver.actorStopped?.(actorId("b"), "echo", 1, "error", "boom");
  runnerObserver.actorStarted?.(actorId("c"), "echo", 1, 2, "k");
  runnerObserver.actorStopped?.(actorId("c"), "echo", 1, "ok", "The tunnel was lost for 12000 ms");
  const { events, requests, totals } = inspector.snapshot();
  const ts = host.epoch();
  const counter = { ts, actorId: id, actorName: "counter", actorKey: "demo" };
  const b = { ts, actorId: actorId("b"), actorName: "echo", actorKey: null };
  const c = { ts, actorId: actorId("c"), actorName: "echo", actorKey: "k" };
  assertEquals(events.toReversed() as unknown[], [
    { id: 1, kind: "wake", cause: null, latencyMs: 0.4, ...counter },
    { id: 2, kind: "sleep", kept: 1, closed: 1, ...counter },
    { id: 3, kind: "wake", cause: null, latencyMs: 2, ...b },
    { id: 4, kind: "crash", detail: "boom", ...b },
    { id: 5, kind: "wake", cause: null, latencyMs: 2, ...c },
    { id: 6, kind: "given_up", detail: "The tunnel was lost for 12000 ms", ...c },
  ]);
  assertEquals(requests.map(({ path, status }) => [path, status]), [["/x", 200]]);
  assertEquals([totals.sleeps, totals.wakes, totals.requestsEnded], [1, 3, 1]);
});

Deno.test("a runner alone shows its own half, and null for what only its gateway knows", () => {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "runner" });
  const source = new FakeSource(host, {});
  const { actorId } = source.actor("counter", "demo");
  source.messages(source.socket(actorId), 5, 1, 2);
  source.socket(actorId, false);
  source.end = { endpoint: "http://engine:6420", reconnects: 2, eventsUnacked: 3, outgoingKept: 4 };
  inspector.observe({ runner: source.runner });
  inspector.runnerObserver.outgoingLost?.(5);
  const { sockets, totals, tunnel, actors, runners } = inspector.snapshot();
  const [kept, plain] = sockets;
  assertEquals(
    [kept!.sent, kept!.received, kept!.handled, kept!.committed, kept!.acked],
    [null, 5, 5, 3, 3],
  );
  assertEquals([kept!.pendingMessages, kept!.oldestUnackedMs], [null, null]);
  assertEquals([plain!.committed, plain!.acked], [null, null]);
  assertEquals([totals.pendingMessages, totals.socketsHibernating, totals.actors.asleep], [
    null,
    null,
    undefined,
  ]);
  assertEquals([actors[0]!.hibernatingSockets, actors[0]!.pendingMessages], [null, null]);
  const inside = { unhandledMessages: 0, heldMessages: 0, sleepsTs: null, holds: [] };
  assertEquals(actors[0]!.inside, inside);
  assertEquals([tunnel.state, tunnel.roundTripMs, tunnel.protocolVersion], ["connected", null, 7]);
  const { endpoint, retries, eventsUnacked, outgoingKept, outgoingLost } = tunnel.end!;
  assertEquals([endpoint, retries, eventsUnacked, outgoingKept, outgoingLost], [
    "http://engine:6420",
    2,
    3,
    4,
    5,
  ]);
  assertEquals(runners.map(({ name, actorNames }) => [name, actorNames.length]), [["default", 5]]);
});

Deno.test("a runner alone tells of no runner while its tunnel is down", () => {
  const host = new VirtualHost();
  const inspector = createInspector({ host, role: "runner" });
  const source = new FakeSource(host, {});
  source.end = { state: "reconnecting", connectedTs: null, pingedTs: null };
  inspector.observe({ runner: source.runner });
  const { tunnel, runners } = inspector.snapshot();
  assertEquals([tunnel.state, tunnel.runners, runners.length], ["reconnecting", 0, 0]);
});

Deno.test("latency is that of acks, and of commits where no ack is seen to arrive", async () => {
  for (const role of ["all", "gateway", "runner"] as const) {
    const host = new VirtualHost();
    const inspector = createInspector({ host, role });
    const { gateway } = new FakeSource(host, {});
    inspector.observe(role === "runner" ? {} : { gateway });
    if (role !== "runner") inspector.gatewayObserver.messageAcked?.(5, runnerId("runner-1"));
    inspector.runnerObserver.committed?.(actorId("a"), 10, 1, 2);
    const { latency } = inspector.snapshot();
    assertEquals([latency.count, latency.p50], [1, role === "runner" ? 2 : 5], role);
    await host.advance(1_000);
    inspector.gatewayObserver.swept?.();
    assertEquals(inspector.snapshot().latencySeries.length, 1);
  }
});

Deno.test("inspector.metrics() of each role leave out what happens at the other end of the tunnel", async () => {
  const atGateway = ["ack_latency_seconds_count", "pending_messages", "sockets_hibernating"];
  const atRunner = ["commit_duration_seconds_count", "tunnel_up", "events_unacked"];
  const always = ["sockets_open", "requests_in_flight", "crashes_total"];
  for (const role of ["all", "gateway", "runner"] as const) {
    const host = new VirtualHost();
    const inspector = createInspector({ host, role });
    const { gateway, runner } = new FakeSource(host, {});
    inspector.observe({
      ...(role === "runner" ? {} : { gateway }),
      ...(role === "gateway" ? {} : { runner }),
    });
    const { text } = await inspector.metrics();
    const has = (name: string) => new RegExp(`^dormouse_${name} [0-9]`, "m").test(text);
    assertEquals(atGateway.map(has), atGateway.map(() => role !== "runner"), role);
    assertEquals(atRunner.map(has), atRunner.map(() => role !== "gateway"), role);
    assertEquals(always.map(has), always.map(() => true), role);
    assertEquals(text.includes(`phase="asleep"`), role !== "runner");
  }
});

Deno.test("controlOf() at a runner hibernates who is awake there, and says who can do the rest", async () => {
  const host = new VirtualHost();
  const source = new FakeSource(host, {});
  source.end = { endpoint: "http://engine:6420" };
  const inspector = createInspector({ host, role: "runner" });
  inspector.observe({ runner: source.runner });
  const actors = controlOf(inspector.inspected);
  const { actorId } = source.actor("counter", "demo");
  source.socket(actorId);
  assertEquals((await actors.planHibernate(actorId)).socketsKept, 1);
  assertEquals(source.actors.get(actorId)!.phase, "running");
  assertEquals((await actors.hibernate(actorId, "person")).result, "asleep");
  for (const act of ["planHibernate", "hibernate", "wake"] as const) {
    const error = await assertRejects(() => actors[act](actorId, "person"), GatewayError);
    assertEquals(
      [error.status, error.code],
      [409, act === "wake" ? "no_gateway" : "not_awake_here"],
    );
    assert(error.message.includes("the gateway at http://engine:6420"), error.message);
  }
});

Deno.test("beside a gateway, the runner's word for sleep and wake makes no second event", () => {
  const { inspector } = setup();
  const times = { receivedAt: 1, loadedAt: 2, runningAt: 3 };
  inspector.runnerObserver.actorStarted?.(actorId("a"), "echo", 1, 2, null, times);
  assertEquals(inspector.snapshot().events, []);
  assertEquals(inspector.runnerObserver.actorStopped, undefined);
});

Deno.test("observing costs no look at gateway or runner, and no timer", () => {
  const { host, inspector, source } = setup();
  const counter = source.actor("counter", "demo");
  source.messages(source.socket(counter.actorId), 10_000, 1);
  inspector.gatewayObserver.socketClosed?.(counter.actorId, requestId(1), 1000, "");
  assertEquals([source.views, host.timers], [0, 0]);
});

Deno.test("inspector.metrics() names units, has no ids, and counts what happened", async () => {
  const { inspector, source } = setup();
  const counter = source.actor("counter", "secret-key");
  const socket = source.socket(counter.actorId);
  source.messages(socket, 10, 2, 4);
  source.request(counter.actorId, "GET", "/hidden", 503, 3);
  await source.gateway.hibernate(counter.actorId);
  const { contentType, text } = await inspector.metrics();
  assert(contentType.startsWith("text/plain"));
  const lines = text.split("\n").filter((line) => line !== "");
  for (const line of lines) {
    const [, , name, type] = /^# (TYPE) (\S+) (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    assert(/^dormouse_[a-z_]+$/.test(name), name);
    assertEquals(name.endsWith("_total"), type === "counter", name);
    if (/latency|duration|round_trip/.test(name)) assert(name.endsWith("_seconds"), name);
    if (type === "histogram") assert(name.endsWith("_seconds"), name);
  }
  for (const id of [counter.actorId, "secret-key", "hidden", "runner-1", "50000002"]) {
    assert(!text.includes(id), `The metrics have the id ${id}`);
  }
  const value = (series: string): string | undefined =>
    lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1);
  assertEquals(value(`dormouse_actors{phase="asleep"}`), "1");
  assertEquals(value("dormouse_sockets_hibernating"), "1");
  assertEquals(value("dormouse_pending_messages"), "4");
  assertEquals(value("dormouse_pending_bytes"), "256");
  assertEquals(value(`dormouse_wakes_total{cause="create"}`), "1");
  assertEquals(value(`dormouse_sleeps_total{cause="person"}`), "1");
  assertEquals(value(`dormouse_requests_total{status="5xx"}`), "1");
  assertEquals(value("dormouse_ack_latency_seconds_count"), "6");
  assertEquals(value("dormouse_acks_received_total"), "1");
  assertEquals(value(`dormouse_ack_latency_seconds_bucket{le="0.001"}`), "0");
  assertEquals(value(`dormouse_ack_latency_seconds_bucket{le="0.0025"}`), "6");
  assertEquals(value(`dormouse_ack_latency_seconds_bucket{le="+Inf"}`), "6");
  assertEquals(value("dormouse_tunnel_round_trip_seconds"), "0.00008");
});

Deno.test("inspector.metrics() looks once a scrape, and leaves out what is not known", async () => {
  const { inspector, source } = setup();
  source.runners[0]!.roundTripMs = null;
  const { text } = await inspector.metrics();
  assertEquals(source.views, 1);
  assert(!/^dormouse_tunnel_round_trip_seconds /m.test(text));
});
