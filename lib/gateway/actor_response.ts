import type { ToServerTunnelBody } from "../protocol/mod.ts";
import { GatewayError } from "./errors.ts";

export type ResponseStart = Extract<ToServerTunnelBody, { kind: "responseStart" }>;

/** Statuses whose response has no body (RFC 9110, section 15; Fetch, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
/** Headers that speak of one connection only (RFC 9110, section 7.6.1), and what we count ourselves. */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "content-length",
]);

/** Whether what follows the head of an answer is for nobody. */
export function isBodiless(method: string, status: number): boolean {
  return BODILESS.has(status) || method === "HEAD";
}

/** A client's response from an actor's. Throws 502 `actor.invalid_response` for what HTTP forbids. */
export function actorResponse(
  { status, headers }: ResponseStart,
  body: BodyInit | null,
): Response {
  try {
    // Deno takes 101 too, which is for upgrades and no answer.
    if (status < 200) throw new RangeError(`its status is ${status}; 200 to 599 is wanted`);
    return new Response(BODILESS.has(status) ? null : body, {
      status,
      headers: headersFrom(headers),
    });
  } catch (error) {
    const why = `The actor's answer is not valid: ${error}`;
    throw new GatewayError(502, "actor", "invalid_response", why);
  }
}

/** Most answers have one header, and Deno is quickest with it as an object. */
function headersFrom(given: ReadonlyMap<string, string>): HeadersInit {
  const headers: [string, string][] = [];
  for (const [name, value] of given) {
    if (!DROPPED_HEADERS.has(name.toLowerCase())) headers.push([name, value]);
  }
  const [first] = headers;
  return first !== undefined && headers.length === 1 ? { [first[0]]: first[1] } : headers;
}
