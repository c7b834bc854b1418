import type { SocketRow } from "../../lib/inspect/mod.ts";
import { Figure, Index } from "../Figure.tsx";
import { formatAge } from "../format.ts";
import type { TableOf } from "../live/topic.ts";
import { NotHere } from "../NotHere.tsx";
import type { UrlState } from "../page/url_state.ts";
import { Empty, Panel } from "../Panel.tsx";
import { SocketPhaseChip } from "../SocketPhaseChip.tsx";
import { type Column, DataTable } from "../table/DataTable.tsx";

export interface SocketsPanelProps {
  readonly sockets: TableOf<SocketRow>;
  readonly now: number;
  readonly url: UrlState;
  readonly class?: string;
}

/** The WebSockets of one actor's clients. */
export function SocketsPanel({ sockets, now, url, class: classes = "" }: SocketsPanelProps) {
  return (
    <Panel id="sockets" title="Sockets" class={classes}>
      <DataTable
        of="sockets"
        label="Sockets"
        columns={columns(now)}
        rows={sockets.rows}
        keyOf={({ requestId }) => requestId}
        dataOf={({ phase }) => ({ "data-phase": phase })}
        hrefOf={({ requestId }) => `/sockets/${requestId}`}
        sort={{ column: "opened", down: false }}
        isPaused={false}
        inAll={sockets.inAll}
        empty={
          <Empty title="No client has a WebSocket open to it">
            Each one has a line here, and stays connected while the actor sleeps if it hibernates.
          </Empty>
        }
        url={url}
      />
    </Panel>
  );
}

function columns(now: number): readonly Column<SocketRow>[] {
  return [
    {
      id: "id",
      title: "Socket",
      by: ({ requestId }) => requestId,
      cell: ({ requestId }) => <span class="font-mono text-xs">{requestId}</span>,
    },
    {
      id: "state",
      title: "State",
      class: "w-26",
      by: ({ phase }) => phase,
      cell: ({ phase, hibernatable }) => (
        <>
          <SocketPhaseChip phase={phase} />
          {phase === "active" && !hibernatable && (
            <span class="text-muted ml-1 text-xs" title="It cannot hibernate">plain</span>
          )}
        </>
      ),
    },
    {
      id: "sent",
      title: "Sent",
      isNumber: true,
      class: "w-20 hidden sm:table-cell",
      by: ({ sent }) => sent,
      cell: ({ sent }) => sent === null ? <NotHere /> : <Index of={sent} />,
    },
    {
      id: "acked",
      title: "Acked",
      isNumber: true,
      class: "w-20",
      by: ({ acked }) => acked,
      cell: ({ acked }) => <Index of={acked} />,
    },
    {
      id: "pending",
      title: "Pending",
      isNumber: true,
      class: "w-20",
      by: ({ pendingMessages }) => pendingMessages,
      cell: ({ pendingMessages: count }) => count === null ? <NotHere /> : <Figure of={count} />,
    },
    {
      id: "opened",
      title: "Open for",
      isNumber: true,
      class: "w-22 hidden sm:table-cell",
      by: ({ openedTs }) => openedTs,
      cell: ({ openedTs }) => formatAge(now - openedTs),
    },
  ];
}
