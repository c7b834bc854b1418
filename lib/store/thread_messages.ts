import { StoreError, type StoreErrorCode } from "../gateway/gateway_store.ts";
import type { StoreOptions } from "./options.ts";
import { operationError } from "./sqlite_error.ts";
import type { Operation, Outcome } from "./tables.ts";

/** What the store asks of its thread. Each request is answered before the next is sent. */
export type Request =
  | { readonly kind: "open"; readonly directory: string; readonly options: StoreOptions }
  | { readonly kind: "apply"; readonly batch: readonly Operation[]; readonly writes: boolean }
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
 * The batch with all bytes of it copied into one buffer, which crosses to the thread without another
 * copy. What the batch holds may be views into whole frames, and a clone of a view takes along all
 * of the buffer it looks at.
 */
export function gatherBytes(
  batch: readonly Operation[],
): { readonly batch: readonly Operation[]; readonly buffer: ArrayBuffer } {
  let length = 0;
  replaceBytes(batch, (bytes) => {
    length += bytes.length;
    return bytes;
  });
  const all = new Uint8Array(length);
  let used = 0;
  const gathered = replaceBytes(batch, (bytes) => {
    const copy = all.subarray(used, used += bytes.length);
    copy.set(bytes);
    return copy;
  });
  return { batch: gathered as readonly Operation[], buffer: all.buffer };
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
