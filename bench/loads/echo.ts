/**
 * Opens connections, keeps `window` messages in flight on each, and prints what it saw as one line of
 * JSON. Argument: an {@link EchoLoad} as JSON.
 */
import { cpuSeconds } from "../process.ts";
import { type Measured, openSocket, RoundTrips, wait } from "./round_trips.ts";

export interface EchoLoad {
  readonly url: string;
  readonly connections: number;
  /** Messages in flight on each connection: 1 is ping-pong. */
  readonly window: number;
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
  for (const socket of sockets) {
    const lane = trips.lane(socket, payload, (answered) => answered.send());
    for (let i = 0; i < load.window; i++) lane.send();
  }
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
