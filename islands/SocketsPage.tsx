import { useSignal } from "@preact/signals";
import { ActDialog } from "../components/act/ActDialog.tsx";
import { type Intent, onSockets } from "../components/act/intent.ts";
import { SelectionBar } from "../components/act/SelectionBar.tsx";
import { formatActor, formatAge, formatBytes, formatMs } from "../components/format.ts";
import { Figure, Index } from "../components/Figure.tsx";
import { type TableOf, tableTopic } from "../components/live/topic.ts";
import { useLive } from "../components/live/use_live.ts";
import { NotHere } from "../components/NotHere.tsx";
import { Filters, matches } from "../components/page/Filters.tsx";
import type { Frame } from "../components/page/frame.ts";
import { Shell } from "../components/page/Shell.tsx";
import { useUrlState } from "../components/page/url_state.ts";
import { Empty, Panel } from "../components/Panel.tsx";
import { SocketPhaseChip } from "../components/SocketPhaseChip.tsx";
import { type Column, DataTable } from "../components/table/DataTable.tsx";
import { useSelection } from "../components/table/selection.ts";
import type { ActorRow, SocketRow } from "../lib/inspect/mod.ts";

/** What the page watches. */
export const SOCKETS_PAGE = {
  sockets: "/api/sockets?limit=10000",
  actors: "/api/actors?limit=10000",
} as const;

export interface SocketsPageProps {
  readonly frame: Frame;
  readonly search: string;
  readonly first: {
    readonly ts: number;
    readonly sockets: TableOf<SocketRow>;
    readonly actors: TableOf<ActorRow>;
  };
}

/** Every client's WebSocket, with how far its messages have come. */
export default function SocketsPage({ frame, search, first }: SocketsPageProps) {
  const live = useLive(() => ({
    sockets: tableTopic(SOCKETS_PAGE.sockets, "requestId", first.sockets),
    actors: tableTopic(SOCKETS_PAGE.actors, "actorId", first.actors),
  }), first.ts);
  const url = useUrlState(search);
  const paused = useSignal(false);
  const selection = useSelection();
  const intent = useSignal<Intent | null>(null);
  const { rows, inAll } = live.topics.sockets.known.value;
  const actors = live.topics.actors.known.value.rows;
  const keys = new Map(actors.map(({ actorId, key }) => [actorId, key]));
  const nameOf = ({ actorId, actorName }: SocketRow): string =>
    formatActor(actorName, keys.get(actorId) ?? null);
  const [wanted, phase] = [url.get("q"), url.get("state")];
  const shown = rows.filter((row) =>
    (phase === "" || row.phase === phase) &&
    matches(wanted, nameOf(row), row.actorId, row.requestId, row.path)
  );
  return (
    <Shell page="sockets" heading="Sockets" {...{ frame, live, paused }}>
      <Filters
        url={url}
        hint="actor, id or path"
        choices={[{ id: "state", label: "State", options: ["opening", "active", "hibernating"] }]}
      />
      <Panel id="sockets" title="Sockets" class="h-[calc(100dvh-11rem)] min-h-80">
        <DataTable
          of="sockets"
          label="Sockets"
          columns={columns(nameOf, live.now)}
          rows={shown}
          keyOf={({ requestId }) => requestId}
          dataOf={({ phase }) => ({ "data-phase": phase })}
          hrefOf={({ requestId }) => `/sockets/${requestId}`}
          sort={{ column: "opened", down: false }}
          isPaused={paused.value}
          empty={
            <Empty title={rows.length === 0 ? "No client is connected" : "No socket is like that"}>
              Each WebSocket of a client has a line here, with the index of the last message{" "}
              <b>sent</b> to its actor, <b>committed</b> and <b>acked</b>.
            </Empty>
          }
          selection={frame.mayOperate ? selection : undefined}
          {...{ url, inAll }}
        />
      </Panel>
      <SelectionBar selection={selection} of="socket">
        <button
          type="button"
          class="button"
          data-testid="act-close"
          disabled={live.stale}
          onClick={() => {
            const chosen = rows.filter(({ requestId }) => selection.has(requestId));
            if (chosen.length > 0) intent.value = onSockets(chosen, nameOf);
          }}
        >
          Close
        </button>
      </SelectionBar>
      <ActDialog intent={intent} stale={live.stale} atRunner={frame.role === "runner"} />
    </Shell>
  );
}

/** Of a socket that cannot hibernate nothing is committed or acked: it has no such index. */
function noIndex(id: string, { hibernatable }: SocketRow) {
  if (id === "sent") return <NotHere />;
  if (id === "received" || id === "handled") return <NotHere who="runner" />;
  return hibernatable ? <NotHere /> : <Index of={null} />;
}

function columns(nameOf: (row: SocketRow) => string, now: number): readonly Column<SocketRow>[] {
  const index = (id: "sent" | "received" | "handled" | "committed" | "acked", help: string) => ({
    id,
    title: id[0]!.toUpperCase() + id.slice(1),
    help,
    isNumber: true,
    class: id === "received" || id === "handled" ? "w-24 hidden xl:table-cell" : "w-24 max-sm:w-16",
    by: (row: SocketRow) => row[id],
    cell: (row: SocketRow) => row[id] === null ? noIndex(id, row) : <Index of={row[id]} />,
  });
  return [
    { id: "actor", title: "Socket of", by: nameOf, cell: nameOf },
    {
      id: "state",
      title: "State",
      class: "w-28",
      by: ({ phase }) => phase,
      cell: ({ phase }) => <SocketPhaseChip phase={phase} />,
    },
    {
      id: "id",
      title: "Id",
      class: "w-28 font-mono text-xs hidden lg:table-cell",
      by: ({ requestId }) => requestId,
      cell: ({ requestId }) => requestId,
    },
    index("sent", "The gateway gave a message this index and put it on the tunnel"),
    index("received", "A message with this index has come to the runner"),
    index("handled", "The actor's handler is through with this index"),
    index("committed", "The actor's state and this index are durable"),
    index("acked", "The gateway was told that everything up to here is durable"),
    {
      id: "pending",
      title: "Pending",
      help: "Messages that are not acked",
      isNumber: true,
      class: "w-24 hidden sm:table-cell",
      by: ({ pendingMessages }) => pendingMessages,
      cell: ({ pendingMessages: count }) => count === null ? <NotHere /> : <Figure of={count} />,
    },
    {
      id: "bytes",
      title: "Bytes",
      help: "Bytes of the messages that are not acked",
      isNumber: true,
      class: "w-24 hidden lg:table-cell",
      by: ({ pendingBytes }) => pendingBytes,
      cell: ({ pendingBytes: bytes }) => bytes === null ? <NotHere /> : formatBytes(bytes),
    },
    {
      id: "oldest",
      title: "Oldest",
      help: "Since the oldest pending message was last sent",
      isNumber: true,
      class: "w-24 hidden md:table-cell",
      by: ({ oldestUnackedMs }) => oldestUnackedMs,
      cell: ({ oldestUnackedMs }) => formatMs(oldestUnackedMs),
    },
    {
      id: "opened",
      title: "Open for",
      isNumber: true,
      class: "w-24 hidden sm:table-cell",
      by: ({ openedTs }) => openedTs,
      cell: ({ openedTs }) => formatAge(now - openedTs),
    },
  ];
}
