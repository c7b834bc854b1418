import type { Buffer } from "node:buffer";
import { getCookies, setCookie } from "@std/http";
import { tokenMatches } from "./mod.ts";
import { nodeCrypto } from "./node_crypto.ts";

/** What the names of these cookies begin with. */
export const SESSION_COOKIE = "dormouse_session";
const SECONDS = 30 * 24 * 60 * 60;

/**
 * Sets the dashboard's cookie. Its value comes from the token and holds as long as the token does,
 * over restarts too; the token cannot be had from it, should another server on this host see it.
 */
export function openSession(headers: Headers, token: string): void {
  setCookie(headers, {
    name: nameOf(token),
    value: sessionOf(token),
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    maxAge: SECONDS,
  });
}

/** Whether a request has the cookie that belongs to `token`. */
export function hasSession(headers: Headers, token: string): boolean {
  const given = getCookies(headers)[nameOf(token)];
  return given !== undefined && tokenMatches(given, sessionOf(token));
}

/** Browsers send a cookie to every port of a host: each server there needs a name of its own. */
function nameOf(token: string): string {
  return `${SESSION_COOKIE}_${hmac(token, "dormouse dashboard cookie").toString("hex", 0, 4)}`;
}

function sessionOf(token: string): string {
  return hmac(token, "dormouse dashboard session").toString("base64url");
}

function hmac(token: string, of: string): Buffer {
  return nodeCrypto().createHmac("sha256", token).update(of).digest();
}
