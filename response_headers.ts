import { csp, type Middleware } from "fresh";
import type { AppState, DashboardConfig } from "./app_state.ts";

const HEADERS: Readonly<Record<string, string>> = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  // Not `no-referrer`: a form's post would then have the origin "null".
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** Headers that keep a browser from doing more with an answer than it must. */
export const secured: Middleware<AppState> = async (ctx) => {
  const response = await ctx.next();
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  return response;
};

const CSP = "content-security-policy";
const policies = new WeakMap<DashboardConfig, Middleware<AppState>>();

/**
 * Scripts only with the page's nonce, and none in what is no page; connections only here and, for "Try it",
 * to the gateway.
 */
export const confined: Middleware<AppState> = async (ctx) => {
  const { config } = ctx.state;
  let policy = policies.get(config);
  if (policy === undefined) {
    policy = csp<AppState>({ useNonce: true, csp: directives(config) });
    policies.set(config, policy);
  }
  const response = await policy(ctx);
  // One of Fresh's defaults, which no directive takes back. It would turn this page's own addresses
  // into https ones, and plain http is how it is served to a private network.
  const value = response.headers.get(CSP)?.replace(/upgrade-insecure-requests(; )?/, "")
    // Only a page has a nonce to stand here.
    .replace("script-src 'unsafe-inline'", "script-src 'none'")
    .replace("style-src 'self' 'unsafe-inline'", "style-src 'self'");
  if (value !== undefined) response.headers.set(CSP, value);
  return response;
};

function directives({ gateway }: DashboardConfig): string[] {
  const { origin } = new URL(gateway.url);
  return [
    "default-src 'none'",
    "script-src 'unsafe-inline'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'none'",
    "media-src 'none'",
    "worker-src 'none'",
    "img-src 'self' data:",
    `connect-src 'self' ${origin} ${origin.replace(/^http/, "ws")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    // No text becomes a script or markup, and no policy can be made that would let it.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
}
