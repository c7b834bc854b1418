import type { KvEntries } from "../protocol/mod.ts";
import { KvEntriesBuilder } from "./kv_entries.ts";

/** Before each key: the lengths of key and value (u32), version and time (f64). */
const HEAD_BYTES = 24;

/**
 * Everything that an actor has under one prefix, in byte order of keys. All of it is in one array:
 * an object for each key and value would be several times as large as they are.
 */
export class KeptList {
  /** As Latin-1. */
  readonly prefix: string;
  #data: Uint8Array<ArrayBuffer>;

  constructor(prefix: Uint8Array, { keys, values, metadata }: KvEntries) {
    this.prefix = latin1(prefix);
    let size = keys.length * HEAD_BYTES;
    for (let i = 0; i < keys.length; i++) size += keys[i]!.length + values[i]!.length;
    this.#data = new Uint8Array(size);
    const view = this.#view();
    let at = 0;
    for (const [i, key] of keys.entries()) {
      const { version, updateTs } = metadata[i]!;
      at = this.#write(view, at, key, values[i]!, versionOf(version), Number(updateTs));
    }
  }

  /** What it takes in memory, without the objects around it: more than its keys and values have. */
  get size(): number {
    return this.#data.length;
  }

  /** Keys without the prefix are none of its business. */
  put(
    keys: readonly Uint8Array[],
    values: readonly Uint8Array[],
    version: number,
    updateTs: number,
  ): void {
    let view = this.#view();
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const value = values[i]!;
      if (!this.#covers(key)) continue;
      const { at, end } = this.#find(view, key);
      const size = HEAD_BYTES + key.length + value.length;
      if (end - at !== size) view = this.#splice(at, end, size);
      this.#write(view, at, key, value, version, updateTs);
    }
  }

  delete(key: Uint8Array): void {
    if (!this.#covers(key)) return;
    const { at, end } = this.#find(this.#view(), key);
    if (end > at) this.#splice(at, end, 0);
  }

  /** The first `limit` of them, `null` for all, in a copy: this list goes on changing. */
  entries(limit: number | null): KvEntries {
    const data = this.#data.slice();
    const view = this.#view();
    const found = new KvEntriesBuilder();
    let at = 0;
    while (at < data.length && found.keys.length !== limit) {
      const key = at + HEAD_BYTES;
      const value = key + view.getUint32(at);
      const end = value + view.getUint32(at + 4);
      found.add(
        data.subarray(key, value),
        data.subarray(value, end),
        view.getFloat64(at + 8),
        view.getFloat64(at + 16),
      );
      at = end;
    }
    return found.build();
  }

  #covers(key: Uint8Array): boolean {
    const { prefix } = this;
    for (let i = 0; i < prefix.length; i++) if (key[i] !== prefix.charCodeAt(i)) return false;
    return true;
  }

  /** Where the key's entry is; where it would be, with no length, when there is none. */
  #find(view: DataView, key: Uint8Array): { at: number; end: number } {
    let at = 0;
    while (at < this.#data.length) {
      const length = view.getUint32(at);
      const order = this.#compare(at + HEAD_BYTES, length, key);
      if (order > 0) break;
      const end = at + HEAD_BYTES + length + view.getUint32(at + 4);
      if (order === 0) return { at, end };
      at = end;
    }
    return { at, end: at };
  }

  /** How the key at an offset compares to another. */
  #compare(at: number, length: number, key: Uint8Array): number {
    const common = Math.min(length, key.length);
    for (let i = 0; i < common; i++) {
      const difference = this.#data[at + i]! - key[i]!;
      if (difference !== 0) return difference;
    }
    return length - key.length;
  }

  /** Makes room of `size` bytes in the place of an entry, or of none. */
  #splice(at: number, end: number, size: number): DataView {
    const old = this.#data;
    const data = new Uint8Array(old.length - (end - at) + size);
    data.set(old.subarray(0, at));
    data.set(old.subarray(end), at + size);
    this.#data = data;
    return this.#view();
  }

  /** Returns where the next entry begins. */
  #write(
    view: DataView,
    at: number,
    key: Uint8Array,
    value: Uint8Array,
    version: number,
    updateTs: number,
  ): number {
    view.setUint32(at, key.length);
    view.setUint32(at + 4, value.length);
    view.setFloat64(at + 8, version);
    view.setFloat64(at + 16, updateTs);
    this.#data.set(key, at + HEAD_BYTES);
    this.#data.set(value, at + HEAD_BYTES + key.length);
    return at + HEAD_BYTES + key.length + value.length;
  }

  /** Made each time: kept, it would be a fifth of what a small list takes. */
  #view(): DataView {
    return new DataView(this.#data.buffer);
  }
}

export function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function versionOf(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
}
