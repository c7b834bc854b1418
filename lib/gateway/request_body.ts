import { BodySource } from "../body/body_source.ts";
import { CREDIT_UNIT } from "../delivery/mod.ts";
import { bodyTooLarge, GatewayError } from "./errors.ts";
import type { UnreadBodies } from "./unread_bodies.ts";

/** A client's body: at hand, still to be read from the client, or none. */
export type RequestBody = Uint8Array | ReadableStream<Uint8Array> | null;

/**
 * A request's body. A short one of known length is read, for it can be sent in one piece and, where
 * that is allowed, again; any other is read when its actor wants it.
 */
export function openBody(
  request: Request,
  unread: UnreadBodies,
): RequestBody | Promise<RequestBody> {
  if (request.body === null) return null;
  const claimed = Number(request.headers.get("content-length") ?? Infinity);
  if (claimed > CREDIT_UNIT) return unread.watch(request.body);
  return readWhole(new BodySource(request.body), CREDIT_UNIT, "httpBodyBytes");
}

/**
 * Reads a request's body whole, `null` for none. Throws 413 `guard.body_too_large` as soon as more
 * than `limit` bytes are claimed or have come: never more than that is held.
 */
export async function readBody(
  request: Request,
  limit: number,
  option: string,
): Promise<Uint8Array | null> {
  if (request.body === null) return null;
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw bodyTooLarge(option, limit);
  return await readWhole(new BodySource(request.body), limit, option);
}

/** As {@link readBody}, of what claims no length. */
export async function readWhole(
  source: BodySource,
  limit: number,
  option: string,
): Promise<Uint8Array> {
  let body: Uint8Array | undefined;
  try {
    body = await source.whole(limit);
  } catch (error) {
    throw bodyCutOff(error);
  }
  if (body === undefined) throw bodyTooLarge(option, limit);
  return body;
}

export const bodyCutOff = (error: unknown): GatewayError =>
  new GatewayError(400, "guard", "body_cut_off", `The body broke off: ${error}`);
