/**
 * Posts the number of each message when it is due: a thread that sleeps in the kernel is late by
 * tenths of a millisecond, where timers of an event loop are late by one or two.
 */
import { now } from "./clock.ts";

/** `startAt` as {@link now} has it. */
export interface Schedule {
  readonly startAt: number;
  readonly everyMs: number;
  readonly count: number;
}

const thread = self as unknown as Worker;

thread.onmessage = ({ data }: MessageEvent<Schedule>) => {
  const { startAt, everyMs, count } = data;
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < count; i++) {
    const left = startAt + i * everyMs - now();
    if (left > 0) Atomics.wait(never, 0, 0, left);
    thread.postMessage(i);
  }
};
