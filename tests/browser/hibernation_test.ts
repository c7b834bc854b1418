import { assertEquals, assertMatch } from "@std/assert";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

Deno.test("the hibernation page shows who sleeps, why, and what that saved, and wakes who is chosen", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const { actorId } = source.actor("counter", "demo");
  source.socket(actorId);
  source.asleepMs = 90 * 60_000;
  await source.gateway.hibernate(actorId);
  await source.gateway.hibernate(source.actor("echo", "lonely").actorId);
  await visit.open("/hibernation");
  assertMatch(await visit.text("actor-hours"), /1\.5 h/);
  const wakes = page.getByTestId("wakes");
  assertEquals(await wakes.locator(`[data-cause="create"] td`).innerText(), "2");
  assertEquals(await page.locator(`[data-cause="person"] td`).innerText(), "2");
  const row = page.locator(`[data-testid="row"][data-key="${actorId}"]`);
  assertEquals(await row.locator(`[data-column="sockets"]`).innerText(), "1");

  await page.getByTestId("filter-held").selectOption("nothing");
  await row.waitFor({ state: "detached" });
  await page.reload();
  await visit.live();
  assertEquals(await page.getByTestId("row").count(), 1);
  await page.getByTestId("filter-held").selectOption("sockets");
  await row.getByTestId("choose").check();
  await page.getByTestId("act-wake").click();
  await page.getByTestId("confirm-wake").click();
  await page.getByTestId("act-outcome").waitFor();
  assertEquals(source.actors.get(actorId)!.phase, "running");
  assertEquals(visit.complaints, []);
});

Deno.test("a runner's hibernation page says that sleepers are not here", async () => {
  await using visit = await Visit.start(browser, { role: "runner" });
  await visit.open("/hibernation");
  assertMatch(await visit.text("asleep"), /not here/);
  assertMatch(await visit.text("panel-sleepers"), /Sleepers are not here/);
  assertEquals(await visit.violations(), []);
  assertEquals(visit.complaints, []);
});

Deno.test("a client's actor that falls asleep comes to the list, and leaves it with the next message", async () => {
  await using system = await System.start({ env: { DORMOUSE_RUNNER_SLEEP_AFTER_MS: "300" } });
  const client = await Client.open(system.actorUrl("counter", "sleeper"));
  await client.ask("inc");
  const page = await browser.newPage();
  await page.goto(`${system.uiUrl}/login?token=${system.token}`);
  await page.goto(`${system.uiUrl}/hibernation`);
  const row = page.getByTestId("row").filter({ hasText: "counter/sleeper" });
  await row.waitFor();
  assertEquals(await row.locator(`[data-column="sockets"]`).innerText(), "1");
  await page.locator(`[data-testid="sleeps"] [data-cause="actor"]`).waitFor();
  await client.ask("inc");
  await page.locator(`[data-testid="wakes"] [data-cause="message"]`).waitFor();
  await client.close();
  await page.context().close();
});
