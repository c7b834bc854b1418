import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onRunners } from "../components/act/intent.ts";
import { SelectionBar } from "../components/act/SelectionBar.tsx";
import { Figure } from "../components/Figure.tsx";
import { formatAge, shortId } from "../components/format.ts";
import { type TableOf, tableTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { NotHere } from "../components/NotHere.tsx";
import { Filters, matches } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { RunnerButtons, verbsFor } from "../components/runner/RunnerButtons.tsx";
import { roundTripText } from "../components/runner/RunnerFacts.tsx";
import { RunnerStateChip } from "../components/runner/RunnerStateChip.tsx";
import { Slots } from "../components/runner/Slots.tsx";
import { type Column, DataTable } from "../components/table/DataTable.tsx";
import { useSelection } from "../components/table/selection.ts";
import type { ActorRow, RunnerRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const RUNNERS_PAGE = {
  runners: "/api/runners",
  actors: "/api/actors?limit=10000",
} as const;

export interface RunnersPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly runners: TableOf<RunnerRow>;
    readonly actors: TableOf<ActorRow>;
  };
}

const STATES = ["connected", "draining", "disconnected"];

/** Every runner, and how its tunnel stands. */
export default function RunnersPage({ frame, search, first }: RunnersPageProps) {
  const live = useLive(() => ({
    runners: tableTopic(RUNNERS_PAGE.runners, "runnerId", first.runners),
    // For the names of those that something is done to.
    actors: tableTopic(RUNNERS_PAGE.actors, "actorId", first.actors),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const selection = useSelection();
  const intent = useSignal<Intent | null>(null);
  const { rows, inAll } = live.topics.runners.known.value;
  const actors = live.topics.actors.known.value.rows;
  const atRunner = frame.role === "runner";
  const [wanted, state] = [url.get("q"), url.get("state")];
  const shown = rows.filter((row) =>
    (state === "" || row.state === state) &&
    matches(wanted, row.name, row.runnerId, row.namespace, `v${row.version}`)
  );
  const chosen = rows.filter(({ runnerId }) => selection.has(runnerId));
  return (
    <Shell page="runners" heading="Runners" {...{ frame, live, paused }}>
      <Filters
        url={url}
        hint="name, id, namespace or version"
        choices={[{ id: "state", label: "State", options: STATES }]}
      >
        <a class="button ml-auto leading-8" href="/tunnel">Frames</a>
      </Filters>
      <Panel id="runners" title="Runners" class="h-[calc(100dvh-11rem)] min-h-80">
        <DataTable
          of="runners"
          label="Runners"
          columns={columns(live.now, atRunner)}
          rows={shown}
          keyOf={({ runnerId }) => runnerId}
          dataOf={({ state }) => ({ "data-state": state })}
          hrefOf={({ runnerId }) => `/runners/${encodeURIComponent(runnerId)}`}
          sort={{ column: "runner", down: false }}
          isPaused={paused.value}
          empty={
            <Empty title={rows.length === 0 ? "No runner is connected" : "No runner is like that"}>
              A runner hosts actors, and joins over a tunnel: start one with{" "}
              <code>RIVET_ENDPOINT</code>{" "}
              pointing here. It has a line here from then on, until it has been away for too long.
            </Empty>
          }
          selection={frame.mayOperate ? selection : undefined}
          {...{ url, inAll }}
        />
      </Panel>
      <SelectionBar selection={selection} of="runner">
        <RunnerButtons
          verbs={verbsFor(chosen, atRunner)}
          disabled={live.stale || chosen.length === 0}
          act={(verb) => intent.value = onRunners(verb, chosen, actors)}
        />
      </SelectionBar>
      <ActDialog intent={intent} stale={live.stale} atRunner={atRunner} />
    </Shell>
  );
}

function nameOf({ name, runnerId }: RunnerRow): string {
  return `${name} ${shortId(runnerId)}`;
}

function columns(now: number, atRunner: boolean): readonly Column<RunnerRow>[] {
  return [
    {
      id: "runner",
      title: "Runner",
      by: nameOf,
      cell: (row) => (
        <span title={row.runnerId}>
          {row.name} <span class="text-muted font-mono text-xs">{shortId(row.runnerId)}</span>
        </span>
      ),
    },
    {
      id: "state",
      title: "State",
      class: "w-28",
      by: ({ state }) => state,
      cell: ({ state }) => <RunnerStateChip state={state} />,
    },
    {
      id: "slots",
      title: "Slots",
      help: "In use, and of how many",
      isNumber: true,
      class: "w-28",
      by: ({ actors }) => actors,
      cell: (row) => <Slots {...row} />,
    },
    {
      id: "left",
      title: "Left",
      help: "Of the actors that were there when it began to drain",
      isNumber: true,
      class: "w-24 hidden lg:table-cell",
      by: ({ drain, actors }) => drain === null ? null : drain.actors - actors,
      cell: ({ drain, actors }) =>
        drain === null ? "" : `${Math.max(0, drain.actors - actors)} of ${drain.actors}`,
    },
    {
      id: "version",
      title: "Version",
      help: "Of its program, and of the protocol that it speaks",
      class: "w-28 hidden md:table-cell",
      by: ({ version }) => version,
      cell: ({ version, protocolVersion }) => (
        <>
          {`v${version}`}
          <span class="text-muted">{` · p${protocolVersion}`}</span>
        </>
      ),
    },
    {
      id: "transport",
      title: "Over",
      class: "w-24 hidden xl:table-cell",
      by: ({ transport }) => transport,
      cell: ({ transport }) => transport === "memory" ? "memory" : "WebSocket",
    },
    {
      id: "roundTrip",
      title: "Round trip",
      help: "Of the last ping",
      isNumber: true,
      class: "w-26 hidden sm:table-cell",
      by: ({ roundTripMs }) => roundTripMs,
      cell: (row) => atRunner ? <NotHere /> : roundTripText(row),
    },
    {
      id: "up",
      title: "Up for",
      help: "How long its tunnel has been up",
      isNumber: true,
      class: "w-20 hidden sm:table-cell",
      by: ({ tunnelTs }) => tunnelTs === null ? null : -tunnelTs,
      cell: ({ tunnelTs }) => tunnelTs === null ? "down" : formatAge(now - tunnelTs),
    },
    {
      id: "reconnects",
      title: "Reconnects",
      help: "How often its tunnel came up again, since it is known here",
      isNumber: true,
      class: "w-26 hidden lg:table-cell",
      by: ({ reconnects }) => reconnects,
      cell: ({ reconnects }) => <Figure of={reconnects} />,
    },
    {
      id: "commands",
      title: "Commands",
      help: "To it, not acked",
      isNumber: true,
      class: "w-26 hidden lg:table-cell",
      by: ({ commandsUnacked }) => commandsUnacked,
      cell: ({ commandsUnacked: count }) => count === null ? <NotHere /> : <Figure of={count} />,
    },
    {
      id: "events",
      title: "Events",
      help: "Of it, not acked",
      isNumber: true,
      class: "w-22 hidden lg:table-cell",
      by: ({ eventsUnacked }) => eventsUnacked,
      cell: ({ eventsUnacked: count }) =>
        count === null ? <NotHere who="runner" /> : <Figure of={count} />,
    },
  ];
}
