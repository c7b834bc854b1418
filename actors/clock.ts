import { defineActor } from "../lib/actor/mod.ts";
import { unlessRefused } from "./hibernate.ts";

const TICK_MS = 1_000;

interface Clock {
  tick: number;
}

/**
 * Ticks once a second while someone listens, and sleeps between the ticks. A tick is a text:
 * `{"tick":n,"at":"2026-01-31T12:00:00.000Z"}`, where `n` counts the ticks of this clock from 1 and
 * `at` is when it went out. HTTP GET answers the last one's number: `{"tick":n}`.
 */
export default defineActor({
  state: (): Clock => ({ tick: 0 }),
  // Much shorter than a tick, so that it sleeps between two of them.
  sleepAfter: 100,
  fetch: (actor) => Response.json({ tick: actor.state.tick }),
  websocket: {
    hibernate: unlessRefused,
    open(actor) {
      if (actor.alarm === null) actor.setAlarm(nextTick(actor.now()));
    },
  },
  alarm(actor) {
    if (actor.sockets.size === 0) return;
    const now = actor.now();
    actor.state.tick++;
    actor.broadcast(JSON.stringify({ tick: actor.state.tick, at: new Date(now).toISOString() }));
    actor.setAlarm(nextTick(now));
  },
});

/** The next whole second: a late tick does not make the later ones late. */
function nextTick(now: number): number {
  return (Math.floor(now / TICK_MS) + 1) * TICK_MS;
}
