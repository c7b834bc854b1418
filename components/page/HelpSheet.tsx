import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { PAGES } from "./pages.ts";

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["?", "Opens this sheet"],
  ["/", "Goes to the filter"],
  ["p", "Holds the lists still, and lets them go on"],
  ["j  k  ↓  ↑", "Moves from row to row of a list"],
  ["Enter", "Opens the row"],
  ["←  →  Home  End", "Moves along a chart that has the focus"],
  ["Esc", "Closes what is open, leaves the filter"],
  ...PAGES.map(({ key, title }) => [`g ${key}`, `Goes to ${title}`] as const),
];

/** Every key that does something. */
export function HelpSheet({ open }: { open: Signal<boolean> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = open.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="help-title"
      data-testid="help-sheet"
      onClose={() => open.value = false}
    >
      <div class="space-y-3 p-5">
        <h2 id="help-title" class="text-base font-semibold">Keys</h2>
        <dl class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          {KEYS.map(([keys, does]) => (
            <>
              <dt key={keys}>
                <kbd class="bg-sunken rounded px-1.5 font-mono text-xs">{keys}</kbd>
              </dt>
              <dd>{does}</dd>
            </>
          ))}
        </dl>
        <button type="button" class="button" onClick={() => open.value = false}>Close</button>
      </div>
    </dialog>
  );
}
