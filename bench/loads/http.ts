/**
 * Asks for the same URL again and again on connections that are kept, with one request on its way on
 * each. It writes and reads the bytes of HTTP itself: a client that does more than it must would
 * take the processor from the server that is measured. Argument: an {@link HttpLoad} as JSON.
 */
import { addMs, newDurations } from "../durations.ts";
import { cpuSeconds } from "../process.ts";
import { wait } from "./round_trips.ts";

export interface HttpLoad {
  readonly url: string;
  readonly connections: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly pids: readonly number[];
}

export interface HttpResult {
  readonly requestsPerSecond: number;
  /** From a request to the end of its answer, in microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly serverMicroseconds: number;
}

const decoder = new TextDecoder();

async function run(load: HttpLoad): Promise<HttpResult> {
  const { hostname, port, host, pathname, search } = new URL(load.url);
  const request = new TextEncoder().encode(
    `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
  );
  const histogram = newDurations();
  let isMeasuring = false;
  const ask = async (): Promise<never> => {
    const connection = await Deno.connect({ hostname, port: Number(port) });
    connection.setNoDelay(true);
    const buffer = new Uint8Array(64 * 1024);
    while (true) {
      const askedAt = performance.now();
      await connection.write(request);
      await readAnswer(connection, buffer);
      if (!isMeasuring) continue;
      addMs(histogram, performance.now() - askedAt);
    }
  };
  const failed = Promise.race(Array.from({ length: load.connections }, ask));
  const measured = async (): Promise<HttpResult> => {
    await wait(load.warmupMs);
    const before = cpuSeconds(load.pids);
    const startedAt = performance.now();
    isMeasuring = true;
    await wait(load.measureMs);
    isMeasuring = false;
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      requestsPerSecond: histogram.totalCount / seconds,
      p50: histogram.getValueAtPercentile(50),
      p99: histogram.getValueAtPercentile(99),
      serverMicroseconds: (cpuSeconds(load.pids) - before) * 1e6 / histogram.totalCount,
    };
  };
  return await Promise.race([measured(), failed]);
}

/** Reads one answer to its end. It must be a 200. */
async function readAnswer(connection: Deno.TcpConn, buffer: Uint8Array): Promise<void> {
  let length = 0;
  while (true) {
    const read = await connection.read(buffer.subarray(length));
    if (read === null) throw new Error("The server closed a connection under load");
    length += read;
    const text = decoder.decode(buffer.subarray(0, length));
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) continue;
    if (!text.startsWith("HTTP/1.1 200")) throw new Error(`Not a 200:\n${text}`);
    const bodyLength = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    const isWhole = bodyLength === undefined
      ? text.endsWith("0\r\n\r\n")
      : length >= headEnd + 4 + Number(bodyLength);
    if (isWhole) return;
  }
}

if (import.meta.main) {
  const result = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(result));
  Deno.exit(0);
}
