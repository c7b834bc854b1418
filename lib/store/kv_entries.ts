import type { KvEntries, KvListQuery, KvMetadata } from "../protocol/mod.ts";

/** Gathers what a get or a list finds. */
export class KvEntriesBuilder implements KvEntries {
  readonly keys: Uint8Array[] = [];
  readonly values: Uint8Array[] = [];
  readonly metadata: KvMetadata[] = [];
  bytes = 0;

  add(key: Uint8Array, value: Uint8Array, version: number, updateTs: number): void {
    this.keys.push(key);
    this.values.push(value);
    this.metadata.push({ version: versionBytes(version), updateTs: BigInt(updateTs) });
    this.bytes += key.length + value.length;
  }

  build(): KvEntries {
    return { keys: this.keys, values: this.values, metadata: this.metadata };
  }
}

/** The keys that a query wants: from `start` on, up to `end`, `null` for no end. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array | null;
  readonly includesEnd: boolean;
}

const EMPTY = new Uint8Array(0);

export function keyRange(query: KvListQuery): KeyRange {
  switch (query.kind) {
    case "all":
      return { start: EMPTY, end: null, includesEnd: false };
    case "range":
      return { start: query.start, end: query.end, includesEnd: !query.exclusive };
    case "prefix":
      return { start: query.key, end: afterPrefix(query.key), includesEnd: false };
  }
}

/** The first key behind all that begin with `prefix`; `null` when there is none. */
export function afterPrefix(prefix: Uint8Array): Uint8Array | null {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return null;
  const end = prefix.slice(0, length);
  end[length - 1]! += 1;
  return end;
}

/** An actor's change counter as bytes that are opaque to everyone else. */
function versionBytes(version: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(version));
  return bytes;
}
