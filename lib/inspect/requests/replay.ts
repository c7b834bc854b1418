import { GatewayError } from "../../gateway/errors.ts";
import type { RequestEdits, RequestReplay } from "../actions/control.ts";
import { REDACTED } from "../secrets.ts";
import type { CapturedRequest } from "./captured_request.ts";

const encoder = new TextEncoder();
/** What the gateway counts itself. */
const COUNTED = new Set(["content-length", "transfer-encoding"]);

/**
 * A captured request as it can be sent again. Throws 409 `dashboard.cannot_replay` where its body is
 * not all there, and no other is given.
 */
export function replayPlanOf(
  { actorId, method, path, request }: CapturedRequest,
  edits: RequestEdits,
): RequestReplay {
  const headers = new Map<string, string>();
  const leftOut: string[] = [];
  for (const [name, value] of request.headers) {
    if (value === REDACTED) leftOut.push(name);
    else if (!COUNTED.has(name.toLowerCase())) headers.set(name, value);
  }
  const sent = { method, path: edits.path ?? path, headers };
  if (edits.path === undefined && path.includes(REDACTED)) {
    throw refused(
      "Its path is not all kept, for a secret in it or its length: give another `path`",
    );
  }
  if (edits.body !== undefined) {
    const body = edits.body.length === 0 ? null : edits.body;
    return { actorId, request: sent, body, leftOut };
  }
  const { payload, bytes, isCut } = request;
  if (bytes > 0 && (payload === null || isCut)) {
    throw refused(`Of its body of ${bytes} bytes not all is kept: give another one`);
  }
  const body = typeof payload === "string" ? encoder.encode(payload) : payload;
  return { actorId, request: sent, body, leftOut };
}

function refused(message: string): GatewayError {
  return new GatewayError(409, "dashboard", "cannot_replay", message);
}
