import { KvError } from "../actor/errors.ts";
import { checkBytes, checkCount, entriesOf } from "../actor/kv.ts";
import {
  type ActorId,
  KV_LIMITS,
  type KvListQuery,
  type KvRequest,
  type KvResponse,
} from "../protocol/mod.ts";
import type { KvListOptions } from "./config.ts";
import { RunnerShutdownError } from "./shutdown_error.ts";

export type KvPair = [key: Uint8Array, value: Uint8Array];

/**
 * The key-value calls of this door, in words of the wire. What no gateway takes is refused here: an
 * engine would say no more than that a transaction failed.
 */
export class RunnerKv {
  readonly #call: (actorId: ActorId, request: KvRequest) => Promise<KvResponse>;

  constructor(call: (actorId: ActorId, request: KvRequest) => Promise<KvResponse>) {
    this.#call = call;
  }

  /** Values in the order of `keys`, `null` for one that is not there. */
  async get(actorId: string, keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]> {
    checkKeys(keys);
    const found = entriesOf(await this.#ask(actorId, { kind: "get", keys }), "get");
    const values = new Map(found.keys.map((key, i) => [textOf(key), found.values[i]!]));
    return keys.map((key) => values.get(textOf(key))?.slice() ?? null);
  }

  async list(actorId: string, query: KvListQuery, options: KvListOptions = {}): Promise<KvPair[]> {
    const { limit } = options;
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) {
      throw new RangeError(`limit is ${limit}, an integer from 0 on is wanted`);
    }
    const response = await this.#ask(actorId, {
      kind: "list",
      query,
      reverse: options.reverse ?? null,
      limit: limit === undefined ? null : BigInt(limit),
    });
    const { keys, values } = entriesOf(response, "list");
    return keys.map((key, i) => [key.slice(), values[i]!.slice()]);
  }

  async put(actorId: string, entries: readonly KvPair[]): Promise<void> {
    const keys = entries.map(([key]) => key);
    const values = entries.map(([, value]) => value);
    checkKeys(keys);
    let total = 0;
    for (const [key, value] of entries) {
      checkBytes("kv.value_too_large", "A value", value.length, KV_LIMITS.valueBytes);
      total += key.length + value.length;
    }
    checkBytes("kv.put_too_large", "A put", total, KV_LIMITS.putBytes);
    await this.#ask(actorId, { kind: "put", keys, values });
  }

  async delete(actorId: string, keys: readonly Uint8Array[]): Promise<void> {
    checkKeys(keys);
    await this.#ask(actorId, { kind: "delete", keys });
  }

  async deleteRange(actorId: string, start: Uint8Array, end: Uint8Array): Promise<void> {
    await this.#ask(actorId, { kind: "deleteRange", start, end });
  }

  async drop(actorId: string): Promise<void> {
    await this.#ask(actorId, { kind: "drop" });
  }

  async #ask(actorId: string, request: KvRequest): Promise<KvResponse> {
    try {
      return await this.#call(actorId as ActorId, request);
    } catch (error) {
      if (error instanceof KvError && error.code === "kv.stopped") throw new RunnerShutdownError();
      throw error;
    }
  }
}

function checkKeys(keys: readonly Uint8Array[]): void {
  checkCount(keys.length);
  for (const key of keys) checkBytes("kv.key_too_large", "A key", key.length, KV_LIMITS.keyBytes);
}

/** A key of a map: one character a byte. */
function textOf(key: Uint8Array): string {
  return String.fromCharCode(...key);
}
