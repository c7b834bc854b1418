/**
 * The first `most` of the items, in order. Beside them it keeps no more than as many again, and most
 * of the others it compares once.
 */
export function firstOf<Item>(
  items: Iterable<Item>,
  most: number,
  order: (a: Item, b: Item) => number,
): Item[] {
  const first: Item[] = [];
  let last: Item | undefined;
  for (const item of items) {
    if (last !== undefined && order(item, last) >= 0) continue;
    first.push(item);
    if (first.length < 2 * most) continue;
    first.sort(order);
    first.length = most;
    last = first.at(-1);
  }
  return first.sort(order).slice(0, most);
}
