const WALKS = ["keys", "values", "entries", "forEach", Symbol.iterator] as const;

/**
 * Tells of each map or set that somebody goes through, with the number of its entries. Returns what
 * ends it.
 */
export function onWalk(walked: (entries: number) => void): () => void {
  const undo: (() => void)[] = [];
  for (const { prototype } of [Map, Set]) {
    for (const name of WALKS) {
      const before = Object.getOwnPropertyDescriptor(prototype, name)!;
      const value = function (this: Map<unknown, unknown>, ...args: []): unknown {
        walked(this.size);
        return before.value.apply(this, args);
      };
      Object.defineProperty(prototype, name, { configurable: true, writable: true, value });
      undo.push(() => Object.defineProperty(prototype, name, before));
    }
  }
  return () => {
    for (const restore of undo.reverse()) restore();
  };
}
