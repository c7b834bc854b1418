import { GatewayError } from "./errors.ts";

/**
 * Reads a request's body whole, `null` for none. Throws 413 `guard.body_too_large` as soon as more
 * than `limit` bytes are claimed or have come: never more than that is held.
 */
export async function readBody(
  request: Request,
  limit: number,
  option: "httpBodyBytes" | "managementBodyBytes" = "httpBodyBytes",
): Promise<Uint8Array | null> {
  if (request.body === null) return null;
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(option, limit);
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of request.body) {
      total += chunk.length;
      if (total > limit) throw tooLarge(option, limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(400, "guard", "body_cut_off", `The body broke off: ${error}`);
  }
  if (chunks.length === 1) return chunks[0]!;
  const body = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

/** Throws 431 `guard.headers_too_large` when names and values are more than `limit` bytes together. */
export function checkHeaderSize(headers: Headers, limit: number): void {
  let total = 0;
  for (const [name, value] of headers) total += name.length + value.length;
  if (total <= limit) return;
  throw new GatewayError(
    431,
    "guard",
    "headers_too_large",
    `The headers are ${total} bytes; at most headerBytes=${limit} are taken`,
  );
}

const tooLarge = (option: string, limit: number): GatewayError =>
  new GatewayError(
    413,
    "guard",
    "body_too_large",
    `The body is larger than ${option}=${limit} bytes`,
  );
