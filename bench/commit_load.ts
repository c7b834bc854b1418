/**
 * Counters under load, from a process of its own: each connection has `window` increments on their
 * way, and an answer says that one is durable. Argument: a {@link CommitLoad} as JSON.
 */
import { build } from "hdr-histogram-js";

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

export interface CommitResult {
  readonly messagesPerSecond: number;
  /** From an increment to its answer, in microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly delays: Delays;
}

const TICK_MS = 1;
/** More would only wait in the backlog of the listener. */
const OPENED_AT_ONCE = 50;

async function run(load: CommitLoad): Promise<CommitResult> {
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
  let measuring = false;
  let received = 0;
  const run = crypto.randomUUID();
  const sockets: WebSocket[] = [];
  while (sockets.length < load.connections) {
    const some = Math.min(OPENED_AT_ONCE, load.connections - sockets.length);
    const opened = Array.from(
      { length: some },
      (_, i) => open(`${load.url}&rvt-key=${run}-${(sockets.length + i) % load.actors}`),
    );
    sockets.push(...await Promise.all(opened));
  }
  const lanes = sockets.map((socket) => {
    // Answers come in order: a queue of send times tells each round trip.
    const sentAt: number[] = [];
    const send = (): void => {
      sentAt.push(performance.now());
      socket.send("inc");
    };
    socket.onmessage = () => {
      const sent = sentAt.shift()!;
      if (measuring) {
        received++;
        histogram.recordValue(Math.max(1, Math.round((performance.now() - sent) * 1000)));
      }
      if (load.rate === null) send();
    };
    socket.onclose = ({ code, reason }) => {
      throw new Error(`The server closed a connection under load: ${code} ${reason}`);
    };
    return { send, hasRoom: () => sentAt.length < load.window };
  });
  if (load.rate !== null) pace(lanes, load.rate);
  else for (const { send } of lanes) for (let i = 0; i < load.window; i++) send();

  await wait(load.warmupMs);
  await (await fetch(load.delaysUrl)).body?.cancel();
  measuring = true;
  const startedAt = performance.now();
  await wait(load.measureMs);
  measuring = false;
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    messagesPerSecond: received / seconds,
    p50: histogram.getValueAtPercentile(50),
    p99: histogram.getValueAtPercentile(99),
    delays: await (await fetch(load.delaysUrl)).json(),
  };
}

/** Sends what is due every tick, one lane after the other; what has no room is left out. */
function pace(lanes: readonly { send(): void; hasRoom(): boolean }[], rate: number): void {
  const startedAt = performance.now();
  let sent = 0;
  setInterval(() => {
    for (const due = (performance.now() - startedAt) / 1000 * rate; sent < due; sent++) {
      const lane = lanes[sent % lanes.length]!;
      if (lane.hasRoom()) lane.send();
    }
  }, TICK_MS);
}

function open(url: string): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const socket = new WebSocket(url);
  socket.onopen = () => resolve(socket);
  socket.onerror = () => reject(new Error(`Cannot open ${url}`));
  return promise;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
