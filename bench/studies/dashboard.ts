import { OVERVIEW } from "../../components/live/overview.ts";
import { type System, until } from "../../tests/support/system.ts";
import type { EchoLoad, EchoResult } from "../loads/echo.ts";
import type { Offered } from "../loads/offered.ts";
import { openSockets } from "../loads/open_sockets.ts";
import { load } from "../process.ts";
import type { Bench, Figures, Study } from "../study.ts";
import { Watched } from "../watched.ts";

/** As in the soak: actors of ten sockets, which soon sleep. */
const SOCKETS_EACH = 10;
const SLEEP_AFTER_MS = 1_000;

const SHAPES: readonly { readonly name: string; readonly offered: Offered }[] = [
  { name: "50 connections × 10 in flight", offered: { window: 10 } },
  { name: "20 000/s offered", offered: { perSecond: 20_000 } },
];

export const dashboard: Study = {
  name: "dashboard",
  title: "an open dashboard at 10 000 sockets, most of them of sleeping actors",
  async run(bench) {
    await using server = await Watched.start({
      env: { DORMOUSE_RUNNER_SLEEP_AFTER_MS: `${SLEEP_AFTER_MS}` },
    });
    const sockets = bench.isTrial ? 1_000 : 10_000;
    // They only wait: that takes nothing from anybody.
    await fill(server.system, sockets);
    bench.log(`${sockets} sockets are open, and their actors asleep`);
    for (const { name, offered } of SHAPES) {
      for (let round = 0; round < bench.rounds; round++) {
        bench.record({ case: name, contender: "without" }, await measure(bench, server, offered));
        await using _page = await Page.open(server.system);
        bench.record(
          { case: name, contender: "with a dashboard open" },
          await measure(bench, server, offered),
        );
      }
      bench.log(`${name}: done`);
    }
  },
};

async function fill(system: System, sockets: number): Promise<void> {
  await openSockets(
    sockets,
    (socket) => system.actorUrl("counter", `idle-${Math.floor(socket / SOCKETS_EACH)}`),
  );
  await until(
    "all sockets hibernate",
    async () => (await system.snapshot()).totals.socketsHibernating === sockets,
    60_000,
  );
}

async function measure(bench: Bench, server: Watched, offered: Offered): Promise<Figures> {
  const measureMs = bench.isTrial ? 1_000 : 4_000;
  const result = await load<EchoResult>(
    "echo.ts",
    {
      url: server.system.actorUrl("echo", "busy"),
      connections: 50,
      offered,
      payloadBytes: 64,
      warmupMs: bench.isTrial ? 200 : 1_500,
      measureMs,
      pids: [server.pid],
    } satisfies EchoLoad,
  );
  return {
    "messages/s": result.messagesPerSecond,
    "p50 ms": result.p50 / 1000,
    "p99 ms": result.p99 / 1000,
    "server µs/message": result.serverMicroseconds,
    "server processor %": result.serverMicroseconds * result.messagesPerSecond / 1e4,
  };
}

/** What a page asks for and goes on reading, by one who does not look at it. */
class Page implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #bytes = 0;

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
    void this.#read();
  }

  static async open(system: System): Promise<Page> {
    await (await system.call("/")).body?.cancel();
    // It lasts longer than a call may.
    const { signal } = new AbortController();
    const query = new URLSearchParams(Object.values(OVERVIEW).map((address) => ["watch", address]));
    const response = await system.call(`/api/live?${query}`, { signal });
    if (!response.ok) throw new Error(`No events: ${response.status} ${await response.text()}`);
    return new Page(response.body!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
    if (this.#bytes === 0) throw new Error("The dashboard sent nothing");
  }

  async #read(): Promise<void> {
    for (let part; !(part = await this.#reader.read()).done;) this.#bytes += part.value.length;
  }
}
