import type { UrlState } from "../page/url_state.ts";

/** Spans that one can choose, in seconds. */
const SPANS: Readonly<Record<string, number>> = { "1 min": 60, "5 min": 300, "15 min": 900 };
const LONGEST = "15 min";

/** The span that the address names, in seconds; else the longest. */
export function spanOf(url: UrlState): number {
  return SPANS[nameOf(url)]!;
}

/** How far back charts go: `span` in the address. */
export function SpanChoice({ url }: { url: UrlState }) {
  return (
    <label class="text-muted flex items-center gap-1.5 text-xs">
      The last
      <select
        class="input h-6 w-auto"
        value={nameOf(url)}
        data-testid="chart-span"
        onChange={({ currentTarget: { value } }) => url.set("span", value === LONGEST ? "" : value)}
      >
        {Object.keys(SPANS).map((span) => <option key={span} value={span}>{span}</option>)}
      </select>
    </label>
  );
}

function nameOf(url: UrlState): string {
  const name = url.get("span");
  return Object.hasOwn(SPANS, name) ? name : LONGEST;
}
