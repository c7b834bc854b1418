import type { ActorPhase } from "../gateway/observer.ts";
import type { Recorder } from "./recorder.ts";
import type { Totals } from "./snapshot.ts";

/** How many actors are in each phase. */
export function byPhase(actors: readonly { readonly phase: ActorPhase }[]): Totals["actors"] {
  const counts: Partial<Record<ActorPhase, number>> = {};
  for (const { phase } of actors) counts[phase] = (counts[phase] ?? 0) + 1;
  return counts;
}

/** The totals that were counted as they happened. */
export function counted({ counts }: Recorder): Pick<Totals, "requestsEnded" | "sleeps" | "wakes"> {
  return {
    requestsEnded: counts.requests.total,
    sleeps: counts.actorsAsleep.total,
    wakes: counts.actorsStarted.total,
  };
}

interface Named {
  readonly actorId: string;
  readonly name: string;
  readonly key: string | null;
}

/** The order of actors in a table, where nothing else decides. */
export function byNameAndKey(a: Named, b: Named): number {
  return compare(a.name, b.name) ||
    compare(a.key ?? "", b.key ?? "") ||
    compare(a.actorId, b.actorId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
