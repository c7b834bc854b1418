import type { ComponentChildren } from "preact";
import type { SocketInspection } from "../../lib/inspect/mod.ts";
import { formatAge, formatBytes, formatCount } from "../format.ts";
import { NotHere } from "../NotHere.tsx";

interface Fact {
  readonly id: string;
  readonly title: string;
  readonly help?: string;
  /** `null`: only the gateway knows. */
  readonly value: ComponentChildren;
}

/** What is known of a socket beside its window, in a list of terms. */
export function SocketFacts({ socket, now }: { socket: SocketInspection; now: number }) {
  return (
    <dl class="grid grid-cols-2 gap-px sm:grid-cols-3 lg:grid-cols-2" data-testid="facts">
      {factsOf(socket, now).map(({ id, title, help, value }) => (
        <div key={id} class="min-w-0 px-3 py-1.5" data-fact={id}>
          <dt class="text-muted truncate text-xs" title={help}>{title}</dt>
          <dd class="numbers truncate">{value === null ? <NotHere /> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(socket: SocketInspection, now: number): readonly Fact[] {
  const { phase, hibernatable, record, captured } = socket;
  const isOver = phase === "closed";
  const dash = isOver ? "—" : null;
  const of = (count: number | null, most: string | null): string | null =>
    count === null ? dash : `${formatCount(count)}${most === null ? "" : ` of ${most}`}`;
  const most = socket.mostPendingMessages;
  const bytes = socket.pendingBytes;
  return [
    { id: "opened", title: "Open for", value: isOver ? "—" : formatAge(now - socket.openedTs) },
    {
      id: "kept",
      title: "When its actor sleeps",
      value: hibernatable === null ? "—" : hibernatable ? "it stays open" : "it closes",
    },
    {
      id: "pending",
      title: "Pending messages",
      help: "Not acked, and what may be so at most",
      value: of(socket.pendingMessages, most === null ? null : formatCount(most)),
    },
    {
      id: "bytes",
      title: "Pending bytes",
      value: bytes === null
        ? dash
        : socket.mostPendingBytes === null
        ? formatBytes(bytes)
        : `${formatBytes(bytes)} of ${formatBytes(socket.mostPendingBytes)}`,
    },
    {
      id: "wrap",
      title: "To the wrap",
      help: "Messages until the index begins with 0 again, which nobody need notice",
      value: of(socket.untilWrap, null),
    },
    {
      id: "traffic",
      title: "In / out",
      help: "Messages of the client, and messages to it, since it was opened",
      value: socket.messagesIn === null
        ? dash
        : `${formatCount(socket.messagesIn)} / ${formatCount(socket.messagesOut)}`,
    },
    {
      id: "resent",
      title: "Sent again",
      help: "Messages of the client that went to the actor once more, after a cut or a crash",
      value: formatCount(socket.resent),
    },
    {
      id: "repeated",
      title: "Duplicates dropped",
      help: "Messages that came once more: the client's at the runner / the actor's at the gateway",
      value: `${formatCount(socket.repeatedOfClient)} / ${formatCount(socket.repeatedOfActor)}`,
    },
    {
      id: "record",
      title: "Record kept alive",
      help: "By this record its gateway knows the socket while the actor sleeps",
      value: record !== null
        ? `${formatAge(now - record.keepAliveTs)} ago, every ${formatAge(record.everyMs)}`
        : hibernatable === false
        ? "has none"
        : dash,
    },
    {
      id: "captured",
      title: "Captured",
      help: "Messages that are shown here / no longer kept / never captured, as too many came",
      value: `${formatCount(captured.messages)} / ${formatCount(captured.forgotten)} / ${
        formatCount(captured.missed)
      }`,
    },
  ];
}
