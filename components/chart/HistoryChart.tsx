import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { HistoryRow } from "../../lib/inspect/mod.ts";
import { formatCount, formatMs, formatRate, plural } from "../format.ts";
import { NotHere } from "../NotHere.tsx";
import { Panel } from "../Panel.tsx";
import { sleepLines, wakeLines } from "./cause_lines.ts";
import { Chart } from "./Chart.tsx";
import { DASHED, DOTTED, type HistoryLine } from "./history_line.ts";
import { greatest } from "./values.ts";
import { inAll, perSecond, rowsSince, sumOf } from "./sums.ts";

export interface HistoryChartProps {
  readonly of: keyof typeof CHARTS;
  /** Of all runners or of one. */
  readonly rows: readonly HistoryRow[];
  /** In ms since 1970. */
  readonly now: number;
  /** How far back it goes, in seconds. */
  readonly span: number;
  readonly zone: "UTC" | undefined;
  readonly class?: string;
}

/** What one of the charts of the history draws. */
interface Drawn {
  readonly title: string;
  readonly lines: (rows: readonly HistoryRow[]) => readonly HistoryLine[];
  readonly format: (value: number | null) => string;
  readonly isLog?: boolean;
  /** Of the time shown, beside the title. */
  readonly note: (rows: readonly HistoryRow[]) => string;
  /** Stands in place of the lines while none has a value. */
  readonly empty: (rows: readonly HistoryRow[]) => ComponentChildren;
}

/** Younger than that, a history is drawn with some room before it. */
const LEAST_SPAN = 60;

const LATENCIES: Pick<Drawn, "lines" | "format" | "isLog"> = {
  lines: () => [
    { label: "p50", color: "awake", read: ({ latency }) => latency.p50 },
    { label: "p90", color: "accent", dash: DASHED, read: ({ latency }) => latency.p90 },
    { label: "p99", color: "asleep", read: ({ latency }) => latency.p99 },
    { label: "max", color: "muted", dash: DOTTED, read: ({ latency }) => latency.max },
  ],
  format: formatMs,
  isLog: true,
};
const aSecond = (rate: number | null): string => rate === null ? "—" : `${formatRate(rate)}/s`;
const timed = (rows: readonly HistoryRow[]): number => sumOf(rows, ({ latency }) => latency.count)!;

const CHARTS = {
  acks: {
    title: "Ack latency",
    ...LATENCIES,
    note: (rows) => plural(timed(rows), "ack"),
    empty: () =>
      "Each acked message counts here: how long from the tunnel to durable, and known to be.",
  },
  commits: {
    title: "Commit latency",
    ...LATENCIES,
    note: (rows) => plural(timed(rows), "commit"),
    empty: () => "Each commit counts here: how long until the gateway says that it is durable.",
  },
  messages: {
    title: "Messages",
    lines: () => [
      { label: "in", color: "awake", read: (row) => perSecond(row, row.messagesIn) },
      {
        label: "out",
        color: "accent",
        dash: DASHED,
        read: (row) => perSecond(row, row.messagesOut),
      },
    ],
    format: aSecond,
    note: (rows) => {
      const [came, went] = [
        sumOf(rows, (row) => row.messagesIn),
        sumOf(rows, (row) => row.messagesOut),
      ];
      return `${formatCount(came)} in, ${formatCount(went)} out`;
    },
    empty: (rows) =>
      rows.length > 0 && (
        <>
          Messages of clients and to them: <NotHere />
        </>
      ),
  },
  committed: {
    title: "Messages committed",
    lines: () => [
      { label: "committed", color: "awake", read: (row) => perSecond(row, row.messagesCommitted) },
    ],
    format: aSecond,
    note: (rows) => `${formatCount(sumOf(rows, (row) => row.messagesCommitted))} in all`,
    empty: () => null,
  },
  pending: {
    title: "Pending messages",
    lines: () => [{ label: "not acked", color: "accent", read: (row) => row.pendingMessages }],
    format: formatRate,
    note: (rows) => `${formatCount(greatest(rows.map((row) => row.pendingMessages)))} at most`,
    empty: (rows) =>
      rows.length > 0 && (
        <>
          Messages that are not acked: <NotHere />
        </>
      ),
  },
  sleeps: {
    title: "Sleeps and wakes",
    lines: () => [
      { label: "sleeps", color: "asleep", read: (row) => perSecond(row, inAll(row.sleeps)) },
      {
        label: "wakes",
        color: "awake",
        dash: DASHED,
        read: (row) => perSecond(row, inAll(row.wakes)),
      },
    ],
    format: aSecond,
    note: (rows) => {
      const [slept, woke] = [
        sumOf(rows, (row) => inAll(row.sleeps)),
        sumOf(rows, (row) => inAll(row.wakes)),
      ];
      return `${plural(slept!, "sleep")}, ${plural(woke!, "wake")}`;
    },
    empty: () => null,
  },
  wakeCauses: {
    title: "Wakes by cause",
    lines: wakeLines,
    format: aSecond,
    note: (rows) => plural(sumOf(rows, (row) => inAll(row.wakes))!, "wake"),
    empty: () => "Each wake of an actor counts here, by what wanted it awake.",
  },
  sleepCauses: {
    title: "Sleeps by cause",
    lines: sleepLines,
    format: aSecond,
    note: (rows) => plural(sumOf(rows, (row) => inAll(row.sleeps))!, "sleep"),
    empty: () => "Each actor that falls asleep counts here, by what let it sleep.",
  },
} as const satisfies Readonly<Record<string, Drawn>>;

/** One of the charts of `/api/history`, in a panel. */
export function HistoryChart(
  { of, rows, now, span, zone, class: classes = "h-56" }: HistoryChartProps,
) {
  const { title, lines, note, empty, ...drawn }: Drawn = CHARTS[of];
  const to = Math.floor(now / 1000);
  // The page renders more often than there is another second to draw.
  const { shown, picture } = useMemo(() => {
    const shown = rowsSince(rows, to - span);
    const picture = {
      seconds: shown.map(({ second }) => second),
      lines: lines(shown).map(({ read, ...line }) => ({ ...line, values: shown.map(read) })),
      from: Math.max(to - span, Math.min(to - LEAST_SPAN, shown[0]?.second ?? Infinity)),
      to,
    };
    return { shown, picture };
  }, [of, rows, to, span]);
  return (
    <Panel id={`chart-${of}`} title={title} note={note(shown)} class={classes}>
      <Chart id={of} label={title} empty={empty(shown)} {...drawn} {...picture} zone={zone} />
    </Panel>
  );
}
