import { GatewayError } from "../errors.ts";

/** What the engine's clients find here: an embedded gateway is one datacenter. */
export const DATACENTER = "default";

/** Throws `datacenter.not_found` for another than {@link DATACENTER}. */
export function checkDatacenter(name: string): void {
  if (name === DATACENTER) return;
  throw new GatewayError(
    404,
    "datacenter",
    "not_found",
    `There is no datacenter ${JSON.stringify(name)}; an embedded gateway has one, "${DATACENTER}"`,
  );
}
