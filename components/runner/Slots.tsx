import type { RunnerRow } from "../../lib/inspect/mod.ts";
import { formatCount } from "../format.ts";

/** How many slots of a runner are in use, and of how many. */
export function Slots({ actors, totalSlots }: Pick<RunnerRow, "actors" | "totalSlots">) {
  return (
    <>
      {formatCount(actors)}
      <span class="text-muted">{` / ${formatCount(totalSlots)}`}</span>
    </>
  );
}
