import type { ComponentChildren } from "preact";
import type { RunnerRow } from "../../lib/inspect/mod.ts";
import { Fact } from "../Fact.tsx";
import { formatAge, formatBytes, formatCount, formatMs } from "../format.ts";
import { NotHere } from "../NotHere.tsx";
import { Slots } from "./Slots.tsx";

export interface RunnerFactsProps {
  readonly runner: RunnerRow;
  readonly now: number;
  /** What only a gateway knows is elsewhere. */
  readonly atRunner: boolean;
}

/** What a runner is and how its tunnel stands. */
export function RunnerFacts({ runner, now, atRunner }: RunnerFactsProps) {
  const { end, heardTs, tunnelTs } = runner;
  const ofGateway = (value: ComponentChildren): ComponentChildren => atRunner ? <NotHere /> : value;
  return (
    <dl
      class="bg-panel border-line grid grid-cols-2 gap-x-4 gap-y-2 rounded-lg border px-3 py-2.5 sm:grid-cols-4 xl:grid-cols-8"
      data-testid="facts"
    >
      <Fact name="Slots in use">
        <Slots {...runner} />
      </Fact>
      <Fact name="Version" help="Of its program: new actors go to the newest">
        {`v${runner.version}`}
        <span class="text-muted">{` · protocol v${runner.protocolVersion}`}</span>
      </Fact>
      <Fact
        name="Tunnel"
        help={end === null || end.endpoint === "" ? undefined : `To ${end.endpoint}`}
      >
        {tunnelTs === null ? "down" : `up ${formatAge(now - tunnelTs)}`}
        <span class="text-muted">
          {` · ${runner.transport === "memory" ? "in memory" : "WebSocket"}`}
        </span>
      </Fact>
      <Fact name="Reconnects" help="How often its tunnel came up again, since it is known here">
        {formatCount(runner.reconnects)}
        {end !== null && end.retries > 0 && (
          <span class="text-muted">{` · ${formatCount(end.retries)} tried`}</span>
        )}
      </Fact>
      <Fact name="Round trip" help="Of the last ping">
        {ofGateway(roundTripText(runner))}
      </Fact>
      <Fact
        name="Heard of"
        help={atRunner ? "The gateway's last ping" : "Its last answer to a ping"}
      >
        {heardTs === null ? "never" : `${formatAge(now - heardTs)} ago`}
      </Fact>
      <Fact name="Commands unacked" help="To start and stop actors: sent again after a cut">
        {ofGateway(formatCount(runner.commandsUnacked))}
      </Fact>
      <Fact name="Events unacked" help="Of its actors: sent again after a cut">
        {runner.eventsUnacked === null
          ? <NotHere who="runner" />
          : formatCount(runner.eventsUnacked)}
      </Fact>
      <Fact name="On the way to it" help="Bytes that its tunnel has not taken yet">
        {ofGateway(formatBytes(runner.bufferedBytes))}
      </Fact>
      <Fact name="Messages of actors" help="Kept until they are taken; lost with a tunnel or crash">
        {end === null ? <NotHere who="runner" /> : (
          <>
            {`${formatCount(end.outgoingKept)} kept`}
            <span class={end.outgoingLost > 0 ? "text-bad" : "text-muted"}>
              {` · ${formatCount(end.outgoingLost)} lost`}
            </span>
          </>
        )}
      </Fact>
      <Fact name="Bodies" help="Ours go in chunks, with credit; others' come whole">
        {ofGateway(
          runner.isOurs === null
            ? "—"
            : runner.isOurs
            ? "in chunks"
            : "as the reference sends them",
        )}
      </Fact>
      <Fact name="Namespace">{ofGateway(runner.namespace)}</Fact>
      <Fact name="Known for">
        {ofGateway(runner.connectedTs === null ? "" : formatAge(now - runner.connectedTs))}
      </Fact>
      <Fact name="Actors it hosts" help={runner.actorNames.join(", ")}>
        {runner.actorNames.join(", ") || "any"}
      </Fact>
    </dl>
  );
}

/** Where there is none, why. */
export function roundTripText(
  { roundTripMs, protocolVersion }: Pick<RunnerRow, "roundTripMs" | "protocolVersion">,
): string {
  if (roundTripMs !== null) return formatMs(roundTripMs);
  return protocolVersion < 4 ? "no ping before v4" : "not yet";
}
