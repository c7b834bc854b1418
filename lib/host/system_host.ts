import type { Host, Timer } from "./host.ts";

/** The real clock, timers and randomness: the only place in `lib/` that touches them. */
export const systemHost: Host = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after: (delayMs, callback): Timer => {
    const id = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(id) };
  },
  defer: (callback) => queueMicrotask(callback),
  random: () => Math.random(),
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
