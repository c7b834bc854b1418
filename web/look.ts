import type { AppState } from "../app_state.ts";
import { allows } from "../lib/access/mod.ts";
import { GatewayError } from "../lib/gateway/errors.ts";
import { lookAt, type Sight } from "../lib/inspect/api/mod.ts";

/** A look at what is at an address, for who asks. Throws a `GatewayError` when they may not see it. */
export function lookFor(state: AppState, address: URL): ReturnType<typeof lookAt> {
  const { visitor } = state;
  const sees = visitor !== undefined && allows(visitor.role, "payload");
  const found = lookAt(state.inspector.inspected, address, sees ? "payload" : "view");
  mustSee(state, found.resource.needs ?? "view");
  return found;
}

/** Throws a `GatewayError` when who asks may not see so much. */
export function mustSee({ visitor }: AppState, needs: Sight): void {
  if (visitor !== undefined && allows(visitor.role, needs)) return;
  throw new GatewayError(
    403,
    "dashboard",
    "role_too_low",
    `Seeing this needs the role ${needs}: it shows what users sent`,
  );
}
