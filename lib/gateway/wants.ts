import type { ActorEntry } from "./actor_entry.ts";
import type { WakeCause } from "./observer.ts";

/**
 * What of an actor's clients would wake it at once if it slept, most important first:
 *
 *   requests_waiting   HTTP requests without an answer
 *   sockets_opening    WebSockets whose open it has not answered
 *   messages_unacked   messages, and closes, of clients that are still there
 *   closes_unacked     sockets of clients that have left, which it has not heard of
 *   alarm_due          its alarm
 */
export const WANT_CODES = [
  "requests_waiting",
  "sockets_opening",
  "messages_unacked",
  "closes_unacked",
  "alarm_due",
] as const;

export type WantCode = typeof WANT_CODES[number];

/** One thing that wants an actor awake, and how much there is of it: never 0. */
export interface Want {
  readonly code: WantCode;
  readonly count: number;
}

const CAUSES: Readonly<Record<WantCode, WakeCause>> = {
  requests_waiting: "request",
  sockets_opening: "open",
  messages_unacked: "message",
  closes_unacked: "close",
  alarm_due: "alarm",
};

/** `now`: in milliseconds since the epoch, as alarms are. */
export function wantsOf({ record, sockets, requests }: ActorEntry, now: number): readonly Want[] {
  const counts: Record<WantCode, number> = {
    requests_waiting: 0,
    sockets_opening: 0,
    messages_unacked: 0,
    closes_unacked: 0,
    alarm_due: Number(record.alarmTs !== null && record.alarmTs <= now),
  };
  for (const request of requests) if (request.wantsActor) counts.requests_waiting++;
  for (const socket of sockets) {
    if (!socket.wantsActor) continue;
    if (socket.phase === "opening") counts.sockets_opening++;
    else if (socket.isClientGone) counts.closes_unacked++;
    else counts.messages_unacked += socket.pendingMessages;
  }
  return WANT_CODES.flatMap((code) => counts[code] > 0 ? [{ code, count: counts[code] }] : []);
}

/** What the most important of them wakes an actor for; `undefined` when there is none. */
export function causeOf([first]: readonly Want[]): WakeCause | undefined {
  return first && CAUSES[first.code];
}
