import type { HistoryRunner } from "../../lib/inspect/mod.ts";
import { shortId } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";

export interface RunnerChoiceProps {
  readonly url: UrlState;
  /** Those with a history of their own. */
  readonly runners: readonly HistoryRunner[];
  /** What runners are called, by id. */
  readonly names: ReadonlyMap<string, string>;
}

/** Of which runner charts are: `runner` in the address. Where there is only one, there is no choice. */
export function RunnerChoice({ url, runners, names }: RunnerChoiceProps) {
  const chosen = url.get("runner");
  if (runners.length <= 1 && chosen === "") return null;
  const labels = new Map(
    runners.map((runner) => [runner.runnerId as string, labelOf(runner, names)]),
  );
  if (chosen !== "" && !labels.has(chosen)) labels.set(chosen, shortId(chosen));
  return (
    <label class="text-muted flex items-center gap-1.5 text-xs">
      Runner
      <select
        class="input h-6 w-auto"
        value={chosen}
        data-testid="chart-runner"
        onChange={({ currentTarget: { value } }) => url.set("runner", value)}
      >
        <option value="">all together</option>
        {[...labels].map(([id, label]) => <option key={id} value={id}>{label}</option>)}
      </select>
    </label>
  );
}

function labelOf(
  { runnerId, hasLeft }: HistoryRunner,
  names: RunnerChoiceProps["names"],
): string {
  const name = names.get(runnerId);
  return `${name === undefined ? "" : `${name} `}${shortId(runnerId)}${
    hasLeft ? ", has left" : ""
  }`;
}
