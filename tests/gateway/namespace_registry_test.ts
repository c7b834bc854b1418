import { assertEquals, assertStringIncludes } from "@std/assert";
import { Management } from "../support/management.ts";

const post = (api: Management, name: string, displayName = "Shown") =>
  api.call("POST", "/namespaces", { name, display_name: displayName });

Deno.test("namespaces: default is there from the first start, once", async () => {
  const first = await Management.start();
  const { json } = await first.call("GET", "/namespaces");
  const { namespaceId } = first.gateway.namespaces.get("default");
  assertEquals(json, {
    namespaces: [{
      namespace_id: namespaceId,
      name: "default",
      display_name: "Default",
      create_ts: first.host.epoch(),
    }],
    pagination: { cursor: null },
  });
  await post(first, "other");
  await first.end();
  const second = await Management.start({ backend: first.backend });
  assertEquals(second.gateway.namespaces.get("default").namespaceId, namespaceId);
  assertEquals(second.gateway.namespaces.list().map(({ name }) => name), ["default", "other"]);
  await second.end();
});

Deno.test("namespaces: POST makes one, in which actors can be made from then on", async () => {
  const api = await Management.start();
  const { status, json } = await post(api, "team-1", "Team 1");
  assertEquals(status, 200);
  assertEquals(json, {
    namespace: {
      namespace_id: api.gateway.namespaces.get("team-1").namespaceId,
      name: "team-1",
      display_name: "Team 1",
      create_ts: api.host.epoch(),
    },
  });
  const id = await api.create({}, "team-1");
  assertEquals((await api.actor(id, "team-1")).namespace_id, json.namespace.namespace_id);
  assertEquals(await api.actor(id), undefined);
  await api.end();
});

Deno.test("namespaces: the engine's rule for names holds", async () => {
  const api = await Management.start();
  for (const name of ["a", "1", "a-b", "a-1-b", "x".repeat(63), "x".repeat(64)]) {
    assertEquals([name, (await post(api, name)).status], [name, 200]);
  }
  for (
    const [name, displayName, reason] of [
      ["", "S", "name too short"],
      ["x".repeat(65), "S", "name too long"],
      ["A", "S", "invalid name"],
      ["a_b", "S", "invalid name"],
      ["a.b", "S", "invalid name"],
      ["-a", "S", "invalid name"],
      ["a-", "S", "invalid name"],
      ["a--b", "S", "invalid name"],
      ["é", "S", "invalid name"],
      ["b", "", "display name too short"],
      ["b", "x".repeat(129), "display name too long"],
    ] as const
  ) {
    const { status, json } = await post(api, name, displayName);
    assertEquals([name, status, json.group, json.code], [
      name,
      400,
      "namespace",
      "failed_to_create",
    ]);
    assertEquals(json.metadata, { reason });
    assertStringIncludes(json.message, reason);
  }
  for (const length of [127, 128]) {
    assertEquals((await post(api, `b${length}`, "x".repeat(length))).status, 200);
  }
  await api.end();
});

Deno.test("namespaces: a name is given once, also when asked for at the same time", async () => {
  const api = await Management.start();
  const both = await Promise.all([post(api, "a"), post(api, "a")]);
  assertEquals(both.map(({ status }) => status).sort(), [200, 409]);
  const { status, json } = await post(api, "default");
  assertEquals([status, json.group, json.code], [409, "namespace", "name_not_unique"]);
  await api.end();
});

Deno.test("namespaces: the limit holds at its edge and is counted", async () => {
  const api = await Management.start({ options: { namespaces: 3 } });
  assertEquals((await post(api, "second")).status, 200);
  const both = await Promise.all([post(api, "third"), post(api, "fourth")]);
  assertEquals(both.map(({ status }) => status).sort(), [200, 409]);
  const { json } = await post(api, "fifth");
  assertEquals([json.group, json.code], ["namespace", "too_many"]);
  assertStringIncludes(json.message, "namespaces of 3");
  assertEquals(api.limits, ["namespaces", "namespaces"]);
  await api.end();
});

Deno.test("namespaces: a list is oldest first, filtered and paged", async () => {
  const api = await Management.start();
  for (const name of ["c", "b", "a"]) {
    await api.host.advance(1);
    await post(api, name);
  }
  const list = async (query: string): Promise<[string[], string | null]> => {
    const { json } = await api.call("GET", `/namespaces${query}`);
    return [json.namespaces.map(({ name }: { name: string }) => name), json.pagination.cursor];
  };
  assertEquals(await list(""), [["default", "c", "b", "a"], null]);
  const [names, cursor] = await list("?limit=3");
  assertEquals(names, ["default", "c", "b"]);
  assertEquals(await list(`?limit=3&cursor=${cursor}`), [["a"], null]);
  assertEquals(await list("?name=b"), [["b"], null]);
  assertEquals(await list("?name=none"), [[], null]);
  const { namespaceId } = api.gateway.namespaces.get("a");
  assertEquals(await list(`?namespace_ids=${namespaceId},none`), [["a"], null]);
  assertEquals(await list(`?namespace_id=${namespaceId}`), [["a"], null]);
  await api.end();
});
