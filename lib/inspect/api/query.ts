import * as v from "valibot";

/** A whole number in a query, from `min` to `max`. */
export function wholeNumber(min: number, max: number): v.GenericSchema<string, number> {
  const wanted = `a whole number from ${min} to ${max} is wanted`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, ({ received }) => `it is ${received}; ${wanted}`),
    v.transform(Number),
    v.integer(),
    v.minValue(min, ({ received }) => `it is ${received}; ${wanted}`),
    v.maxValue(max, ({ received }) => `it is ${received}; ${wanted}`),
  );
}

/** Rows of a table, or entries of a log, at most. */
export const MOST_ROWS = 10_000;

export const limit = { limit: v.optional(wholeNumber(1, MOST_ROWS)) };

export const nothing = v.strictObject({});
