import type { Host, Timer } from "./host.ts";

/** A timer that comes so much too late says that the process itself stood still. */
const STOOD_STILL_MS = 1_000;

/**
 * A timer for whatever ends when somebody else has been silent for too long. When this process stood
 * still meanwhile, frozen or with more work than it could do, what the other has said may wait in its
 * own queues: it gets another second to read them, and another, before it blames anybody.
 */
export function patientTimer(host: Host, delayMs: number, callback: () => void): Timer {
  let dueAt = host.now() + delayMs;
  const look = (): void => {
    if (host.now() - dueAt < STOOD_STILL_MS) return callback();
    dueAt = host.now() + STOOD_STILL_MS;
    timer = host.after(STOOD_STILL_MS, look);
  };
  let timer = host.after(delayMs, look);
  return { cancel: () => timer.cancel() };
}
