import { type Signal, useSignal } from "@preact/signals";

/** Rows that the reader has chosen, by their keys. It outlives filters: what is chosen stays so. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  has(key: string): boolean;
  toggle(key: string): void;
  /** All of these are chosen then, or none of them. */
  set(keys: readonly string[], chosen: boolean): void;
  clear(): void;
}

export function useSelection(): Selection {
  return selectionIn(useSignal<ReadonlySet<string>>(new Set()));
}

export function selectionIn(keys: Signal<ReadonlySet<string>>): Selection {
  const change = (edit: (next: Set<string>) => void): void => {
    const next = new Set(keys.value);
    edit(next);
    keys.value = next;
  };
  return {
    get keys() {
      return keys.value;
    },
    has: (key) => keys.value.has(key),
    toggle: (key) => change((next) => void (next.delete(key) || next.add(key))),
    set: (all, chosen) =>
      change((next) => {
        for (const key of all) {
          if (chosen) next.add(key);
          else next.delete(key);
        }
      }),
    clear: () => void (keys.value = new Set()),
  };
}
