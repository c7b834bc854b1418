import fc from "fast-check";

/** Where a socket's indexes begin: the ordinary start, either boundary of the space, and anywhere. */
export const firstIndex: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 32_766, 32_767, 32_768, 65_534, 65_535),
  fc.integer({ min: 0, max: 65_535 }),
);

/** The index that an unbounded count has on the wire. */
export function wrapped(count: number): number {
  return ((count % 65_536) + 65_536) % 65_536;
}

/** The count nearest to `near` that has this index on the wire; a tie goes to the past. */
export function nearest(near: number, index: number): number {
  const ahead = wrapped(index - near);
  return ahead < 32_768 ? near + ahead : near + ahead - 65_536;
}
