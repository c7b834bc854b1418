import type { Life } from "../../lib/inspect/mod.ts";
import { formatAge, formatMs, plural } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";
import { awakeShare, type Span, spansOf } from "./life_spans.ts";

const WIDTH = 1_000;
/** A wake of milliseconds within an hour must be seen. */
const LEAST = 2;
const MINUTE = 60_000;
const WINDOWS: Readonly<Record<string, number>> = {
  "1 min": MINUTE,
  "10 min": 10 * MINUTE,
  "1 h": 60 * MINUTE,
};

const FILLS: Readonly<Record<Span["is"], string>> = {
  awake: "fill-awake",
  waking: "fill-warn",
  asleep: "fill-asleep opacity-30",
};

export interface LifeLineProps {
  readonly lives: readonly Life[];
  readonly now: number;
  readonly url: UrlState;
}

/** When an actor was awake and when asleep, drawn to scale. */
export function LifeLine({ lives, now, url }: LifeLineProps) {
  const known = Math.min(now, ...lives.map(({ wantedTs }) => wantedTs));
  const window = WINDOWS[url.get("window")];
  const from = window === undefined ? known : now - window;
  const spans = spansOf(lives, from, now);
  const length = Math.max(1, now - from);
  const x = (ts: number): number => (WIDTH * (ts - from)) / length;
  const share = awakeShare(spans);
  const summary = share === null
    ? "Nothing is known of this time"
    : `Awake ${percent(share)} of ${formatAge(now - Math.max(from, known))}, in ${
      plural(livesIn(spans), "life", "lives")
    }`;
  return (
    <div class="border-line space-y-1.5 border-b px-3 py-2.5">
      <div class="flex items-center justify-between gap-2 text-xs">
        <span data-testid="life-summary">{summary}</span>
        <label class="text-muted flex items-center gap-1.5">
          Of
          <select
            class="input h-6 w-auto"
            value={url.get("window")}
            data-testid="life-window"
            onChange={(event) => url.set("window", event.currentTarget.value)}
          >
            <option value="">all that is known</option>
            {Object.keys(WINDOWS).map((name) => (
              <option key={name} value={name}>{`the last ${name}`}</option>
            ))}
          </select>
        </label>
      </div>
      <svg
        class="bg-sunken block h-7 w-full rounded"
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
        data-testid="life-line"
      >
        {spans.map((span) => (
          <rect
            key={`${span.life.id} ${span.is}`}
            class={span.is === "awake" && span.life.end === "crash" ? "fill-bad" : FILLS[span.is]}
            x={x(span.from)}
            width={Math.max(span.is === "asleep" ? 0 : LEAST, x(span.to) - x(span.from))}
            height="10"
            data-span={span.is}
          >
            <title>{titleOf(span)}</title>
          </rect>
        ))}
      </svg>
      <div class="text-muted flex justify-between text-xs">
        <span>{`${formatAge(now - from)} ago`}</span>
        <span class="hidden gap-3 sm:flex">
          <Key fill="bg-awake" word="awake" />
          <Key fill="bg-warn" word="waking" />
          <Key fill="bg-asleep opacity-30" word="asleep" />
          <Key fill="bg-bad" word="crashed" />
        </span>
        <span>now</span>
      </div>
    </div>
  );
}

function Key({ fill, word }: { fill: string; word: string }) {
  return (
    <span class="flex items-center gap-1">
      <span class={`size-2 rounded-sm ${fill}`} aria-hidden="true" />
      {word}
    </span>
  );
}

function livesIn(spans: readonly Span[]): number {
  return new Set(spans.filter(({ is }) => is !== "asleep").map(({ life }) => life.id)).size;
}

function titleOf({ is, from, to, life }: Span): string {
  const length = formatMs(to - from);
  if (is === "asleep") return `Asleep for ${length}`;
  const cause = life.cause === null ? "" : `, woken by ${life.cause}`;
  return `${is === "awake" ? "Awake" : "Waking"} for ${length}${cause}`;
}

function percent(share: number): string {
  const value = 100 * share;
  return value > 0 && value < 1 ? "less than 1 %" : `${Math.round(value)} %`;
}
