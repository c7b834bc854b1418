/**
 * Takes the pictures of the documentation from the running program: real actors, clients that talk
 * to them, one that hibernates. `deno run --allow-all scripts/pictures.ts`
 */
import { launchBrowser } from "../tests/support/browser.ts";
import { Client } from "../tests/support/client.ts";
import { System, until } from "../tests/support/system.ts";

const OUT = `${import.meta.dirname}/../docs/images`;

await using system = await System.start();
const talkers = await Promise.all(
  ["lobby", "kitchen", "garden"].map((key) => Client.open(system.actorUrl("counter", key))),
);
const others = await Promise.all([
  Client.open(system.actorUrl("echo", "mirror")),
  Client.open(system.actorUrl("chat", "friends")),
  Client.open(system.actorUrl("chat", "friends")),
  Client.open(system.actorUrl("clock", "tower")),
  Client.open(system.actorUrl("echo", "plain", "&hibernate=0")),
]);
for (const client of talkers) {
  for (let i = 0; i < 40; i++) await client.ask("inc");
}
const talking = setInterval(() => {
  for (const client of talkers.slice(1)) client.send("inc");
  others[0]!.send("hello");
}, 20);
await fetch(system.actorUrl("counter", "lobby").replace("ws", "http"));
await fetch(system.actorUrl("echo", "mirror").replace("ws", "http"), {
  method: "POST",
  body: "hi",
});

const { actors } = await system.snapshot();
const lobby = actors.find(({ key }) => key === "lobby")!;
await system.call(`/api/actors/${lobby.actorId}/hibernate`, { method: "POST" });
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
  const series = async (): Promise<number> => (await system.snapshot()).latencySeries.length;
  await until("eight seconds have had acks", async () => await series() >= 8);
  const name = scheme === "light" ? "dashboard" : "dashboard-dark";
  await page.screenshot({ path: `${OUT}/${name}.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: `${OUT}/${name}-phone.png` });
  await browser.close();
}
clearInterval(talking);
for (const client of [...talkers, ...others]) await client.close();
