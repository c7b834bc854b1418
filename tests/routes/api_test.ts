import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { RESOURCES } from "../../lib/inspect/api/mod.ts";
import type { HistoryRow, Snapshot } from "../../lib/inspect/mod.ts";
import { runnerId } from "../../lib/protocol/mod.ts";
import { addressesOf, FakeApp } from "../support/fake_app.ts";

Deno.test("/api/snapshot is what the dashboard shows", async () => {
  const app = await FakeApp.create();
  const { actorId } = app.source.actor("counter", "demo");
  app.source.socket(actorId);
  const snapshot: Snapshot = await (await app.call("/api/snapshot")).json();
  assertEquals(snapshot.actors.map(({ actorId }) => actorId as string), [actorId]);
  assertEquals(snapshot.sockets[0]!.phase, "active");
  assertEquals(snapshot.role, "all");
});

const fieldsOf = (event: string): Map<string, string> =>
  new Map(
    event.trim().split("\n").map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );

for (
  const [of, path, headers] of [
    ["a resource as events", "/api/actors", { accept: "text/event-stream" }],
    ["/api/live", "/api/live?watch=%2Fapi%2Factors", {}],
  ] as const
) {
  Deno.test(`${of} begins with what there is, and ends when the inspector closes`, async () => {
    const host = new VirtualHost();
    const app = await FakeApp.create({ host });
    app.source.actor("counter", "demo");
    const response = await app.call(path, { headers });
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const fields = fieldsOf((await reader.read()).value!);
    assertEquals([fields.get("event"), fields.get("retry")], ["rows", "1000"]);
    assert(fields.has("id"));
    const told = JSON.parse(fields.get("data")!);
    assertEquals([told.topic, told.rows[0].name], ["/api/actors", "counter"]);

    app.source.actor("echo", "x");
    await host.advance(250);
    assertStringIncludes((await reader.read()).value!, "event:changes");
    app.state.inspector.close();
    assertEquals((await reader.read()).done, true);
    const late = await app.call(path, { headers });
    assertEquals([late.status, (await late.json()).code], [503, "no_feed"]);
  });
}

Deno.test("a client that leaves /api/live ends its stream", async () => {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host });
  const response = await app.call("/api/live?watch=/api/overview");
  const reader = response.body!.getReader();
  await reader.read();
  assertEquals(app.state.inspector.watchers, 1);
  await reader.cancel();
  await host.settle();
  assertEquals([app.state.inspector.watchers, host.timers], [0, 0]);
});

Deno.test("/api/live refuses no topic, too many, and one that is not there", async () => {
  const app = await FakeApp.create();
  const many = new URLSearchParams(new Array(17).fill(["watch", "/api/overview"]));
  for (
    const [query, status] of [["", 400], [`?${many}`, 400], ["?watch=/api/none", 404]] as const
  ) {
    const response = await app.call(`/api/live${query}`);
    assertEquals([response.status, typeof (await response.json()).message], [status, "string"]);
  }
});

Deno.test("every resource has its route, and answers what its schema says", async () => {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host });
  const at = await addressesOf(app, host);
  for (const resource of RESOURCES) {
    const response = await app.call(at(resource.path));
    assertEquals(response.status, 200, resource.path);
    const answer = await response.json();
    if (resource.kind === "value") {
      v.parse(resource.answer, answer);
    } else {
      for (const row of answer.rows) v.parse(resource.row, row);
      assert(answer.rows.length > 0, resource.path);
    }
  }
});

Deno.test("/api/history is that of all or of one runner, and refuses what it cannot tell", async () => {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host });
  app.state.inspector.gatewayObserver.runnerJoined?.(runnerId("runner-1"), "default");
  app.source.messages(app.source.socket(app.source.actor("counter", "demo").actorId), 4, 2);
  for (let i = 0; i < 3; i++) {
    await host.advance(1_000);
    app.source.sweep();
  }
  const ask = async (query: string) => (await (await app.call(`/api/history${query}`)).json());
  for (const query of ["", "?runner=runner-1"]) {
    const { rows } = await ask(query);
    assertEquals(rows.map((row: HistoryRow) => [row.messagesIn, row.latency.count, row.wakes]), [
      [4, 4, { create: 1 }],
      [0, 0, {}],
      [0, 0, {}],
    ]);
  }
  assertEquals((await ask("?seconds=2")).rows.length, 2);
  for (
    const [query, status, words] of [
      ["?runner=nobody", 404, 'No runner with the id "nobody" has a history'],
      ["?seconds=0", 400, "a whole number from 1 to 86400 is wanted"],
      ["?second=1", 400, "second"],
    ] as const
  ) {
    const response = await app.call(`/api/history${query}`);
    assertEquals(response.status, status);
    assertStringIncludes((await response.json()).message, words);
  }
  const { rows: [runner, ...rest] } = await (await app.call("/api/history/runners")).json();
  assertEquals([runner.runnerId, runner.hasLeft, rest], ["runner-1", false, []]);
});

Deno.test("/api/history at a runner alone has its commits, and null for what its gateway knows", async () => {
  const host = new VirtualHost();
  const app = await FakeApp.create({ host, role: "runner" });
  app.source.messages(app.source.socket(app.source.actor("counter", "demo").actorId), 4, 2);
  await host.advance(1_000);
  for (const query of ["", "?runner=runner-1"]) {
    const { rows: [row, ...rest] } = await (await app.call(`/api/history${query}`)).json();
    assertEquals(rest, []);
    assertEquals([row.latency.count, row.wakes], [1, { unknown: 1 }]);
    assertEquals([row.messagesIn, row.messagesOut, row.pendingMessages], [null, null, null]);
  }
});

Deno.test("hibernate says what it would do with dryRun, then does it and says what it did", async () => {
  const app = await FakeApp.create();
  const { actorId } = app.source.actor("counter", "demo");
  app.source.socket(actorId);
  app.source.socket(actorId, false);
  const path = `/api/actors/${actorId}/hibernate`;
  const { rows: [plan] } = await (await app.act(path, { dryRun: true })).json();
  assertEquals([plan.socketsKept, plan.socketsClosed, plan.result], [1, 1, "planned"]);
  assertEquals(app.source.actors.get(actorId)!.phase, "running");

  const { rows: [outcome] } = await (await app.act(path)).json();
  assertEquals([outcome.result, outcome.socketsKept], ["asleep", 1]);
  assertEquals(app.source.actors.get(actorId)!.phase, "asleep");

  const woken = await (await app.act(`/api/actors/${actorId}/wake`)).json();
  assertEquals(woken.rows[0].result, "waking");
  assertEquals(app.source.actors.get(actorId)!.phase, "running");
});

Deno.test("actions on an unknown actor answer 404 in the gateway's words", async () => {
  const app = await FakeApp.create();
  for (const [action, dryRun] of [["hibernate", false], ["hibernate", true], ["wake", false]]) {
    const response = await app.act(`/api/actors/nobody/${action}`, { dryRun });
    const { group, code } = await response.json();
    assertEquals([response.status, group, code], [404, "actor", "not_found"]);
  }
});

Deno.test("actions answer nothing but POST", async () => {
  const app = await FakeApp.create();
  const { actorId } = app.source.actor("counter", "demo");
  for (const method of ["GET", "PUT", "DELETE"]) {
    const response = await app.call(`/api/actors/${actorId}/hibernate`, { method });
    await response.body?.cancel();
    assert(response.status === 404 || response.status === 405, `${method}: ${response.status}`);
  }
  assertEquals(app.source.actors.get(actorId)!.phase, "running");
});

Deno.test("a runner alone hibernates its own actors, and says why it can wake none", async () => {
  const app = await FakeApp.create({ role: "runner" });
  const { actorId } = app.source.actor("counter", "demo");
  app.source.socket(actorId);
  const html = await (await app.call("/")).text();
  assertStringIncludes(html, "Seen from the runner");
  assertStringIncludes(html, `data-testid="hibernate"`);
  const path = `/api/actors/${actorId}/hibernate`;
  const { rows: [plan] } = await (await app.act(path, { dryRun: true })).json();
  assertEquals([plan.phase, plan.socketsKept], ["running", 1]);
  const { rows: [outcome] } = await (await app.act(path)).json();
  assertEquals([outcome.result, outcome.socketsKept], ["asleep", 1]);
  for (
    const [action, code] of [["hibernate", "not_awake_here"], ["wake", "no_gateway"]] as const
  ) {
    const response = await app.act(`/api/actors/${actorId}/${action}`);
    const refusal = await response.json();
    assertEquals([response.status, refusal.code], [409, code]);
    assertStringIncludes(refusal.message, "the gateway at http://127.0.0.1:6420");
  }
});

Deno.test("a gateway's page marks nothing as unknown; a runner's marks what only a gateway knows", async () => {
  for (const role of ["all", "runner"] as const) {
    const app = await FakeApp.create({ role });
    const { actorId } = app.source.actor("counter", "demo");
    app.source.messages(app.source.socket(actorId), 3, 1);
    const html = await (await app.call("/")).text();
    const marks = html.split(`data-testid="not-here"`).length - 1;
    // The lamp, round trip, asleep, hibernating, pending; an actor's and a socket's; what explains them.
    assertEquals(marks, role === "runner" ? 8 : 0, role);
  }
});

Deno.test("/readyz answers 503 with the reasons while the process takes no work", async () => {
  const app = await FakeApp.create();
  assertEquals((await (await app.ask("/readyz")).json()).ready, true);
  app.readiness = { ready: false, reasons: ["draining"] };
  const response = await app.ask("/readyz");
  assertEquals([response.status, await response.json()], [503, {
    ready: false,
    reasons: ["draining"],
  }]);
  assertEquals(await (await app.ask("/livez")).text(), "ok\n");
});

Deno.test("/metrics is Prometheus text", async () => {
  const app = await FakeApp.create();
  app.source.actor("counter", "demo");
  const response = await app.call("/metrics");
  assertStringIncludes(response.headers.get("content-type") ?? "", "text/plain; version=0.0.4");
  assertStringIncludes(await response.text(), `dormouse_actors{phase="running"} 1`);
});

Deno.test("the page is rendered with what there is, and teaches when there is nothing", async () => {
  const app = await FakeApp.create();
  const empty = await (await app.call("/")).text();
  for (const title of ["No actor has anything to do", "No client is connected"]) {
    assertStringIncludes(empty, title);
  }
  const { actorId } = app.source.actor("counter", `<img src=x onerror="alert(1)">`);
  app.source.socket(actorId);
  const html = await (await app.call("/")).text();
  assertStringIncludes(html, `data-testid="actor-row"`);
  assertStringIncludes(html, `data-testid="socket-row"`);
  assertStringIncludes(html, `data-kind="wake"`);
  assert(!html.includes("<img src=x"), "An actor's key came out as HTML");
});
