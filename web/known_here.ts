import type { Middleware } from "fresh";
import type { AppState } from "../app_state.ts";
import { refusalResponse } from "../lib/access/mod.ts";

/**
 * Refuses what other sites make a browser ask for, before anything else is looked at: by Host first
 * (DNS rebinding), then by Origin. Files and addresses that are not there are no exception.
 */
export const knownHere: Middleware<AppState> = (ctx) => {
  const refusal = ctx.state.access.refuseStranger(ctx.req.headers);
  return refusal === undefined ? ctx.next() : refusalResponse(refusal);
};
