import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { runnerId } from "../../lib/protocol/mod.ts";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { startRunner, System, until } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

const row = (page: Page, key: string) => page.locator(`[data-testid="row"][data-key="${key}"]`);
const cell = (page: Page, key: string, column: string): Promise<string> =>
  row(page, key).locator(`[data-column="${column}"]`).innerText();

Deno.test("the runners' page shows slots, unacked commands and the tunnel of each, and leads to one", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  source.tunnel({ pingMs: 0.3 });
  source.actor("counter", "demo");
  source.runners.push({
    ...source.runners[0]!,
    runnerId: runnerId("far-away"),
    name: "gpu",
    state: "disconnected",
    tunnelTs: null,
    commandsUnacked: 3,
    totalSlots: 4,
  });
  await visit.open("/runners");
  assertEquals(await cell(page, "runner-1", "slots"), "1 / 10\u202f000");
  assertEquals(await cell(page, "runner-1", "roundTrip"), "0.3 ms");
  assertEquals(await cell(page, "runner-1", "events"), "0");
  assertEquals(await cell(page, "far-away", "commands"), "3");
  assertEquals(await cell(page, "far-away", "events"), "not here");
  assertEquals(await cell(page, "far-away", "up"), "down");
  await page.getByTestId("filter-state").selectOption("disconnected");
  await row(page, "runner-1").waitFor({ state: "detached" });
  await page.reload();
  await visit.live();
  assertEquals(await page.getByTestId("row").count(), 1);
  await row(page, "far-away").getByRole("link").click();
  await page.getByRole("heading", { name: "Runner of gpu" }).waitFor();
  assertEquals(new URL(page.url()).pathname, "/runners/far-away");
  await page.goBack();
  await visit.live();
  assertEquals(new URL(page.url()).search, "?state=disconnected");
  assertEquals(visit.complaints, []);
});

Deno.test("a selection of runners is drained after a dry run, shows its progress, and resumes", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  source.tunnel({ pingMs: 1 });
  source.runners.push({ ...source.runners[0]!, runnerId: runnerId("runner-2") });
  const actors = ["a", "b"].map((key) => source.actor("counter", key).actorId);
  await visit.open("/runners");
  await page.getByTestId("choose-all").check();
  assertEquals(await page.getByTestId("act-resume").count(), 0);
  await page.getByTestId("act-drain").click();
  const plan = page.getByTestId("plan");
  await plan.waitFor();
  assertMatch(await plan.innerText(), /2 actors would leave the runner/);
  assertMatch(await plan.innerText(), /No other runner serves default/);
  assertEquals(source.runners.map(({ state }) => state), ["connected", "connected"]);
  assertEquals(await visit.violations(), []);
  await page.getByTestId("confirm-drain").click();
  await page.getByTestId("act-outcome").waitFor();
  assertEquals(await visit.text("act-outcome"), "2 asleep: 0 sockets kept, 0 closed");
  const led = page.getByTestId("act-row").getByRole("link", { name: "counter/a" });
  assertEquals(await led.getAttribute("href"), `/actors/${actors[0]}`);
  await page.getByTestId("act-leave").click();
  assertEquals(source.runners.map(({ state }) => state), ["draining", "draining"]);
  await row(page, "runner-1").getByText("draining").waitFor();
  assertEquals(await cell(page, "runner-1", "left"), "2 of 2");

  await page.goto(`http://${visit.address}/runners/runner-1`);
  await visit.live();
  assertMatch(
    await visit.text("drain"),
    /An operator wants no new actors on it, for .*: 2 of 2 actors have left\./,
  );
  assertEquals(await visit.violations(), []);
  await page.getByTestId("act-resume").click();
  await page.getByTestId("confirm-resume").click();
  await page.getByTestId("act-outcome").getByText("New actors are put on it again").waitFor();
  await page.getByTestId("act-leave").click();
  await page.getByTestId("drain").waitFor({ state: "detached" });
  assertEquals(source.runners.map(({ state }) => state), ["connected", "draining"]);
  assertEquals(visit.complaints, []);
});

Deno.test("one runner's actors are hibernated, their sockets closed, and who may not act has no button", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const { actorId } = source.actor("counter", "demo");
  const socket = source.socket(actorId, false);
  await visit.open("/runners/runner-1");
  assertEquals(
    await page.getByRole("region", { name: "Actors on it: rows" }).getByTestId("row")
      .innerText().then((text) => text.includes("counter/demo")),
    true,
  );
  await page.getByTestId("act-close").click();
  await page.getByTestId("close-code").fill("4000");
  await page.getByTestId("confirm-close").click();
  await page.getByTestId("act-outcome").waitFor();
  assertEquals(source.closed.map(([id, code]) => [id, code]), [[socket.requestId, 4000]]);
  await page.getByTestId("act-leave").click();
  await page.getByTestId("act-hibernate").click();
  await page.getByTestId("confirm-hibernate").click();
  await page.getByTestId("act-outcome").getByText("1 asleep").waitFor();
  await page.getByTestId("act-leave").click();
  await page.mouse.move(0, 0);
  await page.getByText("No actor is awake on it").waitFor();
  assertEquals(visit.complaints, []);

  await using readOnly = await Visit.start(browser, { readOnly: true });
  for (const path of ["/runners", "/runners/runner-1"]) {
    await readOnly.open(path);
    assertEquals(await readOnly.page.getByTestId("act-drain").count(), 0);
    assertEquals(await readOnly.page.getByTestId("choose-all").count(), 0);
  }
});

Deno.test("a runner's page follows its tunnel: each connection, and why it ended", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  source.tunnel({ pingMs: 0.3 });
  await visit.open("/runners/runner-1");
  await page.getByTestId("facts").getByText("0.3 ms").waitFor();
  source.tunnel({ down: "1006 the cable" });
  await page.locator(`[data-link="ended"]`).getByText("1006 the cable").waitFor();
  await page.getByText("disconnected").waitFor();
  source.tunnel({ pingMs: 2.5 });
  await page.locator(`[data-link="up"]`).waitFor();
  assertEquals(await page.locator("[data-link]").count(), 2);
  await page.getByTestId("facts").getByText("2.5 ms").waitFor();
  await page.getByTestId("round-trips").getByText("2 pings: median 1.4 ms, slowest 2.5 ms")
    .waitFor();
  await page.getByTestId("chart-round-trips").getByRole("slider").press("Home");
  assertEquals(await visit.text("chart-value"), "0.3 ms");
  await page.reload();
  await visit.live();
  await page.getByTestId("round-trips").getByText("2 pings").waitFor();
  source.runners.splice(0);
  await page.getByTestId("gone").getByText("or it has left").waitFor();
  const response = await page.goto(`http://${visit.address}/runners/runner-1`);
  assertEquals(response?.status(), 404);
  assertEquals(visit.complaints, []);
});

Deno.test("at a runner alone, it and its tunnel are shown, and what its gateway knows is marked", async () => {
  await using visit = await Visit.start(browser, { role: "runner" });
  const { page, app: { source } } = visit;
  source.end = { runnerId: null, state: "reconnecting", connectedTs: null };
  source.tunnel({ down: "nobody listens there" });
  await visit.open("/runners");
  assertEquals(await cell(page, "this", "state"), "reconnecting");
  assertEquals(await cell(page, "this", "roundTrip"), "not here");
  assertEquals(await cell(page, "this", "commands"), "not here");
  assertEquals(await cell(page, "this", "events"), "0");
  await row(page, "this").getByRole("link").click();
  await page.locator(`[data-link="failed"]`).getByText("nobody listens there").waitFor();
  assertEquals(await page.getByTestId("facts").getByTestId("not-here").count(), 6);
  await page.getByText("Its gateway pings it").waitFor();
  assertEquals(await page.getByTestId("act-drain").count(), 0);
  assertEquals(await page.getByTestId("act-hibernate").count(), 1);
  assertEquals(visit.complaints, []);
});

for (const role of ["all", "runner"] as const) {
  Deno.test(`the runners' pages of ${role} fit 390 and 1280 pixels, and axe finds nothing`, async () => {
    await using visit = await Visit.start(browser, { role });
    const { page, app: { source } } = visit;
    source.tunnel({ pingMs: 0.3 });
    source.tunnel({ down: "1006 the cable, and a reason that is rather long to be read" });
    source.tunnel({ pingMs: 0.3 });
    source.actor("counter", "a-key-that-is-rather-long");
    if (role === "all") source.gateway.takesActors(runnerId("runner-1"), false);
    for (const path of ["/runners", "/runners/runner-1"]) {
      for (const colorScheme of ["light", "dark"] as const) {
        // Before it opens: colours that change by and by would be measured half way.
        await page.emulateMedia({ colorScheme });
        await visit.open(path);
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 844 });
          assertEquals(await visit.violations(), [], `${path} ${colorScheme} ${width}`);
          assert(await visit.excess() <= 0, `${path} is too wide for ${width}`);
        }
      }
    }
  });
}

Deno.test("in the real program a second runner joins, is drained and killed, and its page says so", async () => {
  await using system = await System.start();
  const second = await startRunner({ url: system.gatewayUrl, token: system.token });
  const page = await browser.newPage();
  const clients: Client[] = [];
  try {
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    await page.goto(`${system.uiUrl}/runners`);
    await page.locator(`[data-liveness="live"]`).waitFor();
    await until("both are listed", async () => await page.getByTestId("row").count() === 2);
    for (let i = 0; i < 6; i++) {
      clients.push(await Client.open(system.actorUrl("counter", `shared-${i}`)));
      assertEquals(await clients[i]!.ask("inc"), `{"count":1}`);
    }
    const { rows } = await system.json<{
      rows: { runnerId: string; transport: string; actors: number; commandsUnacked: number }[];
    }>("/api/runners");
    const far = rows.find(({ transport }) => transport === "websocket")!;
    assert(far.actors > 0, "The second runner was given no actor");
    await page.goto(`${system.uiUrl}/runners/${far.runnerId}`);
    await page.locator(`[data-liveness="live"]`).waitFor();
    const actors = page.getByRole("region", { name: "Actors on it: rows" }).getByTestId("row");
    assertEquals(await actors.count(), far.actors);
    await page.getByTestId("facts").getByText(/^[\d.]+ ms$/).waitFor();
    await page.getByTestId("round-trips").getByText(/^\d+ pings?: median [\d.]+ ms/).waitFor();

    await page.getByTestId("act-drain").click();
    await page.getByTestId("confirm-drain").click();
    await page.getByTestId("act-outcome").waitFor();
    assertMatch(
      await page.getByTestId("act-outcome").innerText(),
      new RegExp(`^${far.actors} asleep: ${far.actors} sockets kept, 0 closed$`),
    );
    await page.getByTestId("act-leave").click();
    await page.getByTestId("drain").getByText(`${far.actors} of ${far.actors} actor`).waitFor();
    for (const client of clients) assertEquals(await client.ask("inc"), `{"count":2}`);

    await second.kill();
    await page.locator(`[data-link="ended"]`).waitFor();
    await page.getByText("disconnected").waitFor();
  } finally {
    await page.context().close();
    await Promise.all(clients.map((client) => client.close()));
    await second.kill();
  }
});

Deno.test("in the real program a runner alone shows its tunnel, its attempts to connect, and its frames", async () => {
  const gateway = await System.start({ env: { DORMOUSE_ROLE: "gateway" } });
  const runner = await startRunner({ url: gateway.gatewayUrl, token: gateway.token });
  const page = await browser.newPage();
  try {
    await page.goto(`${runner.uiUrl}/login?token=${runner.token}`);
    await page.goto(`${runner.uiUrl}/tunnel`);
    await page.locator(`[data-liveness="live"]`).waitFor();
    const client = await Client.open(gateway.actorUrl("counter", "far"));
    assertEquals(await client.ask("inc"), `{"count":1}`);
    const said = page.locator(`[data-kind="webSocketMessage"][data-direction="toRunner"]`);
    await said.waitFor();
    // Between two processes there is a frame.
    assertMatch(await said.locator(`[data-column="size"]`).innerText(), /^\d+ B$/);
    await client.close();

    await page.goto(`${runner.uiUrl}/runners`);
    await page.locator(`[data-liveness="live"]`).waitFor();
    await page.getByTestId("row").getByRole("link").click();
    await page.locator(`[data-link="up"]`).waitFor();
    await page.getByText("Its gateway pings it").waitFor();
    await gateway.kill();
    await page.locator(`[data-link="ended"]`).waitFor();
    await page.locator(`[data-link="failed"]`).first().waitFor();
    const failed = page.locator(`[data-link="failed"] [data-column="reason"]`).first();
    assertMatch(await failed.innerText(), /\S/);
    await page.getByText("reconnecting").waitFor();
  } finally {
    await page.context().close();
    await runner.kill();
    await gateway.kill();
  }
});
