import { Float64Histogram, Int32Histogram } from "hdr-histogram-js";
import type { Host } from "../host/host.ts";

/** Latencies are kept in microseconds; longer ones count as this: ten minutes. */
const LONGEST_US = 600_000_000;
/** Two significant digits: a percentile is right within 1 %. */
const DIGITS = 2;

/** One second in which something was recorded. Latencies in milliseconds. */
export interface LatencyPoint {
  /** Start of the second, in whole seconds since the epoch. */
  readonly second: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** Percentiles over a span of time, in milliseconds; `null` when nothing was recorded. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Everything ever recorded, as Prometheus wants it. */
export interface LatencyTotals {
  readonly count: number;
  /** Milliseconds, within 1 %: from the histogram, so that recording need not add up. */
  readonly sumMs: number;
  /** For each bound, in milliseconds, how many were at or below it. */
  readonly atOrBelow: readonly number[];
}

interface Slot {
  second: number;
  point: LatencyPoint | null;
  readonly histogram: Int32Histogram;
}

/**
 * Latencies as one histogram a second. Percentiles over a longer span come from merged histograms,
 * never from averaged percentiles. Recording touches one histogram; all else waits until asked for,
 * or until a histogram, of 13 KiB, is wanted for another second: then its point is what stays.
 */
export class LatencySeries {
  readonly #host: Host;
  readonly #seconds: number;
  /** Ring by second of the window, filled as seconds with something in them come along. */
  readonly #slots: (Slot | undefined)[];
  /** Of seconds whose histogram has become another's. */
  #points: LatencyPoint[] = [];
  readonly #past = newTotal();
  #current: Slot | null = null;
  #scratch: Float64Histogram | null = null;

  /** `seconds`: how far back points go. `windowSeconds`: what {@link summary} covers. */
  constructor(host: Host, seconds: number, windowSeconds: number) {
    this.#host = host;
    this.#seconds = seconds;
    this.#slots = new Array(windowSeconds);
  }

  record(ms: number): void {
    const us = ms * 1000;
    this.#at(this.#second()).histogram.recordValue(
      us < 1 ? 1 : us > LONGEST_US ? LONGEST_US : Math.round(us),
    );
  }

  /** Finished seconds after `afterSecond` that have something in them, oldest first. */
  points(afterSecond = 0): LatencyPoint[] {
    const now = this.#second();
    const oldest = Math.max(afterSecond, now - this.#seconds);
    const points = this.#points.filter(({ second }) => second > oldest);
    for (const slot of this.#slots) {
      if (slot !== undefined && slot.second > oldest && slot.second < now) {
        points.push(slot.point ??= pointOf(slot));
      }
    }
    return points.sort((a, b) => a.second - b.second);
  }

  /** The last `windowSeconds`, the running second included. */
  summary(): LatencySummary {
    const oldest = this.#second() - this.#slots.length;
    const merged = this.#scratch ??= newTotal();
    merged.reset();
    for (const slot of this.#slots) {
      if (slot !== undefined && slot.second > oldest) merged.add(slot.histogram);
    }
    const count = merged.totalCount;
    if (count === 0) return { count, p50: null, p99: null, max: null };
    return {
      count,
      p50: percentile(merged, 50),
      p99: percentile(merged, 99),
      max: merged.maxValue / 1000,
    };
  }

  /** `boundsMs`: ascending. */
  totals(boundsMs: readonly number[]): LatencyTotals {
    const all = newTotal();
    all.add(this.#past);
    if (this.#current !== null) all.add(this.#current.histogram);
    const atOrBelow: number[] = [];
    let index = 0;
    let below = 0;
    for (const bound of boundsMs) {
      const last = Math.min(all.countsArrayIndex(bound * 1000), all.countsArrayLength - 1);
      while (index <= last) below += all.getCountAtIndex(index++);
      atOrBelow.push(below);
    }
    const count = all.totalCount;
    return { count, sumMs: count === 0 ? 0 : all.mean * count / 1000, atOrBelow };
  }

  #second(): number {
    return Math.floor(this.#host.epoch() / 1000);
  }

  #at(second: number): Slot {
    if (this.#current?.second === second) return this.#current;
    if (this.#current !== null) this.#past.add(this.#current.histogram);
    const place = second % this.#slots.length;
    let slot = this.#slots[place];
    if (slot === undefined) {
      slot = { second, point: null, histogram: new Int32Histogram(1, LONGEST_US, DIGITS) };
      this.#slots[place] = slot;
    } else {
      const oldest = second - this.#seconds;
      this.#points = this.#points.filter((point) => point.second > oldest);
      if (slot.second > oldest) this.#points.push(slot.point ?? pointOf(slot));
      slot.second = second;
      slot.point = null;
      slot.histogram.reset();
    }
    return this.#current = slot;
  }
}

function newTotal(): Float64Histogram {
  return new Float64Histogram(1, LONGEST_US, DIGITS);
}

function pointOf({ second, histogram }: Slot): LatencyPoint {
  return {
    second,
    count: histogram.totalCount,
    p50: percentile(histogram, 50),
    p99: percentile(histogram, 99),
  };
}

/** In milliseconds. A histogram tells the upper edge of a bucket, which may lie beyond the maximum. */
function percentile(histogram: Int32Histogram | Float64Histogram, percent: number): number {
  return Math.min(histogram.getValueAtPercentile(percent), histogram.maxValue) / 1000;
}
