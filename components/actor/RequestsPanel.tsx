import type { ActorRequestRow } from "../../lib/inspect/mod.ts";
import { Chip } from "../Chip.tsx";
import { formatAge, formatClock, formatMs } from "../format.ts";
import type { TableOf } from "../live/topic.ts";
import type { UrlState } from "../page/url_state.ts";
import { Empty, Panel } from "../Panel.tsx";
import { statusTone } from "../status_tone.ts";
import { type Column, DataTable } from "../table/DataTable.tsx";

export interface RequestsPanelProps {
  readonly requests: TableOf<ActorRequestRow>;
  readonly now: number;
  readonly zone: "UTC" | undefined;
  readonly url: UrlState;
  readonly class?: string;
}

/** One actor's HTTP requests: those in flight, and the latest that have ended. */
export function RequestsPanel(
  { requests, now, zone, url, class: classes = "" }: RequestsPanelProps,
) {
  return (
    <Panel id="requests" title="Requests" class={classes}>
      <DataTable
        of="requests"
        label="Requests"
        columns={columns(now, zone)}
        rows={requests.rows}
        keyOf={({ requestId }) => requestId}
        hrefOf={({ requestId }) => `/requests/${requestId}`}
        dataOf={({ status }) => ({ "data-status": status ?? "" })}
        sort={{ column: "started", down: true }}
        isPaused={false}
        inAll={requests.inAll}
        empty={
          <Empty title="No HTTP request lately">
            Requests to this actor have a line here, from when they come until they are forgotten.
          </Empty>
        }
        url={url}
      />
    </Panel>
  );
}

function columns(now: number, zone: "UTC" | undefined): readonly Column<ActorRequestRow>[] {
  return [
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
      cell: ({ status, durationMs }) => (
        <Chip tone={statusTone(status)}>
          {durationMs === null ? (status === null ? "waits" : `${status}…`) : status}
        </Chip>
      ),
    },
    {
      id: "took",
      title: "Took",
      isNumber: true,
      class: "w-20",
      by: ({ durationMs, startedTs }) => durationMs ?? now - startedTs,
      cell: ({ durationMs, startedTs }) =>
        durationMs === null ? formatAge(now - startedTs) : formatMs(durationMs),
    },
    {
      id: "started",
      title: "Begun at",
      isNumber: true,
      class: "w-24 hidden sm:table-cell",
      by: ({ startedTs }) => startedTs,
      cell: ({ startedTs }) => formatClock(startedTs, zone),
    },
  ];
}
