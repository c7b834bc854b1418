/** When a consumer counts as slow, and when it has caught up: shares of what may wait for it. */
export interface PaceShares {
  readonly slowShare: number;
  /** Less than `slowShare`, or a consumer on the line would be told of without end. */
  readonly caughtUpShare: number;
}

/**
 * Whether a consumer is slow, of whose limit `share` is in use now: it becomes slow at the one line
 * and is so until it is back at the other.
 */
export function isSlow(
  was: boolean,
  share: number,
  { slowShare, caughtUpShare }: PaceShares,
): boolean {
  return was ? share > caughtUpShare : share >= slowShare;
}
