import type { SleepCause, WakeCause } from "../../gateway/observer.ts";
import {
  type Latencies,
  type LatencySummary,
  merged,
  NO_LATENCIES,
  summaryOf,
} from "./latency_counts.ts";

/** `unknown`: at a runner whose gateway is elsewhere, as only that knows. */
export type SleepCauses = Readonly<Partial<Record<SleepCause | "unknown", number>>>;
export type WakeCauses = Readonly<Partial<Record<WakeCause | "unknown", number>>>;

/** Members are `null` where only a gateway elsewhere knows. */
export interface Traffic {
  /** Clients' messages that came. */
  readonly messagesIn: number | null;
  /** Actors' messages that went out to clients. */
  readonly messagesOut: number | null;
  /** Messages that were not acked: the most that was seen at one time. */
  readonly pendingMessages: number | null;
  /** At a runner alone: clients' messages that its commits covered. `null` at a gateway. */
  readonly messagesCommitted: number | null;
}

/** What went on in a stretch of time. */
export interface HistoryRow extends Traffic {
  /** Its begin, in whole seconds since 1970. */
  readonly second: number;
  /** How many seconds it covers. */
  readonly seconds: number;
  /** From sending a message to its ack. At a runner alone: how long commits took. */
  readonly latency: LatencySummary;
  /** How many actors fell asleep, by cause. */
  readonly sleeps: SleepCauses;
  readonly wakes: WakeCauses;
}

/** A row, and what percentiles over several of them come from. */
export interface Step {
  readonly row: HistoryRow;
  readonly latencies: Latencies;
}

export function stepOf(counted: Omit<HistoryRow, "latency">, latencies: Latencies): Step {
  return { row: { ...counted, latency: summaryOf(latencies) }, latencies };
}

/** A stretch of time in which nothing went on. */
export function silentRow(second: number, seconds: number, traffic: Traffic): HistoryRow {
  return stepOf({ second, seconds, ...traffic, sleeps: {}, wakes: {} }, NO_LATENCIES).row;
}

export function endOf({ row }: Step): number {
  return row.second + row.seconds;
}

/** Whether it tells no more than that nothing was there. */
export function isSilent({ row, latencies }: Step): boolean {
  const { messagesIn, messagesOut, pendingMessages, messagesCommitted, sleeps, wakes } = row;
  return latencies.count === 0 && !messagesIn && !messagesOut && !pendingMessages &&
    !messagesCommitted && Object.keys(sleeps).length === 0 && Object.keys(wakes).length === 0;
}

/** Of an object with its members, and of the two arrays of its latencies. */
const STEP_BYTES = 900;
const BUCKET_BYTES = 6;

/** Memory that it takes, more or less. */
export function bytesOf({ latencies }: Step): number {
  return STEP_BYTES + latencies.buckets.length * BUCKET_BYTES;
}

/** One step of several, which covers so many seconds from `second`. At least one is given. */
export function stepOfSteps(steps: readonly Step[], second: number, seconds: number): Step {
  const rows = steps.map(({ row }) => row);
  return stepOf({
    second,
    seconds,
    messagesIn: combined(rows.map((row) => row.messagesIn), (a, b) => a + b),
    messagesOut: combined(rows.map((row) => row.messagesOut), (a, b) => a + b),
    pendingMessages: combined(rows.map((row) => row.pendingMessages), Math.max),
    messagesCommitted: combined(rows.map((row) => row.messagesCommitted), (a, b) => a + b),
    sleeps: summed(rows.map((row) => row.sleeps)),
    wakes: summed(rows.map((row) => row.wakes)),
  }, merged(steps.map(({ latencies }) => latencies)));
}

function combined(
  values: readonly (number | null)[],
  by: (a: number, b: number) => number,
): number | null {
  return values.reduce((a, b) => a === null || b === null ? null : by(a, b));
}

function summed(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of all) {
    for (const [cause, count] of Object.entries(counts)) sum[cause] = (sum[cause] ?? 0) + count;
  }
  return sum;
}

/**
 * The steps with those that begin before `fineSecond` made one for each `seconds` of the clock. None
 * overlaps another before, and none does after.
 */
export function compacted(
  steps: readonly Step[],
  fineSecond: number,
  seconds: number,
): Step[] {
  const groups = new Map<number, Step[]>();
  for (const step of steps) {
    const { second } = step.row;
    const begin = second < fineSecond ? second - second % seconds : second;
    const group = groups.get(begin);
    if (group === undefined) groups.set(begin, [step]);
    else group.push(step);
  }
  let end = 0;
  return [...groups].map(([begin, group]) => {
    const isFine = begin >= fineSecond;
    if (isFine) return group[0]!;
    // A long step reaches into the next group, which begins later then.
    const from = Math.max(begin, end);
    end = Math.max(begin + seconds, endOf(group.at(-1)!));
    const [only] = group;
    if (group.length === 1 && only!.row.second === from && endOf(only!) === end) return only!;
    return stepOfSteps(group, from, end - from);
  });
}
