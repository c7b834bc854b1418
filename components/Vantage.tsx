import type { ComponentChildren } from "preact";
import type { Overview } from "../lib/inspect/mod.ts";
import { formatAge, formatCount, plural, shortId } from "./format.ts";
import { NotHere } from "./NotHere.tsx";

/** From which side a page is seen whose gateway is elsewhere, and how this side of the tunnel is. */
export function Vantage({ tunnel, now }: { tunnel: Overview["tunnel"]; now: number }) {
  const { end } = tunnel;
  if (end === null) return null;
  const { connectedTs, pingedTs, outgoingLost } = end;
  return (
    <section
      class="panel flex-row flex-wrap items-baseline gap-x-6 gap-y-1.5 px-3.5 py-2 text-xs"
      aria-label="Where this is seen from"
      data-testid="vantage"
    >
      <p>
        <b class="font-medium">Seen from the runner</b>; the gateway at{" "}
        <span class="font-mono wrap-anywhere">{end.endpoint}</span>{" "}
        knows the rest: what only it can say is marked <NotHere />.
      </p>
      <dl class="text-muted numbers flex flex-wrap gap-x-5 gap-y-1">
        <Fact name="runner">
          <span title={end.runnerId ?? undefined}>
            {end.runnerId === null ? "none yet" : shortId(end.runnerId)}
          </span>
          {` of ${end.name}`}
        </Fact>
        <Fact name="tunnel">
          {connectedTs === null ? "down" : `up ${formatAge(now - connectedTs)}`}
          {`, ${plural(end.retries, "retry", "retries")}`}
        </Fact>
        {pingedTs !== null && <Fact name="last ping">{formatAge(now - pingedTs)} ago</Fact>}
        <Fact name="events unacked" title="A Rivet Engine acks them by the hundred">
          {formatCount(end.eventsUnacked)}
        </Fact>
        <Fact
          name="outgoing"
          title="Messages of actors: kept until they are sent, by a gateway of ours taken, and lost with a tunnel or a crash"
        >
          {`${formatCount(end.outgoingKept)} kept, `}
          <span class={outgoingLost > 0 ? "text-bad font-medium" : ""} data-testid="outgoing-lost">
            {`${formatCount(outgoingLost)} lost`}
          </span>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, title, children }: {
  name: string;
  title?: string;
  children: ComponentChildren;
}) {
  return (
    <div class="flex gap-1.5" title={title}>
      <dt>{name}</dt>
      <dd class="text-ink">{children}</dd>
    </div>
  );
}
