import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { StoreError } from "../../lib/gateway/gateway_store.ts";
import { actorId as actorOf } from "../../lib/protocol/mod.ts";
import { Management, spec, TOKEN } from "../support/management.ts";

/** Every route with a call that is good in itself. */
const ROUTES: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ["POST", "/actors?namespace=default", spec()],
  ["PUT", "/actors?namespace=default", spec({ key: "a" })],
  ["GET", "/actors?namespace=default"],
  ["GET", "/actors/names?namespace=default"],
  ["DELETE", "/actors/x?namespace=default"],
  ["POST", "/actors/x/sleep?namespace=default", {}],
  ["POST", "/actors/x/reschedule?namespace=default", {}],
  ["GET", "/actors/x/kv/keys/aGk=?namespace=default"],
  ["GET", "/namespaces"],
  ["POST", "/namespaces", { name: "other", display_name: "Other" }],
  ["GET", "/runners?namespace=default"],
  ["GET", "/runners/names?namespace=default"],
  ["GET", "/runner-configs?namespace=default"],
  ["PUT", "/runner-configs/a?namespace=default", { datacenters: { default: { normal: {} } } }],
  ["DELETE", "/runner-configs/a?namespace=default"],
  ["GET", "/datacenters"],
];

Deno.test("management API: every route but /health and /metadata wants the token", async () => {
  const api = await Management.start();
  for (const [method, path, body] of ROUTES) {
    for (const authorization of ["", TOKEN, `Basic ${TOKEN}`]) {
      const { status, json, headers } = await api.call(method, path, body, { authorization });
      assertEquals([method, path, status], [method, path, 401]);
      assertEquals([json.group, json.code, json.metadata], ["api", "unauthorized", null]);
      assertStringIncludes(json.message, "Authorization");
      assertEquals(headers.get("www-authenticate"), "Bearer");
    }
    for (const wrong of ["wrong", `${TOKEN}x`, TOKEN.slice(1)]) {
      const authorization = `Bearer ${wrong}`;
      const { status, json } = await api.call(method, path, body, { authorization });
      assertEquals([method, path, status], [method, path, 403]);
      assertEquals([json.group, json.code], ["api", "forbidden"]);
    }
    const { status } = await api.call(method, path, body);
    assertEquals([method, path, status], [method, path, path.includes("/x") ? 404 : 200]);
  }
  assertEquals((await api.call("GET", "/health", undefined, { authorization: "" })).status, 200);
  assertEquals((await api.call("GET", "/metadata", undefined, { authorization: "" })).status, 200);
  await api.end();
});

Deno.test("management API: /health and /metadata answer as the engine's clients want", async () => {
  const api = await Management.start();
  assertEquals((await api.call("GET", "/health")).json, {
    runtime: "engine",
    status: "ok",
    version: "1.2.3",
  });
  assertEquals((await api.call("GET", "/metadata")).json, {
    runtime: "engine",
    version: "1.2.3",
    server: "dormouse",
    runner_protocol_versions: [1, 2, 3, 4, 5, 6, 7],
  });
  assertEquals((await api.call("GET", "/datacenters")).json, {
    datacenters: [{ label: 1, name: "default", url: "http://127.0.0.1:6420/" }],
    pagination: { cursor: null },
  });
  const head = await api.call("HEAD", "/health");
  assertEquals([head.status, head.json], [200, undefined]);
  await api.end();
});

Deno.test("management API: an unknown route tells the routes nearby, or all", async () => {
  const api = await Management.start();
  const near = await api.call("GET", "/actors/x/state");
  assertEquals([near.status, near.json.group, near.json.code], [404, "api", "not_found"]);
  assertEquals(near.json.metadata.routes, [
    "POST /actors",
    "PUT /actors",
    "GET /actors",
    "GET /actors/names",
    "DELETE /actors/:id",
    "POST /actors/:id/sleep",
    "POST /actors/:id/reschedule",
    "GET /actors/:id/kv/keys/:key",
  ]);
  const far = await api.call("GET", "/", undefined, { authorization: "" });
  assertEquals(far.status, 404);
  assertEquals(far.json.metadata.routes.length, ROUTES.length + 2);
  assertStringIncludes(far.json.message, "GET /health");
  await api.end();
});

Deno.test("management API: a method that a path does not take is 405 with Allow", async () => {
  const api = await Management.start();
  for (
    const [method, path, allow] of [
      ["PATCH", "/actors", "POST, PUT, GET, HEAD"],
      ["GET", "/actors/x", "DELETE"],
      ["POST", "/health", "GET, HEAD"],
      ["GET", "/runner-configs/a", "PUT, DELETE"],
      ["DELETE", "/namespaces", "GET, HEAD, POST"],
    ] as const
  ) {
    const { status, headers, json } = await api.call(method, path);
    assertEquals([path, status, headers.get("allow")], [path, 405, allow]);
    assertEquals([json.group, json.code], ["api", "method_not_allowed"]);
    assertEquals(json.metadata, { allowed: allow.split(", ") });
  }
  await api.end();
});

Deno.test("management API: POST /actors makes the actor and wakes it", async () => {
  const api = await Management.start();
  const runner = await api.runner();
  const { status, json } = await api.call(
    "POST",
    "/actors?namespace=default",
    spec({ key: "k", input: "aGVsbG8=", datacenter: "default" }),
  );
  const now = api.host.epoch();
  const { namespaceId } = api.gateway.namespaces.get("default");
  assertEquals(status, 200);
  assertMatch(json.actor.actor_id, /^[0-9a-z]{30}$/);
  assertEquals(json, {
    actor: {
      actor_id: json.actor.actor_id,
      name: "counter",
      key: "k",
      namespace_id: namespaceId,
      datacenter: "default",
      runner_name_selector: "default",
      crash_policy: "sleep",
      create_ts: now,
      start_ts: now,
      pending_allocation_ts: null,
      connectable_ts: null,
      sleep_ts: null,
      reschedule_ts: null,
      destroy_ts: null,
    },
  });
  const [start] = runner.commands();
  assert(start?.command.kind === "start");
  assertEquals(start.command.config.input, new TextEncoder().encode("hello"));
  assertEquals(start.command.config.key, "k");
  assertEquals((await api.actor(json.actor.actor_id)).connectable_ts, now);
  await api.end();
});

Deno.test("management API: an actor without a runner is pending, with no_capacity", async () => {
  const api = await Management.start();
  const { json } = await api.call("POST", "/actors?namespace=default", spec());
  const { start_ts, pending_allocation_ts, error, actor_id } = json.actor;
  assertEquals([start_ts, pending_allocation_ts, error], [
    null,
    api.host.epoch(),
    "no_capacity",
  ]);
  await api.host.advance(api.gateway.options.actorReadyTimeoutMs);
  const later = await api.actor(actor_id);
  assertEquals([later.pending_allocation_ts, later.sleep_ts, later.error], [
    null,
    api.host.epoch(),
    undefined,
  ]);
  await api.end();
});

Deno.test("management API: an actor that crashed tells why, and takes no requests", async () => {
  const api = await Management.start();
  const runner = await api.runner();
  const id = await api.create();
  runner.crash(actorOf(id), "boom");
  await api.host.settle();
  const { error, sleep_ts, connectable_ts } = await api.actor(id);
  assertEquals(error, { crashed: { message: "boom" } });
  assertEquals([sleep_ts, connectable_ts], [api.host.epoch(), null]);
  await api.end();
});

Deno.test("management API: POST /actors refuses a key in use, and null is never in use", async () => {
  const api = await Management.start();
  const id = await api.create({ key: "k" });
  const { status, json } = await api.call("POST", "/actors?namespace=default", spec({ key: "k" }));
  assertEquals([status, json.group, json.code], [409, "actor", "duplicate_key"]);
  assertEquals(json.metadata, { existing_actor_id: id, key: "k" });
  assert(await api.create({ key: "other" }) !== id);
  assert(await api.create({ name: "chat", key: "k" }) !== id);
  const unnamed = [await api.create(), await api.create()];
  assertEquals(new Set(unnamed).size, 2);
  await api.end();
});

Deno.test("management API: PUT /actors gets the actor, or creates it", async () => {
  const api = await Management.start();
  const runner = await api.runner();
  const put = () => api.call("PUT", "/actors?namespace=default", spec({ key: "k" }));
  const first = await put();
  assertEquals([first.status, first.json.created], [200, true]);
  const id = first.json.actor.actor_id;
  await api.call("POST", `/actors/${id}/sleep?namespace=default`, {});
  runner.clear();
  const second = await put();
  assertEquals([second.status, second.json.created], [200, false]);
  assertEquals([second.json.actor.actor_id, second.json.actor.sleep_ts], [id, api.host.epoch()]);
  assertEquals(runner.commands(), [], "a sleeper that is looked up stays asleep");
  assertEquals(api.gateway.actors.size, 0, "and out of memory");
  await api.end();
});

Deno.test("management API: two PUTs at once make one actor", async () => {
  const api = await Management.start();
  const put = () => api.call("PUT", "/actors?namespace=default", spec({ key: "k" }));
  const answers = await Promise.all([put(), put(), put()]);
  assertEquals(new Set(answers.map(({ json }) => json.actor.actor_id)).size, 1);
  assertEquals(answers.filter(({ json }) => json.created).length, 1);
  await api.end();
});

const NS = "/actors?namespace=default";
const key = (bytes: number): string => "é".repeat(bytes >> 1) + "x".repeat(bytes & 1);
const ids = (count: number): string => Array.from({ length: count }, (_, i) => `id${i}`).join(",");

/** What is sent; the status and `group.code`; what the message must say. */
const REFUSED: readonly (readonly [
  method: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
  says: string,
])[] = [
  ["POST", "/actors", spec(), 400, "api.bad_request", "query: `namespace` is missing"],
  ["POST", "/actors?namespace=no", spec(), 404, "namespace.not_found", '"no"'],
  ["PUT", "/actors?namespace=no", spec({ key: "k" }), 404, "namespace.not_found", '"no"'],
  ["GET", "/actors?namespace=no", undefined, 404, "namespace.not_found", '"no"'],
  ["GET", "/actors/names?namespace=no", undefined, 404, "namespace.not_found", '"no"'],
  ["GET", "/runners?namespace=no", undefined, 404, "namespace.not_found", '"no"'],
  ["GET", "/runners/names?namespace=no", undefined, 404, "namespace.not_found", '"no"'],
  ["GET", "/runner-configs?namespace=no", undefined, 404, "namespace.not_found", '"no"'],
  ["DELETE", "/actors/x?namespace=no", undefined, 404, "namespace.not_found", '"no"'],
  ["POST", `${NS}&bogus=1`, spec(), 400, "api.bad_request", "`bogus` is not known; known are name"],
  ["GET", `${NS}&namespace=default`, undefined, 400, "api.bad_request", "given twice"],
  ["GET", `${NS}&__proto__=1`, undefined, 400, "api.bad_request", "`__proto__` is not known"],
  ["POST", NS, "{bad", 400, "api.bad_request", "body is not JSON"],
  ["POST", NS, "", 400, "api.bad_request", "body is empty"],
  ["POST", NS, "[]", 400, "api.bad_request", "an array; a JSON object is wanted"],
  ["POST", NS, "null", 400, "api.bad_request", "Expected Object but received null"],
  ["POST", NS, { ...spec(), bogus: 1 }, 400, "api.bad_request", "`bogus` is not known; known are"],
  ["POST", NS, { key: null }, 400, "api.bad_request", "body: `name` is missing"],
  ["POST", NS, spec({ name: 1 }), 400, "api.bad_request", "`name`: "],
  ["POST", NS, spec({ name: "" }), 400, "api.bad_request", "`name`: at least 1 character"],
  ["POST", NS, spec({ name: key(1025) }), 400, "api.bad_request", "1025 bytes, at most 1024"],
  [
    "POST",
    NS,
    spec({ runner_name_selector: "" }),
    400,
    "api.bad_request",
    "`runner_name_selector`",
  ],
  ["POST", NS, spec({ crash_policy: "no" }), 400, "api.bad_request", 'is "no"; restart, sleep or'],
  ["POST", NS, spec({ key: "" }), 400, "actor.empty_key", "null means none"],
  ["POST", NS, spec({ key: key(1025) }), 400, "actor.key_too_large", "1025 bytes; at most 1024"],
  ["PUT", NS, spec({ key: null }), 400, "api.bad_request", "`key`: "],
  ["PUT", NS, spec({ key: undefined }), 400, "api.bad_request", "`key` is missing"],
  ["POST", NS, spec({ datacenter: "eu" }), 404, "datacenter.not_found", '"eu"'],
  ["POST", NS, spec({ input: "aGk" }), 400, "api.bad_request", "`input`: it is not base64"],
  ["POST", NS, spec({ input: "aGl=" }), 400, "api.bad_request", "`input`: it is not base64"],
  ["POST", NS, spec({ input: "-_8=" }), 400, "api.bad_request", "`input`: it is not base64"],
  ["POST", NS, spec({ input: "aG k=" }), 400, "api.bad_request", "`input`: it is not base64"],
  ["POST", NS, spec({ input: "***" }), 400, "api.bad_request", "`input`: it is not base64"],
  ["GET", `${NS}&limit=-1`, undefined, 400, "api.bad_request", "`limit`: it is"],
  ["GET", `${NS}&limit=1.5`, undefined, 400, "api.bad_request", "a whole number is wanted"],
  ["GET", `${NS}&limit=`, undefined, 400, "api.bad_request", "a whole number is wanted"],
  ["GET", `${NS}&cursor=zzz`, undefined, 400, "api.bad_request", "`cursor` is none"],
  ["GET", `${NS}&cursor=`, undefined, 400, "api.bad_request", "`cursor` is none"],
  ["GET", `${NS}&cursor=!`, undefined, 400, "api.bad_request", "`cursor` is none"],
  ["GET", `${NS}&include_destroyed=yes`, undefined, 400, "api.bad_request", "true or false"],
  ["GET", `${NS}&key=k`, undefined, 400, "validation.invalid_input", "Name is required"],
  [
    "GET",
    `${NS}&actor_ids=a&name=b`,
    undefined,
    400,
    "validation.invalid_input",
    "one or the other",
  ],
  ["GET", `${NS}&actor_ids=${ids(33)}`, undefined, 400, "validation.too_many_actor_ids", "33"],
  ["DELETE", "/actors/x?namespace=default", undefined, 404, "actor.not_found", "x"],
  ["DELETE", "/actors/x", undefined, 400, "api.bad_request", "`namespace` is missing"],
  ["DELETE", "/actors/x?namespace=default", { a: 1 }, 400, "api.bad_request", "`a` is not known"],
  ["POST", "/actors/x/sleep?namespace=default", { a: 1 }, 400, "api.bad_request", "known are none"],
  ["POST", "/actors/x/sleep?namespace=default", {}, 404, "actor.not_found", "x"],
  ["POST", "/actors/x/reschedule?namespace=default", {}, 404, "actor.not_found", "x"],
  ["GET", "/actors/x/kv/keys/aGk=?namespace=default", undefined, 404, "actor.not_found", "x"],
  [
    "GET",
    "/actors/x/kv/keys/aGk?namespace=default",
    undefined,
    400,
    "api.bad_request",
    "not base64",
  ],
  ["GET", "/actors/x/kv/keys/-_8=?namespace=default", undefined, 400, "api.bad_request", "base64"],
  ["GET", "/actors/x/kv/keys/%zz?namespace=default", undefined, 400, "api.bad_request", "base64"],
  ["POST", "/namespaces", { name: "a" }, 400, "api.bad_request", "`display_name` is missing"],
  ["PUT", "/runner-configs/a?namespace=default", {}, 400, "api.bad_request", "`datacenters`"],
  [
    "PUT",
    "/runner-configs/a?namespace=default",
    { datacenters: { default: { serverless: { url: "http://127.0.0.1/" } } } },
    400,
    "runner_config.invalid",
    "normal is wanted, serverless is given",
  ],
  [
    "PUT",
    "/runner-configs/a?namespace=default",
    { datacenters: { eu: { normal: {} } } },
    404,
    "datacenter.not_found",
    '"eu"',
  ],
];

Deno.test("management API: what is wrong is refused by its name, and nothing is made", async () => {
  const api = await Management.start();
  for (const [method, path, body, status, code, says] of REFUSED) {
    const { json, headers, ...answer } = await api.call(method, path, body);
    const what = `${method} ${path.slice(0, 90)} ${JSON.stringify(body)?.slice(0, 90)}`;
    assertEquals([what, answer.status, `${json.group}.${json.code}`], [what, status, code]);
    assertEquals(headers.get("x-rivet-error"), code);
    assertStringIncludes(json.message, says, what);
    if (code === "api.bad_request") {
      assertEquals(json.message, `Request is invalid: ${json.metadata.reason}`);
    }
  }
  assertEquals((await api.call("GET", NS)).json.actors, []);
  await api.end();
});

Deno.test("management API: limits of a new actor's fields hold at their edge", async () => {
  const api = await Management.start();
  for (const bytes of [1023, 1024]) {
    assertMatch(await api.create({ key: key(bytes) }), /^[0-9a-z]{30}$/);
    assertMatch(await api.create({ name: key(bytes) }), /^[0-9a-z]{30}$/);
  }
  for (const count of [31, 32]) {
    assertEquals((await api.call("GET", `${NS}&actor_ids=${ids(count)}`)).status, 200);
  }
  await api.end();
});

Deno.test("management API: a body over managementBodyBytes is 413 and counted", async () => {
  const bytes = JSON.stringify(spec({ key: "k1" })).length;
  for (
    const [managementBodyBytes, status] of [[bytes + 1, 200], [bytes, 200], [
      bytes - 1,
      413,
    ]] as const
  ) {
    const api = await Management.start({ options: { managementBodyBytes } });
    const { json, ...answer } = await api.call("POST", NS, spec({ key: "k1" }));
    assertEquals(answer.status, status);
    assertEquals(api.limits, status === 413 ? ["managementBodyBytes"] : []);
    if (status === 413) {
      assertEquals([json.group, json.code], ["guard", "body_too_large"]);
      assertStringIncludes(json.message, `managementBodyBytes=${managementBodyBytes}`);
    }
    await api.end();
  }
});

Deno.test("management API: a body that is not said to be JSON is 415", async () => {
  const api = await Management.start();
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]) {
    const { status, json } = await api.call("POST", NS, spec(), { "content-type": type });
    assertEquals([type, status, json.code], [type, 415, "bad_request"]);
    assertStringIncludes(json.message, type);
  }
  for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
    const { status } = await api.call("POST", NS, spec(), { "content-type": type });
    assertEquals([type, status], [type, 200]);
  }
  await api.end();
});

Deno.test("management API: DELETE destroys the actor, frees its key, and may be repeated", async () => {
  const api = await Management.start();
  const runner = await api.runner();
  await api.call("POST", "/namespaces", { name: "other", display_name: "Other" });
  const id = await api.create({ key: "k" });
  const path = `/actors/${id}?namespace=default`;
  const elsewhere = await api.call("DELETE", path.replace("default", "other"));
  assertEquals([elsewhere.status, elsewhere.json.code], [404, "not_found"]);
  const first = await api.call("DELETE", path);
  assertEquals([first.status, first.json], [200, {}]);
  assertEquals(runner.commands().at(-1)?.command.kind, "stop");
  assertEquals((await api.actor(id)).destroy_ts, api.host.epoch());
  const again = await api.call("DELETE", path);
  assertEquals([again.status, again.json], [200, {}]);
  assert(await api.create({ key: "k" }) !== id);
  for (const what of ["sleep", "reschedule"]) {
    const { status, json } = await api.call("POST", `/actors/${id}/${what}?namespace=default`, {});
    assertEquals([what, status, json.group, json.code], [what, 404, "actor", "not_found"]);
  }
  await api.end();
});

Deno.test("management API: sleep stops the actor, and a sleeper stays out of memory", async () => {
  const api = await Management.start();
  const runner = await api.runner();
  const id = await api.create();
  const sleep = (body?: unknown) => api.call("POST", `/actors/${id}/sleep?namespace=default`, body);
  const { status, json } = await sleep();
  assertEquals([status, json], [200, {}]);
  assertEquals(runner.commands().at(-1)?.command.kind, "stop");
  const { sleep_ts, connectable_ts } = await api.actor(id);
  assertEquals([sleep_ts, connectable_ts], [api.host.epoch(), null]);
  assertEquals((await sleep({})).json, {});
  assertEquals(api.gateway.actors.size, 0);
  assertEquals(runner.commands().length, 2);
  await api.end();
});

Deno.test("management API: reschedule starts the actor anew, running or asleep", async () => {
  const api = await Management.start();
  const runner = await api.runner();
  const id = await api.create();
  const reschedule = () => api.call("POST", `/actors/${id}/reschedule?namespace=default`);
  const running = await reschedule();
  assertEquals([running.status, running.json], [200, {}]);
  await api.call("POST", `/actors/${id}/sleep?namespace=default`);
  assertEquals((await api.actor(id)).connectable_ts, null);
  await reschedule();
  assertEquals((await api.actor(id)).connectable_ts, api.host.epoch());
  assertEquals(
    runner.commands().map(({ command, checkpoint }) => [command.kind, checkpoint.generation]),
    [["start", 1], ["stop", 1], ["start", 2], ["stop", 2], ["start", 3]],
  );
  await api.end();
});

Deno.test("management API: reschedule_ts tells the restart, and reschedule does not wait", async () => {
  const api = await Management.start();
  const runner = await api.runner();
  const id = await api.create({ crash_policy: "restart" });
  const crash = async (): Promise<void> => {
    runner.crash(actorOf(id), "boom");
    await api.host.settle();
  };
  const { restartBackoffMs } = api.gateway.options;
  await crash();
  assertEquals((await api.actor(id)).reschedule_ts, api.host.epoch() + restartBackoffMs);
  await api.host.advance(restartBackoffMs);
  const restarted = await api.actor(id);
  assertEquals([restarted.reschedule_ts, restarted.connectable_ts], [null, api.host.epoch()]);
  await crash();
  assertEquals((await api.actor(id)).reschedule_ts, api.host.epoch() + 2 * restartBackoffMs);
  await api.call("POST", `/actors/${id}/reschedule?namespace=default`);
  const rescheduled = await api.actor(id);
  assertEquals([rescheduled.reschedule_ts, rescheduled.connectable_ts], [null, api.host.epoch()]);
  runner.clear();
  await api.host.advance(10 * restartBackoffMs);
  assertEquals(runner.commands(), [], "the restart that it did not wait for is off");
  await api.end();
});

Deno.test("management API: a KV key is read as base64, and looking wakes no actor", async () => {
  const api = await Management.start();
  const id = await api.create();
  const { kv } = api.gateway.store;
  const keyBytes = new Uint8Array([0xfb, 0xff]);
  await kv.put(actorOf(id), [keyBytes], [new TextEncoder().encode("there")], 17);
  const get = (key: string) => api.call("GET", `/actors/${id}/kv/keys/${key}?namespace=default`);
  assertEquals((await get("%2B%2F8=")).json, { value: "dGhlcmU=", update_ts: 17 });
  const missing = await get("aGk=");
  assertEquals([missing.status, missing.json.group, missing.json.code], [
    404,
    "actor",
    "kv_key_not_found",
  ]);
  const large = await get(new Uint8Array(2049).toBase64());
  assertEquals([large.status, large.json.group, large.json.code], [400, "kv", "key_too_large"]);
  assertEquals((await get(new Uint8Array(2048).toBase64())).json.code, "kv_key_not_found");
  await api.end();
});

Deno.test("management API: runners are told as the engine tells them", async () => {
  const api = await Management.start();
  const runner = await api.runner({ name: "pool", key: "one", slots: 3 });
  await api.host.advance(3_000);
  await api.runner({ name: "another", key: "two" });
  await api.create({ runner_name_selector: "pool" });
  const { namespaceId } = api.gateway.namespaces.get("default");
  const { json } = await api.call("GET", "/runners?namespace=default&name=pool");
  const [{ runner_id }] = json.runners;
  assertEquals(json, {
    runners: [{
      runner_id: runner.runnerId,
      namespace_id: namespaceId,
      datacenter: "default",
      name: "pool",
      key: "one",
      version: 1,
      total_slots: 3,
      remaining_slots: 2,
      create_ts: 1_700_000_000_000,
      drain_ts: null,
      stop_ts: null,
      last_ping_ts: 1_700_000_003_000,
      last_connected_ts: 1_700_000_000_000,
      last_rtt: 0,
      metadata: null,
    }],
    pagination: { cursor: null },
  });
  const keys = async (query: string): Promise<string[]> =>
    (await api.call("GET", `/runners?namespace=default${query}`)).json.runners
      .map(({ key }: { key: string }) => key);
  assertEquals(await keys(""), ["one", "two"]);
  assertEquals(await keys(`&runner_ids=${runner_id}&include_stopped=true`), ["one"]);
  assertEquals(await keys("&runner_id=nobody"), []);
  assertEquals((await api.call("GET", "/runners/names?namespace=default")).json, {
    names: ["another", "pool"],
    pagination: { cursor: null },
  });
  runner.send({ kind: "stopping" });
  await api.host.settle();
  const draining = await api.call("GET", "/runners?namespace=default&name=pool");
  assertEquals(draining.json.runners[0].drain_ts, api.host.epoch());
  await api.end();
});

Deno.test("management API: names are those of actors and those that runners know", async () => {
  const api = await Management.start();
  const id = await api.create({ name: "gone" });
  await api.call("DELETE", `/actors/${id}?namespace=default`);
  await api.runner({ actorNames: ["counter", "__proto__"] });
  const { json } = await api.call("GET", "/actors/names?namespace=default");
  assertEquals(Object.keys(json.names), ["__proto__", "counter", "gone"]);
  assertEquals(json.names.counter, { metadata: {} });
  const first = await api.call("GET", "/actors/names?namespace=default&limit=2");
  assertEquals(Object.keys(first.json.names), ["__proto__", "counter"]);
  const cursor = first.json.pagination.cursor;
  const rest = await api.call("GET", `/actors/names?namespace=default&limit=2&cursor=${cursor}`);
  assertEquals([Object.keys(rest.json.names), rest.json.pagination.cursor], [["gone"], null]);
  await api.end();
});

Deno.test("management API: runner configs are normal, whatever connects", async () => {
  const api = await Management.start();
  await api.runner({ name: "pool" });
  const config = {
    datacenters: {
      default: {
        normal: {
          drain_on_version_upgrade: false,
          actor_eviction_delay: 0,
          actor_eviction_period: 0,
          actor_eviction_rate: 1,
        },
        protocol_version: null,
      },
    },
  };
  const list = async (query = ""): Promise<unknown> =>
    (await api.call("GET", `/runner-configs?namespace=default${query}`)).json.runner_configs;
  assertEquals(await list(), { pool: config });
  assertEquals(await list("&runner_name=other"), {});
  assertEquals(await list("&runner_names=pool,other"), { pool: config });
  // What RivetKit sends at its start.
  const body = { datacenters: { default: { normal: {}, drain_on_version_upgrade: true } } };
  const put = await api.call("PUT", "/runner-configs/pool?namespace=default", body);
  assertEquals([put.status, put.json], [200, { endpoint_config_changed: false }]);
  assertEquals(await list(), { pool: config });
  const removed = await api.call("DELETE", "/runner-configs/pool?namespace=default");
  assertEquals([removed.status, removed.json], [200, {}]);
  await api.end();
});

Deno.test("management API: a failure of the store rejects, for the listener to log", async () => {
  const api = await Management.start();
  api.gateway.store.actors.list = () => Promise.reject(new StoreError("store.failed", "No disk"));
  await assertRejects(() => api.call("GET", NS), StoreError, "No disk");
  for (
    const [code, reason] of [["store.overloaded", "too_busy"], [
      "store.closed",
      "gateway_shutdown",
    ]] as const
  ) {
    api.gateway.store.actors.list = () => Promise.reject(new StoreError(code, "Not now"));
    const { status, json } = await api.call("GET", NS);
    assertEquals([status, json.group, json.code], [503, "guard", reason]);
  }
  await api.end();
});
