import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { formatClock } from "../format.ts";
import type { Line, LineColor, Picture } from "./picture.ts";
import { type Plot, plot } from "./plot.ts";
import { greatest, lastPlace } from "./values.ts";

export interface ChartProps extends Picture {
  readonly id: string;
  /** What is shown, in a few words. */
  readonly label: string;
  readonly zone: "UTC" | undefined;
  /** Stands in place of lines while none has a value. */
  readonly empty?: ComponentChildren;
}

/**
 * Lines over time, with their values at the second that the reader points at, by pointer or by arrow
 * key; at none, the last values. Fills the height that it is given.
 */
export function Chart({ id, label, zone, empty, ...picture }: ChartProps) {
  const { seconds, lines, format } = picture;
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Plot | null>(null);
  const latest = useRef<Picture>(picture);
  latest.current = picture;
  const pointed = useSignal<number | null>(null);
  /** The second that was gone to by key: it stays pointed at while time goes on. */
  const held = useRef<number | null>(null);
  const point = (place: number): void => {
    held.current = seconds[place] ?? null;
    drawn.current?.point(place);
  };

  useEffect(() => {
    let isGone = false;
    import("uplot").then(({ default: uPlot }) => {
      if (isGone) return;
      drawn.current = plot(
        uPlot,
        place.current!,
        () => latest.current,
        (place) => void (pointed.value = place),
      );
    });
    return () => {
      isGone = true;
      drawn.current?.remove();
    };
  }, []);
  useEffect(() => {
    drawn.current?.redraw();
    const { current } = held;
    if (current !== null) point(seconds.findIndex((second) => second >= current));
  }, [seconds, picture.from, picture.to]);

  const last = lastPlace(lines.map(({ values }) => values));
  const at = Math.min(pointed.value ?? last, seconds.length - 1);
  const clock = at < 0 ? "—" : formatClock(seconds[at]! * 1000, zone);
  const valueAt = ({ values }: Line): string => format(values[at] ?? null);
  const press = (event: KeyboardEvent): void => {
    const to = placeFor(event.key, at, seconds.length - 1);
    if (to === undefined) return;
    event.preventDefault();
    point(to);
  };
  return (
    <figure class="flex min-h-0 grow flex-col px-2 pt-1.5 pb-2" data-testid={`chart-${id}`}>
      <div
        class="relative flex min-h-0 grow flex-col"
        role="slider"
        tabIndex={0}
        aria-label={`${label}, point in time`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, seconds.length - 1)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={[clock, ...lines.map((line) => `${line.label} ${valueAt(line)}`)].join(
          ", ",
        )}
        onKeyDown={press}
        onBlur={() => point(-1)}
      >
        <div ref={place} class="min-h-0 grow" aria-hidden="true" />
        {last < 0 && (
          <div class="text-muted pointer-events-none absolute inset-0 flex items-center justify-center px-6 text-center text-xs">
            {empty}
          </div>
        )}
      </div>
      <dl class="text-muted numbers grid grid-cols-[auto_1fr_1fr] gap-x-3 pt-1 text-xs">
        <div class="row-span-2">
          <dt class="sr-only">At</dt>
          <dd data-testid="chart-time">{clock}</dd>
        </div>
        {lines.map((line) => (
          <div key={line.label} class="flex items-baseline gap-1.5" data-line={line.label}>
            <dt class="flex items-baseline gap-1.5">
              <Stroke line={line} />
              {line.label}
            </dt>
            <dd class="text-ink whitespace-nowrap" data-testid="chart-value">{valueAt(line)}</dd>
          </div>
        ))}
      </dl>
      <figcaption class="sr-only">{summaryOf(label, lines, format)}</figcaption>
    </figure>
  );
}

const TEXT: Readonly<Record<LineColor, string>> = {
  awake: "text-awake",
  accent: "text-accent",
  asleep: "text-asleep",
  warn: "text-warn",
  bad: "text-bad",
  muted: "text-muted",
};

/** How the line is drawn. */
function Stroke({ line: { color, dash } }: { line: Line }) {
  return (
    <svg class={`h-2 w-4 shrink-0 ${TEXT[color]}`} viewBox="0 0 16 8" aria-hidden="true">
      <line
        x1="0"
        x2="16"
        y1="4"
        y2="4"
        stroke="currentColor"
        stroke-width="2"
        stroke-dasharray={dash?.join(" ")}
      />
    </svg>
  );
}

/** The place that a key leads to: −1 is none. `undefined` for any other key. */
function placeFor(key: string, at: number, last: number): number | undefined {
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, at - 1);
    case "ArrowRight":
      return Math.min(last, at + 1);
    case "PageDown":
      return Math.max(0, at - 10);
    case "PageUp":
      return Math.min(last, at + 10);
    case "Home":
      return 0;
    case "End":
      return last;
    case "Escape":
      return -1;
  }
}

function summaryOf(label: string, lines: readonly Line[], format: Picture["format"]): string {
  const most = lines.map(({ label, values }) => `${label} ${format(greatest(values))}`);
  return `${label}. The greatest in the time shown: ${most.join(", ")}.`;
}
