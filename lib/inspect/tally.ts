/** A count that only grows, split by a label with few values, or not at all. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(label = "", count = 1): void {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + count);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  entries(): Iterable<[label: string, count: number]> {
    return this.#counts;
  }
}
