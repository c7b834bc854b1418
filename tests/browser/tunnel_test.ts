import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { runnerId } from "../../lib/protocol/mod.ts";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { FakeApp } from "../support/fake_app.ts";
import { System, until } from "../support/system.ts";
import { Visit } from "../support/visit.ts";

const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

const rows = (page: Page) => page.getByTestId("row");
const of = (page: Page, kind: string) => page.locator(`[data-testid="row"][data-kind="${kind}"]`);

/** The page watches by the time that it is live; a filter makes it watch anew. */
const watched = ({ app }: Visit): Promise<void> =>
  until("the tunnel is traced", () => app.source.tracer !== undefined);

Deno.test("frames come live, decoded, with everything in one that is picked; and no more when the page is left", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const socket = source.socket(source.actor("counter", "demo").actorId);
  assertEquals(source.tracer, undefined);
  await visit.open("/runners");
  assertEquals(source.tracer, undefined, "The list of runners traced");
  await page.getByRole("link", { name: "Frames" }).click();
  await visit.live();
  await page.getByText("Nothing has passed yet").waitFor();
  await watched(visit);
  source.frame(socket, `{"say":"hello","password":"PLAIN"}`, null);
  source.pong();
  await of(page, "pong").waitFor();
  const message = of(page, "webSocketMessage");
  assertMatch(await message.innerText(), /trace begins[\s\S]*text, 34 bytes/);
  assertEquals(await message.locator(`[data-column="size"]`).innerText(), "no frame");
  await message.getByRole("button", { name: "1", exact: true }).click();
  await page.getByTestId("decoded").getByText("hello").waitFor();
  assert(!(await page.content()).includes("PLAIN"));
  const id = socket.requestId.toString(16).padStart(8, "0");
  assertEquals(
    await page.getByTestId("frame").getByRole("link", { name: "socket" }).getAttribute("href"),
    `/sockets/${id}`,
  );
  assertEquals(new URL(page.url()).searchParams.get("frame"), "1");
  await page.getByTestId("close-frame").click();
  await page.getByTestId("frame").waitFor({ state: "detached" });
  await page.goto(`http://${visit.address}/runners`);
  await until("nobody traces", () => source.tracer === undefined);
  assertEquals(visit.complaints, []);
});

Deno.test("frames are filtered by runner, direction, kind and text, also after a reload; and held while paused", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const socket = source.socket(source.actor("counter", "demo").actorId);
  source.runners.push({ ...source.runners[0]!, runnerId: runnerId("far-away"), name: "gpu" });
  await visit.open("/tunnel");
  await watched(visit);
  source.frame(socket, "apples");
  source.frame(socket, "pears");
  source.pong();
  source.pong(runnerId("far-away"));
  await until("all four", async () => await rows(page).count() === 4);
  await page.getByTestId("filter").fill("APPLES");
  await until("one of them", async () => await rows(page).count() === 1);
  assertMatch(await rows(page).innerText(), /apples/);
  await page.getByTestId("filter").fill("");
  await page.getByTestId("filter-direction").selectOption("toGateway");
  await until("both pongs", async () => await rows(page).count() === 2);
  await page.getByTestId("filter-runner").selectOption("far-away");
  await until("its pong", async () => await rows(page).count() === 1);
  await page.reload();
  await visit.live();
  assertEquals(await rows(page).count(), 1);
  assertEquals(await page.getByTestId("filter-runner").inputValue(), "far-away");
  await page.getByTestId("filter-runner").selectOption("");
  await page.getByTestId("filter-direction").selectOption("");
  await page.getByTestId("filter-kind").selectOption("webSocketMessage");
  await until("both messages", async () => await rows(page).count() === 2);
  // The trace went on while the filters changed.
  await page.getByTestId("filter-kind").selectOption("");
  await until("all four again", async () => await rows(page).count() === 4);
  source.pong();
  await until("the fifth", async () => await rows(page).count() === 5);
  const begins = await page.locator(`[data-note="first"]`).count();
  assert(begins <= 2, `${begins} traces began, a reload is one`);
  await page.getByTestId("filter-kind").selectOption("webSocketMessage");
  await until("both messages", async () => await rows(page).count() === 2);

  await page.getByTestId("pause").click();
  source.frame(socket, "plums");
  await page.getByTestId("waiting").getByText("1 new row").waitFor();
  assertEquals(await rows(page).count(), 2);
  await page.getByTestId("pause").click();
  await page.mouse.move(0, 0);
  await until("the third", async () => await rows(page).count() === 3);
  await page.goto(`http://${visit.address}/tunnel?runner=runner-1&kind=pong`);
  await visit.live();
  assertEquals(await rows(page).count(), 2);
  assertEquals(visit.complaints, []);
});

Deno.test("who may not see payloads sees what frames are about, and no more", async () => {
  await using visit = await Visit.start(browser);
  const { page, app: { source } } = visit;
  const socket = source.socket(source.actor("counter", "demo").actorId);
  await page.goto(`http://${visit.address}/login?token=${FakeApp.VIEW_TOKEN}`);
  await page.goto(`http://${visit.address}/tunnel`);
  await visit.live();
  await watched(visit);
  source.frame(socket, "a word of a user");
  await of(page, "webSocketMessage").getByRole("button", { name: "1", exact: true }).click();
  await page.getByText("Whoever has the role payload sees everything in it here.").waitFor();
  assert(!(await page.content()).includes("a word of a user"));
  assertEquals(visit.complaints, []);
});

for (const role of ["all", "runner"] as const) {
  Deno.test(`the page of frames of ${role} fits 390 and 1280 pixels, and axe finds nothing`, async () => {
    await using visit = await Visit.start(browser, { role });
    const { page, app: { source } } = visit;
    const socket = source.socket(source.actor("counter", "demo").actorId);
    await visit.open("/tunnel");
    await watched(visit);
    source.frame(socket, `{"a":"${"long ".repeat(100)}"}`);
    source.pong();
    await of(page, "pong").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`http://${visit.address}/tunnel?frame=1`);
      await visit.live();
      await page.getByTestId("decoded").waitFor();
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        assertEquals(await visit.violations(), [], `${colorScheme} ${width}`);
        assert(await visit.excess() <= 0, `It is too wide for ${width}`);
      }
    }
  });
}

Deno.test("in the real program a message, its command and its commit are seen on the tunnel", async () => {
  await using system = await System.start();
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  const client = await (async () => {
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    await page.goto(`${system.uiUrl}/tunnel`);
    await page.locator(`[data-liveness="live"]`).waitFor();
    return await Client.open(system.actorUrl("counter", "traced"));
  })();
  try {
    assertEquals(await client.ask("inc"), `{"count":1}`);
    for (const kind of ["commands", "events", "webSocketOpen", "kvRequest", "kvResponse"]) {
      await of(page, kind).first().waitFor();
    }
    const said = of(page, "webSocketMessage").and(page.locator(`[data-direction="toRunner"]`));
    await said.waitFor();
    assertEquals(await said.locator(`[data-column="size"]`).innerText(), "no frame");
    assertMatch(await of(page, "commands").first().innerText(), /start counter\/traced/);
    await said.getByRole("button").nth(1).click();
    await page.getByTestId("decoded").getByText("inc").waitFor();
    const { rows: kept } = await system.json<{ rows: { kind: string; bytes: number | null }[] }>(
      "/api/tunnel/frames?kind=webSocketMessage&text=count",
    );
    assertEquals(kept.map(({ bytes }) => bytes), [null]);
    assertEquals(complaints, []);
  } finally {
    await page.context().close();
    await client.close();
  }
});
