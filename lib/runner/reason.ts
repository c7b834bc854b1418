import { ActorError, KvError } from "../actor/errors.ts";

/** An error's sentence, behind its code where it has one: an operator looks codes up. */
export function reasonOf(error: unknown): string {
  if (isCoded(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** Whether it is an error of ours: its code says all, and its stack nothing. */
export function isCoded(error: unknown): error is ActorError | KvError {
  return error instanceof ActorError || error instanceof KvError;
}
