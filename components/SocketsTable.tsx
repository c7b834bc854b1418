import type { Snapshot } from "../lib/inspect/mod.ts";
import { Figure, Index } from "./Figure.tsx";
import { formatActor, formatAge, formatBytes, formatMs } from "./format.ts";
import { NotHere } from "./NotHere.tsx";
import { Empty, Rest, Scroller } from "./Panel.tsx";
import { SocketPhaseChip } from "./SocketPhaseChip.tsx";

const INDEX_HELP = {
  sent: "The gateway gave a message this index and put it on the tunnel",
  received: "A message with this index has come to the runner",
  handled: "The actor's handler is through with this index",
  committed: "The actor's state and this index are durable",
  acked: "The gateway was told that everything up to here is durable",
} as const;

export interface SocketsTableProps {
  readonly sockets: Snapshot["sockets"];
  /** How many there are in all. */
  readonly inAll: number;
  /** Keys of actors by id. */
  readonly keys: ReadonlyMap<string, string | null>;
  readonly now: number;
  /** Seen from a runner: it knows what it received, not what the gateway sent. */
  readonly atRunner: boolean;
}

/** Client WebSockets, oldest first: a new one comes at the end and moves none. */
export function SocketsTable({ sockets, inAll, keys, now, atRunner }: SocketsTableProps) {
  if (sockets.length === 0) {
    return (
      <Empty title="No client is connected">
        Each WebSocket shows up here with the index of the last message <b>sent</b> to its actor,
        {" "}
        <b>committed</b> with the actor's state, and <b>acked</b> to the gateway. Open one with{" "}
        <b>Try it</b>.
      </Empty>
    );
  }
  return (
    <Scroller label="Sockets">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Socket of</th>
            <th scope="col">State</th>
            {atRunner
              ? (
                <>
                  <th scope="col" class="num" title={INDEX_HELP.received}>Received</th>
                  <th scope="col" class="num hidden lg:table-cell" title={INDEX_HELP.handled}>
                    Handled
                  </th>
                </>
              )
              : <th scope="col" class="num" title={INDEX_HELP.sent}>Sent</th>}
            <th scope="col" class="num hidden sm:table-cell" title={INDEX_HELP.committed}>
              Committed
            </th>
            <th scope="col" class="num max-sm:pr-3" title={INDEX_HELP.acked}>Acked</th>
            <th scope="col" class="num hidden sm:table-cell">Pending</th>
            {!atRunner && <th scope="col" class="num hidden md:table-cell">Oldest unacked</th>}
            <th
              scope="col"
              class="num hidden lg:table-cell"
              title={atRunner ? "Since its open, or since its actor woke here" : undefined}
            >
              {atRunner ? "Here for" : "Open for"}
            </th>
          </tr>
        </thead>
        <tbody>
          {sockets.map((socket) => (
            <tr
              key={socket.requestId}
              data-testid="socket-row"
              data-request-id={socket.requestId}
              data-actor-id={socket.actorId}
              data-actor-name={socket.actorName}
              data-phase={socket.phase}
            >
              <th scope="row">
                <span class="font-medium" title={socket.requestId}>
                  {formatActor(socket.actorName, keys.get(socket.actorId) ?? null)}
                </span>
                <span class="text-muted ml-2 hidden font-mono text-xs whitespace-nowrap 2xl:inline">
                  {socket.requestId}
                </span>
              </th>
              <td>
                <SocketPhaseChip phase={socket.phase} />
                {!socket.hibernatable && socket.phase !== "opening" && (
                  <span class="text-muted ml-1.5 hidden text-xs lg:inline">not hibernatable</span>
                )}
              </td>
              {atRunner
                ? (
                  <>
                    <td class="num" data-testid="received">
                      <Index of={socket.received} />
                    </td>
                    <td class="num hidden lg:table-cell" data-testid="handled">
                      <Index of={socket.handled} />
                    </td>
                  </>
                )
                : (
                  <td class="num" data-testid="sent">
                    <Index of={socket.sent} />
                  </td>
                )}
              <td class="num hidden sm:table-cell" data-testid="committed">
                <Index of={socket.committed} />
              </td>
              <td class="num max-sm:pr-3" data-testid="acked">
                {atRunner && socket.hibernatable && socket.acked === null
                  ? <NotHere />
                  : <Index of={socket.acked} />}
              </td>
              <td
                class="num hidden sm:table-cell"
                data-testid="pending"
                title={atRunner ? undefined : formatBytes(socket.pendingBytes)}
              >
                {socket.pendingMessages === null
                  ? <NotHere />
                  : <Figure of={socket.pendingMessages} />}
              </td>
              {!atRunner && (
                <td class="num hidden md:table-cell">{formatMs(socket.oldestUnackedMs)}</td>
              )}
              <td class="num hidden lg:table-cell">{formatAge(now - socket.openedTs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Rest total={inAll} shown={sockets.length} of="sockets" />
    </Scroller>
  );
}
