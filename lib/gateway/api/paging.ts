import * as v from "valibot";
import { badRequest } from "../../input/mod.ts";

const DEFAULT_LIMIT = 100;
/** A larger limit is taken and lowered to this: the cursor leads to the rest. */
export const LONGEST_PAGE = 1_000;

/** The parameters of every list. */
export const pageQuery = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d+$/, ({ received }) => `it is ${received}; a whole number is wanted`),
      v.transform((digits) => Math.min(Number(digits), LONGEST_PAGE)),
    ),
    String(DEFAULT_LIMIT),
  ),
  cursor: v.optional(v.string()),
};

/** Where a page ends, as its reader gets it: opaque, so that nobody builds on what is in it. */
export function encodeCursor(position: string): string {
  return new TextEncoder().encode(position).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Throws `api.bad_request` for what {@link encodeCursor} cannot have made. */
export function decodeCursor(cursor: string): string {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const position = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (encodeCursor(position) === cursor) return position;
  } catch {
    // Told below, with what comes back as another text.
  }
  throw badRequest("query: `cursor` is none that this gateway gave");
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly pagination: { readonly cursor: string | null };
}

/**
 * A page of a list that is in memory. Items are in the order of their positions, which are unique
 * and never change: an item that comes or goes between two pages shifts no other.
 */
export function pageOf<Item>(
  items: Iterable<Item>,
  position: (item: Item) => string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Page<Item> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const rest = [...items]
    .map((item) => ({ item, at: position(item) }))
    .filter(({ at }) => after === undefined || at > after)
    .sort((a, b) => a.at < b.at ? -1 : 1);
  const taken = rest.slice(0, limit);
  const last = taken.length < rest.length ? taken.at(-1) : undefined;
  return {
    items: taken.map(({ item }) => item),
    pagination: { cursor: last === undefined ? null : encodeCursor(last.at) },
  };
}

/** A position by age, oldest first, and by id among the equally old. */
export const byAge = (createTs: number, id: string): string =>
  `${String(createTs).padStart(16, "0")}.${id}`;
