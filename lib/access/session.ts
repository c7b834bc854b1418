import type { Buffer } from "node:buffer";
import { getCookies, setCookie } from "@std/http";
import type { Host } from "../host/host.ts";
import { nodeCrypto } from "./node_crypto.ts";
import { tokenMatches } from "./token.ts";

/** What the names of these cookies begin with. */
export const SESSION_COOKIE = "dormouse_session";
const SECONDS = 30 * 24 * 60 * 60;
/** Enough that no two sessions are taken for one. */
const ID_BYTES = 9;

/**
 * Sets the dashboard's cookie. Its value is proved by the token and holds as long as the token does,
 * for 30 days at most, over restarts too; the token cannot be had from it, should another server on
 * this host see it.
 */
export function openSession(headers: Headers, token: string, host: Host): void {
  const id = [host.epoch().toString(36), base64url(host.randomBytes(ID_BYTES))].join(".");
  setCookie(headers, {
    name: nameOf(token),
    value: `${id}.${proofOf(token, id)}`,
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    maxAge: SECONDS,
  });
}

/** What tells the session from others, when a request has a cookie that belongs to `token`. */
export function sessionOf(headers: Headers, token: string, host: Host): string | undefined {
  const given = getCookies(headers)[nameOf(token)];
  const [, id, since, name, proof] =
    /^(([0-9a-z]{1,9})\.([\w-]{12}))\.([\w-]{43})$/.exec(given ?? "") ??
      [];
  if (proof === undefined || !tokenMatches(proof, proofOf(token, id!))) return undefined;
  const age = host.epoch() - Number.parseInt(since!, 36);
  return age <= SECONDS * 1000 ? name!.slice(0, 6) : undefined;
}

/** Browsers send a cookie to every port of a host: each server there needs a name of its own. */
function nameOf(token: string): string {
  return `${SESSION_COOKIE}_${hmac(token, "dormouse dashboard cookie").toString("hex", 0, 4)}`;
}

function proofOf(token: string, id: string): string {
  return hmac(token, `dormouse dashboard session ${id}`).toString("base64url");
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url" });
}

function hmac(token: string, of: string): Buffer {
  return nodeCrypto().createHmac("sha256", token).update(of).digest();
}
