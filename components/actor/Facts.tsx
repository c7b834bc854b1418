import type { ComponentChildren } from "preact";
import type { ActorInspection } from "../../lib/inspect/mod.ts";
import { Fact } from "../Fact.tsx";
import { formatAge, formatBytes, formatClock, formatCount, shortId } from "../format.ts";
import { NotHere } from "../NotHere.tsx";

export interface FactsProps {
  readonly actor: ActorInspection;
  readonly now: number;
  readonly zone: "UTC" | undefined;
  /** What only a gateway knows is elsewhere. */
  readonly atRunner: boolean;
}

/** What an actor is, in a line or two. */
export function Facts({ actor, now, zone, atRunner }: FactsProps) {
  const { inside, runner, runnerId, alarmTs, rescheduleTs, startTs, sleepTs } = actor;
  const ofGateway = (value: ComponentChildren): ComponentChildren => atRunner ? <NotHere /> : value;
  const ofRunner = (value: ComponentChildren): ComponentChildren =>
    inside === null ? <NotHere who="runner" /> : value;
  const isAwake = actor.phase === "running" || actor.phase === "stopping";
  return (
    <dl
      class="bg-panel border-line grid grid-cols-2 rounded-lg border gap-x-4 gap-y-2 px-3 py-2.5 sm:grid-cols-4 xl:grid-cols-8"
      data-testid="facts"
    >
      <Fact name={isAwake ? "Awake for" : actor.phase === "asleep" ? "Asleep for" : "Started"}>
        {isAwake || sleepTs === null
          ? startTs === null ? "never" : formatAge(now - startTs)
          : formatAge(now - sleepTs)}
      </Fact>
      <Fact name="Generation" help="How often it was started">{formatCount(actor.generation)}</Fact>
      <Fact name="Crash policy" help="What becomes of it when it crashes">
        {ofGateway(actor.crashPolicy)}
      </Fact>
      <Fact name="Runner" help={runnerId ?? undefined}>
        {runnerId === null ? "none" : (
          <>
            <a class="hover:underline" href={`/runners/${encodeURIComponent(runnerId)}`}>
              {runner?.name ?? shortId(runnerId)}
            </a>
            {runner !== null && (
              <span class="text-muted">
                {` v${runner.version} · ${
                  runner.state === "connected" ? runner.transport : runner.state
                }`}
              </span>
            )}
          </>
        )}
      </Fact>
      <Fact name="Alarm">
        {alarmTs === null ? "none" : (
          <>
            {`in ${formatAge(alarmTs - now)}`}
            <span class="text-muted">{` · ${formatClock(alarmTs, zone)}`}</span>
          </>
        )}
      </Fact>
      <Fact name="Pending" help="Messages of its clients that are not acked">
        {ofGateway(
          <>
            {formatCount(actor.pendingMessages)}
            <span class="text-muted">{` · ${formatBytes(actor.pendingBytes)}`}</span>
          </>,
        )}
      </Fact>
      <Fact name="Held" help="Its messages that wait for its commit">
        {actor.phase === "asleep" || actor.phase === "destroyed" ? "0" : ofRunner(
          <>
            {formatCount(inside?.heldMessages ?? null)}
            <span class="text-muted">{` · ${formatBytes(actor.heldBytes)}`}</span>
          </>,
        )}
      </Fact>
      <Fact name="Made" help={actor.namespace === null ? undefined : `In ${actor.namespace}`}>
        {ofGateway(
          actor.createTs === null ? "" : (
            <>
              {`${formatAge(now - actor.createTs)} ago`}
              {actor.inputBytes !== null && (
                <span class="text-muted">{` · ${formatBytes(actor.inputBytes)} input`}</span>
              )}
            </>
          ),
        )}
      </Fact>
      {rescheduleTs !== null && (
        <Fact name="Starts again">{`in ${formatAge(rescheduleTs - now)}`}</Fact>
      )}
    </dl>
  );
}
