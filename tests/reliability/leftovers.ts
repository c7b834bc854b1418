import type { System } from "../support/system.ts";
import { eventually } from "./counter_load.ts";

/**
 * Longer than a runner takes to learn of the last closes, and to come back from its last trouble: when
 * many attempts have failed, it waits up to 37.5 s before the next.
 */
const WITHIN_MS = 60_000;

/** What gateway and runners hold of clients that have left: nothing, once all have heard of it. */
export async function leftovers(gateway: System, runners: readonly System[]): Promise<string[]> {
  let left: string[] = [];
  await eventually(async () => {
    left = [
      ...await heldBy("gateway", gateway),
      ...(await Promise.all(runners.map((runner, at) => heldBy(`runner ${at}`, runner)))).flat(),
    ];
    return left.length === 0;
  }, WITHIN_MS);
  return left;
}

async function heldBy(who: string, system: System): Promise<string[]> {
  const { totals, inAll, tunnel } = await system.snapshot();
  const held = {
    "sockets": inAll.sockets,
    "sockets open": totals.socketsOpen,
    "sockets hibernating": totals.socketsHibernating,
    "messages pending": totals.pendingMessages,
    "bytes pending": totals.pendingBytes,
    "requests": totals.requestsInFlight,
    "messages unhandled": totals.unhandledMessages,
    "messages held": totals.heldMessages,
    "events unacked": tunnel.end?.eventsUnacked,
    "outgoing messages kept": tunnel.end?.outgoingKept,
  };
  return Object.entries(held)
    .filter(([, count]) => (count ?? 0) > 0)
    .map(([what, count]) => `${who}, ${tunnel.state}: ${count} ${what}`);
}
