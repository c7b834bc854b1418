import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useReducer } from "preact/hooks";

/** Pixels of a row: all have the same, so that none need be measured. */
export const ROW_PX = 28;
/** Rows that the server renders: more than a screen has. */
const AT_FIRST = 60;

/** The part of a long list that is in view. */
export interface VirtualRows {
  /** The first row that is rendered, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Pixels of the rows above and below them. */
  readonly above: number;
  readonly below: number;
  /** Scrolls as little as brings a row into view. */
  readonly reveal: (index: number) => void;
}

/** Follows where `scroller` is scrolled to, in a list of `count` rows. */
export function useVirtualRows(count: number, scroller: RefObject<HTMLElement>): VirtualRows {
  const [, render] = useReducer<number, void>((times) => times + 1, 0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollPaddingStart: ROW_PX,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => render(),
  };
  const virtualizer = useMemo(() => new Virtualizer<HTMLElement, Element>(options), []);
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());

  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const reveal = (index: number): void => virtualizer.scrollToIndex(index, { align: "auto" });
  if (first === undefined || last === undefined) {
    const to = Math.min(count, AT_FIRST);
    return { from: 0, to, above: 0, below: (count - to) * ROW_PX, reveal };
  }
  return {
    from: first.index,
    to: last.index + 1,
    above: first.start,
    below: virtualizer.getTotalSize() - last.end,
    reveal,
  };
}
