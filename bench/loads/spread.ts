/**
 * Keeps a number of messages in flight in all, however many sockets there are: whichever message is
 * answered, the next socket in turn sends one. Argument: a {@link SpreadLoad} as JSON.
 */
import { cpuSeconds, residentBytes } from "../process.ts";
import { openSockets } from "./open_sockets.ts";
import { type Measured, RoundTrips, wait } from "./round_trips.ts";

export interface SpreadLoad {
  /** Ends where a key can be added. */
  readonly url: string;
  readonly sockets: number;
  /** Sockets take turns in going to one of so many. */
  readonly actors: number;
  /** On all sockets together. */
  readonly inFlight: number;
  readonly payloadBytes: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Whose processor time and memory are counted. */
  readonly pids: readonly number[];
}

export interface SpreadResult extends Measured {
  /** Processor time of the serving processes for one message and its answer. */
  readonly serverMicroseconds: number;
  /** Resident memory of the serving processes under this load, in bytes. */
  readonly resident: number;
}

async function run(load: SpreadLoad): Promise<SpreadResult> {
  const run = crypto.randomUUID();
  const sockets = await openSockets(
    load.sockets,
    (socket) => `${load.url}${run}-${socket % load.actors}`,
  );
  const trips = new RoundTrips();
  const payload = new Uint8Array(load.payloadBytes).fill(120);
  let turns = 0;
  const sendNext = (): void => lanes[turns++ % lanes.length]!.send();
  const lanes = sockets.map((socket) => trips.lane(socket, payload, sendNext));
  for (let i = 0; i < load.inFlight; i++) sendNext();
  await wait(load.warmupMs);
  const before = cpuSeconds(load.pids);
  const measured = await trips.measure(load.measureMs);
  if (measured.messages === 0) throw new Error(`No answer came in ${load.measureMs} ms`);
  const seconds = cpuSeconds(load.pids) - before;
  return {
    ...measured,
    serverMicroseconds: seconds * 1e6 / measured.messages,
    resident: load.pids.reduce((sum, pid) => sum + residentBytes(pid), 0),
  };
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
