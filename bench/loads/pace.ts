const TICK_MS = 1;

/**
 * An open loop: calls `send` so many times a second, whatever becomes of it, and tells when each was
 * due, on the clock of `performance`. What a busy process is late with comes with the next tick, at
 * whose end `ticked` is called. Returns how to stop.
 */
export function pace(
  perSecond: number,
  send: (dueAt: number, ordinal: number) => void,
  ticked: () => void = () => {},
): () => void {
  const startedAt = performance.now();
  const everyMs = 1000 / perSecond;
  let ordinal = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    for (let dueAt; (dueAt = startedAt + ordinal * everyMs) <= now; ordinal++) send(dueAt, ordinal);
    ticked();
  }, TICK_MS);
  return () => clearInterval(timer);
}
