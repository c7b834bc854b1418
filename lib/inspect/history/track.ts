import { type Latencies, LatencyCounts } from "./latency_counts.ts";
import {
  bytesOf,
  compacted,
  endOf,
  isSilent,
  type SleepCauses,
  type Step,
  stepOf,
  type Traffic,
  type WakeCauses,
} from "./step.ts";

type Counts<Causes> = { -readonly [Cause in keyof Causes]: Causes[Cause] };

/** What went on at one runner, or at all together: in the running step, and in those that are over. */
export class Track {
  readonly latencies = new LatencyCounts();
  #sleeps: Counts<SleepCauses> = {};
  #wakes: Counts<WakeCauses> = {};
  #steps: Step[] = [];
  #sinceSecond: number;
  #bytes = 0;

  constructor(sinceSecond: number) {
    this.#sinceSecond = sinceSecond;
  }

  /** What was before is not known, or not any more. */
  get sinceSecond(): number {
    return this.#sinceSecond;
  }

  /** Those that are over and have something to tell, oldest first. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Memory that they take, more or less. */
  get bytes(): number {
    return this.#bytes;
  }

  slept(cause: keyof SleepCauses): void {
    this.#sleeps[cause] = (this.#sleeps[cause] ?? 0) + 1;
  }

  woke(cause: keyof WakeCauses): void {
    this.#wakes[cause] = (this.#wakes[cause] ?? 0) + 1;
  }

  /** The running step is over. `latencies`: what was counted in it. */
  end(second: number, seconds: number, traffic: Traffic, latencies: Latencies): void {
    const counted = { second, seconds, ...traffic, sleeps: this.#sleeps, wakes: this.#wakes };
    const step = stepOf(counted, latencies);
    this.latencies.clear();
    if (isSilent(step)) return;
    this.#sleeps = {};
    this.#wakes = {};
    this.#steps.push(step);
    this.#bytes += bytesOf(step);
  }

  /** Steps that begin before `fineSecond` become one for each `seconds`. */
  compact(fineSecond: number, seconds: number): void {
    this.#keep(compacted(this.#steps, fineSecond, seconds));
  }

  /** Steps that are over by then are forgotten. */
  forget(second: number): void {
    this.#sinceSecond = Math.max(this.#sinceSecond, second);
    this.#keep(this.#steps.filter((step) => endOf(step) > second));
  }

  /** Everything that is over is forgotten, and this is now. */
  beginAnew(second: number): void {
    this.#sinceSecond = second;
    this.#keep([]);
  }

  #keep(steps: Step[]): void {
    this.#steps = steps;
    this.#bytes = steps.reduce((sum, step) => sum + bytesOf(step), 0);
  }
}
