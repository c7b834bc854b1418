import { bareEcho } from "../contenders.ts";
import type { RestLoad, RestResult } from "../loads/rest.ts";
import { load, Server } from "../process.ts";
import type { WeighedOptions, WeighedReady } from "../servers/weighed.ts";
import { slopeOf } from "../slope.ts";
import type { Bench, Figures, Study } from "../study.ts";

const KIB = 1024;
const MINUTE_MS = 60_000;
/** So long a runner remembers who left, or twice that; the gateway must allow it. */
const DEPARTED_MS = 1_000;
const ASLEEP: WeighedOptions = {
  gateway: { runnerLostThresholdMs: DEPARTED_MS },
  runner: { sleepAfterMs: 100, departedMs: DEPARTED_MS },
};
/** Not before the study is over. */
const AWAKE: WeighedOptions = { gateway: {}, runner: { sleepAfterMs: 60 * MINUTE_MS } };
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
    // So many, because the bound of the runner is a few bytes.
    name: "hibernating socket, an actor each",
    sockets: 15_000,
    socketsEach: 1,
    actors: "asleep",
    restMs: KEEP_ALIVE_MS,
  },
  {
    name: "hibernating socket, 100 to an actor",
    sockets: 5_000,
    socketsEach: 100,
    actors: "asleep",
    restMs: 0,
  },
  {
    name: "awake actor with a socket",
    sockets: 8_000,
    socketsEach: 1,
    actors: "awake",
    restMs: 0,
  },
];
/** Nothing differs between the cases where there are no actors. */
const BARE = { ...CASES[0]!, sockets: 8_000, actors: null };
const STEPS = 4;

/** Slopes over the steps from no sockets to all, with the half of their 95 % interval. */
export const memory: Study = {
  name: "memory",
  title: "What one more socket costs while nothing happens on it, as the slope over many",
  async run(bench) {
    for (let round = 0; round < bench.rounds; round++) {
      const bare = await weighBare(bench);
      for (const it of CASES) {
        bench.record({ case: it.name, contender: bareEcho.name }, bare);
        // One after the other: each has as many open files as a process may have.
        for (const [contender, figures] of await weighTwoProcesses(bench, it)) {
          bench.record({ case: it.name, contender }, figures);
        }
        bench.log(`round ${round + 1}, ${it.name}: done`);
      }
    }
  },
};

type Weighed = readonly [contender: string, figures: Figures];

async function weighBare(bench: Bench): Promise<Figures> {
  await using server = await weighed("bare");
  const { url, weightUrl } = server.ready;
  const process = { name: bareEcho.name, pid: server.pid, weightUrl };
  return (await weigh(bench, BARE, url!, [process]))[0]![1];
}

async function weighTwoProcesses(bench: Bench, it: Case): Promise<Weighed[]> {
  await using gateway = await weighed("gateway", optionsOf(it));
  const { url, gatewayUrl } = gateway.ready;
  await using runner = await weighed("runner", optionsOf(it), gatewayUrl!);
  return await weigh(bench, it, url!, [
    { name: "Dormouse's gateway", pid: gateway.pid, weightUrl: gateway.ready.weightUrl },
    { name: "Dormouse's runner", pid: runner.pid, weightUrl: runner.ready.weightUrl },
  ]);
}

function optionsOf({ actors }: Case): string {
  return JSON.stringify(actors === "awake" ? AWAKE : ASLEEP);
}

function weighed(...args: readonly string[]): Promise<Server<WeighedReady>> {
  return Server.start<WeighedReady>("weighed.ts", { args, v8Flags: ["--expose-gc"] });
}

async function weigh(
  bench: Bench,
  { sockets, socketsEach, actors, restMs }: Case,
  url: string,
  processes: readonly { readonly name: string; readonly pid: number; readonly weightUrl: string }[],
): Promise<Weighed[]> {
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
  return processes.map((process, i) => {
    const of = (bytes: "heapUsed" | "external" | "rss") =>
      slopeOf(result.weights[i]!.map((it, step) => [steps[step]!, it[bytes] / KIB]));
    const [heap, external, resident] = [of("heapUsed"), of("external"), of("rss")];
    return [process.name, {
      "JS heap KiB": heap.perX,
      "JS heap ± KiB": heap.within,
      "outside of the heap KiB": external.perX,
      "resident KiB": resident.perX,
      "resident ± KiB": resident.within,
      ...(restMs > 0 && { "processor µs/s": result.restMicroseconds[i]! }),
    }];
  });
}
