import { KvError } from "../actor/errors.ts";
import { entriesOf, type KvCall, SYSTEM_PREFIX } from "../actor/kv.ts";
import type { KvEntries, KvListQuery } from "../protocol/mod.ts";
import { decodeSnapshot, type Entry, type Snapshot, SYSTEM_END } from "./snapshot.ts";

/** Entries that one list may bring: below what any gateway cuts an answer to. */
const PAGE = 8_192;

/** Reads all that was kept of an actor: one list, and one more for every page that was full. */
export async function loadSnapshot(kv: KvCall): Promise<Snapshot> {
  const entries: Entry[] = [];
  let page = PAGE;
  let query: KvListQuery = { kind: "prefix", key: Uint8Array.of(SYSTEM_PREFIX) };
  for (;;) {
    let found: KvEntries;
    try {
      const limit = BigInt(page);
      found = entriesOf(await kv({ kind: "list", query, reverse: false, limit }), "list");
    } catch (error) {
      // Many large attachments: the same entries, in smaller answers.
      if (!(error instanceof KvError) || error.code !== "kv.list_too_large" || page <= 1) {
        throw error;
      }
      page >>= 2;
      continue;
    }
    for (const [i, key] of found.keys.entries()) entries.push([key, found.values[i]!]);
    const last = found.keys.at(-1);
    if (last === undefined || found.keys.length < page) return decodeSnapshot(entries);
    query = { kind: "range", start: successor(last), end: SYSTEM_END, exclusive: true };
  }
}

/** The first key behind `key` in byte order. */
function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
