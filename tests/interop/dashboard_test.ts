import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { PAGES } from "../../components/page/pages.ts";
import { launchBrowser } from "../support/browser.ts";
import { System, until } from "../support/system.ts";
import { Cable } from "./cable.ts";
import { engineBinary, RivetEngine } from "./engine.ts";

const binary = await engineBinary();
if ("missing" in binary) console.error(`Not tested on an engine: ${binary.missing}`);

Deno.test({
  name: "on a Rivet Engine, the page tries an actor, hibernates it, and it wakes with its count",
  ignore: "missing" in binary,
  fn: async () => {
    await using engine = await RivetEngine.start();
    await using cable = new Cable(engine.url);
    await using system = await System.start({
      env: {
        RIVET_ENDPOINT: cable.endpoint,
        RIVET_TOKEN: engine.token,
        DORMOUSE_GATEWAY_URL: engine.url,
      },
    });
    await until("the runner has joined", async () => await readiness(system) === 200);
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext();
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(`${system.uiUrl}/login?token=${system.token}`);
      assertMatch(
        await page.getByTestId("vantage").innerText(),
        new RegExp(`Seen from the runner; the gateway at ${cable.endpoint} knows the rest`),
      );
      await page.getByTestId("try-actor").selectOption("counter");
      await page.getByTestId("try-connect").click();
      await page.getByTestId("try-quick-inc").click();
      await page.getByTestId("try-log").getByText(`{"count":1}`).waitFor();
      const socket = page.locator("[data-testid=socket-row][data-actor-name=counter]");
      await socket.getByTestId("acked").getByText("1", { exact: true }).waitFor();
      assertEquals(await socket.getByTestId("pending").innerText(), "not here");

      await page.getByTestId("hibernate").click();
      await page.getByTestId("confirm-hibernate").click();
      await page.getByText(/counter\/demo fell asleep in .*: 1 socket kept, 0 closed/).waitFor();
      await page.getByTestId("actor-row").waitFor({ state: "detached" });
      await page.getByTestId("try-quick-inc").click();
      await page.getByTestId("try-log").getByText(`{"count":2}`).waitFor();
      await socket.getByTestId("acked").getByText("2", { exact: true }).waitFor();
      const kinds = await page.getByTestId("event-row")
        .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-kind")));
      assertEquals(kinds, ["wake", "sleep", "wake", "tunnel", "tunnel"]);
      assertEquals(complaints, []);
      await everyPage(await context.newPage(), system);

      cable.down();
      await page.getByTestId("value-tunnel").getByText("Reconnecting").waitFor();
      assertEquals(await readiness(system), 503);
      assertMatch(await metrics(system), /^dormouse_tunnel_up 0$/m);
      cable.mend();
      await page.getByTestId("value-tunnel").getByText("Connected").waitFor();
      await page.getByTestId("vantage").getByText(/[1-9] retr/).waitFor();
      assertEquals(await readiness(system), 200);
      await page.getByTestId("try-quick-inc").click();
      await page.getByTestId("try-log").getByText(`{"count":3}`).waitFor();
    } finally {
      await browser.close();
    }
    const text = await metrics(system);
    assertMatch(text, /^dormouse_tunnel_up 1$/m);
    assertMatch(text, /^dormouse_sleeps_total\{cause="unknown"\} 1$/m);
    assert(!text.includes("dormouse_pending_messages "), "A runner knows nothing of pending");
  },
});

async function readiness(system: System): Promise<number> {
  const response = await fetch(`${system.uiUrl}/readyz`);
  await response.body?.cancel();
  return response.status;
}

/** What only the gateway knows of these is marked as not here. */
const MARKED = ["/", "/actors", "/sockets", "/hibernation"];

/** Opens every page, and one of each thing that has a page: each is live, and complains of nothing. */
async function everyPage(page: Page, system: System): Promise<void> {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  const [actor] = (await system.snapshot()).actors;
  const [socket] = (await system.snapshot()).sockets;
  const [runner] = (await system.json<{ rows: { runnerId: string }[] }>("/api/runners")).rows;
  const ones = [`/actors/${actor!.actorId}`, `/sockets/${socket!.requestId}`];
  const others = [`/runners/${runner!.runnerId}`, "/tunnel"];
  for (const path of [...PAGES.map(({ href }) => href), ...ones, ...others]) {
    await page.goto(`${system.uiUrl}${path}`);
    await page.waitForSelector(`[data-liveness="live"]`);
    const marks = await page.getByTestId("not-here").count();
    if (MARKED.includes(path) || ones.includes(path)) assert(marks > 0, `${path} marks nothing`);
    assertEquals(complaints, [], path);
  }
  await page.goto(system.uiUrl);
  await page.locator(`[data-lamp="unknown"]`).waitFor();
  await page.close();
}

async function metrics(system: System): Promise<string> {
  return await (await system.call("/metrics")).text();
}
