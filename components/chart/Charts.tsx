import type { HistoryRow } from "../../lib/inspect/mod.ts";
import { HistoryChart } from "./HistoryChart.tsx";
import { RunnerChoice, type RunnerChoiceProps } from "./RunnerChoice.tsx";
import { SpanChoice, spanOf } from "./SpanChoice.tsx";

export interface ChartsProps extends RunnerChoiceProps {
  /** Of the runner that is chosen, or of all. */
  readonly rows: readonly HistoryRow[];
  /** Why there is no history, in the server's words. */
  readonly refusal: string | null;
  /** In ms since 1970. */
  readonly now: number;
  /** Seen from a runner whose gateway is elsewhere. */
  readonly atRunner: boolean;
  readonly zone: "UTC" | undefined;
}

/** What went on lately, at one runner or at all: four charts of one time. */
export function Charts({ rows, refusal, now, atRunner, zone, ...choices }: ChartsProps) {
  const shown = { rows, now, zone, span: spanOf(choices.url) };
  return (
    <section class="space-y-2" aria-label="Charts">
      <div class="flex flex-wrap items-center gap-x-4 gap-y-1.5">
        <RunnerChoice {...choices} />
        <SpanChoice url={choices.url} />
      </div>
      {refusal !== null && <p class="text-bad text-xs" role="alert">{refusal}</p>}
      <div class="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        <HistoryChart of={atRunner ? "commits" : "acks"} {...shown} />
        <HistoryChart of={atRunner ? "committed" : "messages"} {...shown} />
        <HistoryChart of="pending" {...shown} />
        <HistoryChart of="sleeps" {...shown} />
      </div>
    </section>
  );
}
