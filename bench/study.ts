/** What is measured, and how it is written down. */

/** One thing that is compared, in one run: contenders take turns within each round. */
export interface Study {
  /** As `--only` takes it. */
  readonly name: string;
  /** What it compares, for readers. */
  readonly title: string;
  run(bench: Bench): Promise<void>;
}

export interface Bench {
  readonly rounds: number;
  /** Shortened, to see that it works: its figures are of no use. */
  readonly isTrial: boolean;
  /** Writes down what one contender did in one round of one case. */
  record(of: Place, figures: Figures): void;
  log(line: string): void;
}

export interface Place {
  /** As "ping-pong" or "64 B". */
  readonly case: string;
  /** As "bare Deno echo". */
  readonly contender: string;
}

/** By their names, which end with the unit: "p50 µs", "messages/s". */
export type Figures = Readonly<Record<string, number>>;

/** One figure of one contender in one case: a value for each round, in their order. */
export interface Measurement extends Place {
  readonly figure: string;
  readonly values: readonly number[];
}

/** Collects what a study records. */
export class Notebook {
  readonly #byKey = new Map<string, { place: Place; figure: string; values: number[] }>();

  record(place: Place, figures: Figures): void {
    for (const [figure, value] of Object.entries(figures)) {
      const key = JSON.stringify([place.case, place.contender, figure]);
      let row = this.#byKey.get(key);
      if (row === undefined) this.#byKey.set(key, row = { place, figure, values: [] });
      row.values.push(value);
    }
  }

  get measurements(): Measurement[] {
    return [...this.#byKey.values()].map(({ place, figure, values }) => ({
      case: place.case,
      contender: place.contender,
      figure,
      values: values.map((value) => Number(value.toPrecision(6))),
    }));
  }
}
