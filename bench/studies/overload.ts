import type { Offered } from "../loads/offered.ts";
import type { Snapshot } from "../../lib/inspect/mod.ts";
import type { System } from "../../tests/support/system.ts";
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
/** In flight on each connection, to see what can be carried: the more wait, the more a commit takes. */
const WINDOW = 200;

const PROBE_EVERY_MS = 20;
/** A probe's round trip is back to what it was when the median of so many in a row is. */
const PROBES = 10;
const BACK_AT = 3;
const LOOK_EVERY_MS = 1_000;
/** What is not over by then, after the load's end, is as good as never: the figures stop there. */
const PATIENCE_MS = 30_000;
const OVERLOAD_MS = 5_000;

export const overload: Study = {
  name: "overload",
  title: `twice what it can carry for ${
    OVERLOAD_MS / 1000
  } s on 50 hibernatable sockets, and what becomes of it`,
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

  const play = (offered: Offered, ms: number): Promise<OverloadResult> =>
    load<OverloadResult>(
      "overload.ts",
      { urls, message: MESSAGE, offered, ms, patienceMs: PATIENCE_MS } satisfies Overload,
    );

  if (!bench.isTrial) await play({ window: WINDOW }, 1_000);
  const carried = await play({ window: WINDOW }, bench.isTrial ? 1_000 : 2_000);
  const perSecond = rate(carried);

  const probe = new Probe(gateway.system.actorUrl(actor, "probe"));
  await wait(1_000);
  const before = probe.medianMs();
  const watch = new Watch(servers);
  const result = await play(
    { perSecond: TIMES_TOO_MUCH * perSecond },
    bench.isTrial ? 2_000 : OVERLOAD_MS,
  );
  // The load has waited for its answers: what was to be waited for is over, or has only begun.
  const untilTs = Math.max(Date.now() + 5_000, result.endedTs + PATIENCE_MS);
  const recoveredTs = await probe.below(BACK_AT * before, result.endedTs, untilTs);
  const emptyTs = await empty(gateway, untilTs);
  const seen = await watch.end();
  probe.end();
  for (const [why, times] of Object.entries(result.closes)) bench.log(`${times} × ${why}`);
  const closed = Object.values(result.closes).reduce((sum, times) => sum + times, 0);
  return {
    "recovery s": (recoveredTs - result.endedTs) / 1000,
    "last answer s": Math.max(0, (result.drainedTs - result.endedTs) / 1000),
    "nothing pending s": Math.max(0, (emptyTs - result.endedTs) / 1000),
    ...seen,
    "probe at its slowest ms": probe.slowestMs,
    "tunnels lost": tunnelsLost(gateway),
    "sockets closed": closed,
    "messages lost": result.lost + result.excess,
    "messages that clients could not send %": 100 * (1 - result.sent / result.due),
    "offered messages/s": TIMES_TOO_MUCH * perSecond,
    "carried messages/s": rate(result),
  };
}

/** Over all the time that it took to answer. */
function rate({ answered, beganTs, drainedTs }: OverloadResult): number {
  return answered / (drainedTs - beganTs) * 1000;
}

/** When the gateway has nothing that is not acked, in ms since 1970. */
async function empty({ system }: Watched, untilTs: number): Promise<number> {
  while (Date.now() < untilTs) {
    // The probe's own may be under way.
    const { totals }: Snapshot = await (await patiently(system, "/api/snapshot")).json();
    if (totals.pendingMessages! <= 1) break;
    await wait(50);
  }
  return Date.now();
}

/** A server that is starved answers late: that is what is measured. */
function patiently(system: System, path: string): Promise<Response> {
  return system.call(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
}

function tunnelsLost({ system: { output } }: Watched): number {
  return [...output.matchAll(/The tunnel to runner \S+ broke|\S+ closed its tunnel/g)].length;
}

/** One client that has little to say: each round trip, and when it began. */
class Probe {
  readonly #url: string;
  readonly #trips: { readonly ts: number; readonly ms: number }[] = [];
  #isOver = false;
  #slowestMs = 0;

  constructor(url: string) {
    this.#url = url;
    void this.#run();
  }

  /** Of what was answered, and of what was not before it was closed. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  medianMs(): number {
    return median(this.#trips.map(({ ms }) => ms));
  }

  /** When the first of so many probes began that were below `ms` again, after `fromTs`. */
  async below(ms: number, fromTs: number, untilTs: number): Promise<number> {
    while (Date.now() < untilTs) {
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
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      // A client that is closed comes again.
      const socket = await openSocket(this.#url);
      const closed = new Promise<"closed">((resolve) => socket.onclose = () => resolve("closed"));
      while (!this.#isOver && socket.readyState === WebSocket.OPEN) {
        const answer = new Promise<"answered">((resolve) => {
          socket.onmessage = () => resolve("answered");
        });
        const [ts, startedAt] = [Date.now(), performance.now()];
        socket.send(MESSAGE);
        const end = await Promise.race([answer, closed]);
        const ms = performance.now() - startedAt;
        this.#slowestMs = Math.max(this.#slowestMs, ms);
        if (end === "answered") this.#trips.push({ ts, ms });
        await wait(PROBE_EVERY_MS);
      }
      socket.close();
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
  #unready = 0;
  readonly #running: Promise<unknown>;

  constructor(servers: readonly Watched[]) {
    this.#servers = servers;
    this.#running = this.#run();
  }

  async end(): Promise<Figures> {
    this.#isOver = true;
    await this.#running;
    return {
      "peak resident MiB": this.#residentMiB,
      "slowest dashboard answer ms": this.#answerMs,
      "slowest loop delay ms": this.#delayMs,
      "looks that found it not ready": this.#unready,
    };
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

  async #ask({ system }: Watched, path: string): Promise<void> {
    const startedAt = performance.now();
    const response = await patiently(system, path);
    await response.body?.cancel();
    this.#answerMs = Math.max(this.#answerMs, performance.now() - startedAt);
    if (path === "/readyz" && response.status === 503) this.#unready++;
  }
}
