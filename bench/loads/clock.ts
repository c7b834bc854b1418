/** Milliseconds since the epoch with fractions: the same in every thread of a process. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
