import type { HistoryRow, SleepCauses, WakeCauses } from "../../lib/inspect/mod.ts";
import { DASHED, DOTTED, type HistoryLine } from "./history_line.ts";
import { perSecond } from "./sums.ts";

type Look = Pick<HistoryLine, "color" | "dash">;

/** How each cause is drawn: it keeps its look, whichever others there are. */
const WAKES: Readonly<Record<keyof WakeCauses, Look>> = {
  message: { color: "awake" },
  request: { color: "accent" },
  open: { color: "asleep" },
  close: { color: "asleep", dash: DOTTED },
  alarm: { color: "warn", dash: DASHED },
  create: { color: "muted" },
  person: { color: "accent", dash: DASHED },
  moved: { color: "awake", dash: DASHED },
  crash: { color: "bad" },
  unknown: { color: "muted", dash: DOTTED },
};

const SLEEPS: Readonly<Record<keyof SleepCauses, Look>> = {
  actor: { color: "asleep" },
  person: { color: "accent", dash: DASHED },
  drain: { color: "warn" },
  runner_lost: { color: "bad" },
  not_ready: { color: "bad", dash: DOTTED },
  unknown: { color: "muted", dash: DOTTED },
};

/** A line for each cause of a wake that there was. */
export function wakeLines(rows: readonly HistoryRow[]): HistoryLine[] {
  return linesOf(rows, WAKES, ({ wakes }) => wakes);
}

/** A line for each cause of a sleep that there was. */
export function sleepLines(rows: readonly HistoryRow[]): HistoryLine[] {
  return linesOf(rows, SLEEPS, ({ sleeps }) => sleeps);
}

function linesOf<Cause extends string>(
  rows: readonly HistoryRow[],
  looks: Readonly<Record<Cause, Look>>,
  of: (row: HistoryRow) => Readonly<Partial<Record<Cause, number>>>,
): HistoryLine[] {
  return (Object.entries(looks) as [Cause, Look][])
    .filter(([cause]) => rows.some((row) => of(row)[cause] !== undefined))
    .map(([cause, look]) => ({
      label: cause.replaceAll("_", " "),
      ...look,
      read: (row) => perSecond(row, of(row)[cause] ?? 0),
    }));
}
