import { checkHost, type HeaderValues } from "./host.ts";
import { checkOrigin } from "./origin.ts";
import type { Refusal } from "./refusal.ts";

/** Refuses requests by their Host and Origin, as {@link checkHost} and {@link checkOrigin} do. */
export function createGuard(
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
): (headers: HeaderValues) => Refusal | undefined {
  /** The Host that passed last, `null` before: nearly all requests have the same. */
  let passed: string | null = null;
  return (headers) => {
    const host = headers.get("host") ?? "";
    const refusal = (host === passed ? undefined : checkHost(headers, allowedHosts)) ??
      checkOrigin(headers, allowedOrigins);
    if (refusal === undefined) passed = host;
    return refusal;
  };
}
