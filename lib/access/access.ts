import type { Host } from "../host/host.ts";
import { checkHost } from "./host.ts";
import { checkOrigin, checkSameOrigin } from "./origin.ts";
import { RateLimit, type Rates } from "./rate_limit.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { ACCESS_ROLES, type AccessRole } from "./role.ts";
import { openSession, sessionOf } from "./session.ts";
import { bearerToken, digestOf, tokenMatches } from "./token.ts";

/** One token for each role; `null` where there is none. */
export type Tokens = {
  readonly [Role in AccessRole]: Role extends "operate" ? string : string | null;
};

export interface AccessSetup {
  readonly host: Host;
  readonly tokens: Tokens;
  /** Hosts that are answered besides loopback, as `example.com` or `example.com:8443`. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may ask besides those on loopback, as `https://example.com`. */
  readonly allowedOrigins: readonly string[];
  readonly limits?: Partial<AccessLimits>;
}

export interface AccessLimits {
  /** Wrong tokens. */
  readonly guesses: Rates;
  /** Actions, dry runs included. */
  readonly actions: Rates;
}

export const ACCESS_LIMITS: AccessLimits = {
  guesses: { perMinute: 10, perMinuteInAll: 100 },
  actions: { perMinute: 120, perMinuteInAll: 600 },
};

/** Wrong tokens that are remembered. */
const WRONG_TOKENS = 1_000;

/** Somebody who was let in. */
export interface Visitor {
  readonly role: AccessRole;
  /** Tells sessions apart, and gives nothing away: `bearer` for who sends the token itself. */
  readonly session: string;
}

/** Who may see and do what, at the dashboard. */
export class Access {
  readonly #setup: AccessSetup;
  readonly #guesses: RateLimit;
  readonly #actions: RateLimit;
  /** Digests of tokens that were tried and are wrong, oldest first. */
  readonly #wrong = new Set<string>();

  constructor(setup: AccessSetup) {
    this.#setup = setup;
    const limits = { ...ACCESS_LIMITS, ...setup.limits };
    this.#guesses = new RateLimit(setup.host, limits.guesses);
    this.#actions = new RateLimit(setup.host, limits.actions);
  }

  /** Refuses other sites: by Host before all else (DNS rebinding), then by Origin. */
  refuseStranger(headers: Headers): Refusal | undefined {
    const { allowedHosts, allowedOrigins } = this.#setup;
    return checkHost(headers, allowedHosts) ?? checkOrigin(headers, allowedOrigins);
  }

  /** Who asks, by their token or else by their cookie. `address`: where they ask from. */
  visitor(headers: Headers, address: string): Visitor | Refusal {
    const bearer = bearerToken(headers);
    if (bearer === null && headers.get("authorization") === null) {
      const visitor = this.#bySession(headers);
      if (visitor !== undefined) return checkSameOrigin(headers) ?? visitor;
    }
    const role = this.#roleOf(bearer, address);
    return typeof role === "string" ? { role, session: "bearer" } : role;
  }

  /** Trades a token for a cookie, which `answer` sets. Gives why not. */
  logIn(token: string | null, address: string, answer: Headers): Refusal | undefined {
    const role = this.#roleOf(token, address);
    if (typeof role !== "string") return role;
    openSession(answer, this.#setup.tokens[role]!, this.#setup.host);
    return undefined;
  }

  /** Counts an action. Refuses one too many. */
  countAction({ role, session }: Visitor): Refusal | undefined {
    const who = `${role} ${session}`;
    const waitMs = this.#actions.waitMs(who);
    if (waitMs > 0) return tooOften("Too many actions in a minute", waitMs);
    this.#actions.count(who);
    return undefined;
  }

  #bySession(headers: Headers): Visitor | undefined {
    const { tokens, host } = this.#setup;
    // Who has several cookies gets the most that they give.
    for (const role of ACCESS_ROLES.toReversed()) {
      const token = tokens[role];
      const session = token === null ? undefined : sessionOf(headers, token, host);
      if (session !== undefined) return { role, session };
    }
    return undefined;
  }

  /** Nobody may guess for long: after so many wrong tokens none is looked at, not even a right one. */
  #roleOf(given: string | null, address: string): AccessRole | Refusal {
    if (given === null || given === "") return unauthorized("The request brings no token");
    const wrong = unauthorized("The token is not this server's");
    // Who sends the same wrong token for ever guesses nothing, and keeps nobody else out.
    const digest = digestOf(given);
    if (this.#wrong.has(digest)) return wrong;
    const waitMs = this.#guesses.waitMs(address);
    if (waitMs > 0) return tooOften("Too many wrong tokens in a minute", waitMs);
    let found: AccessRole | undefined;
    for (const role of ACCESS_ROLES) {
      if (tokenMatches(given, this.#setup.tokens[role] ?? "")) found = role;
    }
    if (found !== undefined) return found;
    this.#guesses.count(address);
    this.#wrong.add(digest);
    const [oldest] = this.#wrong;
    if (this.#wrong.size > WRONG_TOKENS) this.#wrong.delete(oldest!);
    return wrong;
  }
}

function unauthorized(what: string): Refusal {
  return refuse(401, "unauthorized", `${what}; send Authorization: Bearer with the admin token`);
}

function tooOften(what: string, waitMs: number): Refusal {
  const retryAfterS = Math.ceil(waitMs / 1000);
  const message = `${what}; wait ${retryAfterS} s`;
  return { ...refuse(429, "rate_limited", message), retryAfterS };
}
