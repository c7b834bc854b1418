import { assert, assertEquals, assertMatch } from "@std/assert";
import { launchBrowser } from "../support/browser.ts";
import { Client } from "../support/client.ts";
import { System } from "../support/system.ts";

Deno.test("a newcomer opens the link, hibernates counter at a click, and its client goes on counting", async () => {
  await using system = await System.start();
  const clients = new Map<string, Client>();
  for (const name of ["echo", "counter", "chat", "clock"]) {
    clients.set(name, await Client.open(system.actorUrl(name, "newcomer")));
  }
  const counter = clients.get("counter")!;
  assertEquals(await counter.ask("inc"), `{"count":1}`);

  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    for (const name of clients.keys()) {
      await page.locator(`[data-testid=socket-row][data-actor-name=${name}]`).waitFor();
    }
    const actor = page.locator("[data-testid=actor-row][data-actor-name=counter]");
    const socket = page.locator("[data-testid=socket-row][data-actor-name=counter]");
    assertEquals(await actor.getAttribute("data-phase"), "running");

    // All but the clock, which sleeps and wakes by itself.
    const awake = async (): Promise<number> =>
      (await system.snapshot()).actors
        .filter(({ name, phase }) => name !== "clock" && phase === "running").length;
    assertEquals(await awake(), 3);

    await actor.getByTestId("hibernate").click();
    assertMatch((await page.getByTestId("plan").textContent())!, /1/);
    await page.getByTestId("confirm-hibernate").click();
    await page.locator("[data-testid=actor-row][data-actor-name=counter][data-phase=asleep]")
      .waitFor();
    await page.locator("[data-testid=socket-row][data-actor-name=counter][data-phase=hibernating]")
      .waitFor();
    assert(counter.isOpen, "Hibernating the actor closed its client's socket");
    assertEquals(await awake(), 2);

    for (let i = 0; i < 5; i++) counter.send("inc");
    for (let i = 2; i <= 6; i++) assertEquals(await counter.next(), `{"count":${i}}`);
    await page.locator("[data-testid=socket-row][data-actor-name=counter][data-phase=active]")
      .waitFor();
    assertEquals(await socket.getByTestId("acked").textContent(), "6");

    const wake = page.locator("[data-testid=event-row][data-kind=wake]", { hasText: "counter" })
      .filter({ hasText: "message" }).first();
    await wake.waitFor();
    assertMatch((await wake.textContent())!, /\d+(\.\d+)?\s*(µs|ms|s)/);
  } finally {
    await browser.close();
    await Promise.all([...clients.values()].map((client) => client.close()));
  }
});

Deno.test("Try it talks to an actor through the gateway, from the page", async () => {
  await using system = await System.start();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    await page.getByTestId("try-actor").selectOption("counter");
    await page.getByTestId("try-connect").click();
    await page.getByTestId("try-quick-inc").click();
    await page.getByTestId("try-log").getByText(`{"count":1}`).waitFor();
    await page.getByTestId("try-message").fill("inc");
    await page.getByTestId("try-send").click();
    await page.getByTestId("try-log").getByText(`{"count":2}`).waitFor();
    await page.locator("[data-testid=socket-row][data-actor-name=counter]").waitFor();
    await page.getByTestId("try-disconnect").click();
    assertEquals(complaints, []);
  } finally {
    await browser.close();
  }
});
