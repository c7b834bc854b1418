import * as v from "valibot";
import { GatewayError } from "../errors.ts";
import { readBody } from "../request_body.ts";
import { decodeBase64 } from "./base64.ts";
import type { Call } from "./route.ts";

/** What the caller sent is not what is wanted: `reason` names the field, what it is, what is wanted. */
export function badRequest(reason: string, status = 400): GatewayError {
  const message = `Request is invalid: ${reason}`;
  return new GatewayError(status, "api", "bad_request", message, { reason });
}

/** A query of known parameters, each given once at most. Throws `api.bad_request`. */
export function parseQuery<Entries extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<Entries, undefined>,
  { searchParams }: URL,
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  const given = new Map<string, string>();
  for (const [name, value] of searchParams) {
    if (given.has(name)) throw badRequest(`query: \`${name}\` is given twice`);
    given.set(name, value);
  }
  return parse(schema, Object.fromEntries(given), "query");
}

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

function parse<Entries extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<Entries, undefined>,
  input: unknown,
  where: "query" | "body",
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  throw badRequest(`${where}: ${describe(result.issues[0], Object.keys(schema.entries))}`);
}

/** The field that is wrong and why; for an unknown one, the fields there are. */
function describe(issue: v.BaseIssue<unknown>, known: readonly string[]): string {
  const field = v.getDotPath(issue);
  if (field === null) return issue.message;
  if (issue.type !== "strict_object") return `\`${field}\`: ${issue.message}`;
  if (issue.expected !== "never") {
    return issue.received === "undefined"
      ? `\`${field}\` is missing`
      : `\`${field}\`: ${issue.message}`;
  }
  const isTop = issue.path?.length === 1;
  return `\`${field}\` is not known` + (isTop ? `; known are ${known.join(", ") || "none"}` : "");
}

/** Wants at most `limit` bytes of UTF-8, and at least one. */
export const text = (limit: number): v.GenericSchema<string> =>
  v.pipe(
    v.string(),
    v.nonEmpty("at least 1 character is wanted"),
    v.maxBytes(limit, ({ received }) => `it has ${received} bytes, at most ${limit} are wanted`),
  );

export const base64: v.GenericSchema<string, Uint8Array> = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const bytes = decodeBase64(dataset.value);
    if (bytes !== undefined) return bytes;
    addIssue({ message: "it is not base64; the standard alphabet with padding is wanted" });
    return NEVER;
  }),
);

/** A list in one parameter, as the engine takes it: `a,b,c`. */
export const commaSeparated: v.GenericSchema<string, string[]> = v.pipe(
  v.string(),
  v.transform((list) => [...new Set(list.split(",").filter((part) => part !== ""))]),
);

export const boolean: v.GenericSchema<string, boolean> = v.pipe(
  v.picklist(["true", "false"], ({ received }) => `it is ${received}; true or false is wanted`),
  v.transform((value) => value === "true"),
);
