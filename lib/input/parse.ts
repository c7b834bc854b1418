import * as v from "valibot";
import { GatewayError } from "../gateway/errors.ts";

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

/** The input as the schema makes it. Throws `api.bad_request`, which names the field. */
export function parse<Entries extends v.ObjectEntries>(
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

/** A list in one parameter, as the engine takes it: `a,b,c`. */
export const commaSeparated: v.GenericSchema<string, string[]> = v.pipe(
  v.string(),
  v.transform((list) => [...new Set(list.split(",").filter((part) => part !== ""))]),
);

export const boolean: v.GenericSchema<string, boolean> = v.pipe(
  v.picklist(["true", "false"], ({ received }) => `it is ${received}; true or false is wanted`),
  v.transform((value) => value === "true"),
);
