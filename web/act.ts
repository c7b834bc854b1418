import type { HandlerByMethod } from "fresh";
import type { AppState } from "../app_state.ts";
import { allows, refusalResponse } from "../lib/access/mod.ts";
import { GatewayError } from "../lib/gateway/errors.ts";
import { badRequest, parse } from "../lib/input/mod.ts";
import { findAction, perform } from "../lib/inspect/mod.ts";

/** What no page of another site can send without asking first, and it asks in vain. */
const HEADER = "x-dormouse-action";

/** Does what is at this address, or says what it would do (`dryRun`). */
export const acted: HandlerByMethod<unknown, AppState> = {
  POST: async ({ req, url, state }) => {
    const { access, config, inspector: { inspected }, visitor } = state;
    checkForm(req.headers);
    if (config.readOnly) {
      throw refused("read_only", "This dashboard is read-only: DORMOUSE_UI_READ_ONLY is set");
    }
    if (visitor === undefined || !allows(visitor.role, "operate")) {
      throw refused("role_too_low", "Acting needs the role operate: the admin token has it");
    }
    const refusal = access.countAction(visitor);
    if (refusal !== undefined) return refusalResponse(refusal);
    const { action, parts } = findAction(url.pathname)!;
    const body = parse(action.body, await readJson(req, state), "body");
    const order = { action, parts, body, path: url.pathname, by: visitor };
    return Response.json(await perform(inspected, order));
  },
};

function checkForm(headers: Headers): void {
  if (headers.get(HEADER) !== "1") {
    throw refused("no_action_header", `An action needs the header \`${HEADER}: 1\``);
  }
  const type = headers.get("content-type");
  if (type !== null && /^application\/json\s*(?:;|$)/i.test(type)) return;
  const given = type === null ? "missing" : `\`${type.slice(0, 100)}\``;
  throw badRequest(`header content-type is ${given}; \`application/json\` is wanted`, 415);
}

async function readJson(request: Request, { inspector }: AppState): Promise<unknown> {
  const { limits, recorder } = inspector.inspected;
  const limit = limits.actionBodyBytes;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > limit) {
      recorder.limit("actionBodyBytes", limit);
      const message = `The body is larger than actionBodyBytes=${limit} bytes`;
      throw new GatewayError(413, "dashboard", "body_too_large", message);
    }
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text());
  } catch (error) {
    throw badRequest(`body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  // Valibot takes an array for an object.
  if (Array.isArray(value)) throw badRequest("body is an array; a JSON object is wanted");
  return value;
}

function refused(code: string, message: string): GatewayError {
  return new GatewayError(403, "dashboard", code, message);
}
