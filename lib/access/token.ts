import { nodeCrypto } from "./node_crypto.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** The token of an `Authorization: Bearer …` header (RFC 6750, 2.1), `null` when there is none. */
export function bearerToken(headers: Headers): string | null {
  const match = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(headers.get("authorization") ?? "");
  return match?.[1] ?? null;
}

/**
 * Whether both are the same token, in a time that tells nothing of where they differ or of how long
 * the expected one is. An empty expected token matches nothing.
 */
export function tokenMatches(given: string | null, expected: string): boolean {
  const isSame = nodeCrypto().timingSafeEqual(digest(given ?? ""), digest(expected));
  return isSame && given !== null && expected !== "";
}

/** Refuses a request that does not bring the token in its Authorization header. */
export function checkBearer(headers: Headers, expected: string): Refusal | undefined {
  const given = bearerToken(headers);
  if (tokenMatches(given, expected)) return undefined;
  return refuse(
    401,
    "unauthorized",
    `${given === null ? "The request brings no token" : "The token is not this server's"}; ` +
      "send Authorization: Bearer with the admin token",
  );
}

/** What a token can be told by, and cannot be had from. */
export function digestOf(token: string): string {
  return nodeCrypto().createHash("sha256").update(token).digest("base64");
}

function digest(text: string): Uint8Array {
  return nodeCrypto().createHash("sha256").update(text).digest();
}
