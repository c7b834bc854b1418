import type { AppState } from "../app_state.ts";
import { answerOf } from "../lib/inspect/api/mod.ts";
import { lookFor } from "./look.ts";

/** What the server knows of a page's topics when it renders the page: answers by their names. */
export type FirstLook<Addresses> = { readonly [Name in keyof Addresses]: unknown } & {
  /** The server's time, in ms since 1970. */
  readonly ts: number;
};

/** Looks once at each address, a path with its query. Throws a `GatewayError` when one is not there. */
export async function firstLook<Addresses extends Readonly<Record<string, string>>>(
  state: AppState,
  addresses: Addresses,
): Promise<FirstLook<Addresses>> {
  const answers: [string, unknown][] = [];
  for (const [name, address] of Object.entries(addresses)) {
    const { resource, look } = lookFor(state, new URL(address, "http://localhost"));
    answers.push([name, await answerOf(resource, look)]);
  }
  return {
    ...Object.fromEntries(answers),
    ts: state.inspector.inspected.host.epoch(),
  } as FirstLook<Addresses>;
}
