import type { ActorRow } from "../../lib/inspect/mod.ts";
import { ActorPhaseChip } from "../ActorPhaseChip.tsx";
import { holdsInShort } from "../actor/holds.ts";
import { Figure } from "../Figure.tsx";
import { formatActor } from "../format.ts";
import type { TableOf } from "../live/topic.ts";
import { NotHere } from "../NotHere.tsx";
import type { UrlState } from "../page/url_state.ts";
import { Empty, Panel } from "../Panel.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";

export interface RunnerActorsProps {
  readonly actors: TableOf<ActorRow>;
  readonly now: number;
  readonly url: UrlState;
  readonly isPaused: boolean;
  readonly class?: string;
}

/** The actors that are on a runner. */
export function RunnerActors(
  { actors, now, url, isPaused, class: classes = "" }: RunnerActorsProps,
) {
  return (
    <Panel id="actors" title="Actors on it" class={classes}>
      <DataTable
        of="actors"
        label="Actors on it"
        columns={columns(now)}
        rows={actors.rows}
        keyOf={({ actorId }) => actorId}
        dataOf={({ phase }) => ({ "data-phase": phase })}
        hrefOf={({ actorId }) => `/actors/${encodeURIComponent(actorId)}`}
        sort={{ column: "actor", down: false }}
        inAll={actors.inAll}
        empty={
          <Empty title="No actor is awake on it">
            An actor takes a slot of it while it is awake, and gives it back when it falls asleep.
          </Empty>
        }
        {...{ url, isPaused }}
      />
    </Panel>
  );
}

function columns(now: number): readonly Column<ActorRow>[] {
  const nameOf = ({ name, key }: ActorRow): string => formatActor(name, key);
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
      class: "w-56 hidden md:table-cell",
      by: (row) => holdsInShort(row, now),
      cell: (row) => holdsInShort(row, now) ?? <NotHere who="runner" />,
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
      id: "pending",
      title: "Pending",
      help: "Messages of its clients that are not acked",
      isNumber: true,
      class: "w-20 hidden sm:table-cell",
      by: ({ pendingMessages }) => pendingMessages,
      cell: ({ pendingMessages: count }) => count === null ? <NotHere /> : <Figure of={count} />,
    },
  ];
}
