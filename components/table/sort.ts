/** What a column sorts by. Nothing known comes last, whichever way it goes. */
export type Sortable = number | string | boolean | null;

export interface Sort {
  readonly column: string;
  /** Greatest first. */
  readonly down: boolean;
}

/** As it stands in an address: `pending`, or `-pending` for the greatest first. */
export function parseSort(text: string, columns: readonly string[], otherwise: Sort): Sort {
  const down = text.startsWith("-");
  const column = down ? text.slice(1) : text;
  return columns.includes(column) ? { column, down } : otherwise;
}

export function formatSort({ column, down }: Sort): string {
  return `${down ? "-" : ""}${column}`;
}

/** Sorted by what `by` says of each row. Rows that are the same in it keep their order. */
export function sorted<Row>(
  rows: readonly Row[],
  by: (row: Row) => Sortable,
  down: boolean,
): Row[] {
  return rows
    .map((row) => ({ row, at: by(row) }))
    .sort((a, b) => {
      if (a.at === null || b.at === null) return Number(a.at === null) - Number(b.at === null);
      return down ? compare(b.at, a.at) : compare(a.at, b.at);
    })
    .map(({ row }) => row);
}

const TEXT = new Intl.Collator("en", { numeric: true });

function compare(a: NonNullable<Sortable>, b: NonNullable<Sortable>): number {
  if (typeof a === "string" && typeof b === "string") return TEXT.compare(a, b);
  return Number(a) - Number(b);
}
