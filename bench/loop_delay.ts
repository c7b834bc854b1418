/**
 * Watches how late the event loop is of the program that it is preloaded into, and prints where to
 * ask: a GET answers with the {@link Delays} since the GET before.
 */
import { addMs, newDurations } from "./durations.ts";

/** Beyond the millisecond that the timer is set to, in microseconds. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const EVERY_MS = 1;

function watch(): void {
  let delays = newDurations();
  let dueAt = performance.now() + EVERY_MS;
  const sample = (): void => {
    const now = performance.now();
    addMs(delays, now - dueAt);
    dueAt = now + EVERY_MS;
    next();
  };
  // Whatever holds the loop is waited for before the program begins.
  const next = (): void => Deno.unrefTimer(setTimeout(sample, EVERY_MS));
  next();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    const seen = delays;
    delays = newDurations();
    return Response.json(
      {
        p50: seen.getValueAtPercentile(50),
        p99: seen.getValueAtPercentile(99),
        max: seen.maxValue,
      } satisfies Delays,
    );
  });
  server.unref();
  const { hostname, port } = server.addr;
  console.log(`loop delays http://${hostname}:${port}`);
}

watch();
