import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Browser } from "playwright-core";
import { formatId, messageIndex } from "../../lib/protocol/mod.ts";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import type { FakeAppOptions } from "../support/fake_app.ts";
import type { FakeSource } from "../support/fake_source.ts";
import { System } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

/** One for all: it takes longer to start than to test. */
const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

type Socket = ReturnType<FakeSource["socket"]>;

async function start(options: FakeAppOptions = {}): Promise<{
  visit: Visit;
  socket: Socket;
  at: string;
}> {
  const visit = await Visit.start(browser, options);
  const { source } = visit.app;
  const socket = source.socket(source.actor("counter", "demo").actorId);
  return { visit, socket, at: `/sockets/${formatId(socket.requestId)}` };
}

Deno.test("a socket's page shows its window and each message as it passes", async () => {
  const { visit, socket, at } = await start();
  await using _visit = visit;
  const { page, app: { source } } = visit;
  await visit.open(at);
  await page.getByText("Nothing has been said yet").waitFor();
  source.say(socket, `{"op":"inc"}`, "1");
  source.mutter(socket, "later");
  const rows = page.getByTestId("row");
  await rows.nth(2).waitFor();
  assertEquals(
    await rows.evaluateAll((all) =>
      all.map((row) => [
        row.getAttribute("data-from"),
        row.getAttribute("data-state"),
        row.querySelector(`[data-column="preview"]`)!.textContent,
      ])
    ),
    [["client", "sent", "later"], ["actor", "delivered", "1"], ["client", "acked", `{"op":"inc"}`]],
  );
  await page.getByTestId("window-sent").getByText("2", { exact: true }).waitFor();
  assertEquals(await visit.text("window-acked"), "1");
  assertMatch(
    await visit.text("ack-words"),
    /without an ack is .* old; at 30 s the socket is closed/,
  );
  await page.locator("h1 a").click();
  await page.waitForURL(`**/actors/${socket.actorId}`);
  assertEquals(visit.complaints, []);
});

Deno.test("a message that is picked is shown with its stages, as JSON, text and hex", async () => {
  const { visit, socket, at } = await start();
  await using _visit = visit;
  const { page, app: { source } } = visit;
  source.say(socket, `{"op":"inc","by":[1,2]}`, Uint8Array.of(0xca, 0xfe));
  await visit.open(at);
  await page.locator(`[data-key="1"] [data-first]`).press("Enter");
  await page.locator(`[data-as="json"]`).waitFor();
  assertEquals(new URL(page.url()).search, "?message=1");
  const stages = await page.locator("[data-stage]").evaluateAll((all) =>
    all.map((one) => one.getAttribute("data-stage"))
  );
  assertEquals(stages, ["sent", "received", "handled", "committed", "acked"]);
  assertEquals(await visit.text("commit"), "in commit 1");
  assertStringIncludes(await visit.text("payload"), `"by": [`);
  await page.getByTestId("as-hex").click();
  assertStringIncludes(await visit.text("payload"), "7b 22 6f 70");
  await page.getByTestId("as-text").click();
  assertEquals((await visit.text("payload")).trim(), `{"op":"inc","by":[1,2]}`);
  await page.locator(`[data-key="2"]`).click();
  await page.getByTestId("message").getByText("Message 2").waitFor();
  await page.reload();
  await visit.live();
  await page.getByTestId("message").getByText("← actor").waitFor();
  await page.getByTestId("as-hex").click();
  assertMatch(await visit.text("payload"), /ca fe/);
  assertEquals(await page.getByTestId("as-json").isDisabled(), true);
  await page.getByTestId("close-message").click();
  await page.getByTestId("message").waitFor({ state: "detached" });
  assertEquals(visit.complaints, []);
});

Deno.test("messages are filtered in the address, by the whole of what was captured", async () => {
  const { visit, socket, at } = await start();
  await using _visit = visit;
  const { page, app: { source } } = visit;
  source.say(socket, `${"x".repeat(1_000)} needle`, "1");
  source.say(socket, "hay", "2");
  await visit.open(at);
  const rows = page.getByTestId("row");
  const keys = () =>
    rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-key")).join());
  assertEquals(await keys(), "4,3,2,1");
  await page.getByTestId("filter").fill("NEEDLE");
  await page.locator(`[data-key="4"]`).waitFor({ state: "detached" });
  assertEquals(await keys(), "1");
  await page.reload();
  await visit.live();
  assertEquals([await keys(), await page.getByTestId("filter").inputValue()], ["1", "NEEDLE"]);
  await page.getByTestId("filter").fill("nothing like it");
  await page.getByText("No message is like that").waitFor();
  await page.getByTestId("filter").fill("");
  await page.getByTestId("filter-from").selectOption("actor");
  await page.getByTestId("filter-index").fill("0");
  await page.locator(`[data-key="2"]`).waitFor();
  await page.locator(`[data-key="4"]`).waitFor({ state: "detached" });
  assertEquals(await keys(), "2");
  source.say(socket, "hay", "3");
  assertEquals(visit.complaints, []);
});

Deno.test("what was not captured is counted, and a server that began anew knows no such socket", async () => {
  const { visit, socket, at } = await start({ limits: { capturedPerSecond: 3 } });
  await using _visit = visit;
  const { page, app } = visit;
  for (let i = 0; i < 5; i++) app.source.mutter(socket, `${i}`);
  await visit.open(at);
  await page.getByText("2 not captured since the newest").waitFor();
  assertEquals(await page.getByTestId("row").count(), 3);
  await visit.stop();
  await page.waitForSelector(`[data-liveness="lost"]`);
  await visit.serve();
  await page.waitForSelector(`[data-testid="gone"]`);
  assertMatch(await visit.text("gone"), /There is no socket/);
});

Deno.test("a socket that is not there has a page that says so", async () => {
  await using visit = await Visit.start(browser);
  await visit.open();
  const answer = await visit.page.goto(`http://${visit.address}/sockets/ffffffff`);
  assertEquals(answer?.status(), 404);
  await visit.page.getByText("There is no socket ffffffff").waitFor();
});

Deno.test("a message that wraps, one that is cut off, and a socket that is over", async () => {
  const { visit, socket, at } = await start({ limits: { captureMessageBytes: 16 } });
  await using _visit = visit;
  const { page, app: { source } } = visit;
  socket.lastSent = socket.lastQueued = messageIndex(65_534);
  for (let i = 0; i < 3; i++) source.say(socket, `{"text":"${"y".repeat(40)}"}`);
  await visit.open(`${at}?message=3`);
  await page.getByTestId("cut").waitFor();
  assertEquals(await visit.text("window-sent"), "1");
  assertMatch(await visit.text("scale"), /65521.*65535 ┊ 0.*1/s);
  source.sockets.length = 0;
  await page.getByText("This socket is closed").waitFor();
  assertEquals(await page.getByTestId("row").count(), 3);
  assertEquals(visit.complaints, []);
});

for (const role of ["all", "gateway", "runner"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    Deno.test(`the socket's page of ${role} in ${colorScheme} fits 390 and 1280 pixels, and axe finds nothing`, async () => {
      const { visit, socket, at } = await start({ role });
      await using _visit = visit;
      const { page, app: { source } } = visit;
      await page.emulateMedia({ colorScheme });
      source.say(socket, `{"op":"inc","long":"${"z".repeat(300)}"}`, Uint8Array.of(1, 2, 3));
      source.mutter(socket, "later");
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await visit.open(`${at}?message=1`);
        await page.getByTestId("payload").waitFor();
        assertEquals(await visit.violations(), []);
        assert(await visit.excess() <= 0, `${width} pixels are too few`);
      }
      const unknown = await page.getByTestId("not-here").count();
      assertEquals(unknown > 0, role === "runner", `${unknown} are marked as unknown`);
      assertEquals(visit.complaints, []);
    });
  }
}

Deno.test("real messages are seen on a real socket's page, and leave as HAR and NDJSON", async () => {
  await using system = await System.start();
  const client = await Client.open(system.actorUrl("counter", "demo"));
  for (let i = 0; i < 3; i++) await client.ask("inc");
  const { sockets: [row] } = await system.snapshot();
  const page = await browser.newPage();
  await page.goto(`${system.uiUrl}/login?token=${system.token}`);
  await page.goto(`${system.uiUrl}/sockets/${row!.requestId}`);
  await page.waitForSelector(`[data-liveness="live"]`);
  await client.ask("inc");
  await page.locator(`[data-key="8"]`).waitFor();
  await page.locator(`[data-key="8"]`).click();
  await page.locator(`[data-stage="delivered"]`).waitFor();
  assertStringIncludes(await page.getByTestId("payload").innerText(), `"count": 4`);
  const saved = async (name: string): Promise<string> => {
    const waiting = page.waitForEvent("download");
    await page.getByTestId(name).click();
    return await Deno.readTextFile((await (await waiting).path())!);
  };
  const har = JSON.parse(await saved("har"));
  assertEquals(har.log.entries[0]._webSocketMessages.length, 8);
  assertEquals((await saved("ndjson")).trim().split("\n").length, 8);
  await page.context().close();
  await client.close();
});

Deno.test("a message is said again, edited, after its dialog has said what that does", async () => {
  const { visit, socket, at } = await start();
  await using _visit = visit;
  const { page, app: { source } } = visit;
  source.say(socket, "inc 1", "1");
  source.say(socket, Uint8Array.of(1, 2));
  await visit.open(`${at}?message=1`);
  await page.getByTestId("act-replay").click();
  const plan = page.getByTestId("plan");
  await plan.waitFor();
  assertMatch(await plan.innerText(), /as a new message of this client, with the index 3/);
  assertEquals([await page.getByTestId("draft").inputValue(), source.replayed], ["inc 1", []]);
  assertEquals(await visit.violations(), []);
  await page.getByTestId("draft").fill("inc 2");
  await page.getByTestId("confirm-replay").click();
  await page.getByTestId("act-dialog").waitFor({ state: "hidden" });
  assertMatch(await visit.text("outcome"), /the actor gets it as a new message .* index 3/);
  await page.locator(`[data-key="3"]`).click();
  await page.getByTestId("act-replay").click();
  await page.getByTestId("plan").waitFor();
  await page.getByTestId("draft").fill("ca f");
  await page.getByTestId("confirm-replay").click();
  assertMatch(await visit.text("act-error"), /two hexadecimal digits/);
  await page.getByTestId("draft").fill("ca fe");
  await page.getByTestId("confirm-replay").click();
  await page.getByTestId("act-dialog").waitFor({ state: "hidden" });
  assertEquals(source.replayed, ["inc 2", Uint8Array.of(0xca, 0xfe)]);

  // An actor's message is not the client's to say.
  await page.locator(`[data-key="2"]`).click();
  await page.getByTestId("message").getByText("← actor").waitFor();
  assertEquals(await page.getByTestId("act-replay").count(), 0);
  assertEquals(visit.complaints, []);
});
