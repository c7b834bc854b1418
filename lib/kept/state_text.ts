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

/**
 * Writes one state again and again. Of most that are flat, all that a request does is to read them:
 * to see that every value is the one of last time is a fraction of writing them out.
 */
export class StateWriter {
  #text = "";
  /** What the text says, where the state was flat. */
  #names: readonly string[] | undefined;
  #values: readonly unknown[] = [];

  /** As {@link serializeState}. */
  write(state: unknown): string {
    if (this.#isAsBefore(state)) return this.#text;
    this.#text = serializeState(state);
    this.#names = undefined;
    if (isPlain(state)) {
      const values = Object.values(state);
      if (values.every(isPrimitive)) [this.#names, this.#values] = [Object.keys(state), values];
    }
    return this.#text;
  }

  #isAsBefore(state: unknown): boolean {
    const [before, values] = [this.#names, this.#values];
    if (before === undefined || !isPlain(state)) return false;
    const names = Object.keys(state);
    if (names.length !== before.length) return false;
    // -0 and 0 are written in two ways.
    return names.every((name, i) => name === before[i] && Object.is(state[name], values[i]));
  }
}

/** Whether it is an object of names and values alone: no class's, and nothing that is refused. */
function isPlain(state: unknown): state is Readonly<Record<string, unknown>> {
  return typeof state === "object" && state !== null &&
    Object.getPrototypeOf(state) === Object.prototype &&
    Object.getOwnPropertySymbols(state).length === 0;
}

const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== "object" && typeof value !== "function");

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
