import { useSignal } from "@preact/signals";
import { VERB_TITLES } from "../components/act/sentences.ts";
import { formatClock, formatMs, plural } from "../components/format.ts";
import { type LogOf, logTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { Filters, matches } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { type Column, DataTable } from "../components/table/DataTable.tsx";
import type { AuditRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const AUDIT_PAGE = { audit: "/api/audit" } as const;

export interface AuditPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: { readonly ts: number; readonly audit: LogOf<AuditRow> };
}

/** Everything that was done by hand since the process began. */
export default function AuditPage({ frame, search, first }: AuditPageProps) {
  const live = useLive(() => ({ audit: logTopic(AUDIT_PAGE.audit, first.audit) }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const { rows, lastId } = live.topics.audit.known.value;
  const [wanted, outcome] = [url.get("q"), url.get("outcome")];
  const shown = rows.filter((row) =>
    (outcome === "" || row.outcome === outcome) &&
    matches(wanted, row.action, row.path, row.session, row.detail, ...row.on)
  );
  return (
    <Shell page="audit" heading="Audit" {...{ frame, live, paused }}>
      <Filters
        url={url}
        hint="action, id, session or detail"
        choices={[{ id: "outcome", label: "Outcome", options: ["done", "partly", "failed"] }]}
      />
      <Panel
        id="audit"
        title="Done by hand"
        note="Newest first"
        class="h-[calc(100dvh-11rem)] min-h-80"
      >
        <DataTable
          of="actions"
          label="Done by hand"
          columns={columns(live.zone)}
          rows={shown}
          keyOf={({ id }) => `${id}`}
          dataOf={({ outcome }) => ({ "data-outcome": outcome })}
          sort={{ column: "when", down: true }}
          isPaused={paused.value}
          inAll={lastId}
          empty={
            <Empty
              title={rows.length === 0 ? "Nothing was done by hand" : "No action is like that"}
            >
              Whoever hibernates, wakes, closes or drains something here is written down: when, with
              which session, to what, and what came of it. Looking is not acting. The log says the
              same.
            </Empty>
          }
          {...{ url }}
        />
      </Panel>
    </Shell>
  );
}

function columns(zone: "UTC" | undefined): readonly Column<AuditRow>[] {
  return [
    {
      id: "when",
      title: "When",
      class: "w-32 max-sm:w-24",
      by: ({ id }) => id,
      cell: ({ ts }) => <time dateTime={new Date(ts).toISOString()}>{formatClock(ts, zone)}</time>,
    },
    {
      id: "action",
      title: "Action",
      class: "w-24 max-sm:w-18",
      by: ({ action }) => action,
      cell: ({ action }) => VERB_TITLES[action],
    },
    {
      id: "on",
      title: "On",
      by: ({ path }) => path,
      cell: (row) => <Targets row={row} />,
    },
    {
      id: "outcome",
      title: "Outcome",
      class: "w-36 max-sm:w-20",
      by: ({ outcome }) => outcome,
      cell: ({ outcome, failed, targets }) =>
        outcome === "done"
          ? "done"
          : <span class="text-bad">{`${failed} of ${targets} failed`}</span>,
    },
    {
      id: "detail",
      title: "Detail",
      class: "w-56 hidden lg:table-cell",
      by: ({ detail }) => detail,
      cell: ({ detail }) => <span title={detail}>{detail}</span>,
    },
    {
      id: "role",
      title: "Role",
      class: "w-20 hidden md:table-cell",
      by: ({ role }) => role,
      cell: ({ role }) => role,
    },
    {
      id: "session",
      title: "Session",
      help: "Tells sessions apart. `bearer`: by the token itself, from a program",
      class: "w-20 font-mono text-xs hidden md:table-cell",
      by: ({ session }) => session,
      cell: ({ session }) => session,
    },
    {
      id: "took",
      title: "Took",
      isNumber: true,
      class: "w-20 hidden sm:table-cell",
      by: ({ tookMs }) => tookMs,
      cell: ({ tookMs }) => formatMs(tookMs),
    },
  ];
}

/** The first that it was about, a link to its page, and how many more there were. */
function Targets({ row: { action, on, path, targets } }: { row: AuditRow }) {
  const [first] = on;
  const isSocket = action === "close" && first !== undefined && /^[0-9a-f]{8}$/.test(first);
  const isRunner = path.startsWith("/api/runners/");
  if (first === undefined || isRunner) {
    const [, , , runner = "", verb] = path.split("/");
    return (
      <span title={path}>
        {verb === undefined
          ? "several runners"
          : (
            <a class="hover:underline" href={`/runners/${runner}`}>
              {`runner ${decodeURIComponent(runner)}`}
            </a>
          )}
        {` · ${plural(targets, "target")}`}
      </span>
    );
  }
  const href = isSocket ? `/sockets/${first}` : `/actors/${encodeURIComponent(first)}`;
  return (
    <span class="font-mono text-xs" title={on.join("\n")}>
      <a class="hover:underline" href={href}>{first}</a>
      {targets > 1 && <span class="text-muted">{` and ${targets - 1} more`}</span>}
    </span>
  );
}
