import type { ComponentChildren } from "preact";
import { plural } from "../format.ts";
import type { Selection } from "../table/selection.ts";

/** What can be done to the rows that are chosen. It lies over the page: nothing moves for it. */
export function SelectionBar(
  { selection, of, children }: {
    selection: Selection;
    /** What a row is. */
    of: string;
    children: ComponentChildren;
  },
) {
  const { size } = selection.keys;
  if (size === 0) return null;
  return (
    <div
      class="bg-panel border-line fixed bottom-4 left-1/2 z-4 flex max-w-[calc(100vw-1rem)] -translate-x-1/2 flex-wrap items-center justify-center gap-2 rounded-xl border px-3 py-2 shadow-xl"
      role="toolbar"
      aria-label="Act on what is chosen"
      data-testid="selection"
    >
      <span class="numbers font-medium" role="status">{`${plural(size, of)} chosen`}</span>
      {children}
      <button
        type="button"
        class="button"
        data-testid="selection-clear"
        onClick={() => selection.clear()}
      >
        Clear
      </button>
    </div>
  );
}
