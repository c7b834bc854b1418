import { parseState } from "../kept/state_text.ts";
import { plainJson } from "./plain_json.ts";

/** States that are watched at one time, most often one or two. */
const KEPT = 4;

/** States as JSON, with the last few kept: whoever watches one that does not change costs little. */
export class ShownStates {
  /** By their texts, the one that was wanted last at the end. */
  readonly #kept = new Map<string, unknown>();

  /** Throws an `ActorError` `actor.state_corrupt`. */
  of(text: string): unknown {
    const known = this.#kept.get(text);
    const shown = known === undefined ? plainJson(parseState(text)) : known;
    this.#kept.delete(text);
    this.#kept.set(text, shown);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return shown;
  }
}
