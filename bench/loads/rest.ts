/**
 * Opens sockets in steps, leaves them alone, and has the servers weighed after each step. Argument: a
 * {@link RestLoad} as JSON.
 */
import { cpuSeconds } from "../process.ts";
import type { Weight } from "../servers/weighed.ts";
import { openSockets } from "./open_sockets.ts";
import { wait } from "./round_trips.ts";

export interface RestLoad {
  /** Ends where a key can be added. */
  readonly url: string;
  readonly weightUrls: readonly string[];
  /** Sockets that are open in all, rising. */
  readonly steps: readonly number[];
  /** So many sockets share an actor. */
  readonly socketsEach: number;
  /** Weighed only when no actor is awake, or when all are. `null` for a server without actors. */
  readonly actors: "asleep" | "awake" | null;
  /** How long a step is left alone before it is weighed. */
  readonly settleMs: number;
  /** How long the last step's sockets rest while the processor's time is counted. */
  readonly restMs: number;
  readonly pids: readonly number[];
}

export interface RestResult {
  /**
   * By server, then by step. Where actors sleep all of it is done twice, on the same servers: memory
   * of the system is that of the first pass, for it is taken once and kept, and memory of V8 that of
   * the second, when tables that grow with the first sockets and keep their size are there.
   */
  readonly weights: readonly (readonly Weight[])[];
  /** By server: processor time for one socket at rest, in microseconds a second. */
  readonly restMicroseconds: readonly number[];
}

/**
 * So large a share of all is opened and closed first: what only the first sockets cost, such as code
 * that is compiled at its hundredth call, is no part of what the next ones cost.
 */
const FIRST_SHARE = 0.1;
const SETTLED_WITHIN_MS = 60_000;

async function run(load: RestLoad): Promise<RestResult> {
  const open: WebSocket[] = [];
  const first = Math.ceil(load.steps.at(-1)! * FIRST_SHARE);
  await openUpTo(first, load, open);
  await settled(load, first);
  await Promise.all(open.splice(0).map(closed));
  // Who does not fall asleep outlives its sockets: it is in every step, and in no slope.
  const remaining = load.actors === "awake" ? Math.ceil(first / load.socketsEach) : 0;

  let weights = await weighSteps(load, open, remaining);
  if (load.actors === "asleep") {
    await Promise.all(open.splice(0).map(closed));
    await settled(load, 0);
    const again = await weighSteps(load, open, remaining);
    weights = again.map((steps, i) =>
      steps.map((weight, step) => ({ ...weight, rss: weights[i]![step]!.rss }))
    );
  }
  const before = load.pids.map((pid) => cpuSeconds([pid]));
  const startedAt = performance.now();
  await wait(load.restMs);
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    weights,
    restMicroseconds: load.pids.map((pid, i) =>
      (cpuSeconds([pid]) - before[i]!) * 1e6 / seconds / open.length
    ),
  };
}

/** By server, then by step. */
async function weighSteps(
  load: RestLoad,
  open: WebSocket[],
  remaining: number,
): Promise<Weight[][]> {
  const weights: Weight[][] = load.weightUrls.map(() => []);
  for (const step of load.steps) {
    await openUpTo(step, load, open);
    const seen = await settled(load, step, remaining);
    for (const [i, weight] of seen.entries()) weights[i]!.push(weight);
  }
  return weights;
}

async function openUpTo(
  count: number,
  { url, socketsEach }: RestLoad,
  open: WebSocket[],
): Promise<void> {
  const run = crypto.randomUUID();
  const already = open.length;
  const opened = await openSockets(
    count - already,
    (socket) => `${url}${run}-${Math.floor((already + socket) / socketsEach)}`,
  );
  for (const socket of opened) {
    socket.onclose = ({ code, reason }) => {
      throw new Error(`The server closed a socket at rest: ${code} ${reason}`);
    };
    open.push(socket);
  }
}

function closed(socket: WebSocket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.onclose = () => resolve();
  socket.close();
  return promise;
}

/** Weighs until the actors are as they are wanted, and until a weighing is like the one before. */
async function settled(load: RestLoad, sockets: number, remaining = 0): Promise<Weight[]> {
  const { weightUrls, actors, socketsEach, settleMs } = load;
  const wanted = actors === "awake" ? Math.ceil(sockets / socketsEach) + remaining : 0;
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  let before = Infinity;
  await wait(settleMs);
  while (true) {
    await wait(500);
    const seen = await Promise.all(
      weightUrls.map(async (url): Promise<Weight> => await (await fetch(url)).json()),
    );
    const awake = seen.reduce((sum, weight) => sum + weight.awake, 0);
    const heap = seen.reduce((sum, weight) => sum + weight.heapUsed, 0);
    const isLike = Math.abs(heap - before) < 0.001 * heap;
    if (awake === wanted && isLike) return seen;
    before = heap;
    if (performance.now() < deadline) continue;
    throw new Error(`${awake} actors are awake, wanted are ${wanted}; the heap is ${heap} bytes`);
  }
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
