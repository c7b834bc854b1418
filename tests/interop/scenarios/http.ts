/** HTTP through the gateway. */
import { assert, assertEquals } from "@std/assert";
import type { Scenario } from "../scenario.ts";

const MIB = 1024 * 1024;

export const http: readonly Scenario[] = [
  {
    name: "requests GET, POST, PUT, PATCH and DELETE reach the actor",
    async run(world) {
      const id = await world.create();
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
        const response = await world.fetch(id, "/request", { method });
        assertEquals([response.status, (await response.json()).method], [200, method]);
      }
    },
  },
  {
    name: "a request OPTIONS reaches the actor",
    instead: [{ gateway: "Rivet Engine", does: "answers it itself, as a preflight" }],
    async run(world) {
      const response = await world.fetch(await world.create(), "/request", { method: "OPTIONS" });
      assertEquals([response.status, (await response.json()).method], [200, "OPTIONS"]);
    },
  },
  {
    name: "a HEAD request is answered without a body",
    async run(world) {
      const id = await world.create();
      const response = await world.fetch(id, "/headers", { method: "HEAD" });
      assertEquals(
        [response.status, response.headers.get("x-probe"), await response.text()],
        [200, "one, two", ""],
      );
    },
  },
  {
    name: "path and query reach the actor as they were sent",
    async run(world) {
      const id = await world.create();
      const path = "/request/a%20b/%C3%A9?x=1&y=%26&z";
      assertEquals((await (await world.fetch(id, path)).json()).path, path);
    },
  },
  {
    name: "headers reach the actor, and its own come back",
    async run(world) {
      const id = await world.create();
      const headers = { "x-sent": "yes", "accept-language": "de" };
      const seen = await (await world.fetch(id, "/request", { headers })).json();
      assertEquals([seen.headers["x-sent"], seen.headers["accept-language"]], ["yes", "de"]);
      const response = await world.fetch(id, "/headers");
      assertEquals(
        [response.headers.get("x-probe"), response.headers.get("content-type")],
        ["one, two", "text/x-probe"],
      );
      await response.body?.cancel();
    },
  },
  {
    name: "a text body goes both ways",
    async run(world) {
      const id = await world.create();
      const body = "ünïcödé ✓";
      const response = await world.fetch(id, "/echo", { method: "POST", body });
      assertEquals(await response.text(), body);
    },
  },
  {
    name: "an empty body goes both ways",
    async run(world) {
      const id = await world.create();
      const response = await world.fetch(id, "/echo", { method: "POST", body: "" });
      assertEquals([response.status, await response.text()], [200, ""]);
    },
  },
  {
    name: "a body of 4 MiB goes both ways",
    async run(world) {
      const id = await world.create();
      const body = new Uint8Array(4 * MIB).map((_, i) => i * 31);
      const response = await world.fetch(id, "/echo", { method: "POST", body });
      const echoed = new Uint8Array(await response.arrayBuffer());
      assertEquals(echoed.length, body.length);
      assert(echoed.every((byte, i) => byte === body[i]), "A byte came back otherwise");
    },
  },
  {
    name: "a body of 21 MiB goes both ways",
    instead: [
      { gateway: "Rivet Engine", does: "413" },
      { runner: "engine-runner 2.2.1", does: "413: it takes no stream" },
    ],
    async run(world) {
      const id = await world.create();
      const body = new Uint8Array(21 * MIB);
      const response = await world.fetch(id, "/echo", { method: "POST", body });
      assertEquals(response.status, 200);
      assertEquals((await response.bytes()).length, body.length);
    },
  },
  {
    name: "an actor's statuses 201, 204, 304, 404, 418, 500 and 503 reach the client",
    async run(world) {
      const id = await world.create();
      for (const status of [201, 204, 304, 404, 418, 500, 503]) {
        const response = await world.fetch(id, `/status/${status}`);
        const body = status === 204 || status === 304 ? "" : `status ${status}`;
        assertEquals([response.status, await response.text()], [status, body]);
      }
    },
  },
  {
    name: "a handler that throws answers 500",
    async run(world) {
      const id = await world.create();
      const response = await world.fetch(id, "/throw");
      await response.body?.cancel();
      assertEquals(response.status, 500);
    },
  },
  {
    name: "a request for an unknown actor answers 404",
    async run(world) {
      const response = await world.fetch(await world.unknown(), "/state");
      const { group, code } = await response.json();
      assertEquals([response.status, group, code], [404, "actor", "not_found"]);
    },
  },
  {
    name: "an actor is reached by headers",
    async run(world) {
      const id = await world.create();
      const response = await fetch(`${world.gateway.url}/request/by/header`, {
        headers: { "x-rivet-target": "actor", "x-rivet-actor": id },
      });
      assertEquals((await response.json()).path, "/request/by/header");
    },
  },
  {
    name: "an actor is made and reached by its name and key",
    async run(world) {
      const query = `rvt-method=getOrCreate&rvt-namespace=${world.namespace}` +
        `&rvt-runner=${world.pool}&rvt-key=named&mine=1`;
      const url = `${world.gateway.url}/gateway/probe/request?${query}`;
      assertEquals((await (await fetch(url)).json()).path, "/request?mine=1");
      const { json } = await world.api("GET", "/actors?name=probe&key=named");
      assertEquals(json.actors.length, 1);
    },
  },
  {
    name: "fifty requests at once get their own answers",
    async run(world) {
      const id = await world.create();
      const bodies = Array.from({ length: 50 }, (_, i) => `body ${i}`);
      const answers = await Promise.all(bodies.map(async (body) => {
        const response = await world.fetch(id, "/echo", { method: "POST", body });
        return await response.text();
      }));
      assertEquals(answers, bodies);
    },
  },
  {
    name: "a slow request does not hold up the next",
    async run(world) {
      const id = await world.create();
      await world.state(id);
      const slow = world.fetch(id, "/wait/2000").then((response) => response.text());
      const first = await Promise.race([slow, world.state(id).then(() => "the state")]);
      assertEquals(first, "the state");
      assertEquals(await slow, "waited");
    },
  },
];
