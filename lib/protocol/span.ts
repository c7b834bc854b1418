/** The versions that have something, from the first to the last of them. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

export function since(first: number): Span {
  return { first, last: Infinity };
}

export function upTo(last: number): Span {
  return { first: 1, last };
}

export function only(version: number): Span {
  return { first: version, last: version };
}

export function covers({ first, last }: Span, version: number): boolean {
  return first <= version && version <= last;
}

/** As in "versions since 3", "versions up to 3", "version 2". */
export function describeSpan({ first, last }: Span): string {
  if (first === last) return `version ${first}`;
  return last === Infinity ? `versions since ${first}` : `versions up to ${last}`;
}
