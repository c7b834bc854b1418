import { assertEquals, assertMatch } from "@std/assert";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { FakeApp } from "../support/fake_app.ts";
import { Visit } from "../support/visit.ts";

const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

Deno.test("a selection is hibernated: first what would happen, then what did, with what failed", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const [first, second] = ["one", "two"].map((key) => source.actor("counter", key).actorId);
  const other = source.actor("echo", "other").actorId;
  source.messages(source.socket(first!), 5, 1, 2);
  source.socket(second!, false);
  await visit.open("/actors?q=counter");
  await page.getByTestId("choose-all").check();
  assertMatch(await visit.text("selection"), /2 actors chosen/);
  await page.getByTestId("act-hibernate").click();
  const plan = page.getByTestId("plan");
  await plan.waitFor();
  assertMatch(await plan.innerText(), /2 actors would sleep/);
  const dialog = page.getByTestId("act-dialog");
  assertMatch(
    await dialog.innerText(),
    /Sockets that stay\s*1\s*Sockets that close\s*1\s*Messages that replay\s*2\s*Requests in flight\s*0/,
  );
  assertEquals(source.actors.get(first!)!.phase, "running");
  assertEquals(await visit.violations(), []);

  // One of them is gone by the time that it is done.
  source.actors.delete(second!);
  await page.getByTestId("confirm-hibernate").click();
  await page.getByTestId("act-outcome").waitFor();
  assertEquals(await visit.text("act-outcome"), "1 asleep, 1 failed: 1 socket kept, 0 closed");
  const failed = dialog.locator(`[data-testid="act-row"][data-result="failed"]`);
  assertMatch(await failed.innerText(), /counter\/two[\s\S]*No actor has the id/);
  assertEquals(await visit.violations(), []);
  assertEquals(source.actors.get(first!)!.phase, "asleep");
  assertEquals(source.actors.get(other)!.phase, "running");
  await page.getByTestId("act-leave").click();
  assertMatch(await visit.text("selection"), /2 actors chosen/);
  await page.getByTestId("selection-clear").click();
  await page.getByTestId("selection").waitFor({ state: "detached" });

  await page.goto(`http://${visit.address}/audit`);
  const row = page.locator(`[data-testid="row"][data-outcome="partly"]`);
  assertMatch(
    await row.innerText(),
    /Hibernate[\s\S]*and 1 more[\s\S]*1 of 2 failed[\s\S]*operate/,
  );
  assertEquals(await visit.violations(), []);
  assertEquals(visit.complaints, []);
});

Deno.test("an action on one leads to its page, and the audit page follows what is done live", async () => {
  await using visit = await Visit.start(browser);
  const { page, app } = visit;
  const { actorId } = app.source.actor("counter", "demo");
  await visit.open("/actors");
  await page.getByTestId("choose").check();
  await page.getByTestId("act-hibernate").click();
  await page.getByTestId("confirm-hibernate").click();
  await page.getByTestId("act-row").getByRole("link").click();
  await visit.live();
  assertEquals(new URL(page.url()).pathname, `/actors/${actorId}`);

  await page.goto(`http://${visit.address}/audit`);
  await visit.live();
  assertEquals(await page.getByTestId("row").count(), 1);
  await app.act(`/api/actors/${actorId}/wake`);
  await page.locator(`[data-testid="row"][data-key="2"]`).waitFor();
  assertMatch(await page.locator(`[data-key="2"]`).innerText(), /Wake[\s\S]*bearer/);
  assertEquals(visit.complaints, []);
});

Deno.test("a socket is closed with the code and reason that the person gives", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const { actorId } = source.actor("counter", "demo");
  const socket = source.socket(actorId);
  source.socket(actorId);
  await visit.open("/sockets");
  await page.getByTestId("choose").first().check();
  await page.getByTestId("act-close").click();
  await page.getByTestId("close-code").fill("999");
  await page.getByTestId("close-reason").fill("maintenance");
  await page.getByTestId("confirm-close").click();
  assertEquals(source.closed, []);
  await page.getByTestId("close-code").fill("1006");
  await page.getByTestId("confirm-close").click();
  await page.getByTestId("act-error").waitFor();
  assertMatch(await visit.text("act-error"), /1006; .* is wanted/);
  await page.getByTestId("close-code").fill("4000");
  await page.getByTestId("confirm-close").click();
  await page.getByTestId("act-outcome").waitFor();
  assertEquals(source.closed, [[socket.requestId, 4000, "maintenance"]]);
  assertEquals(source.sockets.length, 1);
  assertEquals(visit.complaints, []);
});

Deno.test("the keyboard chooses a row with x, and what is chosen outlives the filter", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  for (const key of ["a", "b", "c"]) source.actor("counter", key);
  await visit.open("/actors");
  await page.locator("[data-first]").first().focus();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("2 actors chosen").waitFor();
  await page.getByTestId("filter").fill("counter/c");
  await page.getByTestId("choose-all").check();
  await page.getByText("3 actors chosen").waitFor();
});

for (
  const [who, options, token] of [
    ["at a read-only dashboard", { readOnly: true }, FakeApp.TOKEN],
    ["with a view token", {}, FakeApp.VIEW_TOKEN],
    ["with a payload token", {}, FakeApp.PAYLOAD_TOKEN],
  ] as const
) {
  Deno.test(`${who} every page is live, and nothing on it acts`, async () => {
    await using visit = await Visit.start(browser, options);
    const { page, app: { source } } = visit;
    const { actorId } = source.actor("counter", "demo");
    source.socket(actorId);
    await page.goto(`http://${visit.address}/login?token=${token}`);
    for (const path of ["/", "/actors", "/sockets", `/actors/${actorId}`, "/audit"]) {
      await page.goto(`http://${visit.address}${path}`);
      await visit.live();
      const acting = "choose, choose-all, hibernate, wake, selection".split(", ");
      for (const testId of acting) assertEquals(await page.getByTestId(testId).count(), 0, path);
      assertEquals(visit.complaints, [], path);
    }
    // Not only hidden.
    const status = await page.evaluate(`fetch("/api/actors/${actorId}/hibernate", {
      method: "POST", body: "{}",
      headers: { "content-type": "application/json", "x-dormouse-action": "1" },
    }).then(({ status }) => status)`);
    assertEquals(status, 403);
    assertEquals(source.actors.get(actorId)!.phase, "running");
  });
}
