import { KvError } from "../actor/errors.ts";
import { entriesOf, type KvCall } from "../actor/kv.ts";
import type { KvListQuery } from "../protocol/mod.ts";
import { type Entry, STATE_KEYS, SYSTEM_END, SYSTEM_KEYS, WINDOW_KEYS } from "../kept/records.ts";
import { decodeSnapshot, type Snapshot } from "../kept/snapshot.ts";

/** What one list may bring, in entries: so many of the largest values make half a tunnel's frame. */
const SAFE_PAGE = 120;
/** Below what any gateway cuts an answer to. */
const LARGEST_PAGE = 8_192;
/** What a larger page is to bring, in bytes, by what came before it. */
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Reads all that was kept of an actor: one list, and more where that was full.
 *
 * A Rivet Engine answers with as many bytes as there are, and a frame that is too large ends the
 * tunnel, with every actor on it. So only what is known or found to be small is asked for in larger
 * pages: indexes, and the paths of sockets, whose order says nothing of their sizes.
 */
export async function loadSnapshot(kv: KvCall): Promise<Snapshot> {
  const entries: Entry[] = [];
  let limit = LARGEST_PAGE;
  let from: Uint8Array = SYSTEM_KEYS;
  let query: KvListQuery = { kind: "prefix", key: SYSTEM_KEYS };
  let end: Uint8Array = SYSTEM_END;
  let page = SAFE_PAGE;
  for (;;) {
    page = Math.min(page, limit);
    let found: Entry[];
    try {
      found = await list(kv, query, page);
    } catch (error) {
      // A gateway of a smaller limit: the same entries, in smaller answers.
      if (!(error instanceof KvError) || error.code !== "kv.list_too_large" || page <= 1) {
        throw error;
      }
      limit = page >> 2 || 1;
      continue;
    }
    entries.push(...found);
    if (found.length === page) from = successor(found.at(-1)![0]);
    else if (end === SYSTEM_END) return decodeSnapshot(entries);
    else from = end;
    if (isBefore(from, STATE_KEYS)) [end, page] = [STATE_KEYS, pageAfter(found)];
    else if (isBefore(from, WINDOW_KEYS)) [end, page] = [WINDOW_KEYS, SAFE_PAGE];
    else [end, page] = [SYSTEM_END, LARGEST_PAGE];
    query = { kind: "range", start: from, end, exclusive: true };
  }
}

async function list(kv: KvCall, query: KvListQuery, page: number): Promise<Entry[]> {
  const response = await kv({ kind: "list", query, reverse: false, limit: BigInt(page) });
  const { keys, values } = entriesOf(response, "list");
  return keys.map((key, i) => [key, values[i]!]);
}

/** How many entries the next list may ask for, when they are like these. */
function pageAfter(found: readonly Entry[]): number {
  let bytes = 1;
  for (const [key, value] of found) bytes += key.length + value.length;
  const expected = Math.floor(PAGE_BYTES * found.length / bytes);
  return Math.max(SAFE_PAGE, Math.min(expected, 4 * found.length, LARGEST_PAGE));
}

function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return a.length < b.length;
}

/** The first key behind `key` in byte order. */
function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
