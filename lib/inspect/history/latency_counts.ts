/** Longer latencies count as this: ten minutes. */
const LONGEST_US = 600_000_000;
/** Below it, each microsecond has a bucket; from there, each power of two has half as many. */
const EXACT_US = 256;
const HALF = EXACT_US / 2;
const BUCKETS = shiftOf(LONGEST_US) * HALF + EXACT_US;

/** Latencies of a few seconds: which buckets have some, how many each. It does not change. */
export interface Latencies {
  /** Ascending. */
  readonly buckets: Uint16Array;
  readonly counts: Uint32Array;
  readonly count: number;
  readonly longestUs: number;
}

/** How long something took, in milliseconds; `null` when it never happened. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Everything ever counted, as Prometheus wants it. */
export interface LatencyTotals {
  readonly count: number;
  /** Milliseconds, within 1 %: from the buckets, so that counting need not add up. */
  readonly sumMs: number;
  /** For each bound, in milliseconds, how many were at or below it. */
  readonly atOrBelow: readonly number[];
}

export const NO_LATENCIES: Latencies = {
  buckets: new Uint16Array(0),
  counts: new Uint32Array(0),
  count: 0,
  longestUs: 0,
};

/**
 * Counts latencies by microseconds, each in a bucket that is less than 1 % wide, so that percentiles
 * of many seconds and runners can be had from their counts added up. An HDR histogram, in short; kept
 * here because what is over can be packed to the buckets that have something, which are few.
 */
export class LatencyCounts {
  /** Memory that it takes, whatever it has counted. */
  static readonly BYTES = 8 * BUCKETS;
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #longestUs = 0;

  record(ms: number): void {
    const us = Math.min(LONGEST_US, Math.max(1, Math.round(ms * 1000)));
    this.#counts[bucketOf(us)]!++;
    this.#count++;
    if (us > this.#longestUs) this.#longestUs = us;
  }

  add({ buckets, counts, count, longestUs }: Latencies): void {
    for (let at = 0; at < buckets.length; at++) this.#counts[buckets[at]!]! += counts[at]!;
    this.#count += count;
    if (longestUs > this.#longestUs) this.#longestUs = longestUs;
  }

  copy(): LatencyCounts {
    const copy = new LatencyCounts();
    copy.#counts.set(this.#counts);
    copy.#count = this.#count;
    copy.#longestUs = this.#longestUs;
    return copy;
  }

  packed(): Latencies {
    if (this.#count === 0) return NO_LATENCIES;
    const buckets: number[] = [];
    for (let at = 0; at < BUCKETS; at++) if (this.#counts[at]! > 0) buckets.push(at);
    return {
      buckets: Uint16Array.from(buckets),
      counts: Uint32Array.from(buckets, (at) => this.#counts[at]!),
      count: this.#count,
      longestUs: this.#longestUs,
    };
  }

  clear(): void {
    if (this.#count === 0) return;
    this.#counts.fill(0);
    this.#count = 0;
    this.#longestUs = 0;
  }

  /** `boundsMs`: ascending. */
  totals(boundsMs: readonly number[]): LatencyTotals {
    const atOrBelow: number[] = [];
    let bucket = 0;
    let below = 0;
    for (const bound of boundsMs) {
      const last = bucketOf(Math.min(LONGEST_US, Math.round(bound * 1000)));
      while (bucket <= last) below += this.#counts[bucket++]!;
      atOrBelow.push(below);
    }
    let sumUs = 0;
    for (let at = 0; at < BUCKETS; at++) sumUs += this.#counts[at]! * middleUs(at);
    return { count: this.#count, sumMs: sumUs / 1000, atOrBelow };
  }
}

export function merged(all: readonly Latencies[]): Latencies {
  const some = all.filter(({ count }) => count > 0);
  if (some.length <= 1) return some[0] ?? NO_LATENCIES;
  const sum = new LatencyCounts();
  for (const one of some) sum.add(one);
  return sum.packed();
}

export function summaryOf(latencies: Latencies): LatencySummary {
  const { count, longestUs } = latencies;
  if (count === 0) return { count, p50: null, p90: null, p99: null, max: null };
  const [p50, p90, p99] = percentiles(latencies, [0.5, 0.9, 0.99]);
  return { count, p50: p50!, p90: p90!, p99: p99!, max: longestUs / 1000 };
}

/** In milliseconds: the latency that such a part of them does not exceed. `parts`: ascending. */
function percentiles(
  { buckets, counts, count, longestUs }: Latencies,
  parts: readonly number[],
): number[] {
  let at = 0;
  let below = counts[0]!;
  return parts.map((part) => {
    const wanted = Math.ceil(count * part);
    while (below < wanted) below += counts[++at]!;
    return Math.min(lastUs(buckets[at]!), longestUs) / 1000;
  });
}

/** How many of a latency's bits do not count: all but the first eight. */
function shiftOf(us: number): number {
  return Math.max(0, 24 - Math.clz32(us));
}

function bucketOf(us: number): number {
  const shift = shiftOf(us);
  return shift * HALF + (us >> shift);
}

/** The shortest latency that is in the bucket, in microseconds. */
function firstUs(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / HALF) - 1);
  return (bucket - shift * HALF) * 2 ** shift;
}

function lastUs(bucket: number): number {
  return firstUs(bucket + 1) - 1;
}

function middleUs(bucket: number): number {
  return (firstUs(bucket) + lastUs(bucket)) / 2;
}
