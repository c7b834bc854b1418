import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { LivenessPill } from "../LivenessPill.tsx";
import type { LivePage } from "../live/use_live.ts";
import type { Frame } from "./frame.ts";
import { HelpSheet } from "./HelpSheet.tsx";
import { usePageKeys } from "./page_keys.ts";
import { type PageId, PAGES } from "./pages.ts";

export interface ShellProps {
  readonly page: PageId;
  readonly frame: Frame;
  readonly live: Pick<LivePage<unknown>, "liveness" | "stale">;
  /** Lists stand still while it is true. Left out where there is nothing to hold. */
  readonly paused?: Signal<boolean>;
  /** Left out where the page has a heading of its own. */
  readonly heading?: string;
  readonly children: ComponentChildren;
}

/** What stands around every page: the way to the others, whether it lives, and its keys. */
export function Shell({ page, frame, live, paused, heading, children }: ShellProps) {
  const help = useSignal(false);
  usePageKeys({ help, ...(paused && { paused }) });
  return (
    <>
      <header class="bg-panel border-line sticky top-0 z-3 flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-3 py-1.5 sm:px-4">
        <a href="/" class="flex items-center gap-2 font-semibold">
          <img src="/logo.svg" alt="" width="24" height="24" class="size-6" />
          Dormouse
        </a>
        <nav
          class="order-last -mx-1 flex w-full gap-0.5 overflow-x-auto sm:order-none sm:w-auto"
          aria-label="Pages"
        >
          {PAGES.filter(({ id }) => id !== "faults" || frame.hasFaults).map((
            { id, title, href },
          ) => (
            <a
              key={id}
              href={href}
              class={`rounded-md px-2 py-1 whitespace-nowrap ${
                id === page ? "bg-sunken font-medium" : "text-muted hover:text-ink"
              }`}
              aria-current={id === page ? "page" : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <div class="ml-auto flex items-center gap-2">
          {paused && (
            <button
              type="button"
              class="button button-small"
              aria-pressed={paused.value}
              data-testid="pause"
              onClick={() => paused.value = !paused.value}
            >
              {paused.value ? "Go on" : "Pause"}
            </button>
          )}
          <button
            type="button"
            class="button button-small"
            aria-label="Keys"
            data-testid="help"
            onClick={() => help.value = true}
          >
            ?
          </button>
          <LivenessPill liveness={live.liveness} />
        </div>
      </header>
      <main
        class="mx-auto max-w-[110rem] space-y-3 p-3 sm:p-4"
        data-stale={live.stale || undefined}
        data-page={page}
      >
        {heading !== undefined && <h1 class="sr-only">{heading}</h1>}
        {frame.role === "runner" && page !== "overview" && (
          <p class="text-muted text-xs">
            Seen from the runner: what only its gateway knows is marked as not known here.
          </p>
        )}
        {children}
      </main>
      <HelpSheet open={help} />
    </>
  );
}
