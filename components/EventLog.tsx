import type { EventKind, EventRow, Snapshot } from "../lib/inspect/mod.ts";
import { Chip, type Tone } from "./Chip.tsx";
import { formatActor, formatClock, formatMs, plural, shortId } from "./format.ts";
import { LogList } from "./LogList.tsx";
import { Empty } from "./Panel.tsx";

export const KINDS: Readonly<Record<EventKind, { word: string; tone: Tone }>> = {
  wake: { word: "wake", tone: "awake" },
  moved: { word: "moved", tone: "awake" },
  sleep: { word: "sleep", tone: "asleep" },
  given_up: { word: "left", tone: "warn" },
  crash: { word: "crash", tone: "bad" },
  destroyed: { word: "destroyed", tone: "plain" },
  handler_failed: { word: "error", tone: "bad" },
  commit_failed: { word: "error", tone: "bad" },
  runner_joined: { word: "runner", tone: "plain" },
  runner_disconnected: { word: "runner", tone: "warn" },
  runner_lost: { word: "runner", tone: "bad" },
  tunnel: { word: "tunnel", tone: "plain" },
  messages_lost: { word: "lost", tone: "bad" },
  slow: { word: "slow", tone: "warn" },
  caught_up: { word: "slow", tone: "plain" },
  limit: { word: "limit", tone: "warn" },
  store_failed: { word: "store", tone: "bad" },
  fault: { word: "fault", tone: "warn" },
  promise_broken: { word: "broken", tone: "bad" },
};

/** The sentence behind an event's word. */
export function eventText(event: EventRow): string {
  switch (event.kind) {
    case "wake":
      return event.cause === null
        ? `loaded in ${formatMs(event.latencyMs)}, cause not known here`
        : `by ${event.cause} in ${formatMs(event.latencyMs)}`;
    case "moved":
      return `runs on another runner after ${formatMs(event.latencyMs)}`;
    case "sleep":
      return event.kept + event.closed === 0
        ? "left memory"
        : `${plural(event.kept, "socket")} kept, ${event.closed} closed`;
    case "given_up":
      return event.detail;
    case "crash":
      return event.detail;
    case "destroyed":
      return "gone for good";
    case "handler_failed":
      return `${event.handler}: ${event.detail}`;
    case "commit_failed":
      return `commit: ${event.detail}`;
    case "runner_joined":
      return `${event.detail} joined`;
    case "runner_disconnected":
      return `disconnected: ${event.detail}`;
    case "runner_lost":
      return `given up: ${event.detail}`;
    case "tunnel":
      return event.detail === "" ? event.state : `${event.state}: ${event.detail}`;
    case "messages_lost":
      return `${plural(event.count, "outgoing message")} went with the tunnel`;
    case "slow":
      return `the ${event.who} of socket ${event.requestId} does not keep up`;
    case "caught_up":
      return `the ${event.who} of socket ${event.requestId} has caught up`;
    case "limit":
      return `${event.limit} reached: ${event.value}`;
    case "promise_broken":
      return `a message was ${event.promise} on socket ${event.requestId}: ${event.detail}`;
    case "fault":
    case "store_failed":
      return event.detail;
  }
}

export interface EventLogProps {
  readonly events: Snapshot["events"];
  readonly instance: string;
  readonly keys: ReadonlyMap<string, string | null>;
  readonly zone: "UTC" | undefined;
}

/** How actors fall asleep and wake, and what else happened; newest first. */
export function EventLog({ events, instance, keys, zone }: EventLogProps) {
  if (events.length === 0) {
    return (
      <Empty title="Nothing has happened yet">
        Each wake is noted here with its cause and how long it took, each sleep with the sockets
        that stayed open.
      </Empty>
    );
  }
  return (
    <LogList label="Events" rows={events} instance={instance}>
      {(event) => (
        <li
          key={event.id}
          class="flex items-baseline gap-2.5 px-3 py-1.5"
          data-testid="event-row"
          data-kind={event.kind}
          data-event-id={event.id}
          data-actor-id={"actorId" in event ? event.actorId : undefined}
        >
          <time class="text-muted numbers shrink-0 text-xs" dateTime={isoOf(event.ts)}>
            {formatClock(event.ts, zone)}
          </time>
          <span class="w-14 shrink-0 sm:w-17">
            <Chip tone={KINDS[event.kind].tone}>{KINDS[event.kind].word}</Chip>
          </span>
          <span class="min-w-0 wrap-anywhere">
            <Subject event={event} keys={keys} /> <span class="text-muted">{eventText(event)}</span>
          </span>
        </li>
      )}
    </LogList>
  );
}

/** Whom the event is of: a way to the actor's page. */
function Subject({ event, keys }: { event: EventRow; keys: EventLogProps["keys"] }) {
  const name = <b class="font-medium">{subjectOf(event, keys)}</b>;
  if (!("actorId" in event)) return name;
  const href = `/actors/${encodeURIComponent(event.actorId)}`;
  return <a class="hover:underline" href={href}>{name}</a>;
}

function subjectOf(event: EventRow, keys: EventLogProps["keys"]): string {
  if ("actorName" in event) {
    return formatActor(event.actorName, event.actorKey ?? keys.get(event.actorId) ?? null);
  }
  if ("actorId" in event) return shortId(event.actorId);
  return "";
}

function isoOf(ts: number): string {
  return new Date(ts).toISOString();
}
