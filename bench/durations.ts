import { build, type Histogram } from "hdr-histogram-js";

/** Durations of up to a minute, in microseconds. */
export function newDurations(): Histogram {
  return build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 });
}

/** Adds one that is given in milliseconds: as whole microseconds, and 1 at least. */
export function addMs(durations: Histogram, ms: number): void {
  durations.recordValue(Math.max(1, Math.round(ms * 1000)));
}
