import { useSignal } from "@preact/signals";
import { Chip } from "../components/Chip.tsx";
import { formatActor, formatAge, formatClock, formatMs, shortId } from "../components/format.ts";
import { type LogOf, logTopic, type TableOf, tableTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { Filters, matches } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { actorUrl } from "../components/samples.ts";
import { statusTone } from "../components/status_tone.ts";
import { type Column, DataTable } from "../components/table/DataTable.tsx";
import type { ActorRow, OpenRequestRow, RequestRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const REQUESTS_PAGE = {
  requests: "/api/requests?limit=1000",
  inFlight: "/api/requests/in-flight?limit=1000",
  actors: "/api/actors?limit=10000",
} as const;

export interface RequestsPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly requests: LogOf<RequestRow>;
    readonly inFlight: TableOf<OpenRequestRow>;
    readonly actors: TableOf<ActorRow>;
  };
}

const CLASSES = ["in flight", "2xx", "3xx", "4xx", "5xx"];

/** A request in flight, or one that has ended. */
interface Row {
  readonly requestId: string;
  readonly actorId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly startedTs: number;
  /** `null` while it is in flight. */
  readonly durationMs: number | null;
  readonly error: string | null;
}

/** HTTP requests: those in flight, and the latest that have ended. */
export default function RequestsPage({ frame, search, first }: RequestsPageProps) {
  const live = useLive(() => ({
    requests: logTopic(REQUESTS_PAGE.requests, first.requests),
    inFlight: tableTopic(REQUESTS_PAGE.inFlight, "requestId", first.inFlight),
    actors: tableTopic(REQUESTS_PAGE.actors, "actorId", first.actors),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const { rows: ended, lastId } = live.topics.requests.known.value;
  const { rows: open, inAll } = live.topics.inFlight.known.value;
  const rows = rowsOf(open, ended);
  const actors = live.topics.actors.known.value.rows;
  const names = new Map(
    actors.map(({ actorId, name, key }) => [actorId as string, formatActor(name, key)]),
  );
  const nameOf = ({ actorId }: Row): string => names.get(actorId) ?? shortId(actorId);
  const [wanted, status] = [url.get("q"), url.get("status")];
  const shown = rows.filter((row) =>
    (status === "" ||
      (row.durationMs === null ? "in flight" : `${`${row.status}`[0]}xx`) === status) &&
    matches(wanted, nameOf(row), row.method, row.path, row.requestId, row.error)
  );
  return (
    <Shell page="requests" heading="Requests" {...{ frame, live, paused }}>
      <Filters
        url={url}
        hint="actor, method, path or error"
        choices={[{ id: "status", label: "Status", options: CLASSES }]}
      />
      <Panel
        id="requests"
        title="Requests"
        note={frame.role === "runner" ? "Ended: those in flight are the gateway’s" : "Newest first"}
        class="h-[calc(100dvh-11rem)] min-h-80"
      >
        <DataTable
          of="requests"
          label="Requests"
          columns={columns(nameOf, live.now, live.zone)}
          rows={shown}
          keyOf={({ requestId }) => requestId}
          dataOf={({ status }) => ({ "data-status": status ?? "" })}
          hrefOf={({ requestId }) => `/requests/${requestId}`}
          sort={{ column: "when", down: true }}
          isPaused={paused.value}
          inAll={lastId + inAll}
          empty={
            <Empty title={rows.length === 0 ? "No HTTP request yet" : "No request is like that"}>
              Ask an actor over HTTP, and the answer's status and time have a line here:
              <code class="bg-sunken text-ink mt-2 block rounded px-2 py-1.5 text-left wrap-anywhere">
                {`curl '${actorUrl(frame.gateway, "counter", "demo", "default").href}'`}
              </code>
            </Empty>
          }
          {...{ url }}
        />
      </Panel>
    </Shell>
  );
}

/** One that has just ended is shown as ended. */
function rowsOf(open: readonly OpenRequestRow[], ended: readonly RequestRow[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const row of open) rows.set(row.requestId, { ...row, durationMs: null, error: null });
  for (const { id: _id, ...row } of ended) {
    // An id comes again after a long time: the newest has it.
    const requestId = row.requestId.toString(16).padStart(8, "0");
    const known = rows.get(requestId);
    if (known === undefined || known.durationMs === null) {
      rows.set(requestId, { ...row, requestId });
    }
  }
  return [...rows.values()];
}

function columns(
  nameOf: (row: Row) => string,
  now: number,
  zone: "UTC" | undefined,
): readonly Column<Row>[] {
  return [
    {
      id: "when",
      title: "Begun at",
      class: "w-32 max-sm:w-24",
      by: ({ startedTs }) => startedTs,
      cell: ({ startedTs }) => (
        <time dateTime={new Date(startedTs).toISOString()}>{formatClock(startedTs, zone)}</time>
      ),
    },
    {
      id: "actor",
      title: "Actor",
      class: "w-56 max-sm:w-28",
      by: nameOf,
      cell: (row) => (
        <a class="hover:underline" href={`/actors/${encodeURIComponent(row.actorId)}`}>
          {nameOf(row)}
        </a>
      ),
    },
    {
      id: "request",
      title: "Request",
      by: ({ method, path }) => `${method} ${path}`,
      cell: ({ method, path, error }) => (
        <span title={error ?? path}>
          {method} <span class="font-mono text-xs">{path}</span>
        </span>
      ),
    },
    {
      id: "status",
      title: "Status",
      class: "w-20",
      by: ({ status }) => status,
      cell: ({ status, durationMs }) =>
        durationMs === null
          ? <Chip tone="plain">in flight</Chip>
          : <Chip tone={statusTone(status!)}>{status}</Chip>,
    },
    {
      id: "took",
      title: "Took",
      isNumber: true,
      class: "w-24",
      by: ({ durationMs, startedTs }) => durationMs ?? now - startedTs,
      cell: ({ durationMs, startedTs }) =>
        durationMs === null ? formatAge(now - startedTs) : formatMs(durationMs),
    },
  ];
}
