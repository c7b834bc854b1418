import type { ComponentChildren } from "preact";
import type { RequestInspection } from "../../lib/inspect/mod.ts";
import { formatAge, formatBytes, formatClock, formatCount, formatMs } from "../format.ts";
import { NotHere } from "../NotHere.tsx";

/** When a request came to which stage, and what it carried. */
export function Stages({ request, now, zone, atRunner }: {
  request: RequestInspection;
  now: number;
  zone: "UTC" | undefined;
  atRunner: boolean;
}) {
  const { startedTs, sentMs, answeredMs, durationMs, sendings, phase } = request;
  const known = (value: ComponentChildren, isKnown: boolean): ComponentChildren =>
    isKnown ? value : atRunner ? <NotHere /> : "—";
  return (
    <dl
      class="bg-panel border-line grid grid-cols-2 gap-x-4 gap-y-2 rounded-lg border px-3 py-2.5 sm:grid-cols-4 xl:grid-cols-7"
      data-testid="facts"
    >
      <Fact name="Begun at">
        <time dateTime={new Date(startedTs).toISOString()}>{formatClock(startedTs, zone)}</time>
      </Fact>
      <Fact name="Sent to its actor after" help="It waits for one that sleeps to wake">
        {known(formatMs(sentMs), sentMs !== null)}
      </Fact>
      <Fact name="Answer began after">{known(formatMs(answeredMs), answeredMs !== null)}</Fact>
      <Fact name={phase === "ended" ? "Ended after" : "Under way for"}>
        {durationMs === null ? formatAge(now - startedTs) : formatMs(durationMs)}
      </Fact>
      <Fact name="Sent" help="Again after a cut, where its method allows that">
        {known(`${formatCount(sendings)} ×`, sendings !== null)}
      </Fact>
      <Fact name="Body">
        {known(formatBytes(request.requestBytes), request.requestBytes !== null)}
      </Fact>
      <Fact name="Answer's body">
        {known(formatBytes(request.responseBytes), request.responseBytes !== null)}
      </Fact>
    </dl>
  );
}

function Fact(
  { name, help, children }: { name: string; help?: string; children: ComponentChildren },
) {
  return (
    <div class="min-w-0">
      <dt class="text-muted text-xs" title={help}>{name}</dt>
      <dd class="numbers truncate font-medium">{children}</dd>
    </div>
  );
}
