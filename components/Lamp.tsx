import type { PromisesKept } from "../lib/inspect/mod.ts";
import { formatClock, formatCount } from "./format.ts";
import { NotHere } from "./NotHere.tsx";

/** Whether every message came once and in order: green as long as it did. */
export function Lamp({ of, zone }: { of: PromisesKept; zone: "UTC" | undefined }) {
  const { checked, lost, doubled, reordered, sinceTs, cases } = of;
  if (checked === null) {
    return (
      <span data-testid="lamp" data-lamp="unknown">
        promises: <NotHere />
      </span>
    );
  }
  const isKept = lost === 0 && doubled === 0 && reordered === 0;
  return (
    <span
      class={`inline-flex flex-wrap items-baseline gap-x-1.5 ${
        isKept ? "" : "text-bad font-medium"
      }`}
      data-testid="lamp"
      data-lamp={isKept ? "kept" : "broken"}
      role="status"
      title="Held against what either end of the tunnel tells of each message, as it passes"
    >
      <span
        aria-hidden="true"
        class={`inline-block size-2 self-center rounded-full ${isKept ? "bg-awake" : "bg-bad"}`}
      />
      {`${formatCount(lost)} lost, ${formatCount(doubled)} doubled, ${
        formatCount(reordered)
      } reordered`}
      <span class="text-muted font-normal">
        {`of ${formatCount(checked)} since ${formatClock(sinceTs, zone)}`}
      </span>
      {cases.map(({ id, kind }) => (
        <a key={id} class="underline" href={`/api/promises/${id}`} download={`promise-${id}.json`}>
          {`${kind}: what happened`}
        </a>
      ))}
    </span>
  );
}
