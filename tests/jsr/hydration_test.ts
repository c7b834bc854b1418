/** Islands in a real browser. Nothing here knows which Fresh it is. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { launchBrowser } from "../support/browser.ts";
import { fixtureApp } from "./fixture_app.ts";

/** Gives a test the fixture's first page, and looks at what the browser complained of. */
async function withPage(
  test: (page: Page) => Promise<void>,
  expected: readonly RegExp[] = [],
): Promise<void> {
  const handler = await fixtureApp();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    await test(page);
    assertEquals(complaints.length, expected.length, complaints.join("\n"));
    expected.forEach((pattern, i) => assertMatch(complaints[i] ?? "", pattern));
  } finally {
    await browser.close();
    await server.shutdown();
  }
}

Deno.test("an island comes to life where it stands, with its props and shared signals", async () => {
  await withPage(async (page) => {
    await page.locator(`#one[data-alive="true"]`).waitFor();
    await page.locator(`#two[data-alive="true"]`).waitFor();
    assertEquals(await page.locator("#one").getAttribute("data-browser"), "true");
    assertEquals(await page.locator("#one").getAttribute("data-since"), "1970-01-01T00:00:00.000Z");

    await page.locator("#one button").first().click();
    await page.locator("#one button").first().click();
    await page.locator("#two button").last().click();
    await page.getByText("count 5").first().waitFor();
    assertEquals(await page.locator("#one button").allTextContents(), ["count 5", "shared 11"]);
    assertEquals(await page.locator("#two button").allTextContents(), ["count 5", "shared 11"]);
    assertEquals(await page.locator("p").count(), 3);
  });
});

Deno.test("an island inside an island is part of the outer one", async () => {
  await withPage(async (page) => {
    await page.locator(`#three[data-alive="true"]`).waitFor();
    await page.locator("#three button").first().click();
    await page.getByText("count 8").waitFor();
    assertEquals(await page.locator("#nest").getAttribute("data-text"), `</script><b>"&`);
  });
});

Deno.test("an inline script of a page runs under the policy, one without its nonce does not", async () => {
  await withPage(async (page) => {
    await page.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "globalThis.injectedRan = true";
      document.body.append(script);
    }`);
    assertEquals(await page.evaluate("globalThis.inlineRan"), true);
    assertEquals(await page.evaluate("globalThis.injectedRan ?? false"), false);
  }, [/Content Security Policy/]);
});
