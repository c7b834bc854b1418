/**
 * Counters under load, from a process of its own: each connection has `window` increments on their
 * way, and an answer says that one is durable. Argument: a {@link CommitLoad} as JSON.
 */
import { type Lane, type Measured, openSocket, RoundTrips, wait } from "./round_trips.ts";

export interface CommitLoad {
  readonly url: string;
  /** Answers with the server's {@link Delays} since it was asked before. */
  readonly delaysUrl: string;
  readonly connections: number;
  /** Each connection goes to one of so many actors. */
  readonly actors: number;
  /** Increments on their way on each connection, at most. */
  readonly window: number;
  /** Increments per second of all connections together; `null` for as many as there can be. */
  readonly rate: number | null;
  readonly warmupMs: number;
  readonly measureMs: number;
}

/** How late the server's event loop was, in microseconds, and the bytes it has resident. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly rss: number;
}

/** A message's round trip is from an increment to its answer. */
export interface CommitResult extends Measured {
  readonly delays: Delays;
}

const TICK_MS = 1;
/** More would only wait in the backlog of the listener. */
const OPENED_AT_ONCE = 50;

async function run(load: CommitLoad): Promise<CommitResult> {
  const trips = new RoundTrips();
  const run = crypto.randomUUID();
  const sockets: WebSocket[] = [];
  while (sockets.length < load.connections) {
    const some = Math.min(OPENED_AT_ONCE, load.connections - sockets.length);
    const opened = Array.from(
      { length: some },
      (_, i) => openSocket(`${load.url}&rvt-key=${run}-${(sockets.length + i) % load.actors}`),
    );
    sockets.push(...await Promise.all(opened));
  }
  const lanes = sockets.map((socket) =>
    trips.lane(socket, "inc", (lane) => {
      if (load.rate === null) lane.send();
    })
  );
  if (load.rate !== null) pace(lanes, load.rate, load.window);
  else for (const lane of lanes) for (let i = 0; i < load.window; i++) lane.send();

  await wait(load.warmupMs);
  await (await fetch(load.delaysUrl)).body?.cancel();
  const measured = await trips.measure(load.measureMs);
  return { ...measured, delays: await (await fetch(load.delaysUrl)).json() };
}

/** Sends what is due every tick, one lane after the other; what has no room is left out. */
function pace(lanes: readonly Lane[], rate: number, window: number): void {
  const startedAt = performance.now();
  let sent = 0;
  setInterval(() => {
    for (const due = (performance.now() - startedAt) / 1000 * rate; sent < due; sent++) {
      const lane = lanes[sent % lanes.length]!;
      if (lane.underWay < window) lane.send();
    }
  }, TICK_MS);
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
