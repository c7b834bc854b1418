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
  /** Steps before it are compact. */
  #fineSecond = 0;
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

  /** Memory that it takes, more or less. */
  get bytes(): number {
    return LatencyCounts.BYTES + this.#bytes;
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
    const first = placeOf(this.#steps, this.#fineSecond);
    // The last of them that is compact already may reach into the next.
    const begin = Math.max(0, first - 1);
    const fine = this.#steps.slice(begin, placeOf(this.#steps, fineSecond));
    this.#replace(begin, fine, compacted(fine, fineSecond, seconds));
    this.#fineSecond = fineSecond;
  }

  /** Steps that are over by then are forgotten. */
  forget(second: number): void {
    this.#sinceSecond = Math.max(this.#sinceSecond, second);
    const kept = this.#steps.findIndex((step) => endOf(step) > second);
    this.#replace(0, kept < 0 ? this.#steps : this.#steps.slice(0, kept), []);
  }

  /** Everything that is over is forgotten, and this is now. */
  beginAnew(second: number): void {
    this.#replace(0, this.#steps, []);
    this.#sinceSecond = second;
    this.#fineSecond = 0;
  }

  #replace(place: number, before: readonly Step[], after: readonly Step[]): void {
    for (const step of before) this.#bytes -= bytesOf(step);
    for (const step of after) this.#bytes += bytesOf(step);
    this.#steps.splice(place, before.length, ...after);
  }
}

/** Of the first step that begins then or later. */
function placeOf(steps: readonly Step[], second: number): number {
  const place = steps.findIndex(({ row }) => row.second >= second);
  return place < 0 ? steps.length : place;
}
