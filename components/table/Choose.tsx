import type { Selection } from "./selection.ts";

/** Chooses one row, or takes that back. */
export function Choose({ rowKey, selection }: { rowKey: string; selection: Selection }) {
  return (
    <input
      type="checkbox"
      class="accent-accent mr-1.5 size-3.5 cursor-pointer align-[-2px]"
      aria-label={`Choose ${rowKey}`}
      data-testid="choose"
      checked={selection.has(rowKey)}
      onChange={() => selection.toggle(rowKey)}
    />
  );
}

/** Chooses every row that the filter leaves, in view or not; or takes that back. */
export function ChooseAll(
  { keys, selection, of }: { keys: readonly string[]; selection: Selection; of: string },
) {
  const chosen = keys.filter((key) => selection.has(key)).length;
  const isAll = keys.length > 0 && chosen === keys.length;
  return (
    <input
      type="checkbox"
      class="accent-accent mr-1.5 size-3.5 cursor-pointer align-[-2px]"
      aria-label={`Choose all ${keys.length} ${of} that match`}
      title={`Choose all ${keys.length} that match`}
      data-testid="choose-all"
      checked={isAll}
      ref={(box) => {
        if (box !== null) box.indeterminate = chosen > 0 && !isAll;
      }}
      onChange={() => selection.set(keys, !isAll)}
    />
  );
}
