/**
 * Pages of other sites in a browser that is logged in to the dashboard. Ports do not count for a
 * cookie's site: a page of another server on this machine has the cookie sent with what it asks.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";
import { Attacker } from "./attacker.ts";

const browser: Browser = await launchBrowser(["evil.example"]);
const system = await System.start();
Deno.test.afterAll(async () => {
  await browser.close();
  await system[Symbol.asyncDispose]();
});

const client = await Client.open(system.actorUrl("counter", "victim"));
Deno.test.afterAll(() => client.close());
await client.ask("inc");
const actor = (await system.snapshot()).actors.find(({ key }) => key === "victim")!;

/** A page that has logged in to the dashboard. */
async function loggedIn(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${system.uiUrl}/login?token=${system.token}`);
  await page.waitForSelector(`[data-liveness="live"]`);
  return page;
}

const isAwake = async (): Promise<boolean> =>
  (await system.snapshot()).actors.find(({ actorId }) => actorId === actor.actorId)!.phase ===
    "running";

const done = async (): Promise<number> =>
  (await system.json<{ lastId: number }>("/api/audit")).lastId;

Deno.test("a foreign page's forms and requests act on nothing, though the cookie goes with them", async () => {
  const targets = ["hibernate", "wake"].map((verb) => `/api/actors/${actor.actorId}/${verb}`);
  const attack = (to: string) => `
    for (const path of ${JSON.stringify(targets)}) {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
        const form = document.createElement("form");
        Object.assign(form, { method: "post", enctype: type, action: "${to}" + path, target: "sink" });
        const field = document.createElement("input");
        Object.assign(field, { name: '{"dryRun":false,"x":"', value: '"}' });
        form.append(field);
        document.body.append(form);
        form.submit();
      }
      const asked = { method: "POST", body: "{}", credentials: "include" };
      const json = { "content-type": "application/json", "x-dormouse-action": "1" };
      fetch("${to}" + path, { ...asked, mode: "no-cors" }).catch(() => {});
      fetch("${to}" + path, { ...asked, headers: json }).catch(() => {});
      navigator.sendBeacon("${to}" + path, "{}");
      for (const what of ["img", "script", "iframe"]) {
        document.body.append(Object.assign(document.createElement(what), { src: "${to}" + path }));
      }
    }`;
  await using mirror = new Attacker("");
  const page = await loggedIn();
  for (const to of [mirror.url, system.uiUrl]) {
    await using attacker = new Attacker(
      `<iframe name="sink"></iframe><script>${attack(to)}</script>`,
    );
    await page.goto(attacker.url);
    await page.waitForLoadState("networkidle");
  }
  // What was sent to the dashboard is what the mirror got: posts, with the cookie.
  const posts = mirror.received.filter(({ method }) => method === "POST");
  assert(posts.length >= 4, JSON.stringify(mirror.received));
  for (const { cookie } of posts) assertMatch(cookie, /dormouse_session_/);
  assertEquals([await isAwake(), await done()], [true, 0]);
  await page.context().close();
});

Deno.test("a foreign page reads nothing: not by fetch, as a stream, an image, a script or a frame", async () => {
  await using attacker = new Attacker("<title>Other</title>");
  for (const from of [attacker.url, `http://evil.example:${attacker.port}`]) {
    const page = await loggedIn();
    await page.goto(from);
    const read = await page.evaluate(`(async () => {
      const base = ${JSON.stringify(system.uiUrl)};
      const outcomes = {};
      outcomes.fetch = await fetch(base + "/api/snapshot", { credentials: "include" })
        .then(() => "read", () => "refused");
      outcomes.stream = await new Promise((resolve) => {
        const source = new EventSource(base + "/api/live?watch=/api/actors", { withCredentials: true });
        source.onopen = () => resolve("read");
        source.onerror = () => resolve("refused");
      });
      const element = (tag, path) => new Promise((resolve) => {
        const one = document.createElement(tag);
        one.onload = () => resolve("read");
        one.onerror = () => resolve("refused");
        one.src = base + path;
        document.body.append(one);
      });
      outcomes.image = await element("img", "/logo.svg");
      outcomes.script = await element("script", "/api/snapshot");
      return outcomes;
    })()`);
    assertEquals(read, {
      fetch: "refused",
      stream: "refused",
      image: "refused",
      script: "refused",
    }, from);
    await page.context().close();
  }
});

Deno.test("no page of another site can lay the dashboard under a reader's pointer", async () => {
  await using attacker = new Attacker(`
    <title>Other</title>
    <iframe src="/own"></iframe>
    ${
    ["/", "/actors", "/audit", `/actors/${actor.actorId}`].map((path) =>
      `<iframe src="${system.uiUrl}${path}"></iframe>`
    ).join("")
  }`);
  const page = await loggedIn();
  await page.goto(attacker.url);
  await page.waitForLoadState("networkidle");
  const frames = page.frames().slice(1);
  assertEquals(frames.length, 5);
  const contents = await Promise.all(frames.map((frame) => frame.content()));
  // The attacker's own frame shows that frames work here at all.
  assertMatch(contents[0]!, /taken/);
  for (const content of contents.slice(1)) {
    assert(!/data-page|data-liveness|victim/.test(content), content.slice(0, 500));
  }
  await page.context().close();
});

Deno.test("a name that is rebound to this machine gets neither the dashboard nor its data", async () => {
  const page = await loggedIn();
  const { port } = new URL(system.uiUrl);
  const answer = await page.goto(`http://evil.example:${port}/`);
  assertEquals(answer!.status(), 403);
  const status = await page.evaluate(`fetch("/api/snapshot").then(({ status }) => status)`);
  assertEquals(status, 403);
  await page.context().close();
});

Deno.test("a foreign site's page opens no WebSocket at the gateway; one on this machine may", async () => {
  await using attacker = new Attacker("<title>Other</title>");
  const url = JSON.stringify(system.actorUrl("counter", "victim"));
  const runner = JSON.stringify(
    `${system.gatewayUrl.replace("http", "ws")}/runners/connect?protocol_version=7`,
  );
  const page = await loggedIn();
  const open = (address: string) =>
    page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket(${address}, ["rivet"]);
      socket.onopen = () => { resolve("open"); socket.close(); };
      socket.onclose = () => resolve("closed");
    })`);
  await page.goto(`http://evil.example:${attacker.port}`);
  assertEquals([await open(url), await open(runner)], ["closed", "closed"]);
  await page.goto(attacker.url);
  assertEquals(await open(url), "open");
  await page.context().close();
});

Deno.test("another server on this machine can spoil the cookie, and gain nothing by it", async () => {
  const page = await loggedIn();
  const [cookie] = (await page.context().cookies()).filter(({ name }) => /^dormouse/.test(name));
  assertEquals([cookie!.httpOnly, cookie!.sameSite], [true, "Strict"]);
  assertEquals(await page.evaluate("document.cookie"), "");
  const proof = cookie!.value.split(".")[2]!;
  for (
    const value of [
      "x",
      "",
      cookie!.value.slice(1),
      cookie!.value.replace(proof, "A".repeat(43)),
      `zzzzzzzz.${cookie!.value.split(".").slice(1).join(".")}`,
      system.token,
    ]
  ) {
    for (const pair of [`${cookie!.name}=${value}`, `a=b; ${cookie!.name}=${value}; c`]) {
      const response = await fetch(`${system.uiUrl}/api/overview`, { headers: { cookie: pair } });
      await response.body?.cancel();
      assertEquals(response.status, 401, pair);
    }
  }
  await page.context().close();
});

Deno.test("the token stays in no address, history or referrer", async () => {
  const page = await loggedIn();
  const session = await page.context().newCDPSession(page);
  const { entries } = await session.send("Page.getNavigationHistory");
  const seen = JSON.stringify([
    // Not `userTypedURL`: that is what the person gave, and no page gets to see it.
    entries.map(({ url }) => url),
    page.url(),
    await page.evaluate("[document.referrer, ...performance.getEntries().map(({ name }) => name)]"),
    await page.content(),
  ]);
  assert(!seen.includes(system.token), "The token is to be seen");
  await page.context().close();
});

Deno.test("a method that is told in a header, a field or a query is not believed", async () => {
  const path = `/api/actors/${actor.actorId}/hibernate`;
  const form = new FormData();
  form.set("_method", "POST");
  const names = ["x-http-method-override", "x-http-method", "x-method-override"];
  const headers = Object.fromEntries(names.map((name) => [name, "POST"]));
  for (
    const [at, init] of [
      [path, { headers }],
      [path, { headers, method: "PUT", body: "{}" }],
      [`${path}?_method=POST`, {}],
      [path, { method: "PATCH", body: form }],
      [path, { method: "HEAD" }],
    ] as [string, RequestInit][]
  ) {
    const response = await system.call(at, init);
    await response.body?.cancel();
    assertEquals(response.status, 405, `${init.method} ${at}`);
  }
  assertEquals([await isAwake(), await done()], [true, 0]);
});
