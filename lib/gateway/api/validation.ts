import * as v from "valibot";
import { badRequest, parse } from "../../input/mod.ts";
import { GatewayError } from "../errors.ts";
import { readBody } from "../request_body.ts";
import { decodeBase64 } from "./base64.ts";
import type { Call } from "./route.ts";

/**
 * A JSON body of known fields, sent as `application/json`. Throws `api.bad_request`, and 413
 * `guard.body_too_large` past `managementBodyBytes`.
 */
export async function parseBody<Entries extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<Entries, undefined>,
  call: Call,
): Promise<v.InferOutput<v.StrictObjectSchema<Entries, undefined>>> {
  const type = call.request.headers.get("content-type");
  if (type === null || !/^application\/json\s*(?:;|$)/i.test(type)) {
    const given = type === null ? "missing" : `\`${type}\``;
    throw badRequest(`header content-type is ${given}; \`application/json\` is wanted`, 415);
  }
  const bytes = await readLimited(call);
  if (bytes.length === 0) throw badRequest("body is empty; a JSON object is wanted");
  return parse(schema, parseJson(bytes), "body");
}

/** For a call that takes nothing: no body, or `{}` as the engine wants it. */
export async function expectNoBody(call: Call): Promise<void> {
  const bytes = await readLimited(call);
  if (bytes.length > 0) parse(v.strictObject({}), parseJson(bytes), "body");
}

async function readLimited({ gateway, request }: Call): Promise<Uint8Array> {
  const limit = gateway.options.managementBodyBytes;
  try {
    return await readBody(request, limit, "managementBodyBytes") ?? new Uint8Array();
  } catch (error) {
    if (error instanceof GatewayError) gateway.limitReached("managementBodyBytes");
    throw error;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw badRequest(`body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  // Valibot takes an array for an object.
  if (Array.isArray(value)) throw badRequest("body is an array; a JSON object is wanted");
  return value;
}

export const base64: v.GenericSchema<string, Uint8Array> = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = decodeBase64(dataset.value);
    if (bytes !== undefined) return bytes;
    addIssue({ message: "it is not base64; the standard alphabet with padding is wanted" });
    return NEVER;
  }),
);
