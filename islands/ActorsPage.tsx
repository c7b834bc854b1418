import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onActors } from "../components/act/intent.ts";
import { SelectionBar } from "../components/act/SelectionBar.tsx";
import { holdsInShort } from "../components/actor/holds.ts";
import { ActorPhaseChip } from "../components/ActorPhaseChip.tsx";
import { Figure } from "../components/Figure.tsx";
import { formatActor, formatAge } from "../components/format.ts";
import { type TableOf, tableTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { NotHere } from "../components/NotHere.tsx";
import { Filters, matches } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { type Column, DataTable } from "../components/table/DataTable.tsx";
import { useSelection } from "../components/table/selection.ts";
import type { ActorRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const ACTORS_PAGE = { actors: "/api/actors?limit=10000" } as const;

export interface ActorsPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: { readonly ts: number; readonly actors: TableOf<ActorRow> };
}

/** Every actor that something goes on with, and why it is awake. */
export default function ActorsPage({ frame, search, first }: ActorsPageProps) {
  const live = useLive(() => ({
    actors: tableTopic(ACTORS_PAGE.actors, "actorId", first.actors),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const selection = useSelection();
  const intent = useSignal<Intent | null>(null);
  const { rows, inAll } = live.topics.actors.known.value;
  const [wanted, phase] = [url.get("q"), url.get("state")];
  const shown = rows.filter((row) =>
    (phase === "" || row.phase === phase) &&
    matches(wanted, nameOf(row), row.actorId, row.error)
  );
  const act = (verb: "hibernate" | "wake"): void => {
    const chosen = rows.filter(({ actorId }) => selection.has(actorId));
    if (chosen.length > 0) intent.value = onActors(verb, chosen);
  };
  return (
    <Shell page="actors" heading="Actors" {...{ frame, live, paused }}>
      <Filters
        url={url}
        hint="name, key, id or error"
        choices={[{
          id: "state",
          label: "State",
          options: ["running", "asleep", "starting", "stopping", "pending"],
        }]}
      />
      <Panel id="actors" title="Actors" class="h-[calc(100dvh-11rem)] min-h-80">
        <DataTable
          of="actors"
          label="Actors"
          columns={columns(live.now)}
          rows={shown}
          keyOf={({ actorId }) => actorId}
          dataOf={({ phase }) => ({ "data-phase": phase })}
          hrefOf={({ actorId }) => `/actors/${encodeURIComponent(actorId)}`}
          sort={{ column: "actor", down: false }}
          isPaused={paused.value}
          empty={
            <Empty
              title={rows.length === 0 ? "No actor was awake lately" : "No actor is like that"}
            >
              An actor is made by the first client that asks for it. It has a line here while
              something goes on with it, and for a while after: what keeps it <b>awake</b>{" "}
              is told, and when nothing does, when it falls asleep.
            </Empty>
          }
          selection={frame.mayOperate ? selection : undefined}
          {...{ url, inAll }}
        />
      </Panel>
      <SelectionBar selection={selection} of="actor">
        <button
          type="button"
          class="button"
          data-testid="act-hibernate"
          disabled={live.stale}
          onClick={() => act("hibernate")}
        >
          Hibernate
        </button>
        {frame.role !== "runner" && (
          <button
            type="button"
            class="button"
            data-testid="act-wake"
            disabled={live.stale}
            onClick={() => act("wake")}
          >
            Wake
          </button>
        )}
      </SelectionBar>
      <ActDialog intent={intent} stale={live.stale} atRunner={frame.role === "runner"} />
    </Shell>
  );
}

function nameOf({ name, key }: ActorRow): string {
  return formatActor(name, key);
}

function columns(now: number): readonly Column<ActorRow>[] {
  return [
    { id: "actor", title: "Actor", by: nameOf, cell: nameOf },
    {
      id: "state",
      title: "State",
      class: "w-24",
      by: ({ phase }) => phase,
      cell: ({ phase, error }) => <ActorPhaseChip phase={phase} title={error ?? undefined} />,
    },
    {
      id: "why",
      title: "Why awake",
      help: "What keeps it awake, or when it falls asleep",
      class: "w-64 hidden md:table-cell",
      by: (row) => holdsInShort(row, now),
      cell: (row) => {
        const why = holdsInShort(row, now);
        if (why === null) return <NotHere who="runner" />;
        return <span title={why}>{why}</span>;
      },
    },
    {
      id: "id",
      title: "Id",
      class: "w-44 font-mono text-xs hidden 2xl:table-cell",
      by: ({ actorId }) => actorId,
      cell: ({ actorId }) => <span title={actorId}>{actorId}</span>,
    },
    {
      id: "sockets",
      title: "Sockets",
      isNumber: true,
      class: "w-20",
      by: ({ sockets }) => sockets,
      cell: ({ sockets }) => <Figure of={sockets} />,
    },
    {
      id: "hibernating",
      title: "Hibernating",
      help: "Sockets that are open while it sleeps",
      isNumber: true,
      class: "w-28 hidden lg:table-cell",
      by: ({ hibernatingSockets }) => hibernatingSockets,
      cell: ({ hibernatingSockets: count }) =>
        count === null ? <NotHere /> : <Figure of={count} tone="text-asleep" />,
    },
    {
      id: "requests",
      title: "Requests",
      help: "HTTP requests in flight",
      isNumber: true,
      class: "w-24 hidden lg:table-cell",
      by: ({ requestsInFlight }) => requestsInFlight,
      cell: ({ requestsInFlight }) => <Figure of={requestsInFlight} />,
    },
    {
      id: "pending",
      title: "Pending",
      help: "Messages of its clients that are not acked",
      isNumber: true,
      class: "w-24 hidden sm:table-cell",
      by: ({ pendingMessages }) => pendingMessages,
      cell: ({ pendingMessages: count }) => count === null ? <NotHere /> : <Figure of={count} />,
    },
    {
      id: "generation",
      title: "Generation",
      help: "How often it was started",
      isNumber: true,
      class: "w-28 hidden lg:table-cell",
      by: ({ generation }) => generation,
      cell: ({ generation }) => <Figure of={generation} />,
    },
    {
      id: "alarm",
      title: "Alarm in",
      isNumber: true,
      class: "w-24 hidden xl:table-cell",
      by: ({ alarmTs }) => alarmTs,
      cell: ({ alarmTs }) => alarmTs === null ? "" : formatAge(alarmTs - now),
    },
    {
      id: "since",
      title: "For",
      help: "How long it has been asleep, or how long it exists; at a runner: is awake there",
      isNumber: true,
      class: "w-20 hidden sm:table-cell",
      by: ({ sleepTs, sinceTs }) => sleepTs ?? sinceTs,
      cell: ({ sleepTs, sinceTs }) => formatAge(now - (sleepTs ?? sinceTs)),
    },
  ];
}
