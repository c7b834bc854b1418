import { useSignal } from "@preact/signals";

export interface HeldRows<Row> {
  readonly rows: readonly Row[];
  /** New rows that wait, so that nothing moves under the reader. */
  readonly waiting: number;
  readonly release: () => void;
  readonly hover: (over: boolean) => void;
  readonly scroll: (top: number) => void;
}

/**
 * A log with the newest on top that holds still while it is read: while the pointer is over it or it
 * is scrolled down, new rows are only counted. `instance`: ids count anew when it changes.
 */
export function useHeldRows<Row extends { readonly id: number }>(
  all: readonly Row[],
  instance: string,
): HeldRows<Row> {
  const hovered = useSignal(false);
  const scrolled = useSignal(false);
  /** The newest row shown when reading began; `null` while nobody reads. */
  const held = useSignal<{ readonly id: number; readonly instance: string } | null>(null);

  const hold = (): void => {
    const newest = all[0];
    held.value = newest === undefined ? null : { id: newest.id, instance };
  };
  const settle = (): void => {
    if (!hovered.value && !scrolled.value) held.value = null;
    else if (held.value?.instance !== instance) hold();
  };
  const mark = held.value?.instance === instance ? held.value.id : Infinity;
  const rows = all.filter(({ id }) => id <= mark);
  return {
    rows,
    waiting: all.length - rows.length,
    release: hold,
    hover: (over) => {
      hovered.value = over;
      settle();
    },
    scroll: (top) => {
      scrolled.value = top > 0;
      settle();
    },
  };
}
