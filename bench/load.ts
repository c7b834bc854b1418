/**
 * A load generator in a process of its own: opens connections, keeps `window` messages in flight on
 * each, and prints what it saw as one line of JSON. Argument: a {@link Load} as JSON.
 */
import { build } from "hdr-histogram-js";

export interface Load {
  readonly url: string;
  readonly connections: number;
  /** Messages in flight on each connection: 1 is ping-pong. */
  readonly window: number;
  readonly payloadBytes: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

export interface Result {
  readonly messagesPerSecond: number;
  /** Round trips, in microseconds. */
  readonly p50: number;
  readonly p99: number;
}

async function run(load: Load): Promise<Result> {
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
  const payload = new Uint8Array(load.payloadBytes).fill(120);
  let measuring = false;
  let received = 0;

  const sockets = await Promise.all(
    Array.from({ length: load.connections }, () => open(load.url)),
  );
  for (const socket of sockets) {
    // Answers come in order: a queue of send times per connection tells each round trip.
    const sentAt: number[] = [];
    const send = (): void => {
      sentAt.push(performance.now());
      socket.send(payload);
    };
    socket.onmessage = () => {
      const sent = sentAt.shift()!;
      if (measuring) {
        received++;
        histogram.recordValue(Math.max(1, Math.round((performance.now() - sent) * 1000)));
      }
      send();
    };
    socket.onclose = ({ code, reason }) => {
      throw new Error(`The server closed a connection under load: ${code} ${reason}`);
    };
    for (let i = 0; i < load.window; i++) send();
  }

  await wait(load.warmupMs);
  measuring = true;
  const startedAt = performance.now();
  await wait(load.measureMs);
  measuring = false;
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    messagesPerSecond: received / seconds,
    p50: histogram.getValueAtPercentile(50),
    p99: histogram.getValueAtPercentile(99),
  };
}

function open(url: string): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
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
