import type { TrafficView } from "../../gateway/view.ts";
import type { Host } from "../../host/host.ts";
import type { RunnerId } from "../../protocol/mod.ts";
import type { InspectLimits } from "../limits.ts";
import {
  type Latencies,
  LatencyCounts,
  type LatencySummary,
  type LatencyTotals,
  merged,
  summaryOf,
} from "./latency_counts.ts";
import {
  endOf,
  type HistoryRow,
  silentRow,
  type SleepCauses,
  type Traffic,
  type WakeCauses,
} from "./step.ts";
import { Track } from "./track.ts";
import { atRunner, between, NOTHING, sumOf } from "./traffic.ts";

/** A runner that has a history of its own. */
export interface HistoryRunner {
  readonly runnerId: RunnerId;
  /** Since when, in whole seconds since 1970. */
  readonly sinceSecond: number;
  /** It was given up: its history stays until a new runner needs the room. */
  readonly hasLeft: boolean;
}

export interface HistoryOptions {
  readonly host: Host;
  readonly limits: InspectLimits;
  /** At a runner whose gateway is elsewhere. */
  readonly isAlone: boolean;
  /** Told each time that a limit is reached. */
  readonly limitReached: (limit: keyof InspectLimits) => void;
}

/** A clock that is set back by no more than this is waited for. */
const WAIT_SECONDS = 60;

/**
 * What went on in the last minutes, at each runner and in all: in steps of a second, and of some
 * seconds further back. The percentiles of a step come from counts that were added up.
 *
 * At a gateway a step ends when {@link sampled} is called, about once a second. At a runner alone
 * nobody calls: there it ends when something comes in a later second, or somebody looks.
 */
export class History {
  readonly #host: Host;
  readonly #limits: InspectLimits;
  readonly #isAlone: boolean;
  readonly #limitReached: HistoryOptions["limitReached"];
  readonly #all: Track;
  readonly #runners = new Map<RunnerId, Track>();
  /** Those of them that have left, in that order. */
  readonly #left = new Set<RunnerId>();
  /** Of runners without a history of their own. */
  readonly #others = new LatencyCounts();
  /** Of all steps that are over, since the start. */
  readonly #ever = new LatencyCounts();
  /** When the running step began. */
  #second: number;
  #messagesCommitted = 0;
  #sample: ReadonlyMap<RunnerId | null, TrafficView> = new Map();

  constructor({ host, limits, isAlone, limitReached }: HistoryOptions) {
    this.#host = host;
    this.#limits = limits;
    this.#isAlone = isAlone;
    this.#limitReached = limitReached;
    this.#second = this.#now();
    this.#all = new Track(this.#second);
  }

  /** At a runner alone: a commit is durable, of so many messages. */
  committed(ms: number, messages: number): void {
    this.#turn();
    this.#others.record(ms);
    this.#messagesCommitted += messages;
  }

  /** One message was acked. */
  acked(ms: number, runner: RunnerId): void {
    (this.#runners.get(runner)?.latencies ?? this.#others).record(ms);
  }

  slept(cause: keyof SleepCauses, runner: RunnerId | null): void {
    if (this.#isAlone) this.#turn();
    this.#all.slept(cause);
    if (runner !== null) this.#runners.get(runner)?.slept(cause);
  }

  woke(cause: keyof WakeCauses, runner: RunnerId | null): void {
    if (this.#isAlone) this.#turn();
    this.#all.woke(cause);
    if (runner !== null) this.#runners.get(runner)?.woke(cause);
  }

  runnerJoined(runner: RunnerId): void {
    this.#left.delete(runner);
    if (!this.#admit(runner)) this.#limitReached("historyRunners");
  }

  runnerLeft(runner: RunnerId): void {
    if (this.#runners.has(runner)) this.#left.add(runner);
  }

  /** What was heard since the last time is one step. `traffic`: what was counted until now. */
  sampled(traffic: readonly TrafficView[]): void {
    const now = this.#now();
    if (!this.#isOver(now)) return;
    for (const { runnerId } of traffic) if (runnerId !== null) this.#admit(runnerId);
    const before = this.#sample;
    this.#sample = new Map(traffic.map((view) => [view.runnerId, view]));
    // What a runner that is given up has counted goes over to the others: only the sum goes on.
    const all = between(sumOf(before.values()), sumOf(traffic));
    this.#end(
      now - this.#second,
      all,
      (runner) => between(before.get(runner) ?? NOTHING, this.#sample.get(runner) ?? NOTHING),
    );
    this.#go(now);
  }

  /** Those with a history of their own, in the order in which they came. */
  runners(): HistoryRunner[] {
    return [...this.#runners].map(([runnerId, { sinceSecond }]) => {
      return { runnerId, sinceSecond, hasLeft: this.#left.has(runnerId) };
    });
  }

  /**
   * The steps that are over, of the last `seconds`: oldest first, without a gap. `undefined` when the
   * runner has no history of its own.
   */
  rows(
    runner: RunnerId | null = null,
    seconds: number = this.#limits.historySeconds,
  ): HistoryRow[] | undefined {
    if (this.#isAlone) this.#turn();
    const track = runner === null ? this.#all : this.#runners.get(runner);
    if (track === undefined) return undefined;
    const wanted = this.#second - seconds;
    const from = wanted < this.#fineSecond ? this.#edge(wanted) : wanted;
    return this.#withoutGaps(track, Math.max(track.sinceSecond, from));
  }

  /** Of the last `windowSeconds`, the running step included. */
  summary(): LatencySummary {
    if (this.#isAlone) this.#turn();
    const from = this.#second - this.#limits.windowSeconds;
    const over = this.#all.steps.filter(({ row: { second } }) => second > from);
    return summaryOf(merged([...over.map(({ latencies }) => latencies), ...this.#running()]));
  }

  /** Since the start. `boundsMs`: ascending. */
  totals(boundsMs: readonly number[]): LatencyTotals {
    const ever = this.#ever.copy();
    for (const latencies of this.#running()) ever.add(latencies);
    return ever.totals(boundsMs);
  }

  /** Memory that it takes, more or less. */
  get bytes(): number {
    const ofTracks = this.#tracks().reduce((sum, { bytes }) => sum + bytes, 0);
    return ofTracks + 2 * LatencyCounts.BYTES;
  }

  /** A gateway samples at any time, and what it heard until then counts as of the nearest second. */
  #now(): number {
    const seconds = this.#host.epoch() / 1000;
    return this.#isAlone ? Math.floor(seconds) : Math.round(seconds);
  }

  /** Whether the running step is over. Where somebody has set the clock back, all begins anew. */
  #isOver(now: number): boolean {
    if (now < this.#second - WAIT_SECONDS) {
      this.#second = now;
      for (const track of this.#tracks()) track.beginAnew(now);
    }
    return now > this.#second;
  }

  /** What was heard at a runner alone came in the second in which the step began. */
  #turn(): void {
    const now = this.#now();
    if (!this.#isOver(now)) return;
    const traffic = atRunner(this.#messagesCommitted);
    this.#messagesCommitted = 0;
    this.#end(1, traffic, () => traffic);
    this.#go(now);
  }

  #end(seconds: number, traffic: Traffic, trafficOf: (runner: RunnerId) => Traffic): void {
    const heard = this.#running();
    const all = merged(heard);
    this.#ever.add(all);
    this.#others.clear();
    this.#all.end(this.#second, seconds, traffic, all);
    for (const [at, [runner, track]] of [...this.#runners].entries()) {
      track.end(this.#second, seconds, trafficOf(runner), heard[at]!);
    }
  }

  /** The next step begins, and what is too old or too much goes. */
  #go(now: number): void {
    const { historySeconds, historyStepSeconds, historyBytes } = this.#limits;
    const before = this.#edge(this.#second);
    this.#second = now;
    if (this.#edge(now) > before) {
      for (const track of this.#tracks()) track.compact(this.#fineSecond, historyStepSeconds);
      this.#forget(this.#edge(now - historySeconds));
    }
    if (this.bytes <= historyBytes) return;
    this.#limitReached("historyBytes");
    while (this.bytes > historyBytes) {
      const oldestEnd = this.#oldestEnd();
      if (oldestEnd === Infinity) return;
      this.#forget(oldestEnd);
    }
  }

  #forget(second: number): void {
    for (const track of this.#tracks()) track.forget(second);
  }

  /** When the oldest step that is kept was over; `Infinity` when none is. */
  #oldestEnd(): number {
    const oldest = this.#tracks().flatMap(({ steps }) => steps.slice(0, 1));
    return Math.min(...oldest.map(endOf));
  }

  /** Steps before it are coarse. */
  get #fineSecond(): number {
    return this.#edge(this.#second - this.#limits.historyFineSeconds);
  }

  /** The begin of the coarse step that a second is in. */
  #edge(second: number): number {
    return second - second % this.#limits.historyStepSeconds;
  }

  #withoutGaps({ steps }: Track, from: number): HistoryRow[] {
    const rows: HistoryRow[] = [];
    const silent = this.#isAlone ? atRunner(0) : between(NOTHING, NOTHING);
    const fine = this.#fineSecond;
    let at = from;
    const fill = (end: number): void => {
      while (at < end) {
        const next = at < fine ? this.#edge(at) + this.#limits.historyStepSeconds : at + 1;
        rows.push(silentRow(at, Math.min(next, end) - at, silent));
        at = Math.min(next, end);
      }
    };
    for (const step of steps) {
      if (step.row.second >= from) {
        fill(step.row.second);
        rows.push(step.row);
      }
      at = Math.max(at, endOf(step));
    }
    fill(this.#second);
    return rows;
  }

  #tracks(): Track[] {
    return [this.#all, ...this.#runners.values()];
  }

  /** What was counted in the running step: at each runner, then at the others. */
  #running(): Latencies[] {
    return [...[...this.#runners.values()].map(({ latencies }) => latencies), this.#others]
      .map((counts) => counts.packed());
  }

  /** Gives it a history of its own where there is room, or where one that has left makes some. */
  #admit(runner: RunnerId): boolean {
    if (this.#runners.has(runner)) return true;
    if (this.#runners.size >= this.#limits.historyRunners) {
      const [first] = this.#left;
      if (first === undefined) return false;
      this.#left.delete(first);
      this.#runners.delete(first);
    }
    this.#runners.set(runner, new Track(this.#second));
    return true;
  }
}
