import type { RequestStart } from "./http_request.ts";

/**
 * The `Request` that an author sees. Throws when it has a method or a header that HTTP does not
 * allow.
 *
 * @param body What comes in chunks; else the start has it.
 */
export function authorRequest(
  { method, path, headers, body }: RequestStart,
  signal: AbortSignal,
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined,
): Request {
  const init: RequestInit = { method, headers: [...headers], signal, redirect: "manual" };
  if (stream !== undefined) init.body = stream;
  else if (body !== null && method !== "GET" && method !== "HEAD") init.body = body.slice();
  return new Request(urlOf(path, headers.get("host")), init);
}

function urlOf(path: string, host: string | undefined): URL {
  const rooted = path.startsWith("/") ? path : `/${path}`;
  // Not every header is a host; what is not must not decide where the path begins.
  const isHost = host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`);
  return new URL(`http://${isHost ? host : "actor"}${rooted}`);
}
