const TICK_MS = 1;

/**
 * An open loop: calls `send` so many times a second, whatever becomes of it, and tells when each was
 * due, on the clock of `performance`. What a busy process is late with comes with the next tick.
 */
export function pace(perSecond: number, send: (dueAt: number, ordinal: number) => void): void {
  const startedAt = performance.now();
  const everyMs = 1000 / perSecond;
  let ordinal = 0;
  setInterval(() => {
    const now = performance.now();
    for (let dueAt; (dueAt = startedAt + ordinal * everyMs) <= now; ordinal++) send(dueAt, ordinal);
  }, TICK_MS);
}
