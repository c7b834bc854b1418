/** What a list shows while it is read: the rows that were there when reading began, in that order. */
export interface Held<Row> {
  readonly rows: readonly HeldRow<Row>[];
  /** Rows that came since. */
  readonly waiting: number;
}

export interface HeldRow<Row> {
  readonly row: Row;
  /** It is no longer there: what is shown is the last that was known of it. */
  readonly isGone: boolean;
}

/**
 * Keeps the order of a list while somebody reads it: rows change where they stand, those that went
 * stay as they were, and those that came are only counted.
 */
export class HeldOrder<Row> {
  readonly #keyOf: (row: Row) => string;
  #order: readonly string[] | null = null;
  #last = new Map<string, Row>();

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf;
  }

  get isHeld(): boolean {
    return this.#order !== null;
  }

  /** From now on the order is this one. */
  hold(rows: readonly Row[]): void {
    this.#order = rows.map(this.#keyOf);
    this.#last = new Map(rows.map((row) => [this.#keyOf(row), row]));
  }

  release(): void {
    this.#order = null;
    this.#last.clear();
  }

  /** What to show of the rows as they are now. */
  show(rows: readonly Row[]): Held<Row> {
    if (this.#order === null) {
      return { rows: rows.map((row) => ({ row, isGone: false })), waiting: 0 };
    }
    const now = new Map(rows.map((row) => [this.#keyOf(row), row]));
    let known = 0;
    const shown = this.#order.map((key) => {
      const row = now.get(key);
      if (row === undefined) return { row: this.#last.get(key)!, isGone: true };
      known++;
      this.#last.set(key, row);
      return { row, isGone: false };
    });
    return { rows: shown, waiting: now.size - known };
  }
}
