import { type HeaderValues, isLoopback, parseHost } from "./host.ts";
import { quoted, type Refusal, refuse } from "./refusal.ts";

/**
 * Refuses a browser's request from a page of a foreign origin. WebSockets need it most: no
 * same-origin rule of the browser covers them.
 *
 * A request without Origin passes: it is no browser's, or one that a browser lets no page read.
 * Origins on loopback pass, with any port. Others must be in `allowedOrigins`, exactly. The opaque
 * origin `null` of sandboxed pages and files never passes.
 */
export function checkOrigin(
  headers: HeaderValues,
  allowedOrigins: readonly string[],
): Refusal | undefined {
  const origin = headers.get("origin") ?? null;
  if (origin === null) return undefined;
  if (origin !== "null" && (isLoopbackOrigin(origin) || allowedOrigins.includes(origin))) {
    return undefined;
  }
  return foreign(origin, "if it should be allowed, add it to DORMOUSE_ALLOWED_ORIGINS");
}

/**
 * Refuses a browser's request that does not come from this server's own pages. For everything that
 * a cookie authorises: ports do not count for `SameSite`, so a page of any other server on
 * localhost has its requests sent with this one's cookies, `Strict` ones too.
 */
export function checkSameOrigin(headers: Headers): Refusal | undefined {
  const origin = headers.get("origin");
  if (origin === null) return checkFetchSite(headers);
  const host = headers.get("host");
  const { protocol, authority } = parseOrigin(origin) ?? {};
  // Behind a proxy that ends TLS the scheme is not this server's to know. The host is.
  if (protocol !== undefined && host !== null && authority === host.toLowerCase()) return undefined;
  return foreign(origin, "only this server's own pages may do this");
}

/**
 * Refuses what a page of another site has made a browser ask for without an Origin: its images,
 * scripts and frames. Following a link to here is no such thing.
 */
function checkFetchSite(headers: Headers): Refusal | undefined {
  const site = headers.get("sec-fetch-site");
  if (site === null || site === "same-origin" || site === "none") return undefined;
  const isVisit = headers.get("sec-fetch-mode") === "navigate" &&
    headers.get("sec-fetch-dest") === "document";
  return isVisit ? undefined : refuse(
    403,
    "origin_not_allowed",
    `A page of another site asks (Sec-Fetch-Site ${quoted(site)}); ` +
      "only this server's own pages may do this",
  );
}

function isLoopbackOrigin(origin: string): boolean {
  const authority = parseOrigin(origin)?.authority;
  const host = authority === undefined ? undefined : parseHost(authority);
  return host !== undefined && isLoopback(host.name);
}

/** Reads an Origin header (RFC 6454, 7): scheme and authority in their one normal form. */
function parseOrigin(origin: string): { protocol: string; authority: string } | undefined {
  if (!URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  return isWeb && url.origin === origin
    ? { protocol: url.protocol, authority: url.host }
    : undefined;
}

function foreign(origin: string, advice: string): Refusal {
  return refuse(403, "origin_not_allowed", `The Origin ${quoted(origin)} is foreign; ${advice}`);
}
