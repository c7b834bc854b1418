/**
 * `deno task pictures`: takes the pictures of the documentation from the running program: real actors,
 * clients that talk to them, one that hibernates; every page, light and dark. With `embedded` or
 * `engine`: those of one gateway only.
 */
import type { Browser } from "playwright-core";
import { PAGES } from "../components/page/pages.ts";
import { socketUrl } from "../components/samples.ts";
import { RivetEngine } from "../tests/interop/engine.ts";
import { launchBrowser } from "../tests/support/browser.ts";
import { Client } from "../tests/support/client.ts";
import { System, until } from "../tests/support/system.ts";

const OUT = `${import.meta.dirname}/../docs/images`;

if (Deno.args[0] !== "engine") {
  await using system = await System.start({ env: { DORMOUSE_FAULTS: "true" } });
  await take(system, system.gatewayUrl, "dashboard");
}
if (Deno.args[0] !== "embedded") {
  await using engine = await RivetEngine.start();
  await using system = await System.start({
    env: { RIVET_ENDPOINT: engine.url, RIVET_TOKEN: engine.token },
  });
  await until(
    "the runner has joined",
    async () => (await system.snapshot()).tunnel.state === "connected",
  );
  await take(system, engine.url, "dashboard-engine");
}

async function take(system: System, gatewayUrl: string, name: string): Promise<void> {
  const gateway = { url: gatewayUrl, namespace: "default" };
  const open = (actor: string, key: string, hibernatable = true): Promise<Client> =>
    Client.open(socketUrl(gateway, actor, key, hibernatable, "default"), ["rivet"]);
  const ask = async (actor: string, key: string, init: RequestInit = {}): Promise<void> => {
    const url = socketUrl(gateway, actor, key, true, "default").replace("ws", "http");
    await (await fetch(url, init)).body?.cancel();
  };
  const talkers: Client[] = [];
  for (const key of ["lobby", "kitchen", "garden"]) talkers.push(await open("counter", key));
  const mirror = await open("echo", "mirror");
  const others = [mirror];
  for (const key of ["friends", "friends"]) others.push(await open("chat", key));
  others.push(await open("clock", "tower"), await open("echo", "plain", false));
  for (const client of talkers) {
    for (let i = 0; i < 40; i++) await client.ask("inc");
  }
  const talking = setInterval(() => {
    for (const client of talkers.slice(1)) client.send("inc");
    mirror.send("hello");
  }, gatewayUrl === system.gatewayUrl ? 20 : 100);
  await ask("counter", "lobby");
  await ask("echo", "mirror", { method: "POST", body: "hi" });

  const { actors } = await system.snapshot();
  const lobby = actors.find(({ key }) => key === "lobby")!;
  await system.act(`/api/actors/${lobby.actorId}/hibernate`);
  for (const scheme of ["light", "dark"] as const) {
    const browser = await launchBrowser();
    const page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: 1.5,
      colorScheme: scheme,
    });
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    const key = `visitor-${scheme}`;
    await page.getByTestId("try-actor").selectOption("counter");
    await page.getByTestId("try-key").fill(key);
    await page.getByTestId("try-connect").click();
    for (let i = 0; i < 3; i++) await page.getByTestId("try-quick-inc").click();
    await page.getByTestId("try-log").getByText(`{"count":3}`).waitFor();
    // The chart is to have something to show.
    const seconds = async (): Promise<number> => (await system.snapshot()).latencySeries.length;
    await until("eight seconds have had acks", async () => await seconds() >= 8);
    const file = `${OUT}/${name}${scheme === "light" ? "" : "-dark"}`;
    // The head stays at the top of the window, wherever that has been scrolled to.
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({ path: `${file}.png`, fullPage: true });
    if (name === "dashboard") {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.screenshot({ path: `${file}-phone.png` });
      await takePages(system, browser, scheme);
    }
    await browser.close();
  }
  clearInterval(talking);
  for (const client of [...talkers, ...others]) await client.close();
}

/** Each page that the navigation leads to, and one of each thing that has a page of its own. */
async function takePages(
  system: System,
  browser: Browser,
  scheme: "light" | "dark",
): Promise<void> {
  const rows = async (path: string): Promise<readonly Record<string, string>[]> =>
    (await system.json<{ rows: readonly Record<string, string>[] }>(path)).rows;
  const { actorId } = (await rows("/api/actors")).find(({ key }) => key === "kitchen")!;
  const [socket] = await rows(`/api/sockets?actor=${actorId}`);
  const { requestId } = (await rows("/api/requests")).find(({ method }) => method === "POST")!;
  const [runner] = await rows("/api/runners");
  const messages = await rows(`/api/sockets/${socket!.requestId}/messages`);
  const pages = [
    ...PAGES.filter(({ id }) => id !== "overview").map(({ id, href }) => [id, href] as const),
    ["actor", `/actors/${actorId}`],
    ["socket", `/sockets/${socket!.requestId}?message=${messages[0]!.id}`],
    ["request", `/requests/${Number(requestId).toString(16).padStart(8, "0")}`],
    ["runner", `/runners/${runner!.runnerId}`],
    ["tunnel", "/tunnel"],
  ] as const;
  await Deno.mkdir(`${OUT}/inspector`, { recursive: true });
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme: scheme,
  });
  await page.goto(`${system.uiUrl}/login?token=${system.token}`);
  await system.act(`/api/runners/${runner!.runnerId}/hold-acks`, { forMs: 60_000 });
  for (const [id, path] of pages) {
    await page.goto(`${system.uiUrl}${path}`);
    await page.waitForSelector(`[data-liveness="live"]`);
    // The trace begins when it is watched.
    if (id === "tunnel") await page.getByTestId("row").nth(15).waitFor();
    const file = `${OUT}/inspector/${id}${scheme === "light" ? "" : "-dark"}.png`;
    await page.screenshot({ path: file });
  }
  await page.close();
}
