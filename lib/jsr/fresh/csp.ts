import type { Middleware } from "./context.ts";
import { NONCE } from "./render.ts";

export interface CSPOptions {
  /** Directives that replace the default ones of the same name, or are added. */
  csp?: string[];
  /** Puts the page's nonce where `'unsafe-inline'` stands. Scripts and styles get it by themselves. */
  useNonce?: boolean;
}

const DEFAULTS =
  `default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
font-src 'self'; img-src 'self' data:; media-src 'self' data: blob:; worker-src 'self' blob:; \
connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; \
frame-ancestors 'none'; upgrade-insecure-requests`.split("; ");

/** Sends a Content-Security-Policy with every response. */
export function csp<State>(options: CSPOptions = {}): Middleware<State> {
  const { csp: own = [], useNonce = false } = options;
  const names = new Set(own.map((directive) => directive.split(" ", 1)[0]));
  const defaults = DEFAULTS.filter((directive) => !names.has(directive.split(" ", 1)[0]));
  const policy = [...defaults, ...own].join("; ");
  return async (ctx) => {
    const response = await ctx.next();
    const { [NONCE]: nonce } = response as { [NONCE]?: string };
    const value = useNonce && nonce !== undefined
      ? policy.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`)
      : policy;
    response.headers.set("Content-Security-Policy", value);
    return response;
  };
}
