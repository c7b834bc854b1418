import type { Life } from "../../lib/inspect/mod.ts";
import { Chip, type Tone } from "../Chip.tsx";
import { formatClock, formatMs, plural } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";
import { Empty } from "../Panel.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";

/** The parts of a wake, in their order. */
export const PARTS = [
  {
    id: "commandMs",
    title: "Command",
    fill: "fill-muted",
    swatch: "bg-muted",
    help: "From the cause until its runner has the command to start it",
  },
  {
    id: "loadMs",
    title: "Load",
    fill: "fill-accent",
    swatch: "bg-accent",
    help: "Until its state is in memory",
  },
  {
    id: "restoreMs",
    title: "Restore",
    fill: "fill-asleep",
    swatch: "bg-asleep",
    help: "Until its sockets are back and its start handler is through",
  },
  {
    id: "handlerMs",
    title: "Handler",
    fill: "fill-awake",
    swatch: "bg-awake",
    help: "From there until its first handler is through",
  },
] as const;

const ENDS: Readonly<Record<NonNullable<Life["end"]>, Tone>> = {
  sleep: "asleep",
  crash: "bad",
  destroyed: "plain",
  given_up: "warn",
};

export interface LivesTableProps {
  readonly lives: readonly Life[];
  readonly inAll: number;
  readonly now: number;
  readonly zone: "UTC" | undefined;
  readonly url: UrlState;
}

/** An actor's lives: why each began, how long its parts took, how it ended. */
export function LivesTable({ lives, inAll, now, zone, url }: LivesTableProps) {
  const slowest = Math.max(...lives.map(lengthOf), 0);
  return (
    <DataTable
      of="lives"
      label="Lives"
      columns={columns(now, zone, slowest)}
      rows={lives}
      keyOf={({ id }) => String(id)}
      dataOf={({ cause, end }) => ({ "data-cause": cause ?? "", "data-end": end ?? "" })}
      sort={{ column: "woke", down: true }}
      isPaused={false}
      empty={
        <Empty title="It has not been awake since this process began">
          Each life of the actor is noted here: what woke it, how long that took and where the time
          went, and how it ended.
        </Empty>
      }
      {...{ url, inAll }}
    />
  );
}

function columns(
  now: number,
  zone: "UTC" | undefined,
  slowest: number,
): readonly Column<Life>[] {
  return [
    {
      id: "woke",
      title: "Woken at",
      class: "w-24 max-sm:w-22",
      by: ({ wantedTs, id }) => wantedTs + id / 1e6,
      cell: ({ wantedTs }) => formatClock(wantedTs, zone),
    },
    {
      id: "cause",
      title: "By",
      class: "w-20",
      by: ({ cause }) => cause,
      cell: ({ cause }) => cause ?? <span class="text-muted">unknown</span>,
    },
    {
      id: "took",
      title: "In",
      help: "From the cause to its runner's word that it runs",
      isNumber: true,
      class: "w-20",
      by: ({ wakeMs }) => wakeMs,
      cell: ({ wakeMs }) => formatMs(wakeMs),
    },
    {
      id: "split",
      title: "Split",
      help: PARTS.map(({ title }) => title.toLowerCase()).join(", ") + ": of one scale in all rows",
      class: "hidden sm:table-cell",
      by: lengthOf,
      cell: (life) => <Split {...{ life, slowest }} />,
    },
    ...PARTS.map(({ id, title, help }): Column<Life> => ({
      id,
      title,
      help,
      isNumber: true,
      class: "w-20 hidden 2xl:table-cell",
      by: (life) => life[id],
      cell: (life) => formatMs(life[id]),
    })),
    {
      id: "awake",
      title: "Awake for",
      isNumber: true,
      class: "w-24 hidden md:table-cell",
      by: (life) => awakeMs(life, now),
      cell: (life) => formatMs(awakeMs(life, now)),
    },
    {
      id: "end",
      title: "Ended by",
      class: "w-32 max-sm:w-24",
      by: ({ end }) => end,
      cell: (life) => <End {...life} />,
    },
  ];
}

function awakeMs({ runningTs, endTs }: Life, now: number): number | null {
  return runningTs === null ? null : (endTs ?? now) - runningTs;
}

function lengthOf(life: Life): number {
  return PARTS.reduce((sum, { id }) => sum + (life[id] ?? 0), 0);
}

function Split({ life, slowest }: { life: Life; slowest: number }) {
  if (slowest === 0) return null;
  const text = PARTS.map(({ id, title }) => `${title} ${formatMs(life[id])}`).join(", ");
  let at = 0;
  return (
    <svg
      class="block h-2.5 w-full"
      viewBox="0 0 100 1"
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
    >
      <title>{text}</title>
      {PARTS.map(({ id, fill }) => {
        const width = (100 * (life[id] ?? 0)) / slowest;
        const x = at;
        at += width;
        return <rect key={id} class={fill} x={x} width={width} height="1" />;
      })}
    </svg>
  );
}

function End({ end, sleepCause, detail, kept, closed }: Life) {
  if (end === null) return <span class="text-muted">lives</span>;
  const sockets = kept === null ? "" : `: ${plural(kept, "socket")} kept, ${closed} closed`;
  const word = end === "sleep" && sleepCause !== null && sleepCause !== "actor"
    ? sleepCause.replace("_", " ")
    : end.replace("_", " ");
  return (
    <span title={detail ?? `${end}${sockets}`}>
      <Chip tone={ENDS[end]}>{word}</Chip>
      {end === "sleep" && kept !== null && kept > 0 && (
        <span class="text-muted ml-1.5 text-xs">{`${kept} kept`}</span>
      )}
    </span>
  );
}
