import { StoreError, type StoreErrorCode } from "../gateway/gateway_store.ts";
import type { ActorId } from "../protocol/mod.ts";
import type { StoreOptions } from "./options.ts";
import { operationError } from "./sqlite_error.ts";
import type { Operation, Outcome } from "./tables.ts";

/** What the store asks of its thread. Each request is answered before the next is sent. */
export type Request =
  | { readonly kind: "open"; readonly directory: string; readonly options: StoreOptions }
  | { readonly kind: "apply"; readonly batch: SentBatch; readonly writes: boolean }
  | { readonly kind: "close" };

/**
 * What comes back: for an `apply` its value is an {@link Answer} for each operation. An error
 * crosses as its code and sentence, for a clone of it would be a plain `Error`.
 */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: StoreErrorCode; readonly message: string };

export function toAnswer(outcome: Outcome): Answer {
  return outcome.ok ? outcome : failure(operationError(outcome.error));
}

export function failure({ code, message }: StoreError): Answer {
  return { ok: false, code, message };
}

export function toOutcome(answer: Answer): Outcome {
  return answer.ok ? answer : { ok: false, error: new StoreError(answer.code, answer.message) };
}

/**
 * A put as it crosses: of its keys and values, in turns, only the lengths. The bytes stand in the
 * batch's buffer, those of all its puts first. A clone of each array would cost more than the put.
 */
interface SentPut {
  readonly put: ActorId;
  readonly lengths: readonly number[];
  readonly now: number;
}

/** A batch as it crosses to the thread. */
export interface SentBatch {
  readonly operations: readonly (SentPut | Operation)[];
  /** Crosses without a copy. Whatever else has bytes in the batch are views of it. */
  readonly buffer: ArrayBuffer;
}

/**
 * Copies all bytes of a batch into one buffer. What the batch holds may be views into whole frames,
 * and a clone of a view takes along all of the buffer it looks at.
 */
export function packBatch(batch: readonly Operation[]): SentBatch {
  let putBytes = 0;
  let otherBytes = 0;
  for (const operation of batch) {
    if (isPut(operation)) {
      const [, keys, values] = operation.args;
      for (const key of keys) putBytes += key.length;
      for (const value of values) putBytes += value.length;
    } else if (mayHaveBytes(operation)) {
      replaceBytes(operation, (bytes) => {
        otherBytes += bytes.length;
        return bytes;
      });
    }
  }
  const all = new Uint8Array(putBytes + otherBytes);
  let inPuts = 0;
  let inOthers = putBytes;
  const operations = batch.map((operation): SentPut | Operation => {
    if (!mayHaveBytes(operation)) return operation;
    if (!isPut(operation)) {
      return replaceBytes(operation, (bytes) => {
        const copy = all.subarray(inOthers, inOthers += bytes.length);
        copy.set(bytes);
        return copy;
      }) as Operation;
    }
    const [put, keys, values, now] = operation.args;
    const lengths: number[] = [];
    for (const [i, key] of keys.entries()) {
      const value = values[i]!;
      all.set(key, inPuts);
      all.set(value, inPuts + key.length);
      inPuts += key.length + value.length;
      lengths.push(key.length, value.length);
    }
    return { put, lengths, now };
  });
  return { operations, buffer: all.buffer };
}

/** The batch that was packed. Its bytes are views of the buffer. */
export function unpackBatch({ operations, buffer }: SentBatch): Operation[] {
  let used = 0;
  const take = (length: number): Uint8Array =>
    new Uint8Array(buffer, (used += length) - length, length);
  return operations.map((operation) => {
    if (!("put" in operation)) return operation;
    const { put, lengths, now } = operation;
    const keys: Uint8Array[] = [];
    const values: Uint8Array[] = [];
    for (let i = 0; i < lengths.length; i += 2) {
      keys.push(take(lengths[i]!));
      values.push(take(lengths[i + 1]!));
    }
    return { table: "kv", method: "put", args: [put, keys, values, now] };
  });
}

/** An update of an actor's record leaves its input as it is, and nothing else of these has any. */
function mayHaveBytes({ table, method }: Operation): boolean {
  return table === "kv" || method === "create";
}

function isPut(
  operation: Operation,
): operation is Extract<Operation, { method: "put"; table: "kv" }> {
  return operation.table === "kv" && operation.method === "put";
}

/** A copy of plain data in which every array of bytes is what `replace` makes of it. */
function replaceBytes(data: unknown, replace: (bytes: Uint8Array) => Uint8Array): unknown {
  if (typeof data !== "object" || data === null) return data;
  if (data instanceof Uint8Array) return replace(data);
  if (Array.isArray(data)) return data.map((item) => replaceBytes(item, replace));
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) copy[name] = replaceBytes(value, replace);
  return copy;
}
