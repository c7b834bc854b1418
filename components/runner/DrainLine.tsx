import type { RunnerRow } from "../../lib/inspect/mod.ts";
import { formatAge, formatCount, plural } from "../format.ts";

export interface DrainLineProps {
  readonly runner: Pick<RunnerRow, "state" | "drain" | "actors">;
  readonly now: number;
}

/** How far a runner is that takes no new actors. */
export function DrainLine({ runner: { state, drain, actors }, now }: DrainLineProps) {
  if (drain === null) {
    if (state !== "draining") return null;
    return (
      <p class="bg-warn-soft text-warn rounded-md px-3 py-2" data-testid="drain">
        {`It leaves: ${plural(actors, "actor")} ${actors === 1 ? "is" : "are"} still awake here.`}
      </p>
    );
  }
  const left = Math.max(0, drain.actors - actors);
  const share = drain.actors === 0 ? 1 : left / drain.actors;
  const why = drain.by === "operator"
    ? "An operator wants no new actors on it"
    : "It leaves, and takes no new actors";
  return (
    <div
      class="bg-warn-soft text-warn flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md px-3 py-2"
      data-testid="drain"
    >
      <p>
        {`${why}, for ${formatAge(now - drain.sinceTs)}: ${formatCount(left)} of ${
          plural(drain.actors, "actor")
        } ${left === 1 ? "has" : "have"} left.`}
      </p>
      <svg
        class="h-2 w-40"
        viewBox="0 0 100 1"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${Math.floor(100 * share)} % have left`}
      >
        <rect class="fill-panel" width="100" height="1" />
        <rect class="fill-warn" width={100 * share} height="1" />
      </svg>
    </div>
  );
}
