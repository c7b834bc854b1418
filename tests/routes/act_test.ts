import { assert, assertEquals, assertMatch } from "@std/assert";
import * as v from "valibot";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { actAnswer, ACTIONS, type AuditRow } from "../../lib/inspect/mod.ts";
import { formatId, runnerId } from "../../lib/protocol/mod.ts";
import { FakeApp } from "../support/fake_app.ts";

const RUNNER = "runner-1";

/** Two actors that are awake, one with a socket that hibernates and one that cannot. */
async function scene(options = {}) {
  const app = await FakeApp.create(options);
  const { source } = app;
  const demo = source.actor("counter", "demo").actorId;
  const plain = source.actor("echo", "plain").actorId;
  const kept = source.socket(demo);
  const lost = source.socket(plain, false);
  source.messages(kept, 5, 1, 2);
  return { app, source, demo, plain, kept, lost };
}

const refusalOf = async (response: Response) => {
  const { group, code } = await response.json();
  return [response.status, `${group}.${code}`];
};

const phases = ({ source }: Pick<Awaited<ReturnType<typeof scene>>, "source">) =>
  [...source.actors.values()].map(({ phase }) => phase);

const audited = async (app: FakeApp): Promise<AuditRow[]> =>
  (await (await app.call("/api/audit")).json()).rows;

Deno.test("every action has its route and an answer as its schema says, first dry", async () => {
  for (const { path, verb } of ACTIONS) {
    const { app, demo, kept, source } = await scene();
    const asked = path.startsWith("/api/requests/")
      ? source.request(kept.actorId, "GET", "/", 200, 1)
      : kept.requestId;
    const at = path.replace("{actorId}", demo).replace("{requestId}", formatId(asked))
      .replace("{runnerId}", RUNNER);
    const body = path === "/api/sockets/close"
      ? { requestIds: [formatId(kept.requestId)] }
      : /^\/api\/actors\/(hibernate|wake)$/.test(path)
      ? { actorIds: [demo] }
      : /^\/api\/runners\/\w+$/.test(path)
      ? { runnerIds: [RUNNER] }
      : verb === "replay"
      ? { text: "inc" }
      : {};
    for (const dryRun of [true, false]) {
      const response = await app.act(at, { ...body, dryRun });
      assertEquals(response.status, 200, path);
      const answer = v.parse(actAnswer, await response.json());
      assertEquals([answer.action, answer.dryRun], [verb, dryRun], path);
      if (!dryRun) continue;
      assert(answer.rows.every(({ result }) => result === "planned"), path);
      assertEquals([phases({ source }), source.sockets.length], [["running", "running"], 2], path);
      assertEquals([source.runners[0]!.state, await audited(app)], ["connected", []], path);
    }
    assertEquals((await audited(app)).length, 1, path);
  }
});

Deno.test("an action on a selection sums up what it does, and says what failed of it", async () => {
  const { app, demo, plain } = await scene();
  const body = { actorIds: [demo, plain, "nobody", demo] };
  const plan = await (await app.act("/api/actors/hibernate", { ...body, dryRun: true })).json();
  const sum = { targets: 3, failed: 1, socketsKept: 1, socketsClosed: 1, messagesReplayed: 2 };
  assertEquals(plan.sum, { ...sum, requestsInFlight: 0 });
  const done = await (await app.act("/api/actors/hibernate", body)).json();
  assertEquals(done.sum, { ...sum, requestsInFlight: 0 });
  assertEquals(
    done.rows.map((row: Record<string, unknown>) => [row.actorId, row.result, row.code]),
    [[demo, "asleep", null], [plain, "asleep", null], ["nobody", "failed", "actor.not_found"]],
  );
  const [entry] = await audited(app);
  assertEquals([entry!.outcome, entry!.targets, entry!.failed], ["partly", 3, 1]);
  assertEquals(entry!.on, [demo, plain, "nobody"] as string[]);
});

Deno.test("close tells the client the code and reason given, or that a person closed it", async () => {
  const { app, source, kept, lost } = await scene();
  const [one, other] = [kept, lost].map(({ requestId }) => formatId(requestId));
  await app.act(`/api/sockets/${one}/close`, { code: 4_001, reason: "go home" });
  await app.act("/api/sockets/close", { requestIds: [other] });
  assertEquals(source.closed, [
    [kept.requestId, 4_001, "go home"],
    [lost.requestId, 1000, "guard.closed_by_operator"],
  ]);
  assertEquals(source.actors.size, 2);
  assertEquals((await audited(app)).map(({ detail }) => detail), [
    "1000 guard.closed_by_operator",
    "4001 go home",
  ]);
  for (
    const body of [{ code: 999 }, { code: 1006 }, { code: 5000 }, { code: "1000" }, {
      reason: "é".repeat(62),
    }]
  ) {
    const response = await app.act(`/api/sockets/${one}/close`, body);
    assertEquals(await refusalOf(response), [400, "api.bad_request"], JSON.stringify(body));
  }
  const gone = await app.act(`/api/sockets/${one}/close`);
  assertEquals(await refusalOf(gone), [404, "socket.not_found"]);
  assertEquals((await audited(app))[0]!.detail, "socket.not_found");
});

Deno.test("drain lets a runner's actors go and puts no more there until it resumes", async () => {
  const { app, source } = await scene();
  const plan = await (await app.act(`/api/runners/${RUNNER}/drain`, { dryRun: true })).json();
  assertEquals([plan.sum.targets, plan.sum.socketsKept, plan.sum.socketsClosed], [2, 1, 1]);
  assertMatch(plan.notes.join(), /No other runner serves default/);
  source.runners.push({ ...source.runners[0]!, runnerId: runnerId("runner-2") });
  const done = await (await app.act(`/api/runners/${RUNNER}/drain`)).json();
  assertMatch(done.notes.join(), /goes on at another runner/);
  assertEquals([phases({ source }), source.runners[0]!.state], [["asleep", "asleep"], "draining"]);
  await app.act(`/api/runners/${RUNNER}/resume`);
  assertEquals(source.runners[0]!.state, "connected");
  const nobody = await app.act("/api/runners/nobody/drain");
  assertEquals(await refusalOf(nobody), [404, "runner.not_found"]);
});

Deno.test("a selection of runners is drained as one: what is on them goes to neither", async () => {
  const { app, source } = await scene();
  const others = ["runner-2", "runner-3"].map((id) => runnerId(id));
  for (const id of others) source.runners.push({ ...source.runners[0]!, runnerId: id });
  source.actor("counter", "there");
  const body = { runnerIds: [RUNNER, "runner-2"] };
  const notes = async (more = {}): Promise<string> =>
    (await (await app.act("/api/runners/drain", { ...body, dryRun: true, ...more })).json())
      .notes.join();
  assertMatch(await notes(), /goes on at another runner/);
  assertMatch(await notes({ runnerIds: [RUNNER, ...others] }), /No other runner serves default/);
  const done = await (await app.act("/api/runners/drain", body)).json();
  assertEquals([done.sum.targets, done.sum.failed], [3, 0]);
  const states = () => source.runners.map(({ state }) => state);
  assertEquals(states(), ["draining", "draining", "connected"]);
  assertEquals(phases({ source }), ["asleep", "asleep", "asleep"]);
  const unknown = await app.act("/api/runners/resume", { runnerIds: [RUNNER, "nobody"] });
  assertEquals(await refusalOf(unknown), [404, "runner.not_found"]);
  assertEquals(states(), ["draining", "draining", "connected"]);
  await app.act("/api/runners/resume", body);
  assertEquals(states(), ["connected", "connected", "connected"]);
  const [resumed] = await audited(app);
  assertEquals([resumed!.action, resumed!.on], ["resume", body.runnerIds]);
});

Deno.test("a runner alone closes its sockets, and says where it can be drained", async () => {
  const { app, source, kept } = await scene({ role: "runner" });
  await app.act(`/api/sockets/${formatId(kept.requestId)}/close`);
  assertEquals(source.sockets.length, 1);
  const response = await app.act(`/api/runners/${RUNNER}/drain`);
  assertEquals(await refusalOf(response), [409, "dashboard.no_gateway"]);
  await app.act(`/api/runners/${RUNNER}/hibernate`);
  assertEquals(phases({ source }), ["asleep", "asleep"]);
});

Deno.test("an action wants its header, JSON of its fields, and not too much of it", async () => {
  const { app, source, demo } = await scene({ limits: { actionBodyBytes: 100, actionTargets: 2 } });
  const at = `/api/actors/${demo}/hibernate`;
  const post = (headers: HeadersInit, body: BodyInit) =>
    app.call(at, { method: "POST", headers, body });
  const [json, header] = [{ "content-type": "application/json" }, { "x-dormouse-action": "1" }];
  const rows: [Response, number, string][] = [
    [await post(json, "{}"), 403, "dashboard.no_action_header"],
    [await post({ ...json, "x-dormouse-action": "0" }, "{}"), 403, "dashboard.no_action_header"],
    [await post({ ...header, "content-type": "text/plain" }, "{}"), 415, "api.bad_request"],
    [await post({ ...header, "content-type": "application/jsonp" }, "{}"), 415, "api.bad_request"],
    [await post(header, new URLSearchParams({ dryRun: "1" })), 415, "api.bad_request"],
    [await post({ ...json, ...header }, ""), 400, "api.bad_request"],
    [await post({ ...json, ...header }, "{"), 400, "api.bad_request"],
    [await post({ ...json, ...header }, "[]"), 400, "api.bad_request"],
    [await post({ ...json, ...header }, "null"), 400, "api.bad_request"],
    [await app.act(at, { dryRun: "true" }), 400, "api.bad_request"],
    [await app.act(at, { actorIds: [demo] }), 400, "api.bad_request"],
    [await app.act("/api/actors/hibernate", { actorIds: [] }), 400, "api.bad_request"],
    [await app.act("/api/actors/hibernate", { actorIds: [1] }), 400, "api.bad_request"],
    [await post({ ...json, ...header }, " ".repeat(101)), 413, "dashboard.body_too_large"],
    [
      await app.act("/api/actors/hibernate", { actorIds: ["a", "b", "c"] }),
      413,
      "dashboard.too_many_targets",
    ],
  ];
  for (const [at, [response, ...wanted]] of rows.entries()) {
    assertEquals(await refusalOf(response), wanted, `${at}`);
  }
  assertEquals(phases({ source }), ["running", "running"]);
  // At the edges of the limits it is taken.
  const { requestId } = source.socket(demo);
  assertEquals((await post({ ...json, ...header }, "{}".padEnd(100))).status, 200);
  assertEquals((await app.act("/api/actors/wake", { actorIds: ["a", demo] })).status, 200);
  assertEquals(source.sockets.find((one) => one.requestId === requestId)!.phase, "active");
});

Deno.test("nobody acts at a read-only dashboard, nor with a token that only shows", async () => {
  const { app, source, demo } = await scene({ readOnly: true });
  for (const { path } of ACTIONS) {
    const at = path.replace("{actorId}", demo).replace(/\{\w+\}/, "x");
    assertEquals(await refusalOf(await app.act(at)), [403, "dashboard.read_only"], path);
  }
  assertEquals(phases({ source }), ["running", "running"]);

  const open = await scene();
  for (const token of [FakeApp.VIEW_TOKEN, FakeApp.PAYLOAD_TOKEN]) {
    const headers = { authorization: `Bearer ${token}` };
    for (const { path } of ACTIONS) {
      const at = path.replace("{actorId}", open.demo).replace(/\{\w+\}/, "x");
      const response = await open.app.act(at, { dryRun: true }, headers);
      assertEquals(await refusalOf(response), [403, "dashboard.role_too_low"], path);
    }
  }
  assertEquals(phases(open), ["running", "running"]);
});

Deno.test("actions are limited for each session and in all, and say how long to wait", async () => {
  const host = new VirtualHost();
  const actions = { perMinute: 2, perMinuteInAll: 3 };
  const { app, demo } = await scene({ host, accessLimits: { actions } });
  const cookie = (await app.ask(`/login?token=${FakeApp.TOKEN}`)).headers.get("set-cookie")!
    .split(";")[0]!;
  const at = `/api/actors/${demo}/hibernate`;
  const byCookie = () =>
    app.ask(at, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", "x-dormouse-action": "1" },
      body: `{"dryRun":true}`,
    });
  const byToken = () => app.act(at, { dryRun: true });
  assertEquals([(await byToken()).status, (await byToken()).status], [200, 200]);
  const refused = await byToken();
  assertEquals(refused.headers.get("retry-after"), "30");
  assertEquals(await refusalOf(refused), [429, "api.rate_limited"]);
  // Another session has an allowance of its own, as far as there is one in all.
  assertEquals([(await byCookie()).status, (await byCookie()).status], [200, 429]);
  await host.advance(20_000);
  assertEquals([(await byToken()).status, (await byCookie()).status], [429, 200]);
  await host.advance(60_000);
  assertEquals([(await byToken()).status, (await byToken()).status], [200, 200]);
});

Deno.test("the audit log says who did what, and keeps no more than it may", async () => {
  const { app, demo } = await scene({ limits: { audit: 2 } });
  const login = await app.ask(`/login?token=${FakeApp.TOKEN}`);
  const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
  const headers = { "content-type": "application/json", "x-dormouse-action": "1", cookie };
  for (const action of ["hibernate", "wake", "hibernate"]) {
    await app.ask(`/api/actors/${demo}/${action}`, { method: "POST", headers, body: "{}" });
  }
  const answer = await (await app.call("/api/audit")).json();
  assertEquals([answer.inAll ?? answer.lastId, answer.rows.length], [3, 2]);
  const [entry] = answer.rows as AuditRow[];
  assertEquals([entry!.role, entry!.action, entry!.on, entry!.outcome], [
    "operate",
    "hibernate",
    [demo as string],
    "done",
  ]);
  assertMatch(entry!.session, /^[\w-]{6}$/);
  const text = JSON.stringify(answer);
  const [, value] = cookie.split("=");
  assert(!text.includes(FakeApp.TOKEN) && !text.includes(value!.split(".")[2]!));
});

Deno.test("replay says what it would do, and says it as the client with the next index", async () => {
  const { app, source, kept } = await scene();
  const at = `/api/sockets/${formatId(kept.requestId)}/replay`;
  const index = kept.lastQueued + 1;
  const plan = await (await app.act(at, { text: "inc", dryRun: true })).json();
  assertMatch(
    plan.rows[0].detail,
    new RegExp(`new message of this client, with the index ${index}`),
  );
  assertMatch(plan.notes.join(), /cannot tell it from a message that its client sends/);
  assertEquals(source.replayed, []);
  await app.act(at, { text: "inc" });
  const done = await (await app.act(at, { base64: "yv4=" })).json();
  assertEquals([done.rows[0].result, source.replayed], ["said", [
    "inc",
    Uint8Array.of(0xca, 0xfe),
  ]]);
  // What was said is nobody's to read there.
  assertEquals((await audited(app)).map(({ detail }) => detail), ["2 bytes", "a text"]);
  for (const body of [{}, { text: "a", base64: "" }, { base64: "?" }, { text: 1 }]) {
    assertEquals(await refusalOf(await app.act(at, body)), [400, "api.bad_request"]);
  }
});

Deno.test("replay is refused at a runner alone, which is no client's gateway", async () => {
  const app = await FakeApp.create({ role: "runner" });
  const { requestId } = app.source.socket(app.source.actor("counter", "demo").actorId);
  const response = await app.act(`/api/sockets/${formatId(requestId)}/replay`, { text: "inc" });
  assertEquals(await refusalOf(response), [409, "dashboard.no_gateway"]);
});
