import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser } from "playwright-core";
import { requestId } from "../../lib/protocol/mod.ts";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

/** One for all: it takes longer to start than to test. */
const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

Deno.test("the actors' page says why each is awake, filters in its address, and leads to each", async () => {
  await using visit = await Visit.start(browser);
  const { page, app } = visit;
  const busy = app.source.actor("counter", "busy");
  app.source.inside.set(busy.actorId, {
    holds: [{ code: "requests_in_flight", count: 2 }, { code: "uncommitted", count: 1 }],
  });
  const sleeper = app.source.actor("echo", "sleeper");
  await app.source.gateway.hibernate(sleeper.actorId);
  await visit.open("/actors");
  const row = (id: string) => page.locator(`[data-testid="row"][data-key="${id}"]`);
  assertEquals(
    await row(busy.actorId).locator(`[data-column="why"]`).innerText(),
    "2 requests, uncommitted",
  );
  await page.getByTestId("filter-state").selectOption("asleep");
  await row(busy.actorId).waitFor({ state: "detached" });
  assertEquals(new URL(page.url()).search, "?state=asleep");
  await page.reload();
  await visit.live();
  assertEquals(await page.getByTestId("row").count(), 1);
  await page.getByTestId("filter").fill("nothing like it");
  await page.getByText("No actor is like that").waitFor();
  await page.getByTestId("filter").fill("SLEEPER");
  await row(sleeper.actorId).locator("a").click();
  await page.getByRole("heading", { name: "echo/sleeper" }).waitFor();
  assertEquals(new URL(page.url()).pathname, `/actors/${sleeper.actorId}`);
  await page.goBack();
  await visit.live();
  assertEquals(new URL(page.url()).search, "?state=asleep&q=SLEEPER");
  assertEquals(visit.complaints, []);
});

Deno.test("an actor's page follows its reasons, its state, its lives and its requests", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const { actorId } = source.actor("counter", "demo", "open");
  source.commit(actorId, { count: 41, at: new Date(0) });
  source.kv.put(actorId, [new TextEncoder().encode("\x01settings")], [
    new TextEncoder().encode(`{"dark":true}`),
  ], 1);
  source.socket(actorId);
  source.request(actorId, "GET", "/done", 200, 3);
  source.requestsOpen.push({
    requestId: requestId(7),
    actorId,
    method: "POST",
    path: "/slow",
    status: null,
    startedTs: Date.now(),
    isSent: true,
  });
  source.inside.set(actorId, { idleLeftMs: 12_000 });
  await visit.open(`/actors/${actorId}`);
  await page.getByText("Nothing keeps it awake: it falls asleep in 12 s").waitFor();
  assertMatch(await visit.text("json"), /"count": 41,\s+"at": \{\s+"\$Date": "1970/);
  await page.getByText("Awake 100 % of").waitFor();
  const lives = page.getByRole("region", { name: "Lives: rows" });
  const life = lives.locator(`[data-cause="open"]`);
  assertEquals(await life.locator(`[data-column="took"]`).innerText(), "0.4 ms");
  assertMatch(
    (await life.locator("svg").getAttribute("aria-label"))!,
    /^Command [\d.]+ ms, Load 0\.2 ms, Restore 0\.1 ms, Handler 0\.2 ms$/,
  );
  const requests = page.getByRole("region", { name: "Requests: rows" }).getByTestId("row");
  assertEquals(
    (await requests.allInnerTexts()).map((text) => /(waits|200)/.exec(text)?.[0]).sort(),
    ["200", "waits"],
  );

  source.commit(actorId, { count: 42 });
  source.inside.set(actorId, {
    holds: [{ code: "handler_running", count: 1 }],
    handler: "message",
  });
  source.details.set(actorId, { wants: [{ code: "messages_unacked", count: 3 }] });
  await page.getByText("It is awake, and stays so while this is so:").waitFor();
  const reasons = await page.getByTestId("reason")
    .evaluateAll((all) => all.map((one) => [one.dataset.code, one.dataset.count].join(" ")));
  assertEquals(reasons, ["handler_running 1", "messages_unacked 3"]);
  await page.getByText("Its message handler is running").waitFor();
  await page.getByText(`"count": 42`).waitFor();

  await page.getByTestId("kv-key").click();
  await page.getByTestId("kv-value").getByText(`"dark": true`).waitFor();
  assertEquals(new URL(page.url()).searchParams.get("key"), "73657474696e6773");
  await page.getByTestId("kv-value").getByText("Close").click();
  await page.getByTestId("kv-value").waitFor({ state: "detached" });

  await page.getByTestId("hibernate").click();
  await page.getByTestId("confirm-hibernate").click();
  await page.getByText("counter/demo fell asleep in 1.5 ms: 1 socket kept, 0 closed").waitFor();
  await page.getByText("It sleeps, with 1 socket open.").waitFor();
  assertMatch(await visit.text("state-note"), /from the store/);
  await page.getByTestId("wake").click();
  await page.getByTestId("confirm-wake").click();
  // Under the pointer, a list holds still.
  await page.mouse.move(0, 0);
  await lives.locator(`[data-cause="person"]`).waitFor();
  assertEquals(await lives.getByTestId("row").count(), 2);
  assertEquals(visit.complaints, []);
});

Deno.test("at a runner alone, an actor's page has its half and marks the rest as not known here", async () => {
  await using visit = await Visit.start(browser, { role: "runner" });
  const { page, app: { source } } = visit;
  const { actorId } = source.actor("counter", "demo");
  source.commit(actorId, { count: 1 });
  source.inside.set(actorId, { holds: [{ code: "plain_sockets", count: 1 }] });
  await visit.open(`/actors/${actorId}`);
  await page.getByText("1 WebSocket that cannot hibernate is open").waitFor();
  await page.getByTestId("incomplete").waitFor();
  await page.getByText(`"count": 1`).waitFor();
  await page.getByText("What actor", { exact: false }).waitFor();
  assertEquals(await page.getByTestId("facts").getByTestId("not-here").count(), 3);
  assertEquals(
    await page.locator(`[data-cause] [data-column="cause"]`).innerText(),
    "unknown",
  );
  await source.runner.hibernate(actorId);
  await page.getByText("is not awake on this runner").waitFor();
  await page.goto(`http://${visit.address}/actors/${actorId}`);
  await page.getByText("is not awake on this runner").waitFor();
  assertEquals(visit.complaints, []);
});

Deno.test("an actor that never was has a page that says so", async () => {
  await using visit = await Visit.start(browser);
  await visit.open();
  const response = await visit.page.goto(`http://${visit.address}/actors/nobody`);
  assertEquals(response?.status(), 404);
  await visit.page.getByText("No actor has the id nobody").waitFor();
});

for (const role of ["all", "runner"] as const) {
  Deno.test(`the actors' pages of ${role} fit 390 and 1280 pixels, and axe finds nothing`, async () => {
    await using visit = await Visit.start(browser, { role });
    const { page, app: { source } } = visit;
    const { actorId } = source.actor("counter", "a-key-that-is-rather-long");
    source.commit(actorId, { count: 41, list: [1, "two", null] });
    source.kv.put(actorId, [Uint8Array.of(1, 0xff)], [Uint8Array.of(0)], 1);
    source.socket(actorId, false);
    source.request(actorId, "GET", "/", 500, 3);
    source.inside.set(actorId, { holds: [{ code: "plain_sockets", count: 1 }] });
    if (role === "all") {
      await source.gateway.hibernate(actorId);
      await source.gateway.wake(actorId);
    }
    for (const path of ["/actors", `/actors/${actorId}?key=ff`]) {
      await visit.open(path);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        assertEquals(await visit.violations(), [], `${path} ${colorScheme}`);
      }
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        assert(await visit.excess() <= 0, `${path} is too wide for ${width}`);
      }
    }
  });
}

Deno.test("in the real program a counter sleeps and wakes on its page, with its state and reasons", async () => {
  await using system = await System.start();
  const counter = await Client.open(system.actorUrl("counter", "page"));
  for (let i = 1; i <= 3; i++) assertEquals(await counter.ask("inc"), `{"count":${i}}`);
  const { actors } = await system.snapshot();
  const { actorId } = actors.find(({ name }) => name === "counter")!;
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  try {
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    await page.goto(`${system.uiUrl}/actors/${actorId}`);
    await page.locator(`[data-liveness="live"]`).waitFor();
    await page.getByText(`"count": 3`).waitFor();
    await page.getByText(/^Nothing keeps it awake: it falls asleep in \d+ s$/).waitFor();

    const plain = await Client.open(system.actorUrl("counter", "page", "&hibernate=0"));
    await page.locator(`[data-testid="reason"][data-code="plain_sockets"]`).waitFor();
    const awake = await system.json<{ reasons: { code: string; count: number }[] }>(
      `/api/actors/${actorId}/awake`,
    );
    assertEquals(awake.reasons.map(({ code, count }) => `${code} ${count}`), ["plain_sockets 1"]);
    await plain.close();
    await page.getByTestId("reason").waitFor({ state: "detached" });

    await page.getByTestId("hibernate").click();
    await page.getByTestId("confirm-hibernate").click();
    await page.mouse.move(0, 0);
    await page.getByText("It sleeps, with 1 socket open.").waitFor();
    await page.getByTestId("state-note").getByText("from the store").waitFor();
    await page.getByText(`"count": 3`).waitFor();
    const asleep = await system.json<{ phase: string }>(`/api/actors/${actorId}`);
    assertEquals(asleep.phase, "asleep", "Looking woke it");
    assert(counter.isOpen);

    assertEquals(await counter.ask("inc"), `{"count":4}`);
    await page.getByText(`"count": 4`).waitFor();
    const woken = page.locator(`[data-cause="message"]`);
    assertMatch(await woken.locator(`[data-column="took"]`).innerText(), /ms$/);
    await page.locator(`[data-cause="message"] svg[aria-label*="Handler"]`).waitFor();
    assertEquals(complaints, []);
  } finally {
    await page.context().close();
    await counter.close();
  }
});
