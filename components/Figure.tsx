import { formatCount, formatIndex } from "./format.ts";

export interface FigureProps {
  /** `null` where it is not known. */
  readonly of: number | null;
  readonly tone?: string;
}

/** A count in a table. Zero and unknown step back, so that the eye finds what is going on. */
export function Figure({ of: count, tone = "" }: FigureProps) {
  const quiet = count === null || count === 0;
  return <span class={quiet ? "text-muted" : tone}>{formatCount(count)}</span>;
}

/** A message index: a name more than a number, so its digits are not grouped. */
export function Index({ of: index }: { of: number | null }) {
  return <span class={index === null ? "text-muted" : ""}>{formatIndex(index)}</span>;
}
