import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { FakeApp } from "../support/fake_app.ts";
import { freePort, Visit } from "../support/visit.ts";

/** One for all: it takes longer to start than to test. */
const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

Deno.test("the dashboard goes live and follows actors and sockets without a reload", async () => {
  await using visit = await Visit.start(browser);
  const { page, app } = visit;
  await visit.open();
  await page.getByText("No actor has anything to do").waitFor();
  const acks = page.getByTestId("chart-acks");
  assertEquals(await acks.getByTestId("chart-value").allInnerTexts(), ["—", "—", "—", "—"]);
  await acks.getByText("Each acked message counts here").waitFor();

  const counter = app.source.actor("counter", "demo");
  const socket = app.source.socket(counter.actorId);
  const row = page.locator(`[data-testid="actor-row"][data-actor-name="counter"]`);
  await row.waitFor();
  assertEquals(await row.getAttribute("data-phase"), "running");
  app.source.messages(socket, 5, 2, 1);
  const sent = page.locator(`[data-testid="socket-row"] [data-testid="sent"]`);
  await sent.getByText("5", { exact: true }).waitFor();
  assertEquals(await page.locator(`[data-testid="acked"]`).innerText(), "4");
  assertEquals(await page.locator(`[data-testid="committed"]`).innerText(), "4");
  assertEquals(await visit.text("value-pending"), "1");
  assertEquals(await visit.text("value-acks"), "2 ms");
  await acks.locator("canvas").waitFor();
  assertEquals(visit.complaints, []);
});

Deno.test("Hibernate says what it would do, does it, and says what it did; so does Wake", async () => {
  await using visit = await Visit.start(browser);
  const { page, app } = visit;
  const counter = app.source.actor("counter", "demo");
  app.source.socket(counter.actorId);
  app.source.socket(counter.actorId, false);
  await visit.open();

  await page.getByTestId("hibernate").click();
  const plan = page.getByTestId("plan");
  await plan.waitFor();
  assertMatch(await plan.innerText(), /1 socket stays connected and hibernates/);
  assertMatch(await plan.innerText(), /1 socket that cannot hibernate closes/);
  assertEquals(app.source.actors.get(counter.actorId)!.phase, "running");
  await page.keyboard.press("Escape");
  await page.getByTestId("plan").waitFor({ state: "detached" });
  assertEquals(app.source.actors.get(counter.actorId)!.phase, "running");

  await page.getByTestId("hibernate").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("confirm-hibernate").click();
  await page.getByText("counter/demo fell asleep in 1.5 ms: 1 socket kept, 1 closed").waitFor();
  await page.locator(`[data-testid="actor-row"][data-phase="asleep"]`).waitFor();
  await page.locator(`[data-testid="socket-row"][data-phase="hibernating"]`).waitFor();
  assertEquals(await page.getByTestId("socket-row").count(), 1);
  assertEquals(await visit.text("value-hibernating"), "1");
  assertMatch(await page.locator(`[data-kind="sleep"]`).innerText(), /1 socket kept, 1 closed/);

  await page.getByTestId("wake").click();
  await page.getByTestId("confirm-wake").click();
  await page.locator(`[data-testid="actor-row"][data-phase="running"]`).waitFor();
  const woken = page.locator(`[data-kind="wake"]`).first();
  assertMatch(await woken.innerText(), /by person in 0\.3 ms/);
  assertEquals(visit.complaints, []);
});

Deno.test("an action that is refused says why, where it was asked for", async () => {
  await using visit = await Visit.start(browser);
  const { page, app } = visit;
  const counter = app.source.actor("counter", "demo");
  await visit.open();
  const action = page.getByTestId("hibernate");
  await action.waitFor();
  app.source.actors.delete(counter.actorId);
  await page.evaluate(`document.querySelector('[data-testid="hibernate"]')?.click()`);
  await page.getByTestId("act-error").waitFor();
  assertMatch(await visit.text("act-error"), /No actor has the id/);
});

Deno.test("the dashboard survives a restart of the server, with nothing missed or doubled", async () => {
  await using visit = await Visit.start(browser);
  const { page } = visit;
  for (let i = 0; i < 3; i++) visit.app.source.actor("echo", `before-${i}`);
  await visit.open();
  await page.locator(`[data-event-id="3"]`).waitFor();
  await visit.stop();
  await page.getByText("Connection lost, retrying").waitFor();
  const stale = page.locator("main[data-stale]");
  await stale.waitFor();
  assertEquals(await visit.text("value-tunnel"), "Unknown");
  assertEquals(await page.locator(`[data-testid="hibernate"]:enabled`).count(), 0);
  assert(await page.getByTestId("try-connect").isDisabled());

  await visit.serve();
  for (let i = 0; i < 2; i++) visit.app.source.actor("counter", `after-${i}`);
  await visit.live();
  await page.locator(`[data-actor-key="after-1"]`).waitFor();
  visit.app.source.actor("counter", "live");
  await page.locator(`[data-actor-key="live"]`).waitFor();
  await stale.waitFor({ state: "detached" });
  assertEquals(await visit.text("value-tunnel"), "Connected");
  assertEquals(await page.locator(`[data-testid="hibernate"]:enabled`).count(), 3);
  assertEquals(await page.getByTestId("actor-row").count(), 3);
  const ids = await page.getByTestId("event-row")
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-event-id")));
  assertEquals(ids, ["3", "2", "1"]);
});

Deno.test("a log holds still while the pointer is over it, and counts what is new", async () => {
  await using visit = await Visit.start(browser);
  const { page, app } = visit;
  app.source.actor("echo", "first");
  await visit.open();
  await page.locator(`[data-event-id="1"]`).hover();
  app.source.actor("echo", "second");
  app.source.actor("echo", "third");
  await page.getByText("Show 2 new rows").waitFor();
  assertEquals(await page.getByTestId("event-row").count(), 1);
  await page.getByTestId("show-new").click();
  await page.locator(`[data-event-id="3"]`).waitFor();
  assertEquals(await page.getByTestId("event-row").count(), 3);
});

Deno.test("Try it opens a WebSocket, shows what goes over it and how it ends", async () => {
  const port = freePort();
  const asked: string[] = [];
  await using gateway = Deno.serve(
    { hostname: "127.0.0.1", port, onListen: () => {} },
    (request) => {
      asked.push(new URL(request.url).pathname + new URL(request.url).search);
      // As an engine: it closes who does not offer it.
      const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "rivet" });
      socket.onmessage = ({ data }) => {
        if (data === "bye") socket.close(4001, "as asked");
        else socket.send(`{"count":${data === "inc" ? 1 : 0}}`);
      };
      return response;
    },
  );
  assertEquals(gateway.addr.port, port);
  await using visit = await Visit.start(browser, { gatewayUrl: `http://127.0.0.1:${port}` });
  const { page } = visit;
  await visit.open();
  await page.getByTestId("try-key").fill("my key");
  await page.getByTestId("try-connect").click();
  await page.locator(`[data-testid="try-panel"][data-state="open"]`).waitFor();
  assertEquals(asked, [
    "/gateway/counter/?rvt-namespace=default&rvt-method=getOrCreate&rvt-runner=default" +
    "&rvt-key=my+key",
  ]);
  await page.getByTestId("try-quick-inc").click();
  await page.getByText(`{"count":1}`).waitFor();
  await page.getByTestId("try-message").fill("bye");
  await page.getByTestId("try-message").press("Enter");
  await page.getByText("Connection to counter/my key closed: 4001 as asked").waitFor();
  const lines = await page.getByTestId("try-text").allInnerTexts();
  assertEquals(lines, [
    "Connected to counter/my key",
    "inc",
    `{"count":1}`,
    "bye",
    "Connection to counter/my key closed: 4001 as asked",
  ]);

  await page.getByTestId("try-actor").selectOption("custom");
  await page.getByTestId("try-connect").click();
  await page.getByText("Connected to custom/my key").waitFor();
  await page.getByTestId("try-disconnect").click();
  await page.getByText("Disconnected from custom/my key").waitFor();
  assertEquals(visit.complaints, []);
});

Deno.test("Try it says what is needed when no connection comes about", async () => {
  await using visit = await Visit.start(browser, { gatewayUrl: `http://127.0.0.1:${freePort()}` });
  const { page } = visit;
  await visit.open();
  await page.getByTestId("try-connect").click();
  await page.getByTestId("try-text").first().waitFor();
  assertMatch(
    await visit.text("try-text"),
    /^No connection to ws:\/\/127\.0\.0\.1:\d+: this browser must reach it, .* origin http:\/\/127/,
  );
});

Deno.test("a runner's page says from where it is seen, shows its half, and hibernates its actors", async () => {
  await using visit = await Visit.start(browser, { role: "runner" });
  const { page, app } = visit;
  app.source.end = { endpoint: "http://engine.example:6420", reconnects: 2, eventsUnacked: 3 };
  const counter = app.source.actor("counter", "demo");
  const socket = app.source.socket(counter.actorId);
  app.source.socket(counter.actorId, false);
  app.source.messages(socket, 5, 2, 1);
  app.source.request(counter.actorId, "GET", "/x", 200, 3);
  await visit.open();
  assertMatch(
    await visit.text("vantage"),
    /Seen from the runner; the gateway at http:\/\/engine\.example:6420 knows the rest/,
  );
  assertMatch(await visit.text("vantage"), /2 retries/);
  assertEquals(await visit.text("value-pending"), "not here");
  assertEquals(await visit.text("value-acks"), "2 ms");
  const row = page.getByTestId("socket-row").first();
  for (const [index, value] of [["received", "5"], ["committed", "4"], ["acked", "4"]] as const) {
    assertEquals(await row.getByTestId(index).innerText(), value, index);
  }
  assertEquals(await row.getByTestId("pending").innerText(), "not here");
  assertMatch(await visit.text("tile-requests"), /1 answered/);
  assertEquals(await page.getByTestId("wake").count(), 0);

  await page.getByTestId("hibernate").click();
  await page.getByText("The gateway decides, and wakes it again").waitFor();
  await page.getByTestId("confirm-hibernate").click();
  await page.getByText("counter/demo fell asleep in 1.5 ms: 1 socket kept, 1 closed").waitFor();
  await page.getByTestId("actor-row").waitFor({ state: "detached" });
  const slept = page.locator(`[data-kind="sleep"]`);
  assertMatch(await slept.innerText(), /counter\/demo 1 socket kept, 1 closed/);
  assertEquals(visit.complaints, []);
});

Deno.test("a stranger is asked for the token, and comes in with it", async () => {
  await using visit = await Visit.start(browser);
  const { page } = visit;
  await page.goto(`http://${visit.address}/`);
  await page.getByText("This dashboard needs its access token").waitFor();
  await page.getByTestId("token").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("That is not this server's token").waitFor();
  await page.getByTestId("token").fill(FakeApp.TOKEN);
  await page.keyboard.press("Enter");
  await visit.live();
  assertEquals(new URL(page.url()).pathname, "/");
});

for (const role of ["all", "runner"] as const) {
  Deno.test(`the page of ${role} fits 390 and 1280 pixels with nothing cut, and the reader's colours`, async () => {
    await fits(role);
  });
}

async function fits(role: "all" | "runner"): Promise<void> {
  await using visit = await Visit.start(browser, { role });
  const { page, app } = visit;
  for (let i = 0; i < 4; i++) {
    const { actorId } = app.source.actor("counter", `a-key-that-is-rather-long-${i}`);
    app.source.messages(app.source.socket(actorId), 1_234, 10.4);
    if (i === 0) await app.source.gateway.hibernate(actorId);
  }
  app.source.runners[0]!.roundTripMs = 0.33;
  await visit.open();
  if (role === "all") await page.getByText("0.33 ms ping").waitFor();
  for (const [width, height] of [[1280, 800], [390, 844]] as const) {
    await page.setViewportSize({ width, height });
    const excess = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assert(Number(excess) <= 0, `The page is ${excess} px too wide`);
    const cut = await page.locator(`dd, dl, [aria-label="Actors"], [aria-label="Sockets"]`)
      .evaluateAll((all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)
      );
    assertEquals(cut, [], `At ${width} pixels`);
  }
  const ground = (): Promise<string> =>
    page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
  await page.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  assert(light !== await ground(), "Light and dark have one ground");
}

Deno.test("the lamp is green as long as promises are kept, and red with what happened when one is not", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source, state } } = visit;
  const socket = source.socket(source.actor("counter", "demo").actorId);
  await visit.open();
  const lamp = page.getByTestId("lamp");
  assertEquals(await lamp.getAttribute("data-lamp"), "kept");
  assertMatch(await lamp.innerText(), /0 lost, 0 doubled, 0 reordered/);
  const { capture, promises } = state.inspector.inspected;
  promises!.broke(capture, capture.get(socket.requestId)!, { kind: "doubled", detail: "planted" });
  await page.locator(`[data-lamp="broken"]`).waitFor();
  assertMatch(await lamp.innerText(), /1 doubled[\s\S]*doubled: what happened/);
  const saved = page.waitForEvent("download");
  await lamp.getByRole("link").click();
  assertEquals((await saved).suggestedFilename(), "promise-1.json");
  await page.locator(`[data-kind="promise_broken"]`).getByText("planted").waitFor();
  assertEquals(await visit.violations(), []);
});
