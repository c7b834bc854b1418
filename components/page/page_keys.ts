import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PAGES } from "./pages.ts";

/** How long a `g` waits for the letter of a page. */
const SECOND_KEY_MS = 1_500;

/** What every page does with keys. Whoever writes into a field is not disturbed. */
export function usePageKeys(
  { help, paused }: { readonly help: Signal<boolean>; readonly paused?: Signal<boolean> },
): void {
  useEffect(() => {
    let goUntil = 0;
    const press = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.closest("input, select, textarea") !== null) {
        if (event.key === "Escape") target.blur();
        return;
      }
      if (event.timeStamp < goUntil) {
        goUntil = 0;
        const page = PAGES.find(({ key }) => key === event.key);
        if (page !== undefined) location.assign(page.href);
        return;
      }
      switch (event.key) {
        case "?":
          help.value = true;
          return;
        case "/":
          event.preventDefault();
          document.querySelector<HTMLElement>("[data-filter]")?.focus();
          return;
        case "p":
          if (paused !== undefined) paused.value = !paused.value;
          return;
        case "g":
          goUntil = event.timeStamp + SECOND_KEY_MS;
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
