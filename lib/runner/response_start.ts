import type { ToServerTunnelBody } from "../protocol/mod.ts";

export type ResponseStart = Extract<ToServerTunnelBody, { kind: "responseStart" }>;

/** An error as an answer, in the shape that the gateway uses for its own. */
export function errorResponse(status: number, code: string, message: string): ResponseStart {
  const [group, name] = code.split(".");
  const text = JSON.stringify({ group, code: name, message, metadata: null });
  return {
    kind: "responseStart",
    status,
    headers: new Map([["content-type", "application/json"], ["x-rivet-error", code]]),
    body: new TextEncoder().encode(text),
    stream: false,
  };
}

/** How an author's response begins; with `stream`, chunks follow. */
export function responseStart(
  response: Response,
  body: Uint8Array | null,
  stream: boolean,
): ResponseStart {
  return {
    kind: "responseStart",
    status: response.status,
    headers: headersOf(response),
    body,
    stream,
  };
}

/**
 * A response's headers as a map. The wire has no room for a name twice, and cookies cannot be
 * joined: each further `set-cookie` is written in another case, which HTTP does not tell apart.
 */
export function headersOf(response: Response): Map<string, string> {
  const headers = new Map<string, string>();
  let cookies = 0;
  response.headers.forEach((value, name) => {
    headers.set(name === "set-cookie" ? cookieName(cookies++) : name, value);
  });
  return headers;
}

function cookieName(count: number): string {
  return [..."setcookie"].map((letter, bit) => count >> bit & 1 ? letter.toUpperCase() : letter)
    .join("").replace(/^(...)/, "$1-");
}
