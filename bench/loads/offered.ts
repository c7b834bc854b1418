/** How much is sent, and when. */
import { pace } from "./pace.ts";
import type { RoundTrips } from "./round_trips.ts";

/**
 * Closed loop: so many messages in flight on each connection. Open loop: so many a second on all of
 * them together, counted from when they were due, so that waiting is not hidden.
 */
export type Offered = { readonly window: number } | { readonly perSecond: number };

export function begin(
  trips: RoundTrips,
  sockets: readonly WebSocket[],
  payload: string | Uint8Array<ArrayBuffer>,
  offered: Offered,
): void {
  if ("perSecond" in offered) {
    const lanes = sockets.map((socket) => trips.lane(socket, payload, () => {}));
    pace(offered.perSecond, (dueAt, ordinal) => lanes[ordinal % lanes.length]!.send(dueAt));
    return;
  }
  for (const socket of sockets) {
    const lane = trips.lane(socket, payload, (answered) => answered.send());
    for (let i = 0; i < offered.window; i++) lane.send();
  }
}
