import type { ComponentChildren } from "preact";
import type { SocketInspection } from "../../lib/inspect/mod.ts";
import { formatAge, formatIndex, formatMs } from "../format.ts";
import { NotHere } from "../NotHere.tsx";
import { indexAt, percentOf, type Scale, scaleOf, wrapOf } from "./window_scale.ts";

interface Lane {
  readonly id: "queued" | "sent" | "received" | "handled" | "committed" | "acked";
  readonly help: string;
  readonly fill: string;
}

const LANES: readonly Lane[] = [
  { id: "queued", help: "Has an index, and waits here or is on its way", fill: "fill-line" },
  { id: "sent", help: "Was put on the tunnel", fill: "fill-warn opacity-60" },
  { id: "received", help: "Has come to the runner", fill: "fill-accent opacity-60" },
  { id: "handled", help: "The actor's handler is through with it", fill: "fill-accent" },
  { id: "committed", help: "The state that has seen it is durable", fill: "fill-awake opacity-60" },
  { id: "acked", help: "The gateway was told so, and keeps it no longer", fill: "fill-awake" },
];
/** Without a window nothing is kept, so nothing is committed or acked. */
const OF_PLAIN: readonly Lane["id"][] = ["queued", "sent", "received", "handled"];
/** Indexes that are shown one by one. */
const CELLS = 40;

/**
 * How far the messages of a client have come: a bar for each stage, from the same index on the left
 * to the last one that has come to it. What is missing at its right end is under way.
 */
export function WindowPicture({ socket, now }: { socket: SocketInspection; now: number }) {
  const isPlain = socket.hibernatable === false;
  const lanes = LANES.filter(({ id }) => !isPlain || OF_PLAIN.includes(id));
  const last = socket.queued ?? socket.received ?? 0;
  const scale = scaleOf(lanes.map(({ id }) => socket[id]), last);
  const wrap = wrapOf(scale);
  return (
    <figure class="grid grid-cols-[5.5rem_1fr_3.5rem] items-center gap-x-2 gap-y-1 p-3">
      {lanes.map((lane) => <LaneLine key={lane.id} {...{ lane, scale, wrap, socket }} />)}
      <span />
      <p class="text-muted numbers flex justify-between text-xs" data-testid="scale">
        <span>{indexAt(scale.from)}</span>
        {wrap !== null && <span>… 65535 ┊ 0 …</span>}
        <span>{indexAt(scale.to)}</span>
      </p>
      <span />
      {!isPlain && <AckLine {...{ socket, now }} />}
    </figure>
  );
}

function LaneLine(
  { lane: { id, help, fill }, socket, scale, wrap }: {
    lane: Lane;
    socket: SocketInspection;
    scale: Scale;
    wrap: number | null;
  },
) {
  const index = socket[id];
  const count = scale.to - scale.from;
  return (
    <>
      <span class="text-muted truncate text-xs" title={help}>{id}</span>
      <Bar label={`${id} ${index === null ? "not known here" : formatIndex(index)}`}>
        {index !== null && (
          <rect
            class={fill}
            width={`${percentOf(index, scale)}%`}
            height="100%"
          />
        )}
        {count <= CELLS && Array.from({ length: count - 1 }, (_, at) => {
          const x = `${Math.round((at + 1) / count * 10_000) / 100}%`;
          return <line key={at} class="stroke-panel" x1={x} x2={x} y2="100%" />;
        })}
        {wrap !== null && <WrapLine at={wrap} />}
      </Bar>
      <span class="numbers text-right" data-testid={`window-${id}`}>
        {index === null ? <Unknown socket={socket} /> : formatIndex(index)}
      </span>
    </>
  );
}

/** Why an index is not known. */
function Unknown({ socket: { phase, queued } }: { socket: SocketInspection }) {
  if (queued === null) return <NotHere />;
  const [word, title] = phase === "active"
    ? ["elsewhere", "Its runner knows, which is in another process"]
    : ["—", "Its actor is not awake: only its runner would know"];
  return <abbr class="text-muted text-xs no-underline" title={title}>{word}</abbr>;
}

/** How old the oldest message without an ack is, and when that is too old. */
function AckLine({ socket, now }: { socket: SocketInspection; now: number }) {
  const { ackTimeoutMs, oldestSentTs, isHeld, pendingMessages } = socket;
  const age = oldestSentTs === null ? 0 : Math.max(0, now - oldestSentTs);
  const share = ackTimeoutMs === null ? 0 : Math.min(1, age / ackTimeoutMs);
  const tone = share < 0.5 ? "fill-awake" : share < 0.8 ? "fill-warn" : "fill-bad";
  const words = ackTimeoutMs === null
    ? null
    : oldestSentTs !== null
    ? `The oldest message without an ack is ${formatMs(age)} old; at ${
      formatAge(ackTimeoutMs)
    } the socket is closed.`
    : isHeld && pendingMessages !== 0
    ? "Messages wait for the actor: no time counts until they are sent."
    : "Every message that was sent is acked: no time counts.";
  return (
    <>
      <span class="text-muted truncate pt-2 text-xs" title="The ack timeout">ack due</span>
      <div class="pt-2">
        <Bar label={words ?? "Not known here"}>
          <rect class={tone} width={`${Math.round(share * 10_000) / 100}%`} height="100%" />
          <line class="stroke-bad" x1="99.8%" x2="99.8%" y2="100%" stroke-width="2" />
        </Bar>
      </div>
      <span class="numbers pt-2 text-right" data-testid="ack-timeout">
        {ackTimeoutMs === null ? <NotHere /> : formatAge(ackTimeoutMs)}
      </span>
      {words !== null && (
        <figcaption
          class={`col-span-2 col-start-2 text-xs ${share < 0.5 ? "text-muted" : "text-warn"}`}
          data-testid="ack-words"
        >
          {words}
        </figcaption>
      )}
    </>
  );
}

function WrapLine({ at }: { at: number }) {
  return (
    <line
      class="stroke-bad"
      x1={`${at}%`}
      x2={`${at}%`}
      y2="100%"
      stroke-width="2"
      stroke-dasharray="2 2"
    />
  );
}

function Bar({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <svg class="bg-sunken h-3.5 w-full rounded-sm" role="img" aria-label={label}>{children}</svg>
  );
}
