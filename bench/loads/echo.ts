/**
 * Opens connections, sends messages and awaits them back, and prints what it saw as one line of JSON.
 * Argument: an {@link EchoLoad} as JSON.
 */
import { cpuSeconds } from "../process.ts";
import { begin, type Offered } from "./offered.ts";
import { type Measured, openSocket, RoundTrips, wait } from "./round_trips.ts";

export interface EchoLoad {
  readonly url: string;
  readonly connections: number;
  /** A window of 1 is ping-pong. */
  readonly offered: Offered;
  readonly payloadBytes: number;
  /** Sent instead of so many bytes. */
  readonly text?: string;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Whose processor time is counted. */
  readonly pids: readonly number[];
}

export interface EchoResult extends Measured {
  /** Processor time of the serving processes for one message and its answer. */
  readonly serverMicroseconds: number;
}

async function run(load: EchoLoad): Promise<EchoResult> {
  const trips = new RoundTrips();
  const payload = load.text ?? new Uint8Array(load.payloadBytes).fill(120);
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, () => openSocket(load.url)),
  );
  begin(trips, sockets, payload, load.offered);
  await wait(load.warmupMs);
  const before = cpuSeconds(load.pids);
  const measured = await trips.measure(load.measureMs);
  const seconds = cpuSeconds(load.pids) - before;
  return { ...measured, serverMicroseconds: seconds * 1e6 / measured.messages };
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
