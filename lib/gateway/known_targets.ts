import { requestUrl } from "./request_url.ts";
import { headerTarget, pathTarget, type Target } from "./routing.ts";

/** So many are kept, and none of a longer URL. */
const KEPT = 500;
const LONGEST_URL = 256;

/**
 * The actors that the latest URLs name: most requests have a URL that came before, and to read it
 * again costs more than all else that is done to find their actor.
 */
export class KnownTargets {
  readonly #byUrl = new Map<string, Target>();

  /**
   * Reads the actor that a request is for from its URL, its headers or its subprotocols, in this
   * order. `undefined` when it is for none.
   *
   * Throws a {@link GatewayError} `guard.*` when it is for one and says so wrongly.
   */
  of(text: string, headers: Headers): Target | undefined {
    const known = this.#byUrl.get(text);
    if (known !== undefined) return known;
    const url = requestUrl(text);
    const target = pathTarget(url);
    if (target === undefined) return headerTarget(url, headers);
    if (text.length <= LONGEST_URL && isForAll(target)) {
      if (this.#byUrl.size === KEPT) this.#byUrl.clear();
      this.#byUrl.set(text, target);
    }
    return target;
  }
}

/** Whether it may be kept: with no token, and no input, which is for the one who makes the actor. */
function isForAll({ actor, token }: Target): boolean {
  return token === null && (actor.by === "id" || actor.spec.input === null);
}
