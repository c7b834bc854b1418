import type { ComponentChildren } from "preact";
import { plural } from "./format.ts";
import { useHeldRows } from "./held_rows.ts";
import { Scroller } from "./Panel.tsx";

export interface LogListProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  /** Ids count anew when it changes. */
  readonly instance: string;
  readonly children: (row: Row) => ComponentChildren;
}

/** A log, newest first, that does not move while it is read. */
export function LogList<Row extends { readonly id: number }>(
  { label, rows, instance, children }: LogListProps<Row>,
) {
  const held = useHeldRows(rows, instance);
  return (
    <div
      class="relative flex min-h-0 grow flex-col"
      onMouseEnter={() => held.hover(true)}
      onMouseLeave={() => held.hover(false)}
    >
      {held.waiting > 0 && (
        <button
          type="button"
          class="button button-small absolute top-2 left-1/2 z-10 -translate-x-1/2 shadow-sm"
          data-testid="show-new"
          onClick={held.release}
        >
          {`Show ${plural(held.waiting, "new row")}`}
        </button>
      )}
      <Scroller label={label} onScroll={held.scroll}>
        <ol class="divide-line divide-y">{held.rows.map(children)}</ol>
      </Scroller>
    </div>
  );
}
