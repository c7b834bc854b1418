import type { ComponentChildren } from "preact";

export interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** The page that has more of it. */
  readonly href?: string;
  /** Beside the title: a count, most often. */
  readonly note?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A titled part of the page, which assistive software lists by its heading. */
export function Panel({ id, title, href, note, class: classes = "", children }: PanelProps) {
  return (
    <section class={`panel ${classes}`} aria-labelledby={`${id}-title`} data-testid={`panel-${id}`}>
      <header class="panel-header">
        <h2 id={`${id}-title`} class="font-semibold">
          {href === undefined ? title : <a class="hover:underline" href={href}>{title} →</a>}
        </h2>
        <div class="text-muted text-xs">{note}</div>
      </header>
      {children}
    </section>
  );
}

/** The part of a panel that scrolls, so that new rows move nothing else on the page. */
export function Scroller(
  { label, onScroll, children }: {
    label: string;
    onScroll?: (top: number) => void;
    children: ComponentChildren;
  },
) {
  return (
    <div
      class="min-h-0 grow overflow-auto overscroll-contain"
      role="region"
      aria-label={`${label}: rows`}
      tabIndex={0}
      onScroll={onScroll && ((event) => onScroll(event.currentTarget.scrollTop))}
    >
      {children}
    </div>
  );
}

/** What stands in place of rows: why there are none, and what makes some. */
export function Empty(
  { title, children }: { title: string; children?: ComponentChildren },
) {
  return (
    <div class="flex h-full flex-col items-center justify-center gap-1.5 px-6 py-8 text-center">
      <p class="font-medium">{title}</p>
      <div class="text-muted max-w-prose text-xs leading-relaxed text-balance">{children}</div>
    </div>
  );
}

/** That a table has more rows than it shows. */
export function Rest({ total, shown, of }: { total: number; shown: number; of: string }) {
  if (total <= shown) return null;
  return (
    <p class="text-muted border-line border-t px-3 py-2 text-xs" data-testid="rest">
      {`${total - shown} more ${of} are not shown`}
    </p>
  );
}
