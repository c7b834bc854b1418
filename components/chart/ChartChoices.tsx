import type { HistoryRunner } from "../../lib/inspect/mod.ts";
import { shortId } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";

/** Spans that one can choose, in seconds. */
const SPANS: Readonly<Record<string, number>> = { "1 min": 60, "5 min": 300, "15 min": 900 };
const LONGEST = "15 min";

/** The span that the address names, in seconds; else the longest. */
export function spanOf(url: UrlState): number {
  return SPANS[url.get("span")] ?? SPANS[LONGEST]!;
}

export interface ChartChoicesProps {
  /** Keeps the choices: `runner` and `span`. */
  readonly url: UrlState;
  readonly runners: readonly HistoryRunner[];
  /** What runners are called, by id. */
  readonly names: ReadonlyMap<string, string>;
}

/** Of which runner the charts are, and how far back they go. */
export function ChartChoices({ url, runners, names }: ChartChoicesProps) {
  const chosen = url.get("runner");
  const known = runners.map(({ runnerId }) => runnerId as string);
  const gone = chosen === "" || known.includes(chosen) ? [] : [chosen];
  const left = new Set(runners.filter((one) => one.hasLeft).map((one) => one.runnerId as string));
  const labelOf = (id: string): string => {
    const label = [names.get(id), shortId(id)].filter((part) => part !== undefined).join(" ");
    return left.has(id) ? `${label}, has left` : label;
  };
  return (
    <div class="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-xs">
      {(known.length > 1 || chosen !== "") && (
        <label class="text-muted flex items-center gap-1.5">
          Runner
          <select
            class="input h-6 w-auto"
            value={chosen}
            data-testid="chart-runner"
            onChange={(event) => url.set("runner", event.currentTarget.value)}
          >
            <option value="">all together</option>
            {[...known, ...gone].map((id) => <option key={id} value={id}>{labelOf(id)}</option>)}
          </select>
        </label>
      )}
      <label class="text-muted flex items-center gap-1.5">
        The last
        <select
          class="input h-6 w-auto"
          value={url.get("span") || LONGEST}
          data-testid="chart-span"
          onChange={(event) => {
            const { value } = event.currentTarget;
            url.set("span", value === LONGEST ? "" : value);
          }}
        >
          {Object.keys(SPANS).map((span) => <option key={span} value={span}>{span}</option>)}
        </select>
      </label>
    </div>
  );
}
