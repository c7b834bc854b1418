export interface BackoffTimes {
  readonly firstRetryMs: number;
  readonly retryMs: number;
  readonly retryMaxMs: number;
  readonly retryJitter: number;
}

/**
 * How long to wait before attempt `attempt` (0 is the first after a cut), in milliseconds: short at
 * first, then doubling up to a maximum, with jitter on top so that runners do not come in step.
 *
 * @param random Uniform in [0, 1).
 */
export function retryDelay(attempt: number, random: number, times: BackoffTimes): number {
  const base = attempt === 0
    ? times.firstRetryMs
    : Math.min(times.retryMaxMs, times.retryMs * 2 ** Math.min(attempt - 1, 30));
  return base * (1 + random * times.retryJitter);
}
