import { KV_LIMITS, type KvEntries, type KvRequest, type KvResponse } from "../protocol/mod.ts";
import { KvError } from "./errors.ts";

/** Text is kept as UTF-8. */
export type KvKey = string | Uint8Array;

export interface KvListOptions {
  readonly prefix?: KvKey;
  /** From here on, in byte order. Not together with `prefix`. */
  readonly start?: KvKey;
  /** Up to, not including, this key. */
  readonly end?: KvKey;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface KvEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** When it was last written, in milliseconds since the epoch. */
  readonly updateTs: number;
}

/** An actor's own key-value space, sorted by the bytes of its keys. Errors are `KvError`s. */
export interface ActorKv {
  get(key: KvKey): Promise<Uint8Array | undefined>;
  getText(key: KvKey): Promise<string | undefined>;
  /** Writes one entry, or several in one atomic write. */
  put(key: KvKey, value: KvKey): Promise<void>;
  put(entries: Iterable<readonly [KvKey, KvKey]>): Promise<void>;
  delete(...keys: KvKey[]): Promise<void>;
  list(options?: KvListOptions): Promise<KvEntry[]>;
}

/** Sends a request to the store and brings its answer, or rejects with a {@link KvError}. */
export type KvCall = (request: KvRequest) => Promise<KvResponse>;

/** First byte of the author's keys. The runner's own are under {@link SYSTEM_PREFIX}. */
export const AUTHOR_PREFIX = 0x01;
/** First byte of the keys that hold state, sockets and alarm. */
export const SYSTEM_PREFIX = 0x00;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The author's keys, each behind a byte that keeps them apart from the runner's. */
export class PrefixedKv implements ActorKv {
  readonly #call: KvCall;

  constructor(call: KvCall) {
    this.#call = call;
  }

  async get(key: KvKey): Promise<Uint8Array | undefined> {
    const response = await this.#call({ kind: "get", keys: [authorKey(key)] });
    return entriesOf(response, "get").values[0];
  }

  async getText(key: KvKey): Promise<string | undefined> {
    const value = await this.get(key);
    return value && decoder.decode(value);
  }

  put(key: KvKey, value: KvKey): Promise<void>;
  put(entries: Iterable<readonly [KvKey, KvKey]>): Promise<void>;
  async put(first: KvKey | Iterable<readonly [KvKey, KvKey]>, value?: KvKey): Promise<void> {
    const entries = isKey(first) ? [[first, value!] as const] : [...first];
    checkCount(entries.length);
    if (entries.length === 0) return;
    const keys = entries.map(([key]) => authorKey(key));
    const values = entries.map(([, value]) => bytesOf(value));
    let total = 0;
    for (const [i, value] of values.entries()) {
      checkBytes("kv.value_too_large", "A value", value.length, KV_LIMITS.valueBytes);
      total += value.length + keys[i]!.length;
    }
    checkBytes("kv.put_too_large", "A put", total, KV_LIMITS.putBytes);
    await this.#call({ kind: "put", keys, values });
  }

  async delete(...keys: KvKey[]): Promise<void> {
    checkCount(keys.length);
    if (keys.length > 0) await this.#call({ kind: "delete", keys: keys.map(authorKey) });
  }

  async list(options: KvListOptions = {}): Promise<KvEntry[]> {
    const { prefix, start, end, reverse, limit } = options;
    const query = start === undefined && end === undefined
      ? { kind: "prefix", key: authorKey(prefix ?? "") } as const
      : {
        kind: "range",
        start: authorKey(start ?? ""),
        end: end === undefined ? Uint8Array.of(AUTHOR_PREFIX + 1) : authorKey(end),
        exclusive: true,
      } as const;
    const response = await this.#call({
      kind: "list",
      query,
      reverse: reverse ?? false,
      limit: limit === undefined ? null : BigInt(limit),
    });
    const { keys, values, metadata } = entriesOf(response, "list");
    return keys.map((key, i) => ({
      key: key.slice(1),
      value: values[i]!.slice(),
      updateTs: Number(metadata[i]!.updateTs),
    }));
  }
}

/** The entries of an answer of that kind; any other answer is the peer's mistake. */
export function entriesOf(response: KvResponse, kind: "get" | "list"): KvEntries {
  if (response.kind === kind) return response;
  throw new KvError("kv.failed", `The store answered a ${kind} with a ${response.kind}`);
}

function authorKey(key: KvKey): Uint8Array {
  const bytes = bytesOf(key);
  checkBytes("kv.key_too_large", "A key", bytes.length, KV_LIMITS.keyBytes - 1);
  const prefixed = new Uint8Array(bytes.length + 1);
  prefixed[0] = AUTHOR_PREFIX;
  prefixed.set(bytes, 1);
  return prefixed;
}

function bytesOf(value: KvKey): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : value.slice();
}

function isKey(value: KvKey | Iterable<readonly [KvKey, KvKey]>): value is KvKey {
  return typeof value === "string" || value instanceof Uint8Array;
}

/** Throws where one call names more keys than a gateway takes. */
export function checkCount(count: number): void {
  if (count <= KV_LIMITS.keysPerCall) return;
  throw new KvError(
    "kv.too_many_keys",
    `${count} keys in one call, at most ${KV_LIMITS.keysPerCall} are allowed`,
  );
}

/** Throws where `bytes` is above the limit of what the code names. */
export function checkBytes(code: string, what: string, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new KvError(code, `${what} of ${bytes} bytes, at most ${limit} are allowed`);
}
