import type { Page } from "playwright-core";
import { launchBrowser } from "../../tests/support/browser.ts";
import { type System, until } from "../../tests/support/system.ts";
import type { EchoLoad, EchoResult } from "../loads/echo.ts";
import { openSockets } from "../loads/open_sockets.ts";
import { load } from "../process.ts";
import type { Bench, Figures, Study } from "../study.ts";
import { Watched } from "../watched.ts";

const SOCKETS = 10_000;
/** Actors of so many sockets. */
const SOCKETS_EACH = 10;
const PER_SECOND = 1_000;
const READER = "a reader who scrolls, in headless Chromium";

/** What the page is in: counts frames while the reader scrolls its list. */
const COUNT_FRAMES = `async (ms) => {
  const list = document.querySelector('[role="region"][aria-label$=": rows"]');
  let long = 0;
  const observer = new PerformanceObserver((entries) => {
    for (const { duration } of entries.getEntries()) long += duration;
  });
  observer.observe({ type: "longtask" });
  const begun = performance.now();
  let frames = 0;
  let widest = 0;
  let last = begun;
  let down = true;
  await new Promise((resolve) => {
    const frame = (now) => {
      frames++;
      widest = Math.max(widest, now - last);
      last = now;
      if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) down = false;
      if (list.scrollTop <= 0) down = true;
      list.scrollTop += down ? 60 : -60;
      if (now - begun < ms) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  });
  observer.disconnect();
  const seconds = (performance.now() - begun) / 1000;
  return { perSecond: frames / seconds, widest, long: long / seconds };
}`;

/** Everything is on one machine: the browser has what the server and the clients leave it. */
export const reading: Study = {
  name: "reading",
  title: "frames a second of pages that are read while 1 000 messages/s pass",
  async run(bench) {
    await using server = await Watched.start();
    const { system } = server;
    const sockets = bench.isTrial ? SOCKETS / 10 : SOCKETS;
    await openSockets(
      sockets,
      (socket) => system.actorUrl("counter", `listed-${Math.floor(socket / SOCKETS_EACH)}`),
    );
    await until(
      "all sockets are open",
      async () => (await system.snapshot()).totals.socketsOpen === sockets,
      60_000,
    );
    const cases = [
      { name: "10 000 sockets listed", connections: 50, path: () => "/sockets" },
      { name: "the messages of one socket", connections: 1, path: socketPath },
    ];
    for (const { name, connections, path } of cases) {
      for (let round = 0; round < bench.rounds; round++) {
        bench.record(
          { case: name, contender: READER },
          await measure(bench, server, connections, path),
        );
      }
      bench.log(`${name}: done`);
    }
  },
};

async function measure(
  bench: Bench,
  { system, pid }: Watched,
  connections: number,
  path: (system: System) => string | Promise<string>,
): Promise<Figures> {
  const measureMs = bench.isTrial ? 1_000 : 5_000;
  const settleMs = bench.isTrial ? 500 : 3_000;
  const talking = load<EchoResult>(
    "echo.ts",
    {
      url: system.actorUrl("echo", "read"),
      connections,
      offered: { perSecond: PER_SECOND },
      payloadBytes: 64,
      warmupMs: settleMs,
      // A browser takes a second or two to be there.
      measureMs: measureMs + 4_000,
      pids: [pid],
    } satisfies EchoLoad,
  );
  const browser = await launchBrowser();
  try {
    const page: Page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${system.uiUrl}/login?token=${system.token}`);
    await page.goto(`${system.uiUrl}${await path(system)}`);
    await page.waitForSelector(`[data-liveness="live"]`);
    await page.getByTestId("row").nth(5).waitFor();
    const seen = await page.evaluate(`(${COUNT_FRAMES})(${measureMs})`) as {
      perSecond: number;
      widest: number;
      long: number;
    };
    const { messagesPerSecond } = await talking;
    return {
      "frames/s": seen.perSecond,
      "widest gap ms": seen.widest,
      "long tasks ms/s": seen.long,
      "messages/s": messagesPerSecond,
    };
  } finally {
    await browser.close();
  }
}

/** That of the one socket that is spoken on. */
async function socketPath(system: System): Promise<string> {
  interface Row {
    readonly requestId: string;
  }
  let rows: readonly Row[] = [];
  await until("the socket is open", async () => {
    const { rows: actors } = await system.json<{ rows: { actorId: string; key: string }[] }>(
      "/api/actors?limit=10000",
    );
    const actorId = actors.find(({ key }) => key === "read")?.actorId;
    if (actorId === undefined) return false;
    ({ rows } = await system.json<{ rows: Row[] }>(`/api/sockets?actor=${actorId}`));
    return rows.length > 0;
  });
  return `/sockets/${rows[0]!.requestId}`;
}
