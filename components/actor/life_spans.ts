import type { Life } from "../../lib/inspect/mod.ts";

/** A stretch of time in which an actor was awake, waking or asleep. Times in ms since 1970. */
export interface Span {
  readonly is: "awake" | "waking" | "asleep";
  readonly from: number;
  readonly to: number;
  /** The life that it belongs to; for a sleep: the one before it. */
  readonly life: Life;
}

/** What the lives say of the time from `from` to `to`, in order, without overlaps. */
export function spansOf(lives: readonly Life[], from: number, to: number): Span[] {
  const spans: Span[] = [];
  const add = (is: Span["is"], start: number, end: number, life: Life): void => {
    const [a, b] = [Math.max(start, from), Math.min(end, to)];
    if (b > a) spans.push({ is, from: a, to: b, life });
  };
  const oldestFirst = [...lives].sort((a, b) => a.id - b.id);
  for (const [i, life] of oldestFirst.entries()) {
    const next = oldestFirst[i + 1];
    const end = life.endTs ?? next?.wantedTs ?? to;
    const running = Math.min(life.runningTs ?? end, end);
    add("waking", life.wantedTs, running, life);
    add("awake", running, end, life);
    if (life.end !== "destroyed") add("asleep", end, next?.wantedTs ?? to, life);
  }
  return spans;
}

/** The share of the known time that it was awake, 0 to 1; `null` when nothing is known. */
export function awakeShare(spans: readonly Span[]): number | null {
  let [awake, all] = [0, 0];
  for (const { is, from, to } of spans) {
    all += to - from;
    if (is !== "asleep") awake += to - from;
  }
  return all === 0 ? null : awake / all;
}
