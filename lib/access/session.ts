import { createHmac } from "node:crypto";
import { getCookies, setCookie } from "@std/http";
import { tokenMatches } from "./mod.ts";

/** Cookies do not tell ports apart: the name must not be another's on this host. */
export const SESSION_COOKIE = "dormouse_session";
const SECONDS = 30 * 24 * 60 * 60;

/**
 * Sets the dashboard's cookie. Its value comes from the token and holds as long as the token does,
 * over restarts too; the token cannot be had from it, should another server on this host see it.
 */
export function openSession(headers: Headers, token: string): void {
  setCookie(headers, {
    name: SESSION_COOKIE,
    value: sessionOf(token),
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    maxAge: SECONDS,
  });
}

/** Whether a request has the cookie that belongs to `token`. */
export function hasSession(headers: Headers, token: string): boolean {
  const given = getCookies(headers)[SESSION_COOKIE];
  return given !== undefined && tokenMatches(given, sessionOf(token));
}

function sessionOf(token: string): string {
  return createHmac("sha256", token).update("dormouse dashboard session").digest("base64url");
}
