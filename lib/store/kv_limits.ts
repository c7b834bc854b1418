import { StoreError, type StoreErrorCode } from "../gateway/gateway_store.ts";
import type { KvListQuery } from "../protocol/mod.ts";
import type { KvLimits } from "./options.ts";

/** Throws `kv.*` when a call names too many keys or one that is too long. */
export function checkKeys(keys: readonly Uint8Array[], limits: KvLimits): void {
  if (keys.length > limits.keysPerCall) {
    throw exceeded("kv.too_many_keys", `The call names ${keys.length} keys`, limits.keysPerCall);
  }
  for (const key of keys) checkKey(key, limits);
}

/** Throws `kv.*` when a put breaks a limit, else returns the bytes of its keys and values. */
export function checkPut(
  keys: readonly Uint8Array[],
  values: readonly Uint8Array[],
  limits: KvLimits,
): number {
  if (keys.length !== values.length) {
    throw new StoreError(
      "kv.length_mismatch",
      `The put has ${keys.length} keys and ${values.length} values, wanted is as many of both`,
    );
  }
  checkKeys(keys, limits);
  let bytes = 0;
  for (const key of keys) bytes += key.length;
  for (const value of values) {
    bytes += value.length;
    if (value.length > limits.valueBytes) {
      throw exceeded("kv.value_too_large", `A value has ${value.length} bytes`, limits.valueBytes);
    }
  }
  if (bytes > limits.putBytes) {
    throw exceeded("kv.put_too_large", `The put has ${bytes} bytes`, limits.putBytes);
  }
  return bytes;
}

/** Throws `kv.key_too_large` when a bound of the query is longer than a key may be. */
export function checkQuery(query: KvListQuery, limits: KvLimits): void {
  switch (query.kind) {
    case "all":
      return;
    case "prefix":
      return checkKey(query.key, limits);
    case "range":
      checkKey(query.start, limits);
      checkKey(query.end, limits);
  }
}

/** Throws `kv.actor_full` when `growth` more bytes are more than the actor may hold. */
export function checkActor(held: number, growth: number, limits: KvLimits): void {
  if (growth <= 0 || held + growth <= limits.actorBytes) return;
  throw exceeded(
    "kv.actor_full",
    `The actor holds ${held} bytes and would hold ${held + growth}`,
    limits.actorBytes,
  );
}

/** Throws `kv.list_too_large` when what a list found so far does not fit one answer. */
export function checkList(bytes: number, limits: KvLimits): void {
  if (bytes <= limits.listBytes) return;
  throw exceeded(
    "kv.list_too_large",
    `The list holds ${bytes} bytes or more; give it a limit or a narrower range`,
    limits.listBytes,
  );
}

function checkKey(key: Uint8Array, limits: KvLimits): void {
  if (key.length <= limits.keyBytes) return;
  throw exceeded("kv.key_too_large", `A key has ${key.length} bytes`, limits.keyBytes);
}

function exceeded(code: StoreErrorCode, what: string, allowed: number): StoreError {
  return new StoreError(code, `${what}, allowed are ${allowed}`);
}
