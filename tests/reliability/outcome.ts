/** What came of a run, and how it is told. */
import { assertEquals } from "@std/assert";
import type { Tally } from "./counter_load.ts";

export interface Outcome {
  readonly what: string;
  readonly seed: number;
  /** Kills, or troubles on a cable. */
  readonly troubles: number;
  readonly tally: Tally;
  readonly ms: number;
  /** What gateway and runners still held after all clients had left. */
  readonly leftovers: readonly string[];
}

/** Nothing lost, doubled or out of order, nobody closed, nothing left. Fails with the seed. */
export function assertExact({ what, seed, tally, leftovers }: Outcome): void {
  const { lost, doubled, disorder, closes, faults } = tally;
  assertEquals(
    { lost, doubled, disorder, closes: [...closes], faults, leftovers },
    { lost: 0, doubled: 0, disorder: 0, closes: [], faults: [], leftovers: [] },
    `${what}, seed ${seed}`,
  );
}

/** Whether every count is exact and every order kept. Sockets may have been closed. */
export function isExact({ tally: { lost, doubled, disorder }, leftovers }: Outcome): boolean {
  return lost + doubled + disorder + leftovers.length === 0;
}

const HEAD = [
  "| what | troubles | messages | lost | doubled | out of order | not answered | closed | took | seed |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
];

/** The run as a table of one row, with what went wrong below. */
export function outcomeTable({ what, seed, troubles, tally, ms, leftovers }: Outcome): string {
  const closes = [...tally.closes].map(([close, times]) => `${times} × \`${close}\``);
  const row = [
    what,
    troubles,
    tally.sent,
    tally.lost,
    tally.doubled,
    tally.disorder,
    tally.sent - tally.answered,
    closes.length === 0 ? "none" : closes.join(", "),
    `${(ms / 60_000).toFixed(1)} min`,
    seed,
  ];
  return [...HEAD, `| ${row.join(" | ")} |`, ...tally.faults, ...leftovers].join("\n");
}

/** Several runs as one, told by the seed of the first. */
export function together(what: string, outcomes: readonly Outcome[]): Outcome {
  const sum = (part: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, outcome) => total + part(outcome), 0);
  const closes = new Map<string, number>();
  for (const { tally } of outcomes) {
    for (const [close, times] of tally.closes) closes.set(close, (closes.get(close) ?? 0) + times);
  }
  return {
    what,
    seed: outcomes[0]?.seed ?? 0,
    troubles: sum(({ troubles }) => troubles),
    tally: {
      sent: sum(({ tally }) => tally.sent),
      answered: sum(({ tally }) => tally.answered),
      lost: sum(({ tally }) => tally.lost),
      doubled: sum(({ tally }) => tally.doubled),
      disorder: sum(({ tally }) => tally.disorder),
      closes,
      faults: [],
    },
    ms: sum(({ ms }) => ms),
    leftovers: outcomes.flatMap(({ seed, leftovers }) =>
      leftovers.map((left) => `seed ${seed}: ${left}`)
    ),
  };
}
