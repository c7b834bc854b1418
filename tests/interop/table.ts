/** The tables of docs/interop.md. */
import { markdownTable } from "../../lib/config/markdown_table.ts";
import type { Instead } from "./scenario.ts";
import type { Pairing } from "./world.ts";

/** What came of a scenario in a pairing; `null` where it was not played. */
export type Cell = Played | null;

export interface Played {
  readonly passed: boolean;
  readonly expected: Instead | undefined;
  readonly asExpected: boolean;
}

export interface PlayedSection {
  readonly title: string;
  readonly pairings: readonly Pairing[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
}

/** Counts of what holds in each pairing, then a table for each section. */
export function scenarioTables(sections: readonly PlayedSection[]): string[] {
  return [
    ...totals(sections),
    ...sections.flatMap(({ title, pairings, rows }) => [
      "",
      `### ${title}`,
      "",
      ...markdownTable(
        ["scenario", ...pairings.map(headOf)],
        rows.map(({ name, cells }) => [escaped(name), ...cells.map(textOf)]),
      ),
    ]),
  ];
}

function totals(sections: readonly PlayedSection[]): string[] {
  const columns = new Map<string, { held: number; of: number }>();
  for (const { pairings, rows } of sections) {
    for (const { cells } of rows) {
      for (const [i, cell] of cells.entries()) {
        if (cell === null) continue;
        const head = headOf(pairings[i]!);
        const column = columns.get(head) ?? { held: 0, of: 0 };
        column.of++;
        if (cell.passed) column.held++;
        columns.set(head, column);
      }
    }
  }
  const rows = [...columns].map(([head, { held, of }]) => [head, `${held}`, `${of}`]);
  return markdownTable(["runner → gateway", "holds", "of"], rows);
}

function headOf({ runner, gateway }: Pairing): string {
  return `${runner.name} → ${gateway.name}`;
}

function textOf(cell: Cell): string {
  if (cell === null) return "not played";
  const { passed, expected, asExpected } = cell;
  if (expected?.sometimes) return `at times: ${escaped(expected.does)}`;
  if (!asExpected) return passed ? "✓ (unexpected)" : "**does not hold**";
  return passed ? "✓" : escaped(expected!.does);
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
