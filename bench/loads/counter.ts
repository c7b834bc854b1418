/**
 * Counters under load, from a process of its own: an answer says that an increment is durable.
 * Argument: a {@link CounterLoad} as JSON.
 */
import type { Delays } from "../loop_delay.ts";
import { begin, type Offered } from "./offered.ts";
import { openSockets } from "./open_sockets.ts";
import { type Measured, RoundTrips, wait } from "./round_trips.ts";

export interface CounterLoad {
  /** One for each actor; connections take turns with them. */
  readonly urls: readonly string[];
  readonly connections: number;
  readonly offered: Offered;
  /** Answers with the server's {@link Delays} since it was asked before. */
  readonly delaysUrl: string;
  readonly warmupMs: number;
  readonly measureMs: number;
}

export interface CounterResult extends Measured {
  readonly delays: Delays;
  /** What was measured lies between, in ms since 1970. */
  readonly fromTs: number;
  readonly toTs: number;
}

async function run(load: CounterLoad): Promise<CounterResult> {
  const { urls, connections, offered } = load;
  const sockets = await openSockets(connections, (socket) => urls[socket % urls.length]!);
  const trips = new RoundTrips();
  begin(trips, sockets, "inc", offered);
  await wait(load.warmupMs);
  await (await fetch(load.delaysUrl)).body?.cancel();
  const fromTs = Date.now();
  const measured = await trips.measure(load.measureMs);
  const toTs = Date.now();
  return { ...measured, fromTs, toTs, delays: await (await fetch(load.delaysUrl)).json() };
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
