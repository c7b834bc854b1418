import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser } from "playwright-core";
import { formatId } from "../../lib/protocol/mod.ts";
import { launchBrowser } from "../support/browser.ts";
import { FakeApp } from "../support/fake_app.ts";
import { System } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

Deno.test("the list has requests in flight and ended ones, and leads to each", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const { actorId } = source.actor("counter", "demo");
  const ended = source.request(actorId, "POST", "/broken?token=abc", 500, 3, { body: "hello" });
  source.requestsOpen.push({
    requestId: ended + 1 as typeof ended,
    actorId,
    method: "GET",
    path: "/slow",
    status: null,
    startedTs: Date.now(),
    isSent: true,
  });
  await visit.open("/requests");
  const row = (id: number) =>
    page.locator(`[data-testid="row"][data-key="${id.toString(16).padStart(8, "0")}"]`);
  assertMatch(await row(ended + 1).innerText(), /in flight/);
  await page.getByTestId("filter-status").selectOption("5xx");
  await row(ended + 1).waitFor({ state: "detached" });
  await row(ended).locator("a").first().click();
  await visit.live();
  assertEquals(new URL(page.url()).pathname, `/requests/${formatId(ended)}`);
  assertEquals(await visit.text("phase"), "ended");
  assertMatch(await visit.text("panel-request"), /authorization\s+…[\s\S]*hello/);
  assertMatch(await visit.text("panel-response"), /content-type\s+text\/plain[\s\S]*ok/);
  assert(!(await page.content()).includes("of-a-client"));
  assertEquals(await visit.violations(), []);
  await page.setViewportSize({ width: 390, height: 844 });
  assertEquals([await visit.excess() <= 0, await visit.violations()], [true, []]);
  assertEquals(visit.complaints, []);
});

Deno.test("a request is replayed with another path and body, and leads to the new one", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const { actorId } = source.actor("counter", "demo");
  const id = source.request(actorId, "POST", "/add", 200, 3, { body: "1" });
  await visit.open(`/requests/${formatId(id)}`);
  await page.getByTestId("act-replay").click();
  const plan = page.getByTestId("plan");
  await plan.waitFor();
  assertMatch(await plan.innerText(), /POST \/add and 1 bytes would go .* without authorization/);
  assertEquals(source.requested, []);
  await page.getByTestId("draft-path").fill("/add/more");
  await page.getByTestId("draft").fill("22");
  await page.getByTestId("confirm-replay").click();
  await page.getByTestId("act-outcome").waitFor();
  assertEquals(source.requested.map(({ method, path, body }) => [method, path, body]), [
    ["POST", "/add/more", new TextEncoder().encode("22")],
  ]);
  assertEquals(source.requested[0]!.headers, { accept: "*/*" });
  await page.getByTestId("act-row").getByRole("link").click();
  await page.getByRole("heading", { name: "POST /add/more" }).waitFor();
  assertEquals(visit.complaints, []);
});

Deno.test("who may not see payloads sees the stages, and neither heads nor bodies", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const id = source.request(source.actor("counter", "demo").actorId, "GET", "/", 200, 1);
  await page.goto(`http://${visit.address}/login?token=${FakeApp.VIEW_TOKEN}`);
  await page.goto(`http://${visit.address}/requests/${formatId(id)}`);
  await visit.live();
  assertMatch(await visit.text("no-content"), /needs the role payload/);
  assertEquals(await page.getByTestId("curl").count(), 0);
  const refused = await page.evaluate(
    `fetch("/api/requests/${formatId(id)}/content").then(({ status }) => status)`,
  );
  assertEquals(refused, 403);
});

Deno.test("what curl was copied as is the same request once more, and HAR has it", async () => {
  await using system = await System.start();
  const url = system.actorUrl("counter", "shown").replace("ws", "http");
  await (await fetch(url, { headers: { "x-marker": "it's here" } })).body?.cancel();
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  await page.goto(`${system.uiUrl}/login?token=${system.token}`);
  await page.goto(`${system.uiUrl}/requests`);
  await page.getByTestId("row").first().locator("a").first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForSelector(`[data-liveness="live"]`);
  await page.getByTestId("curl").click();
  await page.getByText("Copied").waitFor();
  const command = await page.evaluate("navigator.clipboard.readText()") as string;
  // What curl would be called with, as a shell reads it.
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", command.replace(/^curl/, `printf '%s\\n'`)],
  }).output();
  const words = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assertEquals([words[0], words[1]], ["-X", "GET"]);
  const headers = words.filter((_, at) => words[at - 1] === "-H")
    .map((header) => header.split(/: (.*)/s).slice(0, 2) as [string, string]);
  assertMatch(await (await fetch(words[2]!, { headers })).text(), /count/);
  await page.goto(`${system.uiUrl}/requests`);
  await page.getByTestId("row").nth(1).waitFor();
  const { rows } = await (await fetch(`${system.uiUrl}/api/requests`, {
    headers: { authorization: `Bearer ${system.token}` },
  })).json();
  for (const { requestId } of rows) {
    const har = await (await fetch(
      `${system.uiUrl}/api/requests/${formatId(requestId)}/export.har`,
      { headers: { authorization: `Bearer ${system.token}` } },
    )).json();
    const [{ request, response }] = har.log.entries;
    assertEquals(response.status, 200);
    const marker = request.headers.find(({ name }: { name: string }) => name === "x-marker");
    assertEquals(marker.value, "it's here");
  }
  await context.close();
});
