import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onActors } from "../components/act/intent.ts";
import { SelectionBar } from "../components/act/SelectionBar.tsx";
import { HistoryChart } from "../components/chart/HistoryChart.tsx";
import { SpanChoice, spanOf } from "../components/chart/SpanChoice.tsx";
import { Figure } from "../components/Figure.tsx";
import { formatActor, formatAge, formatBytes } from "../components/format.ts";
import { Causes } from "../components/hibernation/Causes.tsx";
import { Saved } from "../components/hibernation/Saved.tsx";
import { type TableOf, tableTopic, valueTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { NotHere } from "../components/NotHere.tsx";
import { Filters, matches } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { type Column, DataTable } from "../components/table/DataTable.tsx";
import { useSelection } from "../components/table/selection.ts";
import type { Hibernation, HistoryRow, SleeperRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const HIBERNATION_PAGE = {
  hibernation: "/api/hibernation",
  sleepers: "/api/hibernation/sleepers?limit=10000",
  history: "/api/history",
} as const;

export interface HibernationPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly hibernation: Hibernation;
    readonly sleepers: TableOf<SleeperRow>;
    readonly history: TableOf<HistoryRow>;
  };
}

/** Who sleeps and what is held for them, why actors sleep and wake, and what that saves. */
export default function HibernationPage({ frame, search, first }: HibernationPageProps) {
  const live = useLive(() => ({
    hibernation: valueTopic(HIBERNATION_PAGE.hibernation, first.hibernation),
    sleepers: tableTopic(HIBERNATION_PAGE.sleepers, "actorId", first.sleepers),
    history: tableTopic(HIBERNATION_PAGE.history, "second", first.history),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const selection = useSelection();
  const intent = useSignal<Intent | null>(null);
  const hibernation = live.topics.hibernation.known.value;
  const { rows, inAll } = live.topics.sleepers.known.value;
  const atRunner = frame.role === "runner";
  const charts = {
    rows: live.topics.history.known.value.rows,
    now: live.now,
    span: spanOf(url),
    zone: live.zone,
  };
  const [wanted, held] = [url.get("q"), url.get("held")];
  const shown = rows.filter((row) =>
    (held === "" || (row.hibernatingSockets > 0) === (held === "sockets")) &&
    matches(wanted, nameOf(row), row.actorId, row.error)
  );
  return (
    <Shell page="hibernation" heading="Hibernation" {...{ frame, live, paused }}>
      <Saved of={hibernation} />
      <Panel id="causes" title="Why actors wake and sleep" note="Since the start">
        <Causes of={hibernation} />
      </Panel>
      <SpanChoice url={url} />
      <div class="grid gap-3 sm:grid-cols-2">
        <HistoryChart of="wakeCauses" {...charts} />
        <HistoryChart of="sleepCauses" {...charts} />
      </div>
      <Filters
        url={url}
        hint="name, key, id or error"
        choices={[{ id: "held", label: "Held", options: ["sockets", "nothing"] }]}
      />
      <Panel id="sleepers" title="Sleepers" class="h-[28rem]">
        <DataTable
          of="sleepers"
          label="Sleepers"
          columns={columns(live.now)}
          rows={shown}
          keyOf={({ actorId }) => actorId}
          hrefOf={({ actorId }) => `/actors/${encodeURIComponent(actorId)}`}
          sort={{ column: "age", down: false }}
          isPaused={paused.value}
          empty={atRunner
            ? (
              <Empty title="Sleepers are not here">
                This is a runner: who sleeps has left it. <NotHere />
              </Empty>
            )
            : (
              <Empty title={rows.length === 0 ? "Nobody sleeps" : "No sleeper is like that"}>
                An actor with nothing to do leaves its runner’s memory. Sockets that can hibernate
                stay open here meanwhile, and the next message wakes it.
              </Empty>
            )}
          selection={frame.mayOperate ? selection : undefined}
          {...{ url, inAll }}
        />
      </Panel>
      <SelectionBar selection={selection} of="sleeper">
        <button
          type="button"
          class="button"
          data-testid="act-wake"
          disabled={live.stale}
          onClick={() => {
            const chosen = rows.filter(({ actorId }) => selection.has(actorId));
            if (chosen.length > 0) intent.value = onActors("wake", chosen);
          }}
        >
          Wake
        </button>
      </SelectionBar>
      <ActDialog intent={intent} stale={live.stale} atRunner={atRunner} />
    </Shell>
  );
}

function nameOf({ name, key }: SleeperRow): string {
  return formatActor(name, key);
}

function columns(now: number): readonly Column<SleeperRow>[] {
  return [
    { id: "actor", title: "Actor", by: nameOf, cell: nameOf },
    {
      id: "age",
      title: "Asleep for",
      isNumber: true,
      class: "w-24",
      by: ({ sleepTs }) => sleepTs === null ? null : now - sleepTs,
      cell: ({ sleepTs }) => formatAge(sleepTs === null ? null : now - sleepTs),
    },
    {
      id: "sockets",
      title: "Sockets",
      help: "Clients’ WebSockets that stay open for it: the socket’s page has each of them",
      isNumber: true,
      class: "w-20",
      by: ({ hibernatingSockets }) => hibernatingSockets,
      cell: ({ actorId, hibernatingSockets: count }) =>
        count === 0
          ? <Figure of={0} />
          : (
            <a class="hover:underline" href={`/sockets?q=${encodeURIComponent(actorId)}`}>
              <Figure of={count} tone="text-asleep" />
            </a>
          ),
    },
    {
      id: "kept",
      title: "Kept alive",
      help: "When its sockets’ records were last written",
      isNumber: true,
      class: "w-28 hidden md:table-cell",
      by: ({ keepAliveTs }) => keepAliveTs,
      cell: ({ keepAliveTs: at }) => at === null ? "" : `${formatAge(now - at)} ago`,
    },
    {
      id: "next",
      title: "Next in",
      help: "When they are written again: at the gateway of this process they do not expire",
      isNumber: true,
      class: "w-24 hidden lg:table-cell",
      by: ({ nextKeepAliveTs }) => nextKeepAliveTs,
      cell: ({ nextKeepAliveTs: at }) => at === null ? "" : formatAge(at - now),
    },
    {
      id: "messages",
      title: "Held",
      help: "Messages of its clients that are not acked: they wake it, or wait for a runner",
      isNumber: true,
      class: "w-20 hidden sm:table-cell",
      by: ({ pendingMessages }) => pendingMessages,
      cell: ({ pendingMessages }) => <Figure of={pendingMessages} />,
    },
    {
      id: "bytes",
      title: "Bytes",
      isNumber: true,
      class: "w-24 hidden md:table-cell",
      by: ({ pendingBytes }) => pendingBytes,
      cell: ({ pendingBytes }) =>
        pendingBytes === 0 ? <Figure of={0} /> : formatBytes(pendingBytes),
    },
    {
      id: "alarm",
      title: "Alarm in",
      isNumber: true,
      class: "w-24 hidden lg:table-cell",
      by: ({ alarmTs }) => alarmTs,
      cell: ({ alarmTs }) => alarmTs === null ? "" : formatAge(alarmTs - now),
    },
    {
      id: "error",
      title: "Error",
      class: "w-48 hidden xl:table-cell",
      by: ({ error }) => error,
      cell: ({ error }) =>
        error === null ? "" : <span class="text-bad" title={error}>{error}</span>,
    },
  ];
}
