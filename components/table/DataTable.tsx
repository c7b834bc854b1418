import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { plural } from "../format.ts";
import type { UrlState } from "../page/url_state.ts";
import { HeldOrder } from "./held_order.ts";
import { Choose, ChooseAll } from "./Choose.tsx";
import type { Selection } from "./selection.ts";
import { formatSort, parseSort, type Sort, type Sortable, sorted } from "./sort.ts";
import { useVirtualRows } from "./virtual_rows.ts";

export interface Column<Row> {
  /** As the address names it. */
  readonly id: string;
  readonly title: string;
  readonly help?: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** Classes of its cells: a width, and below which width of the screen it is left out. */
  readonly class?: string;
  readonly by: (row: Row) => Sortable;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface DataTableProps<Row> {
  /** What its rows are, in the plural: "sockets". */
  readonly of: string;
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What a row says of itself to tests: `data-…`. */
  readonly dataOf?: (row: Row) => Readonly<Record<`data-${string}`, string | number | boolean>>;
  /** Where a row leads. Its first cell is the link. */
  readonly hrefOf?: (row: Row) => string;
  /** What a row does that is picked, and the key of the one that is. Its first cell is the button. */
  readonly pick?: { readonly picked: string; readonly by: (row: Row) => void };
  readonly sort: Sort;
  readonly url: UrlState;
  /** Holds everything still until it is over. */
  readonly isPaused: boolean;
  /** How many there are, rows that are filtered away or not sent included. */
  readonly inAll: number;
  /** Rows can be chosen, to act on. */
  readonly selection?: Selection | undefined;
  /** What stands in place of rows. */
  readonly empty: ComponentChildren;
}

/**
 * Rows in a scroller, however many: only those in view are rendered. It can be sorted by each column,
 * and rows can be pinned to its top. While the pointer is over it, the focus in it, or it is scrolled
 * down, its order stands still.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { of, label, columns, keyOf, url, isPaused, inAll, selection, empty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const held = useMemo(() => new HeldOrder(keyOf), []);
  const isOver = useSignal(false);
  const isWithin = useSignal(false);
  const isScrolled = useSignal(false);
  /** Counted up when the reader asks for what waits. */
  const asked = useSignal(0);

  const sort = parseSort(url.get("sort"), columns.map(({ id }) => id), props.sort);
  const column = columns.find(({ id }) => id === sort.column)!;
  const order = `${formatSort(sort)} ${asked.value} ${url.get("q")}`;
  const heldFor = useRef(order);
  const isReading = isPaused || isOver.value || isWithin.value || isScrolled.value;
  if (!isReading) held.release();
  else if (!held.isHeld || heldFor.current !== order) {
    held.hold(sorted(props.rows, column.by, sort.down));
  }
  heldFor.current = order;
  const shown = held.show(held.isHeld ? props.rows : sorted(props.rows, column.by, sort.down));

  const pins = url.get("pin").split(",").filter((key) => key !== "");
  const pinned = shown.rows.filter(({ row }) => pins.includes(keyOf(row)));
  const view = useVirtualRows(shown.rows.length, scroller);

  const sortBy = (id: string): void => {
    const down = sort.column === id ? !sort.down : columns.find((one) => one.id === id)!.isNumber;
    url.set("sort", formatSort({ column: id, down: down ?? false }));
  };
  const pin = (key: string): void =>
    url.set(
      "pin",
      (pins.includes(key) ? pins.filter((one) => one !== key) : [...pins, key]).join(),
    );
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const row = (event.target as Element).closest<HTMLElement>("[data-row]");
    if (event.key === "x" && row !== null) return selection?.toggle(row.dataset.key!);
    if (step === undefined || row === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = Number(row.dataset.row) + step;
    if (to < 0 || to >= shown.rows.length) return;
    view.reveal(to);
    const first = (): HTMLElement | null | undefined =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${to}"] [data-first]`);
    // At once where it is rendered already: the next key may come before the next frame.
    const rendered = first();
    if (rendered) rendered.focus({ preventScroll: true });
    else requestAnimationFrame(() => first()?.focus());
  };

  if (props.rows.length === 0 && shown.rows.length === 0) return <>{empty}</>;
  const line = { ...props, pin, pins };
  return (
    <div
      class="flex min-h-0 grow flex-col"
      onPointerEnter={() => isOver.value = true}
      onPointerLeave={() => isOver.value = false}
      onFocusIn={() => isWithin.value = true}
      onFocusOut={() => isWithin.value = false}
    >
      <div
        ref={scroller}
        class="min-h-0 grow overflow-auto overscroll-contain"
        role="region"
        aria-label={`${label}: rows`}
        tabIndex={0}
        onKeyDown={move}
        onScroll={(event) => isScrolled.value = event.currentTarget.scrollTop > 0}
      >
        <table class="table table-fixed" aria-rowcount={shown.rows.length + 1}>
          <thead>
            <tr>
              {columns.map(({ id, title, help, isNumber, class: classes = "" }, place) => (
                <th
                  key={id}
                  scope="col"
                  class={`${isNumber ? "num" : ""} ${classes}`}
                  aria-sort={sort.column !== id
                    ? undefined
                    : sort.down
                    ? "descending"
                    : "ascending"}
                >
                  {place === 0 && selection && (
                    <ChooseAll keys={props.rows.map(keyOf)} {...{ selection, of }} />
                  )}
                  <button
                    type="button"
                    class="hover:text-ink max-w-full cursor-pointer truncate"
                    title={help}
                    data-testid={`sort-${id}`}
                    onClick={() => sortBy(id)}
                  >
                    {title}
                    {sort.column === id && <span aria-hidden="true">{sort.down ? " ▾" : " ▴"}
                    </span>}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          {pinned.length > 0 && (
            <tbody class="bg-sunken" data-testid="pinned">
              {pinned.map(({ row, isGone }) => (
                <Line key={`pin ${keyOf(row)}`} {...{ ...line, row, isGone, at: null }} />
              ))}
            </tbody>
          )}
          <tbody>
            <Gap px={view.above} />
            {shown.rows.slice(view.from, view.to).map(({ row, isGone }, at) => (
              <Line key={keyOf(row)} {...{ ...line, row, isGone, at: view.from + at }} />
            ))}
            <Gap px={view.below} />
          </tbody>
        </table>
      </div>
      <div class="text-muted border-line flex min-h-8 items-center gap-3 border-t px-3 text-xs">
        <p data-testid="rest">
          {`${plural(props.rows.length, "row")} of ${inAll} ${of}`}
          {isPaused && " · paused"}
        </p>
        {shown.waiting > 0 && (
          <button
            type="button"
            class="button button-small text-ink"
            data-testid="waiting"
            onClick={() => {
              asked.value++;
              scroller.current?.scrollTo({ top: 0 });
            }}
          >
            {`${plural(shown.waiting, "new row")} · show`}
          </button>
        )}
      </div>
    </div>
  );
}

/**
 * Stands for the rows that are not in view. The browser sets its height by script, as the policy
 * wants. One cell: were it as wide as all columns, those that are not shown would take their room.
 */
function Gap({ px }: { px: number }) {
  if (px <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td
        class="border-0! p-0!"
        ref={(cell) => {
          if (cell !== null) cell.style.height = `${px}px`;
        }}
      />
    </tr>
  );
}

interface LineProps<Row> {
  readonly row: Row;
  readonly isGone: boolean;
  /** Its place, `null` where it is pinned. */
  readonly at: number | null;
  readonly columns: readonly Column<Row>[];
  readonly pins: readonly string[];
  readonly pin: (key: string) => void;
  readonly keyOf: (row: Row) => string;
  readonly hrefOf?: ((row: Row) => string) | undefined;
  readonly pick?: DataTableProps<Row>["pick"] | undefined;
  readonly dataOf?: DataTableProps<Row>["dataOf"];
  readonly selection?: Selection | undefined;
}

function Line<Row>(props: LineProps<Row>) {
  const { row, isGone, at, columns, pins, pin, keyOf, hrefOf, pick, dataOf, selection } = props;
  const key = keyOf(row);
  const isPicked = pick?.picked === key;
  const isPinned = pins.includes(key);
  return (
    <tr
      class={`group h-7 ${isGone ? "opacity-50" : ""} ${isPicked ? "bg-sunken" : ""} ${
        pick === undefined ? "" : "cursor-pointer"
      }`}
      aria-current={isPicked || undefined}
      onClick={pick && (() => pick.by(row))}
      data-testid="row"
      data-key={key}
      data-gone={isGone || undefined}
      data-row={at ?? undefined}
      aria-rowindex={at === null ? undefined : at + 2}
      {...dataOf?.(row)}
    >
      {columns.map(({ id, isNumber, class: classes = "", cell }, place) => {
        const content = cell(row);
        const attributes = {
          class: `truncate ${isNumber ? "num" : ""} ${classes}`,
          "data-column": id,
        };
        if (place > 0) return <td key={id} {...attributes}>{content}</td>;
        return (
          <th key={id} scope="row" {...attributes}>
            {selection && <Choose rowKey={key} selection={selection} />}
            <button
              type="button"
              class={`text-muted hover:text-accent mr-1 cursor-pointer ${
                isPinned ? "text-accent" : "opacity-0 group-hover:opacity-100 focus:opacity-100"
              }`}
              aria-pressed={isPinned}
              aria-label={isPinned ? "Unpin" : "Pin"}
              title={isPinned ? "Unpin" : "Pin to the top"}
              data-testid="pin"
              onClick={(event) => {
                event.stopPropagation();
                pin(key);
              }}
            >
              ⊤
            </button>
            {pick !== undefined
              ? (
                <button type="button" class="cursor-pointer hover:underline" data-first>
                  {content}
                </button>
              )
              : hrefOf === undefined
              ? <span data-first tabIndex={-1}>{content}</span>
              : <a href={hrefOf(row)} class="hover:underline" data-first>{content}</a>}
          </th>
        );
      })}
    </tr>
  );
}
