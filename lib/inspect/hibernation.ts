import type { SleeperView } from "../gateway/view.ts";
import { firstOf } from "./first_of.ts";
import type { SleepCauses, WakeCauses } from "./history/step.ts";
import type { Inspected } from "./inspected.ts";
import { byNameAndKey } from "./summary.ts";
import type { Tally } from "./tally.ts";

/**
 * JS heap that an awake actor with one socket takes in its runner, and that a hibernating one does
 * not: the slope over 8 000 of them, as `docs/performance.json` has it (`deno task bench --only
 * memory`). A test holds this number to that file.
 */
export const AWAKE_ACTOR_BYTES = 7_140;

const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

/** What hibernation does, of all actors. Only the gateway knows what is `null`. */
export interface Hibernation {
  /** Actors that sleep while a client's socket is open. */
  readonly asleep: number | null;
  /** The sockets that are open for them. */
  readonly sockets: number | null;
  /** How long actors slept so, added up since the start: whole seconds, in milliseconds. */
  readonly asleepMs: number | null;
  /** Since the start, by cause. */
  readonly sleeps: SleepCauses;
  readonly wakes: WakeCauses;
  readonly saved: Saved | null;
}

/** What awake actors would have taken instead, had nobody slept. */
export interface Saved {
  /** `asleepMs` in hours. */
  readonly actorHours: number;
  /** What one would take: {@link AWAKE_ACTOR_BYTES}. */
  readonly bytesEach: number;
  /** `asleep × bytesEach`. */
  readonly bytesNow: number;
  /** `actorHours × bytesEach`. */
  readonly mebibyteHours: number;
}

/** A sleeper; `nextKeepAliveTs`: when the gateway writes again that its sockets are there. */
export interface SleeperRow extends SleeperView {
  readonly nextKeepAliveTs: number | null;
}

export function hibernationOf({ source: { gateway }, recorder }: Inspected): Hibernation {
  const { actorsAsleep, actorsStarted } = recorder.counts;
  const causes = { sleeps: byCause(actorsAsleep), wakes: byCause(actorsStarted) };
  if (gateway === undefined) {
    return { asleep: null, sockets: null, asleepMs: null, ...causes, saved: null };
  }
  const { asleep, asleepMs } = gateway.hibernation();
  const wholeMs = Math.floor(asleepMs / 1000) * 1000;
  return {
    asleep,
    sockets: gateway.summary().socketsHibernating,
    asleepMs: wholeMs,
    ...causes,
    saved: savedBy(asleep, wholeMs),
  };
}

/** Sleepers that the gateway has in memory, by name and key: none at a runner alone. */
export function sleeperTable(
  { source: { gateway } }: Inspected,
  most: number,
): { readonly rows: readonly SleeperRow[]; readonly inAll: number } {
  if (gateway === undefined) return { rows: [], inAll: 0 };
  const looks = [...gateway.sleeperLooks()];
  const { hibernationKeepAliveMs } = gateway.options;
  const rows = firstOf(looks, most, (a, b) => byNameAndKey(a.record, b.record)).map((look) => {
    const view = look.view();
    const { keepAliveTs } = view;
    return {
      ...view,
      nextKeepAliveTs: keepAliveTs === null ? null : keepAliveTs + hibernationKeepAliveMs,
    };
  });
  return { rows, inAll: looks.length };
}

function savedBy(asleep: number, asleepMs: number): Saved {
  const actorHours = asleepMs / HOUR_MS;
  return {
    actorHours,
    bytesEach: AWAKE_ACTOR_BYTES,
    bytesNow: asleep * AWAKE_ACTOR_BYTES,
    mebibyteHours: actorHours * AWAKE_ACTOR_BYTES / MIB,
  };
}

function byCause(tally: Tally): Readonly<Record<string, number>> {
  return Object.fromEntries(tally.entries());
}
