import { DevalueError, parse, stringify } from "devalue";
import { ActorError } from "../actor/errors.ts";
import { corrupt } from "./records.ts";

/** The state's text. Throws an `ActorError` that says what in it cannot be kept. */
export function serializeState(state: unknown): string {
  try {
    return stringify(state);
  } catch (cause) {
    throw new ActorError(
      "actor.state_not_serializable",
      `The state cannot be kept: ${unkeptOf(cause)}`,
      { cause },
    );
  }
}

function unkeptOf(error: unknown): string {
  if (error instanceof DevalueError) return `${error.message} at state${error.path}`;
  return error instanceof Error ? error.message : String(error);
}

/** The state that a text stands for. Throws an `ActorError` `actor.state_corrupt`. */
export function parseState(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw corrupt("its text cannot be parsed", cause);
  }
}
