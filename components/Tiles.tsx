import type { ComponentChildren } from "preact";
import type { Overview } from "../lib/inspect/mod.ts";
import { formatBytes, formatCount, formatMs, plural } from "./format.ts";
import { NotHere } from "./NotHere.tsx";

interface TileProps {
  readonly id: string;
  readonly label: string;
  /** The page that has more of it. */
  readonly href?: string;
  readonly value: ComponentChildren;
  readonly bad?: boolean;
  readonly children?: ComponentChildren;
}

function Tile({ id, label, href, value, bad = false, children }: TileProps) {
  return (
    <div class="bg-panel flex min-w-0 flex-col gap-0.5 px-3.5 py-2.5" data-testid={`tile-${id}`}>
      <dt class="text-muted text-xs">
        {href === undefined ? label : <a class="hover:underline" href={href}>{label}</a>}
      </dt>
      <dd
        class={`numbers truncate text-xl leading-7 font-semibold ${bad ? "text-bad" : ""}`}
        data-testid={`value-${id}`}
      >
        {value}
      </dd>
      <dd class="text-muted numbers text-xs">{children}</dd>
    </div>
  );
}

const TUNNEL_WORDS: Readonly<Record<Overview["tunnel"]["state"], string>> = {
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Reconnecting",
  draining: "Draining",
  evicted: "Evicted",
  stopped: "Stopped",
  no_runner: "No runner",
};

/** The state of the whole, at a glance. `stale`: the server does not answer. */
export function Tiles({ snapshot, stale }: { snapshot: Overview; stale: boolean }) {
  const { tunnel, totals, latency } = snapshot;
  const atRunner = snapshot.role === "runner";
  const asleep = totals.actors.asleep ?? 0;
  const awake = Object.values(totals.actors).reduce((sum, count) => sum + count, 0) - asleep;
  const waiting = totals.socketsHibernating;
  return (
    <dl
      class="bg-line border-line grid grid-cols-2 gap-px overflow-hidden rounded-lg border sm:grid-cols-3 xl:grid-cols-6"
      aria-label="Overview"
    >
      <Tile
        id="tunnel"
        label="Tunnel"
        value={stale ? "Unknown" : TUNNEL_WORDS[tunnel.state]}
        bad={!stale && tunnel.state !== "connected"}
      >
        {atRunner
          ? (
            <>
              round trip: <NotHere />
            </>
          )
          : tunnel.roundTripMs === null
          ? plural(tunnel.runners, "runner")
          : `${formatMs(tunnel.roundTripMs)} ping`}
        {tunnel.transport === "memory" && " · in process"}
        {tunnel.runners > 1 && ` · ${tunnel.runners} runners`}
      </Tile>
      <Tile id="actors" label="Actors awake" href="/actors" value={formatCount(awake)}>
        {atRunner
          ? (
            <>
              asleep: <NotHere />
            </>
          )
          : `${formatCount(asleep)} asleep`}
        {` · ${plural(totals.wakes, "wake")}`}
      </Tile>
      <Tile
        id="sockets"
        label="Sockets open"
        href="/sockets"
        value={formatCount(totals.socketsOpen)}
      >
        {waiting === null
          ? (
            <>
              hibernating: <NotHere />
            </>
          )
          : (
            <>
              <span
                class={waiting > 0 ? "text-asleep font-medium" : ""}
                data-testid="value-hibernating"
              >
                {formatCount(waiting)}
              </span>
              {" hibernating"}
            </>
          )}
      </Tile>
      <Tile
        id="pending"
        label="Pending messages"
        value={totals.pendingMessages === null ? <NotHere /> : formatCount(totals.pendingMessages)}
      >
        {atRunner
          ? `${formatCount(totals.unhandledMessages)} unhandled · ${
            formatCount(totals.heldMessages)
          } held`
          : `${formatBytes(totals.pendingBytes)} not acked`}
      </Tile>
      <Tile
        id="acks"
        label={atRunner ? "Commit latency p50" : "Ack latency p50"}
        value={formatMs(latency.p50)}
      >
        p99 <span data-testid="value-ack-p99">{formatMs(latency.p99)}</span>
        {` · ${formatCount(latency.count)}\u00a0in\u00a01\u00a0min`}
      </Tile>
      <Tile
        id="requests"
        label="Requests now"
        href="/requests"
        value={formatCount(totals.requestsInFlight)}
      >
        {formatCount(totals.requestsEnded)} answered
      </Tile>
    </dl>
  );
}
