import { useSignal } from "@preact/signals";
import { Chip } from "../components/Chip.tsx";
import { eventText, KINDS } from "../components/EventLog.tsx";
import { formatActor, formatClock, shortId } from "../components/format.ts";
import { type LogOf, logTopic, type TableOf, tableTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { Filters, matches } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { type Column, DataTable } from "../components/table/DataTable.tsx";
import type { ActorRow, EventRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const EVENTS_PAGE = {
  events: "/api/events?limit=1000",
  actors: "/api/actors?limit=10000",
} as const;

export interface EventsPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly events: LogOf<EventRow>;
    readonly actors: TableOf<ActorRow>;
  };
}

const WORDS = [...new Set(Object.values(KINDS).map(({ word }) => word))];

/** How actors and runners came and went, and what went wrong. */
export default function EventsPage({ frame, search, first }: EventsPageProps) {
  const live = useLive(() => ({
    events: logTopic(EVENTS_PAGE.events, first.events),
    actors: tableTopic(EVENTS_PAGE.actors, "actorId", first.actors),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const { rows, lastId } = live.topics.events.known.value;
  const actors = live.topics.actors.known.value.rows;
  const keys = new Map(actors.map(({ actorId, key }) => [actorId as string, key]));
  const subjectOf = (event: EventRow): string => {
    if ("actorName" in event) {
      return formatActor(event.actorName, event.actorKey ?? keys.get(event.actorId) ?? null);
    }
    if ("actorId" in event) return shortId(event.actorId);
    return "runnerId" in event ? shortId(event.runnerId) : "";
  };
  const [wanted, word] = [url.get("q"), url.get("kind")];
  const shown = rows.filter((event) =>
    (word === "" || KINDS[event.kind].word === word) &&
    matches(wanted, subjectOf(event), eventText(event), "actorId" in event ? event.actorId : null)
  );
  return (
    <Shell page="events" heading="Events" {...{ frame, live, paused }}>
      <Filters
        url={url}
        hint="actor, runner or what happened"
        choices={[{ id: "kind", label: "Kind", options: WORDS }]}
      />
      <Panel
        id="events"
        title="Events"
        note="Newest first"
        class="h-[calc(100dvh-11rem)] min-h-80"
      >
        <DataTable
          of="events"
          label="Events"
          columns={columns(subjectOf, live.zone)}
          rows={shown}
          keyOf={({ id }) => `${id}`}
          dataOf={({ kind }) => ({ "data-kind": kind })}
          sort={{ column: "when", down: true }}
          isPaused={paused.value}
          inAll={lastId}
          empty={
            <Empty title={rows.length === 0 ? "Nothing has happened yet" : "No event is like that"}>
              Each wake is noted here with its cause and how long it took, each sleep with the
              sockets that stayed open, and whatever went wrong.
            </Empty>
          }
          {...{ url }}
        />
      </Panel>
    </Shell>
  );
}

function columns(
  subjectOf: (event: EventRow) => string,
  zone: "UTC" | undefined,
): readonly Column<EventRow>[] {
  return [
    {
      id: "when",
      title: "When",
      class: "w-32 max-sm:w-24",
      by: ({ id }) => id,
      cell: ({ ts }) => <time dateTime={new Date(ts).toISOString()}>{formatClock(ts, zone)}</time>,
    },
    {
      id: "kind",
      title: "Kind",
      class: "w-24",
      by: ({ kind }) => KINDS[kind].word,
      cell: ({ kind }) => <Chip tone={KINDS[kind].tone}>{KINDS[kind].word}</Chip>,
    },
    {
      id: "of",
      title: "Of",
      class: "w-56 max-sm:w-28",
      by: subjectOf,
      cell: (event) =>
        "actorId" in event
          ? (
            <a class="hover:underline" href={`/actors/${encodeURIComponent(event.actorId)}`}>
              {subjectOf(event)}
            </a>
          )
          : "runnerId" in event
          ? (
            <a class="hover:underline" href={`/runners/${encodeURIComponent(event.runnerId)}`}>
              {subjectOf(event)}
            </a>
          )
          : subjectOf(event),
    },
    {
      id: "what",
      title: "What happened",
      by: eventText,
      cell: (event) => <span title={eventText(event)}>{eventText(event)}</span>,
    },
  ];
}
