import type { RequestContent, RequestInspection } from "./request_inspection.ts";

/** What `curl` sets by itself, and what speaks of one connection only. */
const LEFT_OUT = new Set(["host", "content-length", "connection", "accept-encoding", "user-agent"]);

/**
 * A request as a command for a shell. Secrets that were redacted are not in it, and a body only when
 * all of it was captured.
 *
 * @param gatewayUrl Where clients reach the gateway, as `http://127.0.0.1:6420`.
 */
export function asCurl(
  { actorId, method, path }: Pick<RequestInspection, "actorId" | "method" | "path">,
  { request: { headers, text, base64, bytes, isCut } }: RequestContent,
  gatewayUrl: string,
): string {
  const parts = [`curl -X ${quoted(method)} ${quoted(`${gatewayUrl}/gateway/${actorId}${path}`)}`];
  for (const { name, value } of headers) {
    if (!LEFT_OUT.has(name.toLowerCase())) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (!isCut && text !== null) parts.push(`--data-raw ${quoted(text)}`);
  else if (!isCut && base64 !== null) {
    return `base64 -d <<< ${quoted(base64)} | ${[...parts, "--data-binary @-"].join(" \\\n  ")}`;
  } else if (bytes > 0) parts.push(`# its body of ${bytes} bytes is not all here`);
  return parts.join(" \\\n  ");
}

/** As one word, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
