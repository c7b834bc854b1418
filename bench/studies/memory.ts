import { bareEcho } from "../contenders.ts";
import type { RestLoad, RestResult } from "../loads/rest.ts";
import { load, Server } from "../process.ts";
import type { WeighedReady } from "../servers/weighed.ts";
import { slopeOf } from "../slope.ts";
import type { Bench, Study } from "../study.ts";

const KIB = 1024;
const MINUTE_MS = 60_000;
/** So long a runner remembers who left, or twice that: the shortest that the gateway allows. */
const DEPARTED_MS = 3_000;
const ASLEEP = { sleepAfterMs: 100, departedMs: DEPARTED_MS };
/** Not before the study is over. */
const AWAKE = { sleepAfterMs: 60 * MINUTE_MS };
/** The gateway writes once in so long for all sleeping sockets: that one write is a part of it. */
const KEEP_ALIVE_MS = 45_000;

interface Case extends Pick<RestLoad, "socketsEach" | "actors"> {
  readonly name: string;
  readonly sockets: number;
  readonly restMs: number;
}

/** Files that a process may open limit the sockets: each of them is one, at both of its ends. */
const CASES: readonly Case[] = [
  {
    name: "hibernating socket, an actor each",
    sockets: 15_000,
    socketsEach: 1,
    actors: "asleep",
    restMs: KEEP_ALIVE_MS,
  },
  {
    name: "hibernating socket, 100 to an actor",
    sockets: 15_000,
    socketsEach: 100,
    actors: "asleep",
    restMs: 0,
  },
  {
    name: "awake actor with a socket",
    sockets: 10_000,
    socketsEach: 1,
    actors: "awake",
    restMs: 0,
  },
];
const STEPS = 5;

/** Slopes over the steps from no sockets to all, with the half of their 95 % interval. */
export const memory: Study = {
  name: "memory",
  title: "What one more socket costs while nothing happens on it, as the slope over many",
  async run(bench) {
    for (let round = 0; round < bench.rounds; round++) {
      for (const it of CASES) {
        await weighBare(bench, it);
        await weighTwoProcesses(bench, it);
        // Of sleepers nothing is in a runner: it says nothing more.
        if (it.actors === "awake") await weighEmbedded(bench, it);
        bench.log(`round ${round + 1}, ${it.name}: done`);
      }
    }
  },
};

async function weighBare(bench: Bench, it: Case): Promise<void> {
  await using server = await weighed("bare");
  const { url, weightUrl } = server.ready;
  await weigh(bench, { ...it, actors: null }, url!, [
    { name: bareEcho.name, pid: server.pid, weightUrl },
  ]);
}

async function weighTwoProcesses(bench: Bench, it: Case): Promise<void> {
  await using gateway = await weighed("gateway");
  const { url, gatewayUrl } = gateway.ready;
  await using runner = await weighed("runner", runnerOptions(it), gatewayUrl!);
  await weigh(bench, it, url!, [
    { name: "Dormouse's gateway", pid: gateway.pid, weightUrl: gateway.ready.weightUrl },
    { name: "Dormouse's runner", pid: runner.pid, weightUrl: runner.ready.weightUrl },
  ]);
}

async function weighEmbedded(bench: Bench, it: Case): Promise<void> {
  await using server = await weighed("all", runnerOptions(it));
  const { url, weightUrl } = server.ready;
  await weigh(bench, it, url!, [{ name: "Dormouse, embedded", pid: server.pid, weightUrl }]);
}

function runnerOptions({ actors }: Case): string {
  return JSON.stringify(actors === "awake" ? AWAKE : ASLEEP);
}

function weighed(...args: readonly string[]): Promise<Server<WeighedReady>> {
  return Server.start<WeighedReady>("weighed.ts", { args, v8Flags: ["--expose-gc"] });
}

async function weigh(
  bench: Bench,
  { name, sockets, socketsEach, actors, restMs }: Case,
  url: string,
  processes: readonly { readonly name: string; readonly pid: number; readonly weightUrl: string }[],
): Promise<void> {
  const most = bench.isTrial ? sockets / 10 : sockets;
  const steps = Array.from({ length: STEPS + 1 }, (_, i) => i * most / STEPS);
  const result = await load<RestResult>(
    "rest.ts",
    {
      url,
      weightUrls: processes.map(({ weightUrl }) => weightUrl),
      pids: processes.map(({ pid }) => pid),
      steps,
      socketsEach,
      actors,
      settleMs: actors === "asleep" ? 2 * DEPARTED_MS : 0,
      restMs: bench.isTrial ? restMs / 20 : restMs,
    } satisfies RestLoad,
  );
  for (const [i, process] of processes.entries()) {
    const of = (bytes: "heapUsed" | "external" | "rss") =>
      slopeOf(result.weights[i]!.map((it, step) => [steps[step]!, it[bytes] / KIB]));
    const [heap, external, resident] = [of("heapUsed"), of("external"), of("rss")];
    bench.record({ case: name, contender: process.name }, {
      "JS heap KiB": heap.perX,
      "JS heap ± KiB": heap.within,
      "outside of the heap KiB": external.perX,
      "resident KiB": resident.perX,
      "resident ± KiB": resident.within,
      ...(restMs > 0 && { "processor µs/s": result.restMicroseconds[i]! }),
    });
  }
}
