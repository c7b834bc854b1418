/**
 * What keeps an actor awake, most important first:
 *
 *   starting             its start handler is not through yet
 *   requests_in_flight   HTTP requests that are not answered
 *   plain_sockets        open WebSockets that cannot hibernate
 *   handler_running      a handler is half way
 *   messages_unhandled   messages, opens, closes and alarms that wait for their handler
 *   uncommitted          work that is not durable yet, or may not be
 *   sockets_attaching    restored sockets that the gateway has not attached yet
 *   never_sleeps         its definition says `sleepAfter: false`
 */
export const HOLD_CODES = [
  "starting",
  "requests_in_flight",
  "plain_sockets",
  "handler_running",
  "messages_unhandled",
  "uncommitted",
  "sockets_attaching",
  "never_sleeps",
] as const;

export type HoldCode = typeof HOLD_CODES[number];

/** One thing that keeps an actor awake, and how much there is of it: never 0. */
export interface Hold {
  readonly code: HoldCode;
  readonly count: number;
}

/** Without any, the actor falls asleep when its idle time is over; with one it does not. */
export function holdsOf(counts: Readonly<Record<HoldCode, number>>): readonly Hold[] {
  const holds: Hold[] = [];
  for (const code of HOLD_CODES) if (counts[code] > 0) holds.push({ code, count: counts[code] });
  return holds;
}
