import type { LinkRow, RoundTrip, RunnerRow } from "../../lib/inspect/mod.ts";
import { Chart } from "../chart/Chart.tsx";
import { formatMs, plural } from "../format.ts";
import { NotHere } from "../NotHere.tsx";
import { Empty, Panel } from "../Panel.tsx";
import { medianOf, roundTripLine } from "./round_trips.ts";

/** How far back it goes, in seconds. */
const SPAN = 900;
/** Younger than that, it is drawn with some room before it. */
const LEAST_SPAN = 60;

export interface RoundTripsProps {
  readonly runner: Pick<RunnerRow, "protocolVersion">;
  /** `null` at a runner alone: its gateway pings. */
  readonly trips: readonly RoundTrip[] | null;
  readonly links: readonly LinkRow[];
  readonly now: number;
  readonly zone: "UTC" | undefined;
  readonly class?: string;
}

/** How long a runner's pings took, there and back; a gap where its tunnel was down. */
export function RoundTrips(
  { runner, trips, links, now, zone, class: classes = "" }: RoundTripsProps,
) {
  const to = Math.floor(now / 1000);
  const { seconds, values } = roundTripLine(trips ?? [], links, to - SPAN);
  const known = values.filter((value) => value !== null);
  const from = Math.max(to - SPAN, Math.min(to - LEAST_SPAN, seconds[0] ?? Infinity));
  const note = known.length === 0
    ? null
    : `${plural(known.length, "ping")}: median ${formatMs(medianOf(known))}, slowest ${
      formatMs(Math.max(...known))
    }`;
  return (
    <Panel
      id="round-trips"
      title="Round trip"
      note={<span data-testid="round-trips">{note}</span>}
      class={classes}
    >
      {trips === null
        ? (
          <Empty title="Its gateway pings it">
            How long a ping takes, there and back: <NotHere />
          </Empty>
        )
        : runner.protocolVersion < 4
        ? (
          <Empty title="No ping before version 4">
            Up to version 3 of the protocol the runner pings, and nothing answers it.
          </Empty>
        )
        : (
          <Chart
            id="round-trips"
            label="Round trip of each ping"
            lines={[{ label: "round trip", color: "accent", values }]}
            format={formatMs}
            empty="Each ping has a point here, as soon as it is answered."
            {...{ seconds, from, to, zone }}
          />
        )}
    </Panel>
  );
}
