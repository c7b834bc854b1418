import type { CounterLoad, CounterResult } from "../loads/counter.ts";
import type { Overload, OverloadResult } from "../loads/overload.ts";
import { openSocket, wait } from "../loads/round_trips.ts";
import { load, residentBytes } from "../process.ts";
import { median } from "../stats.ts";
import type { Bench, Figures, Study } from "../study.ts";
import { Watched } from "../watched.ts";

const CONNECTIONS = 50;
/** Counters count it, and an echo sends it back. */
const MESSAGE = "inc";
const TIMES_TOO_MUCH = 2;

const PROBE_EVERY_MS = 20;
/** A probe's round trip is back to what it was when the median of so many in a row is. */
const PROBES = 10;
const BACK_AT = 3;
const LOOK_EVERY_MS = 1_000;
const PATIENCE_MS = 60_000;

export const overload: Study = {
  name: "overload",
  title: "twice what it can carry for 10 s on 50 hibernatable sockets, and what becomes of it",
  async run(bench) {
    for (const actor of ["counter", "echo"]) {
      for (let round = 0; round < bench.rounds; round++) {
        for (const processes of ["embedded", "two processes"] as const) {
          const figures = await measure(bench, actor, processes);
          bench.record({ case: actor, contender: `Dormouse, ${processes}` }, figures);
        }
      }
      bench.log(`${actor}: done`);
    }
  },
};

async function measure(
  bench: Bench,
  actor: string,
  processes: "embedded" | "two processes",
): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const env = { DORMOUSE_ROLE: "gateway" };
  const gateway = stack.use(
    await Watched.start(processes === "embedded" ? {} : { env }),
  );
  const servers = [gateway];
  if (processes !== "embedded") servers.push(stack.use(await Watched.startRunner(gateway)));
  const urls = Array.from(
    { length: CONNECTIONS },
    (_, i) => gateway.system.actorUrl(actor, `${i}`),
  );

  const capacity = await load<CounterResult>(
    "counter.ts",
    {
      urls,
      connections: CONNECTIONS,
      offered: { window: 10 },
      delaysUrl: gateway.delaysUrl,
      warmupMs: bench.isTrial ? 500 : 2_000,
      measureMs: bench.isTrial ? 1_000 : 3_000,
    } satisfies CounterLoad,
  );

  const probe = await Probe.begin(gateway.system.actorUrl(actor, "probe"));
  await wait(1_000);
  const before = probe.medianMs();
  const watch = new Watch(servers);
  const result = await load<OverloadResult>(
    "overload.ts",
    {
      urls,
      message: MESSAGE,
      perSecond: TIMES_TOO_MUCH * capacity.messagesPerSecond,
      ms: bench.isTrial ? 2_000 : 10_000,
      patienceMs: PATIENCE_MS,
    } satisfies Overload,
  );
  const recoveredTs = await probe.below(BACK_AT * before, result.endedTs);
  const emptyTs = await empty(gateway);
  const seen = await watch.end();
  probe.end();
  for (const [why, times] of Object.entries(result.closes)) bench.log(`${times} × ${why}`);
  const closed = Object.values(result.closes).reduce((sum, times) => sum + times, 0);
  return {
    "recovery s": (recoveredTs - result.endedTs) / 1000,
    "last answer s": Math.max(0, (result.drainedTs - result.endedTs) / 1000),
    "nothing pending s": Math.max(0, (emptyTs - result.endedTs) / 1000),
    "peak resident MiB": seen.residentMiB,
    "slowest dashboard answer ms": seen.answerMs,
    "slowest loop delay ms": seen.delayMs,
    "probe at its slowest ms": probe.slowestMs(),
    "tunnels lost": tunnelsLost(gateway),
    "sockets closed": closed,
    "messages lost": result.lost + result.excess,
    "messages that clients could not send %": 100 * (1 - result.sent / result.due),
    "messages offered": result.due,
    "messages answered": result.answered,
  };
}

/** When the gateway has nothing that is not acked, in ms since 1970. */
async function empty({ system }: Watched): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    // The probe's own may be under way.
    const { pendingMessages } = (await system.snapshot()).totals;
    if (pendingMessages! <= 1) break;
    await wait(50);
  }
  return Date.now();
}

function tunnelsLost({ system: { output } }: Watched): number {
  return [...output.matchAll(/The tunnel to runner \S+ broke|\S+ closed its tunnel/g)].length;
}

/** One client that has little to say: each round trip, and when it began. */
class Probe {
  readonly #trips: { readonly ts: number; readonly ms: number }[] = [];
  readonly #socket: WebSocket;
  #isOver = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    void this.#run();
  }

  static async begin(url: string): Promise<Probe> {
    return new Probe(await openSocket(url));
  }

  medianMs(): number {
    return median(this.#trips.map(({ ms }) => ms));
  }

  slowestMs(): number {
    return Math.max(...this.#trips.map(({ ms }) => ms));
  }

  /** When the first of so many probes began that were below `ms` again, after `fromTs`. */
  async below(ms: number, fromTs: number): Promise<number> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const since = this.#trips.filter(({ ts }) => ts >= fromTs);
      for (let at = 0; at + PROBES <= since.length; at++) {
        const some = since.slice(at, at + PROBES);
        if (median(some.map((trip) => trip.ms)) < ms) return some[0]!.ts;
      }
      await wait(50);
    }
    return Date.now();
  }

  end(): void {
    this.#isOver = true;
    this.#socket.onclose = null;
    this.#socket.close();
  }

  async #run(): Promise<void> {
    const closed = Promise.withResolvers<never>();
    this.#socket.onclose = ({ code, reason }) => {
      closed.reject(new Error(`The probe was closed: ${code} ${reason}`));
    };
    while (!this.#isOver) {
      const answer = new Promise((resolve) => this.#socket.onmessage = resolve);
      const [ts, startedAt] = [Date.now(), performance.now()];
      this.#socket.send(MESSAGE);
      await Promise.race([answer, closed.promise]);
      this.#trips.push({ ts, ms: performance.now() - startedAt });
      await wait(PROBE_EVERY_MS);
    }
  }
}

/** Looks at the servers once a second: what was worst. */
class Watch {
  readonly #servers: readonly Watched[];
  #isOver = false;
  #residentMiB = 0;
  #answerMs = 0;
  #delayMs = 0;
  readonly #running: Promise<unknown>;

  constructor(servers: readonly Watched[]) {
    this.#servers = servers;
    this.#running = this.#run();
  }

  async end(): Promise<{ residentMiB: number; answerMs: number; delayMs: number }> {
    this.#isOver = true;
    await this.#running;
    return { residentMiB: this.#residentMiB, answerMs: this.#answerMs, delayMs: this.#delayMs };
  }

  async #run(): Promise<void> {
    for (const server of this.#servers) await server.delays();
    while (!this.#isOver) {
      const resident = this.#servers.map(({ pid }) => residentBytes(pid));
      const mib = resident.reduce((sum, bytes) => sum + bytes, 0) / 2 ** 20;
      this.#residentMiB = Math.max(this.#residentMiB, mib);
      await Promise.all([
        ...this.#servers.flatMap((server) => [
          this.#ask(server, "/readyz"),
          this.#ask(server, "/api/snapshot"),
        ]),
        wait(LOOK_EVERY_MS),
      ]);
      for (const server of this.#servers) {
        this.#delayMs = Math.max(this.#delayMs, (await server.delays()).max / 1000);
      }
    }
  }

  /** Throws when it does not answer, or says that it is not ready. */
  async #ask({ system }: Watched, path: string): Promise<void> {
    const startedAt = performance.now();
    await system.json(path);
    this.#answerMs = Math.max(this.#answerMs, performance.now() - startedAt);
  }
}
