import { ActorError } from "../actor/errors.ts";
import { type Header, HEADER_KEY } from "./records.ts";
import { parseHeader } from "./snapshot.ts";
import { joinState, partKeys } from "./state_parts.ts";

/** An actor may commit between two reads of its store: so often it is tried again. */
const ATTEMPTS = 3;

/** The value of each key, `undefined` for one that is not there, all as of one time. */
export type ReadKept = (
  keys: readonly Uint8Array[],
) => Promise<readonly (Uint8Array | undefined)[]>;

/** A state as it is kept, or its begin. */
export interface KeptState {
  /** As devalue writes it; `null` for an actor that has none. */
  readonly text: string | null;
  readonly bytes: number;
  readonly revision: number;
}

/**
 * Reads the first `mostBytes` of what is kept of an actor's state, with two reads of its store, and
 * nothing else of the actor. Throws an `ActorError` `actor.state_corrupt` when it is not whole.
 */
export async function readState(read: ReadKept, mostBytes: number): Promise<KeptState> {
  for (let attempt = 1;; attempt++) {
    const [value] = await read([HEADER_KEY]);
    if (value === undefined) return { text: null, bytes: 0, revision: 0 };
    const header: Header = parseHeader(value);
    const { stateBytes: bytes, revision } = header;
    const keys = partKeys(header, mostBytes);
    const parts = keys.length === 0 ? [] : await read(keys);
    try {
      const text = joinState(header, parts as Uint8Array[], mostBytes);
      return { text, bytes, revision };
    } catch (error) {
      if (!(error instanceof ActorError) || attempt === ATTEMPTS) throw error;
    }
  }
}
