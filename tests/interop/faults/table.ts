/** What was measured, as the table of docs/interop.md. */
import { markdownTable } from "../../../lib/config/markdown_table.ts";
import type { Pairing } from "../world.ts";
import type { Fault, Sight } from "./fault.ts";
import type { Measurement } from "./measure.ts";

/** One row a fault, one column a pairing. */
export function faultTable(
  faults: readonly Fault[],
  pairings: readonly Pairing[],
  measured: readonly Measurement[],
): string[] {
  const head = [
    "fault",
    ...pairings.map(({ gateway, runner }) => `${gateway.name}, ${runner.name}`),
    "bound",
  ];
  const rows = faults.map((fault) => [
    fault.name,
    ...pairings.map((pairing) =>
      cellOf(measured.filter((each) => each.fault === fault && each.pairing === pairing))
    ),
    seconds(fault.bound.withinMs),
  ]);
  return markdownTable(head, rows);
}

/** Equal sights together: the median of their times, and the least and the greatest behind it. */
export function cellOf(sights: readonly Sight[]): string {
  const kinds = new Map<string, (number | null)[]>();
  for (const { saw, ms } of sights) kinds.set(saw, [...kinds.get(saw) ?? [], ms]);
  return [...kinds].map(([saw, all]) => {
    const times = all.filter((ms) => ms !== null).sort((a, b) => a - b);
    const often = kinds.size > 1 ? `${all.length} × ` : "";
    return often + saw + spread(times);
  }).join("; ");
}

/** `times` in order. */
function spread(times: readonly number[]): string {
  if (times.length === 0) return "";
  const middle = seconds((times[(times.length - 1) >> 1]! + times[times.length >> 1]!) / 2);
  const [least, greatest] = [seconds(times[0]!), seconds(times.at(-1)!)];
  return least === greatest ? `, ${middle}` : `, ${middle} (${least} to ${greatest})`;
}

function seconds(ms: number): string {
  if (ms < 1) return "under 1 ms";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Whether the client saw what it must, in time. */
export function holds({ fault: { bound }, saw, ms }: Measurement): boolean {
  return bound.saw.test(saw) && ms !== null && ms <= bound.withinMs;
}
