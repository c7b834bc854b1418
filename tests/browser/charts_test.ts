import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { VirtualHost } from "../../lib/host/virtual_host.ts";
import { runnerId } from "../../lib/protocol/mod.ts";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { startRunner, System, until } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

/** One for all: it takes longer to start than to test. */
const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

const CHARTS = ["acks", "messages", "pending", "sleeps"];
const SECOND = 1_000;

/** The values that stand below a chart, by the names of its lines. */
async function values(page: Page, chart: string): Promise<Record<string, string>> {
  const lines = page.getByTestId(`chart-${chart}`).locator("[data-line]");
  const all = await lines.evaluateAll((lines) =>
    lines.map((line) => [line.getAttribute("data-line")!, line.querySelector("dd")!.textContent])
  );
  return Object.fromEntries(all);
}

/** How many steps a chart has. */
async function steps(page: Page, chart: string): Promise<number> {
  const slider = page.getByTestId(`chart-${chart}`).getByRole("slider");
  return Number(await slider.getAttribute("aria-valuemax")) + 1;
}

/** Pixels of a chart that something was drawn on, grid and axes included. */
function drawn(page: Page, chart: string): Promise<number> {
  return page.getByTestId(`chart-${chart}`).locator("canvas").evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!
      .getImageData(0, 0, width, height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) count++;
    return count;
  });
}

function noteOf(page: Page, chart: string): Promise<string> {
  return page.getByTestId(`panel-chart-${chart}`).locator("header").innerText();
}

/** Minutes on a virtual clock, with messages at one runner and now and then at another. */
async function live(visit: Visit, host: VirtualHost, seconds: number): Promise<void> {
  const { source, state } = visit.app;
  const { gatewayObserver } = state.inspector;
  const [socket] = source.sockets;
  for (const runner of ["runner-1", "runner-2"]) {
    gatewayObserver.runnerJoined?.(runnerId(runner), "default");
  }
  for (let second = 0; second < seconds; second++) {
    source.messages(socket!, 10, 2, 3);
    if (second % 10 === 0) gatewayObserver.messageAcked?.(500, runnerId("runner-2"));
    await host.advance(SECOND);
    source.sweep();
  }
}

async function begin(): Promise<{ visit: Visit; host: VirtualHost }> {
  const host = new VirtualHost({ epochStart: 1_800_000_000_000 });
  const visit = await Visit.start(browser, { host });
  visit.app.source.socket(visit.app.source.actor("counter", "demo").actorId);
  return { visit, host };
}

Deno.test("charts of real traffic are there at once after a reload, with all that they had", async () => {
  await using system = await System.start();
  const client = await Client.open(system.actorUrl("counter", "charts"));
  const page = await browser.newPage();
  try {
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    await page.waitForSelector(`[data-liveness="live"]`);
    const acks = page.getByTestId("panel-chart-acks").locator("header");
    for (let count = 1; count <= 20; count++) {
      assertEquals(await client.ask("inc"), `{"count":${count}}`);
    }
    await acks.getByText("20 acks").waitFor();
    await page.getByTestId("chart-acks").locator("canvas").waitFor();
    const before = await steps(page, "acks");
    assertMatch(await noteOf(page, "messages"), /20 in, 20 out/);

    const reloaded = await page.request.get(page.url());
    assertMatch(await reloaded.text(), /20 acks/);
    await page.reload();
    await page.waitForSelector(`[data-liveness="live"]`);
    await acks.getByText("20 acks").waitFor();
    assertMatch(await noteOf(page, "messages"), /20 in, 20 out/);
    assertMatch(await noteOf(page, "sleeps"), /0 sleeps, 1 wake/);
    assert(await steps(page, "acks") >= before, "Steps were lost with the reload");
    const { p50, p90, p99, max } = await values(page, "acks");
    for (const value of [p50, p90, p99, max]) assertMatch(value!, /^(—|[\d.]+ (ms|s))$/);
  } finally {
    await page.context().close();
    await client.close();
  }
});

Deno.test("charts go back 15 minutes, of all runners or of one, and the address keeps which", async () => {
  const { visit, host } = await begin();
  await using _visit = visit;
  const { page } = visit;
  await live(visit, host, 1_000);
  await visit.open();
  const chart = page.getByTestId("chart-acks");
  await chart.locator("canvas").waitFor();
  // 300 of a second, and 120 of five.
  assert(await steps(page, "acks") >= 420, `${await steps(page, "acks")} steps`);
  assertMatch(await noteOf(page, "acks"), /6.\d\d\d acks/);
  assertEquals(await values(page, "messages"), { in: "10/s", out: "0/s" });
  assertEquals(await values(page, "pending"), { "not acked": "3" });
  for (const each of CHARTS) assert(await drawn(page, each) > 1_000, `${each} is blank`);
  const all = await drawn(page, "messages");

  await page.getByTestId("chart-runner").selectOption("runner-2");
  await page.getByTestId("panel-chart-acks").getByText(/^9\d acks$/).waitFor();
  assertEquals((await values(page, "messages")).in, "0/s");
  assert(await drawn(page, "messages") !== all);
  await page.getByTestId("chart-span").selectOption("1 min");
  await page.getByTestId("panel-chart-acks").getByText(/^6 acks$/).waitFor();
  assertEquals(new URL(page.url()).search, "?runner=runner-2&span=1+min");
  await page.reload();
  await visit.live();
  await page.getByTestId("panel-chart-acks").getByText(/^6 acks$/).waitFor();
  assertEquals(await page.getByTestId("chart-runner").inputValue(), "runner-2");
  assertEquals(await page.getByTestId("chart-span").inputValue(), "1 min");
  assertEquals(visit.complaints, []);

  await page.goto(`http://${visit.address}/?runner=nobody`);
  await visit.live();
  await page.getByRole("alert").getByText(`No runner with the id "nobody" has a history`).waitFor();
  await page.getByTestId("chart-runner").selectOption("");
  await page.getByTestId("panel-chart-acks").getByText(/^6.\d\d\d acks$/).waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
});

Deno.test("two runner processes have charts of their own, which add up, also when one is killed", async () => {
  await using first = await System.start();
  const second = await startRunner({ url: first.gatewayUrl, token: first.token });
  const clients: Client[] = [];
  const page = await browser.newPage();
  const acks = async (): Promise<number> =>
    Number((await noteOf(page, "acks")).match(/(\d+) acks?/)?.[1]);
  try {
    await until("it has joined", async () => (await first.snapshot()).runners.length === 2);
    const runners = (await first.snapshot()).runners.map(({ runnerId }) => runnerId as string);
    for (let i = 0; i < 6; i++) {
      clients.push(await Client.open(first.actorUrl("counter", `shared-${i}`)));
      for (let count = 1; count <= 5; count++) {
        assertEquals(await clients[i]!.ask("inc"), `{"count":${count}}`);
      }
    }
    await page.goto(`${first.uiUrl}/login?token=${first.token}`);
    await page.getByTestId("panel-chart-acks").getByText("30 acks").waitFor();
    const parts: number[] = [];
    for (const runner of runners) {
      await page.goto(`${first.uiUrl}/?runner=${runner}`);
      await page.waitForSelector(`[data-liveness="live"]`);
      parts.push(await acks());
    }
    assert(parts.every((part) => part >= 5 && part % 5 === 0), `${parts} acks`);
    assertEquals(parts[0]! + parts[1]!, 30);

    // Its own page: a runner alone, which cannot be looked at when it is killed.
    const alone = await browser.newPage();
    await alone.goto(`${second.uiUrl}/login?token=${second.token}`);
    await alone.getByTestId("panel-chart-committed").getByText(/^[1-9]\d* in all$/).waitFor();
    assertEquals(await alone.getByTestId("chart-pending").getByTestId("not-here").count(), 1);
    await alone.close();

    const killed = (await second.snapshot()).runners[0]!.runnerId;
    await second.kill();
    await page.goto(`${first.uiUrl}/?runner=${killed}`);
    await page.getByTestId("chart-runner").getByText(", has left").waitFor({ state: "attached" });
    assertEquals(await acks(), parts[runners.indexOf(killed)]);
    // Its actors fall asleep with it, as they have nothing to do.
    await page.getByTestId("panel-chart-sleeps").getByText(/^[1-9]\d* sleeps?, /).waitFor();
  } finally {
    await page.context().close();
    await Promise.all(clients.map((client) => client.close()));
    await second[Symbol.asyncDispose]();
  }
});

Deno.test("a runner's page leads to its charts", async () => {
  const { visit, host } = await begin();
  await using _visit = visit;
  const { page } = visit;
  await live(visit, host, 3);
  await visit.open("/runners/runner-1");
  await page.getByRole("link", { name: "Charts" }).click();
  await page.waitForURL(`http://${visit.address}/?runner=runner-1`);
  await visit.live();
  assertEquals(await page.getByTestId("chart-runner").inputValue(), "runner-1");
  assertMatch(await noteOf(page, "acks"), /21 acks/);
  assertEquals(visit.complaints, []);
});

Deno.test("arrow keys point at a second, which stays pointed at while time goes on", async () => {
  const { visit, host } = await begin();
  await using _visit = visit;
  const { page } = visit;
  await live(visit, host, 30);
  await visit.open();
  const chart = page.getByTestId("chart-acks");
  await chart.locator("canvas").waitFor();
  const time = chart.getByTestId("chart-time");
  const last = await time.innerText();
  const slider = chart.getByRole("slider");
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(
    ([was]) =>
      document.querySelector(`[data-testid="chart-acks"] [data-testid="chart-time"]`)!
        .textContent !== was,
    [last],
  );
  const pointed = await time.innerText();
  const spoken = await slider.getAttribute("aria-valuetext");
  assertMatch(spoken!, /^\d\d:\d\d:\d\d, p50 2 ms, p90 2 ms, p99 2 ms, max 2 ms$/);
  assert(pointed < last, `${pointed} is not before ${last}`);
  const before = await steps(page, "acks");
  await live(visit, host, 3);
  await page.waitForFunction(
    ([count]) =>
      Number(
        document.querySelector(`[data-testid="chart-acks"] [role="slider"]`)!
          .getAttribute("aria-valuemax"),
      ) >= count!,
    [before + 1],
  );
  assertEquals(await time.innerText(), pointed);
  await page.keyboard.press("Home");
  await time.getByText(new RegExp(`^(?!${pointed}$)`)).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert(await time.innerText() > last, "The last second is not shown again");
  assertEquals(visit.complaints, []);
});

Deno.test("the hibernation page has a line for each cause, also for one that comes later", async () => {
  const { visit, host } = await begin();
  await using _visit = visit;
  const { page, app: { source } } = visit;
  await live(visit, host, 1);
  await visit.open("/hibernation?span=5+min");
  const { actorId } = source.actors.values().next().value!;
  assertEquals(await values(page, "wakeCauses"), { create: "1/s" });
  assertEquals(await values(page, "sleepCauses"), {});
  await page.getByText("Each actor that falls asleep counts here").waitFor();
  await source.gateway.hibernate(actorId);
  await source.gateway.wake(actorId);
  await live(visit, host, 2);
  await page.getByTestId("chart-sleepCauses").locator(`[data-line="person"]`).waitFor();
  assertEquals(Object.keys(await values(page, "wakeCauses")), ["create", "person"]);
  assertMatch(await noteOf(page, "wakeCauses"), /2 wakes/);
  assert(await drawn(page, "sleepCauses") > 1_000, "It is blank");
  assertEquals(await page.getByTestId("chart-span").inputValue(), "5 min");
  assertEquals(await visit.violations(), []);
  assertEquals(visit.complaints, []);
});

Deno.test("at a runner alone the charts are of its commits, and say what only its gateway knows", async () => {
  const host = new VirtualHost({ epochStart: 1_800_000_000_000 });
  await using visit = await Visit.start(browser, { host, role: "runner" });
  const { page, app: { source } } = visit;
  const socket = source.socket(source.actor("counter", "demo").actorId);
  for (let i = 0; i < 5; i++) {
    source.messages(socket, 4, 2);
    await host.advance(SECOND);
  }
  await visit.open();
  assertMatch(await noteOf(page, "commits"), /Commit latency\s+5 commits/);
  assertEquals((await values(page, "commits")).p50, "2 ms");
  assertMatch(await noteOf(page, "committed"), /20 in all/);
  assertEquals(await values(page, "committed"), { committed: "4/s" });
  assertEquals(await page.getByTestId("chart-pending").getByTestId("not-here").count(), 1);
  assertEquals(await page.getByTestId("chart-runner").count(), 0);
  assertEquals(visit.complaints, []);
});

for (const scheme of ["light", "dark"] as const) {
  Deno.test(`charts fit 390 pixels and axe finds nothing wrong with them, ${scheme}`, async () => {
    const { visit, host } = await begin();
    await using _visit = visit;
    await visit.page.emulateMedia({ colorScheme: scheme });
    await live(visit, host, 20);
    await visit.open();
    await visit.page.getByTestId("chart-sleeps").locator("canvas").waitFor();
    for (const width of [1280, 390]) {
      await visit.page.setViewportSize({ width, height: 844 });
      assertEquals(await visit.violations(), [], `${width} px`);
      assert(await visit.excess() <= 0, `${width} px`);
    }
    assertEquals(visit.complaints, []);
  });
}
