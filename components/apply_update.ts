import type { Snapshot, Update } from "../lib/inspect/mod.ts";

/** Rows of a log that the page keeps, and seconds of the chart. */
const KEPT_ROWS = 100;
const KEPT_SECONDS = 300;

/**
 * What the page shows after an update. Entries that it has already are not taken twice: updates may
 * overlap with the snapshot before them.
 */
export function applyUpdate(snapshot: Snapshot, update: Update): Snapshot {
  const state = update.state ?? { ts: update.ts };
  return {
    ...snapshot,
    ...state,
    events: newestFirst(update.events, snapshot.events),
    requests: newestFirst(update.requests, snapshot.requests),
    latencySeries: joinSeries(snapshot.latencySeries, update.latencySeries, update.ts),
  };
}

function newestFirst<Row extends { readonly id: number }>(
  news: readonly Row[],
  known: readonly Row[],
): readonly Row[] {
  const last = known[0]?.id ?? 0;
  const fresh = news.filter(({ id }) => id > last);
  return fresh.length === 0 ? known : [...fresh, ...known].slice(0, KEPT_ROWS);
}

function joinSeries(
  known: Snapshot["latencySeries"],
  news: Snapshot["latencySeries"],
  now: number,
): Snapshot["latencySeries"] {
  const last = known.at(-1)?.second ?? 0;
  const oldest = Math.floor(now / 1000) - KEPT_SECONDS;
  const fresh = news.filter(({ second }) => second > last);
  if (fresh.length === 0 && (known[0]?.second ?? oldest) >= oldest) return known;
  return [...known.filter(({ second }) => second >= oldest), ...fresh];
}
