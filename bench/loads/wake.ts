/**
 * Wakes actors at fixed rates, one message each, on sockets that take turns: each actor is asleep
 * again long before its next turn. Argument: a {@link WakeLoad} as JSON. Prints a {@link WakeResult}
 * for each rate.
 *
 * It is open loop: when a message is due depends on the clock alone, and its latency counts from
 * then, whether it could be sent in time or not. So what waits behind a slow wake is not hidden, nor
 * what this process is late itself, which is told too.
 */
import type { Histogram } from "hdr-histogram-js";
import { addMs, newDurations } from "../durations.ts";
import type { Lives } from "../servers/program.ts";
import { openSockets } from "./open_sockets.ts";
import { wait } from "./round_trips.ts";
import { now } from "./clock.ts";
import type { Schedule } from "./schedule_thread.ts";

export interface WakeLoad {
  /** Ends where a key can be added. */
  readonly url: string;
  readonly payload: string;
  /** Answers with the server's {@link Lives}; `null` for a server without actors. */
  readonly livesUrl: string | null;
  /** Each has an actor of its own. */
  readonly sockets: number;
  /** Messages per second, one rate after the other. */
  readonly rates: readonly number[];
  readonly warmupMs: number;
  readonly measureMs: number;
}

export interface WakeResult {
  readonly messagesPerSecond: number;
  /** As the server counted them: `null` for one without actors. */
  readonly wakesPerSecond: number | null;
  /**
   * Less than 1 where the server cannot keep up: answers come so late that the next message finds
   * its actor awake.
   */
  readonly wakesPerMessage: number | null;
  /** From when a message was due to its answer, in microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** From when a message was due to its sending, in microseconds. */
  readonly lateP50: number;
  readonly lateP99: number;
}

const ASLEEP_WITHIN_MS = 30_000;
const ANSWERED_WITHIN_MS = 60_000;

async function run(load: WakeLoad): Promise<WakeResult[]> {
  const run = crypto.randomUUID();
  const sockets = await openSockets(load.sockets, (socket) => `${load.url}${run}-${socket}`);
  const results: WakeResult[] = [];
  for (const rate of load.rates) results.push(await measure(load, sockets, rate));
  return results;
}

async function measure(
  load: WakeLoad,
  sockets: readonly WebSocket[],
  rate: number,
): Promise<WakeResult> {
  await asleep(load);
  await play(load, sockets, rate, load.warmupMs);
  await asleep(load);
  const before = await lives(load);
  const { count, seconds, latencies, lateness } = await play(load, sockets, rate, load.measureMs);
  await asleep(load);
  const after = await lives(load);
  const wakes = before && after && after.starts - before.starts;
  return {
    messagesPerSecond: count / seconds,
    wakesPerSecond: wakes === null ? null : wakes / seconds,
    wakesPerMessage: wakes === null ? null : wakes / count,
    p50: latencies.getValueAtPercentile(50),
    p99: latencies.getValueAtPercentile(99),
    max: latencies.maxValue,
    lateP50: lateness.getValueAtPercentile(50),
    lateP99: lateness.getValueAtPercentile(99),
  };
}

/** What was played, from the first message that was due to the last answer. */
interface Played {
  readonly count: number;
  readonly seconds: number;
  readonly latencies: Histogram;
  readonly lateness: Histogram;
}

async function play(
  { payload }: WakeLoad,
  sockets: readonly WebSocket[],
  rate: number,
  ms: number,
): Promise<Played> {
  const everyMs = 1000 / rate;
  const count = Math.round(ms / everyMs);
  const latencies = newDurations();
  const lateness = newDurations();
  const startAt = now() + 50;
  const finished = Promise.withResolvers<void>();
  let answers = 0;
  for (const [turn, socket] of sockets.entries()) {
    // Answers of one socket come in order: the next belongs to its oldest turn.
    let next = turn;
    socket.onmessage = () => {
      addMs(latencies, now() - (startAt + next * everyMs));
      next += sockets.length;
      if (++answers === count) finished.resolve();
    };
    socket.onclose = ({ code, reason }) =>
      finished.reject(new Error(`The server closed a socket under load: ${code} ${reason}`));
  }
  const thread = new Worker(import.meta.resolve("./schedule_thread.ts"), { type: "module" });
  thread.onmessage = ({ data: i }: MessageEvent<number>) => {
    addMs(lateness, now() - (startAt + i * everyMs));
    sockets[i % sockets.length]!.send(payload);
  };
  thread.postMessage({ startAt, everyMs, count } satisfies Schedule);
  const timer = setTimeout(
    () => finished.reject(new Error(`${answers} of ${count} messages were answered`)),
    ms + ANSWERED_WITHIN_MS,
  );
  await finished.promise;
  clearTimeout(timer);
  thread.terminate();
  return { count, seconds: (now() - startAt) / 1000, latencies, lateness };
}

/** Waits until no actor is awake. */
async function asleep(load: WakeLoad): Promise<void> {
  const deadline = now() + ASLEEP_WITHIN_MS;
  while (true) {
    const seen = await lives(load);
    if (seen === null || seen.starts === seen.stops) return;
    if (now() > deadline) throw new Error(`${seen.starts - seen.stops} actors stay awake`);
    await wait(20);
  }
}

async function lives({ livesUrl }: WakeLoad): Promise<Lives | null> {
  return livesUrl === null ? null : await (await fetch(livesUrl)).json();
}

if (import.meta.main) {
  const results = await run(JSON.parse(Deno.args[0]!));
  console.log(JSON.stringify(results));
  Deno.exit(0);
}
