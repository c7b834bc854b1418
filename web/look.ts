import type { AppState } from "../app_state.ts";
import { allows } from "../lib/access/mod.ts";
import { GatewayError } from "../lib/gateway/errors.ts";
import { lookAt } from "../lib/inspect/api/mod.ts";

/** A look at what is at an address, for who asks. Throws a `GatewayError` when they may not see it. */
export function lookFor(
  { inspector, visitor }: AppState,
  address: URL,
): ReturnType<typeof lookAt> {
  const found = lookAt(inspector.inspected, address);
  const { needs = "view" } = found.resource;
  if (visitor !== undefined && allows(visitor.role, needs)) return found;
  throw new GatewayError(
    403,
    "dashboard",
    "role_too_low",
    `Seeing ${address.pathname} needs the role ${needs}: it shows what users sent`,
  );
}
