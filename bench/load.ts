/**
 * A load generator in a process of its own: opens connections, keeps `window` messages in flight on
 * each, and prints what it saw as one line of JSON. Argument: a {@link Load} as JSON.
 */
import { type Measured, openSocket, RoundTrips, wait } from "./round_trips.ts";

export interface Load {
  readonly url: string;
  readonly connections: number;
  /** Messages in flight on each connection: 1 is ping-pong. */
  readonly window: number;
  readonly payloadBytes: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

async function run(load: Load): Promise<Measured> {
  const trips = new RoundTrips();
  const payload = new Uint8Array(load.payloadBytes).fill(120);
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, () => openSocket(load.url)),
  );
  for (const socket of sockets) {
    const lane = trips.lane(socket, payload, (answered) => answered.send());
    for (let i = 0; i < load.window; i++) lane.send();
  }
  await wait(load.warmupMs);
  return await trips.measure(load.measureMs);
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
