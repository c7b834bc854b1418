import { entriesOf, type KvCall, SYSTEM_PREFIX } from "../actor/kv.ts";
import type { KvListQuery } from "../protocol/mod.ts";
import { decodeSnapshot, type Entry, type Snapshot, SYSTEM_END } from "./snapshot.ts";

/** Entries that one list may bring: below what any gateway cuts an answer to. */
const PAGE = 8_192;

/** Reads all that was kept of an actor: one list, and one more for every {@link PAGE} entries. */
export async function loadSnapshot(kv: KvCall): Promise<Snapshot> {
  const entries: Entry[] = [];
  let query: KvListQuery = { kind: "prefix", key: Uint8Array.of(SYSTEM_PREFIX) };
  for (;;) {
    const response = await kv({ kind: "list", query, reverse: false, limit: BigInt(PAGE) });
    const { keys, values } = entriesOf(response, "list");
    for (const [i, key] of keys.entries()) entries.push([key, values[i]!]);
    const last = keys.at(-1);
    if (last === undefined || keys.length < PAGE) return decodeSnapshot(entries);
    query = { kind: "range", start: successor(last), end: SYSTEM_END, exclusive: true };
  }
}

/** The first key behind `key` in byte order. */
function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
