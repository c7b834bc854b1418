import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import type { FaultsNow, PromisesKept, SocketRow } from "../../lib/inspect/mod.ts";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { System, until } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

/** Says what would happen, does it, and waits for what the page says of it. */
async function make(page: Page, id: string, verb: string, plan: RegExp): Promise<void> {
  await page.getByTestId(`fault-${id}`).click();
  await page.getByTestId("plan").waitFor();
  assertMatch(await page.getByTestId("plan").innerText(), plan);
  await page.getByTestId(`confirm-${verb}`).click();
  await page.getByTestId("act-dialog").waitFor({ state: "hidden" });
}

const fault = (page: Page, kind: string) =>
  page.locator(`[data-testid="fault"][data-fault="${kind}"]`);

Deno.test("whatever is made to go wrong at the page, every message of a client is counted once", async () => {
  await using system = await System.start({ env: { DORMOUSE_FAULTS: "true" } });
  const client = await Client.open(system.actorUrl("counter", "demo"));
  let count = 0;
  const inc = async (): Promise<void> => {
    assertEquals(await client.ask("inc"), `{"count":${++count}}`);
  };
  await inc();
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${system.uiUrl}/login?token=${system.token}`);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Faults" })
    .click();
  await page.waitForSelector(`[data-liveness="live"]`);
  await page.getByText("Nothing goes wrong on purpose").waitFor();

  await page.getByTestId("field-for").fill("0");
  await make(page, "cut", "cut", /sent again when it is back[\s\S]*over at once/);
  await inc();

  await page.getByTestId("field-for").fill("1");
  await make(page, "freeze", "freeze", /waits, either way[\s\S]*1000 ms/);
  await fault(page, "freeze").waitFor();
  await inc();
  await fault(page, "freeze").waitFor({ state: "detached" });

  await page.getByTestId("field-for").fill("600");
  await make(page, "hold_acks", "hold_acks", /stays unacked/);
  const pending = async (): Promise<number> => {
    const { rows } = await system.json<{ rows: SocketRow[] }>("/api/sockets");
    return rows[0]!.pendingMessages!;
  };
  await inc();
  await inc();
  await until("its ack is held back", async () => (await pending()) === 2);
  const { rows: [socket] } = await system.json<{ rows: SocketRow[] }>("/api/sockets");
  await page.goto(`${system.uiUrl}/sockets/${socket!.requestId}`);
  await page.getByRole("link", { name: "Faults" }).last().click();
  await page.waitForURL(/\/faults\?socket=/);
  await page.waitForSelector(`[data-liveness="live"]`);
  assertEquals(await page.getByTestId("field-socket").inputValue(), socket!.requestId);

  await page.getByTestId("field-for").fill("600");
  await make(page, "slow", "slow", /waits for the client/);
  client.send("inc");
  await fault(page, "slow").getByTestId("kept").filter({ hasText: "1, " }).waitFor();
  await page.getByTestId("field-index").fill("65534");
  await make(page, "first_index", "first_index", /goes round after 65535/);
  await fault(page, "first_index").waitFor();
  const other = await Client.open(system.actorUrl("counter", "wrap"));
  for (let n = 1; n <= 5; n++) assertEquals(await other.ask("inc"), `{"count":${n}}`);

  await page.getByTestId("fault-mend").click();
  await page.getByTestId("plan").waitFor();
  assertEquals((await page.getByTestId("plan").innerText()).split("\n").length, 3);
  await page.getByTestId("confirm-mend").click();
  await page.getByText("Nothing goes wrong on purpose").waitFor();
  assertEquals(await client.next(), `{"count":${++count}}`);
  await until("everything is acked", async () => (await pending()) === 0);
  await inc();
  const { checked, lost, doubled, reordered } = await system.json<PromisesKept>("/api/promises");
  assertEquals([lost, doubled, reordered], [0, 0, 0]);
  assert(checked! >= 2 * count, `${checked} checked`);
  assertEquals((await system.json<FaultsNow>("/api/faults")).faults, []);

  await page.goto(`${system.uiUrl}/events?kind=fault`);
  await page.getByText("no longer: the client reads nothing; somebody mended it").waitFor();
  assertEquals(complaints, []);
  for (const one of [client, other]) await one.close();
  await page.close();
});

Deno.test("a fault's seconds and target are in the address; what is wrong is said and nothing is done", async () => {
  await using visit = await Visit.start(browser);
  const { page } = visit;
  await visit.open("/faults?for=601&socket=0badbeef");
  await page.getByTestId("fault-freeze").click();
  await page.getByTestId("act-error").getByText("at most faultMs=600000 are allowed").waitFor();
  await page.getByTestId("act-leave").click();
  await page.getByTestId("field-for").fill("5");
  await page.getByTestId("fault-slow").click();
  await page.getByTestId("act-error").getByText(/no socket|not/i).waitFor();
  await page.getByTestId("act-leave").click();
  assertEquals(new URL(page.url()).search, "?for=5&socket=0badbeef");
  await page.reload();
  await visit.live();
  assertEquals(await page.getByTestId("field-for").inputValue(), "5");
  await page.getByTestId("fault-freeze").click();
  await page.getByTestId("confirm-freeze").click();
  await fault(page, "freeze").getByTestId("mend").click();
  assertEquals(await visit.violations(), []);
  await page.getByTestId("confirm-mend").click();
  await page.getByText("Nothing goes wrong on purpose").waitFor();
  assertEquals(visit.complaints, []);
});

Deno.test("without faults the page says how to have them; who may not act sees what there is, and no button", async () => {
  await using without = await Visit.start(browser, { hasFaults: false });
  await without.open("/faults");
  await without.page.getByText("deno task dev").waitFor();
  assertEquals(
    await without.page.getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: "Faults" }).count(),
    0,
  );
  assertEquals(await without.page.locator("main button").count(), 0);
  const refused = await without.app.act("/api/faults/first-index", {});
  assertEquals([refused.status, (await refused.json()).code], [409, "off"]);

  await using readOnly = await Visit.start(browser, { readOnly: true });
  await readOnly.open("/faults");
  await readOnly.page.getByText("Nothing goes wrong on purpose").waitFor();
  assertEquals(await readOnly.page.getByTestId("field-for").count(), 0);
});

Deno.test("a runner alone has faults of its tunnel, and leaves the others to its gateway", async () => {
  await using visit = await Visit.start(browser, { role: "runner" });
  const { page } = visit;
  await visit.open("/faults");
  assertEquals(await page.getByTestId("fault-slow").count(), 0);
  await page.getByTestId("fault-hold_acks").click();
  await page.getByTestId("confirm-hold_acks").click();
  await fault(page, "hold_acks").waitFor();
  const refused = await visit.app.act("/api/sockets/00000001/slow", {});
  assertEquals([refused.status, (await refused.json()).code], [409, "no_gateway"]);
  assertEquals(visit.complaints, []);
});
