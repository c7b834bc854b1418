import type { ComponentChildren } from "preact";
import type { UrlState } from "./url_state.ts";

/** One choice among words; the first means all. */
export interface Choice {
  /** As the address names it. */
  readonly id: string;
  readonly label: string;
  readonly options: readonly string[];
}

export interface FiltersProps {
  readonly url: UrlState;
  /** What the text is looked for in. */
  readonly hint: string;
  readonly choices?: readonly Choice[];
  /** Further fields. */
  readonly children?: ComponentChildren;
}

/** Above a list: a text to look for, and choices. Both are in the address. */
export function Filters({ url, hint, choices = [], children }: FiltersProps) {
  return (
    <search class="flex flex-wrap items-end gap-2">
      <label class="field min-w-48 grow sm:max-w-80">
        Filter
        <input
          class="input"
          type="search"
          placeholder={hint}
          value={url.get("q")}
          data-filter
          data-testid="filter"
          onInput={(event) => url.set("q", event.currentTarget.value)}
        />
      </label>
      {choices.map(({ id, label, options }) => (
        <label key={id} class="field">
          {label}
          <select
            class="input"
            value={url.get(id)}
            data-testid={`filter-${id}`}
            onChange={(event) => url.set(id, event.currentTarget.value)}
          >
            <option value="">all</option>
            {options.map((option) => <option key={option} value={option}>{option}</option>)}
          </select>
        </label>
      ))}
      {children}
    </search>
  );
}

/** Whether one of the texts has what is looked for; case does not count. */
export function matches(wanted: string, ...texts: readonly (string | null)[]): boolean {
  if (wanted === "") return true;
  const lower = wanted.toLowerCase();
  return texts.some((text) => text !== null && text.toLowerCase().includes(lower));
}
