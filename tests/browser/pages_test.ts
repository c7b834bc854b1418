import { assert, assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { PAGES } from "../../components/page/pages.ts";
import { launchBrowser } from "../support/browser.ts";
import { Visit } from "../support/visit.ts";

/** One for all: it takes longer to start than to test. */
const browser: Browser = await launchBrowser();
Deno.test.afterAll(() => browser.close());

/** Something of everything. */
async function fill({ app: { source } }: Visit): Promise<{ actorId: string; requestId: string }> {
  const { actorId } = source.actor("counter", "demo");
  const socket = source.socket(actorId);
  source.messages(socket, 5, 2, 1);
  source.request(actorId, "GET", "/hello", 200, 1);
  source.request(actorId, "POST", "/broken", 500, 3);
  await source.gateway.hibernate(source.actor("echo", "sleeper").actorId);
  return { actorId, requestId: socket.requestId.toString(16).padStart(8, "0") };
}

Deno.test("every page that the navigation leads to opens, goes live and complains of nothing", async () => {
  await using visit = await Visit.start(browser);
  await fill(visit);
  await visit.open();
  for (const { title, href } of PAGES) {
    await visit.page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: title })
      .click();
    await visit.page.waitForURL(`http://${visit.address}${href}`);
    await visit.live();
    assertEquals(await visit.page.locator(`[aria-current="page"]`).innerText(), title);
  }
  assertEquals(visit.complaints, []);
});

for (
  const [path, filter, value, text] of [
    ["/events", "kind", "sleep", "sleeper"],
    ["/requests", "status", "5xx", "/broken"],
  ] as const
) {
  Deno.test(`${path} shows what its filter says, also after a reload`, async () => {
    await using visit = await Visit.start(browser);
    await fill(visit);
    await visit.open();
    await visit.page.goto(`http://${visit.address}${path}`);
    await visit.live();
    const rows = visit.page.getByTestId("row");
    const all = await rows.count();
    assert(all > 1, `${all} rows`);
    await visit.page.getByTestId(`filter-${filter}`).selectOption(value);
    await rows.filter({ hasText: text }).waitFor();
    assertEquals(await rows.count(), 1);
    await visit.page.reload();
    await visit.live();
    assertEquals(await rows.count(), 1);
    assertEquals(await visit.page.getByTestId(`filter-${filter}`).inputValue(), value);
    assertEquals(visit.complaints, []);
  });
}

for (const scheme of ["light", "dark"] as const) {
  Deno.test(`axe finds no violation on any page, ${scheme}, wide and on a phone, with rows and without`, async () => {
    for (const isFilled of [false, true]) {
      await using visit = await Visit.start(browser);
      const { page, address } = visit;
      const paths = PAGES.map(({ href }) => href);
      if (isFilled) {
        const { actorId, requestId } = await fill(visit);
        paths.push(`/actors/${actorId}`, `/sockets/${requestId}`, "/runners/runner-1", "/tunnel");
      }
      await page.emulateMedia({ colorScheme: scheme });
      await visit.open();
      for (const path of paths) {
        await page.goto(`http://${address}${path}`);
        await visit.live();
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 844 });
          await page.evaluate(axe.source);
          const found = await page.evaluate("axe.run()") as axe.AxeResults;
          const violations = found.violations.map(({ id, nodes }) =>
            `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`
          );
          assertEquals(violations, [], `${path} at ${width} px`);
        }
      }
    }
  });
}
