import { keyRange, KvEntriesBuilder } from "./kv_entries.ts";
import { checkActor, checkList } from "./kv_limits.ts";
import type { KvLimits } from "./options.ts";
import type { Tables } from "./tables.ts";

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly version: number;
  readonly updateTs: number;
}

interface Space {
  /** By the key's bytes as Latin-1, whose order is that of the bytes. */
  readonly entries: Map<string, Entry>;
  bytes: number;
  puts: number;
}

/** Key-value spaces in memory. Keys and values are copied: a view would pin the frame it came in. */
export function memoryKv(limits: KvLimits): Tables["kv"] {
  const spaces = new Map<string, Space>();
  const spaceOf = (actorId: string): Space => {
    let space = spaces.get(actorId);
    if (space === undefined) spaces.set(actorId, space = { entries: new Map(), bytes: 0, puts: 0 });
    return space;
  };
  const remove = (space: Space, text: string): void => {
    space.bytes -= weight(space.entries.get(text));
    space.entries.delete(text);
  };

  return {
    get(actorId, keys) {
      const found = new KvEntriesBuilder();
      for (const key of keys) {
        const entry = spaceOf(actorId).entries.get(textOf(key));
        if (entry !== undefined) add(found, entry);
      }
      return found.build();
    },

    list(actorId, query, { reverse, limit }) {
      const { start, end, includesEnd } = keyRange(query);
      const from = textOf(start);
      const to = end === null ? null : textOf(end);
      const { entries } = spaceOf(actorId);
      const keys = [...entries.keys()]
        .filter((text) => text >= from && (to === null || text < to || includesEnd && text === to))
        .sort();
      if (reverse) keys.reverse();
      const found = new KvEntriesBuilder();
      for (const text of limit === null ? keys : keys.slice(0, limit)) {
        add(found, entries.get(text)!);
        checkList(found.bytes, limits);
      }
      return found.build();
    },

    sizes(actorId, { start, end, limit, countTo }) {
      const [from, to] = [textOf(start), textOf(end)];
      const found = [...spaceOf(actorId).entries]
        .filter(([text]) => text >= from && text < to)
        .sort(([a], [b]) => a < b ? -1 : 1)
        .map(([, entry]) => entry);
      const entries = found.slice(0, limit).map(({ key, value, updateTs }) => ({
        key: key.slice(),
        valueBytes: value.length,
        updateTs,
      }));
      const counted = found.slice(0, countTo);
      const bytes = counted.reduce((sum, entry) => sum + weight(entry), 0);
      return { entries, count: counted.length, bytes };
    },

    put(actorId, keys, values, now) {
      const space = spaceOf(actorId);
      const written = new Map<string, Entry>();
      const version = space.puts + 1;
      for (const [i, key] of keys.entries()) {
        const value = values[i]!.slice();
        written.set(textOf(key), { key: key.slice(), value, version, updateTs: now });
      }
      let growth = 0;
      for (const [text, entry] of written) {
        growth += weight(entry) - weight(space.entries.get(text));
      }
      checkActor(space.bytes, growth, limits);
      space.puts = version;
      space.bytes += growth;
      for (const [text, entry] of written) space.entries.set(text, entry);
      return version;
    },

    delete(actorId, keys) {
      for (const key of keys) remove(spaceOf(actorId), textOf(key));
    },

    deleteRange(actorId, start, end) {
      const space = spaceOf(actorId);
      const from = textOf(start);
      const to = textOf(end);
      for (const text of space.entries.keys()) if (text >= from && text < to) remove(space, text);
    },

    drop(actorId) {
      const space = spaceOf(actorId);
      space.entries.clear();
      space.bytes = 0;
    },
  };
}

function add(found: KvEntriesBuilder, { key, value, version, updateTs }: Entry): void {
  found.add(key.slice(), value.slice(), version, updateTs);
}

function weight(entry: Entry | undefined): number {
  return entry === undefined ? 0 : entry.key.length + entry.value.length;
}

function textOf(key: Uint8Array): string {
  return String.fromCharCode(...key);
}
