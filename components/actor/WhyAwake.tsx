import type { ActorInspection, Awake } from "../../lib/inspect/mod.ts";
import { Chip } from "../Chip.tsx";
import { formatAge, plural } from "../format.ts";

export interface WhyAwakeProps {
  readonly awake: Awake;
  readonly actor: ActorInspection;
  readonly now: number;
}

/** What keeps the actor awake, most important first, or when it falls asleep, or what wakes it. */
export function WhyAwake({ awake, actor, now }: WhyAwakeProps) {
  const { reasons, idleLeftMs, sleepAfterMs, isComplete } = awake;
  return (
    <div
      class="space-y-2.5 overflow-auto p-3"
      role="region"
      aria-label="Reasons"
      tabIndex={0}
    >
      <p class="text-sm font-medium" data-testid="verdict">{verdict(awake, actor, now)}</p>
      {idleLeftMs !== null && sleepAfterMs !== null && sleepAfterMs > 0 && (
        <svg
          class="bg-sunken block h-1.5 w-full rounded-full"
          viewBox="0 0 100 1"
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <rect
            class="fill-asleep"
            width={Math.min(100, (100 * idleLeftMs) / sleepAfterMs)}
            height="1"
          />
        </svg>
      )}
      {reasons.length > 0 && (
        <ol class="divide-line border-line divide-y border-t">
          {reasons.map(({ code, count, holds, sentence }) => (
            <li
              key={code}
              class="flex items-baseline gap-2.5 py-1.5"
              data-testid="reason"
              data-code={code}
              data-count={count}
            >
              <span class="w-16 shrink-0">
                <Chip tone={holds ? "awake" : "warn"}>{holds ? "holds" : "wakes"}</Chip>
              </span>
              <span class="min-w-0">
                {sentence} <code class="text-muted wrap-anywhere">{code}</code>
              </span>
            </li>
          ))}
        </ol>
      )}
      {!isComplete && (
        <p class="text-muted text-xs" data-testid="incomplete">
          The other end of its tunnel may know more reasons: it is not in this process.
        </p>
      )}
    </div>
  );
}

function verdict(
  { phase, reasons, idleLeftMs, isComplete }: Awake,
  actor: ActorInspection,
  now: number,
) {
  switch (phase) {
    case "asleep":
      return asleep(actor, now);
    case "destroyed":
      return "It is gone for good";
    case "pending":
      return "It is wanted awake, and waits for a runner";
    case "starting":
      return "It is waking up";
    case "stopping":
      return reasons.length === 0
        ? "It is falling asleep"
        : "It is falling asleep, and finishes what it has begun";
    case "running":
      if (reasons.some(({ holds }) => holds)) {
        return "It is awake, and stays so while this is so:";
      }
      if (idleLeftMs === null) return isComplete ? "It is awake" : "It is awake on its runner";
      return idleLeftMs === 0
        ? "Nothing keeps it awake: it has asked to sleep"
        : `Nothing keeps it awake: it falls asleep in ${formatAge(idleLeftMs)}`;
  }
}

function asleep({ hibernatingSockets, alarmTs, rescheduleTs }: ActorInspection, now: number) {
  if (rescheduleTs !== null) {
    return `It has left memory, and starts again in ${formatAge(rescheduleTs - now)}`;
  }
  const sockets = hibernatingSockets ?? 0;
  const open = sockets === 0 ? "no socket" : plural(sockets, "socket");
  const alarm = alarmTs === null ? "" : `, or its alarm in ${formatAge(alarmTs - now)}`;
  return `It sleeps, with ${open} open. A message or a request wakes it${alarm}`;
}
