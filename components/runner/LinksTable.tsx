import type { LinkRow } from "../../lib/inspect/mod.ts";
import { Chip } from "../Chip.tsx";
import { formatAge, formatClock } from "../format.ts";
import type { TableOf } from "../live/topic.ts";
import type { UrlState } from "../page/url_state.ts";
import { Empty } from "../Panel.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";

export interface LinksTableProps {
  readonly links: TableOf<LinkRow>;
  readonly now: number;
  readonly zone: "UTC" | undefined;
  readonly url: UrlState;
}

/** A runner's connections, and why each of them ended. */
export function LinksTable({ links, now, zone, url }: LinksTableProps) {
  return (
    <DataTable
      of="connections"
      label="Connections"
      columns={columns(now, zone)}
      rows={links.rows}
      keyOf={({ id }) => `${id}`}
      dataOf={(link) => ({ "data-link": stateOf(link) })}
      sort={{ column: "began", down: true }}
      isPaused={false}
      inAll={links.inAll}
      empty={
        <Empty title="No connection since this process began">
          Each connection of the runner has a line here, with how long it lasted and why it ended.
        </Empty>
      }
      url={url}
    />
  );
}

function stateOf({ upTs, endTs }: LinkRow): "up" | "ended" | "failed" {
  return upTs === null ? "failed" : endTs === null ? "up" : "ended";
}

function columns(now: number, zone: "UTC" | undefined): readonly Column<LinkRow>[] {
  return [
    {
      id: "began",
      title: "Began at",
      class: "w-26",
      by: ({ id }) => id,
      cell: ({ upTs, endTs }) => formatClock(upTs ?? endTs!, zone),
    },
    {
      id: "state",
      title: "State",
      class: "w-20",
      by: stateOf,
      cell: (link) => {
        const state = stateOf(link);
        return (
          <Chip tone={state === "up" ? "awake" : state === "failed" ? "bad" : "plain"}>
            {state}
          </Chip>
        );
      },
    },
    {
      id: "lasted",
      title: "Lasted",
      isNumber: true,
      class: "w-20",
      by: ({ upTs, endTs }) => upTs === null ? 0 : (endTs ?? now) - upTs,
      cell: ({ upTs, endTs }) => upTs === null ? "" : formatAge((endTs ?? now) - upTs),
    },
    {
      id: "reason",
      title: "Why it ended",
      by: ({ reason }) => reason,
      cell: ({ reason }) => <span title={reason ?? undefined}>{reason ?? ""}</span>,
    },
  ];
}
