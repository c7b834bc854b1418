import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { actAnswer, type Action, ACTIONS } from "../actions/mod.ts";
import { RESOURCES } from "../api/mod.ts";
import type { Resource } from "../api/resource.ts";
import { OTHER_PATHS, type OtherPath } from "./other_paths.ts";

type Json = { readonly [name: string]: unknown };

/**
 * What is under `/api`, as OpenAPI 3.1: from the declarations that serve it, with the schemas that
 * validate it.
 *
 * @param version Of the program.
 */
export function openApiDocument(version: string): Json {
  const operations = [
    ...RESOURCES.map((it) => [it.path, { get: ofResource(it) }] as const),
    ...ACTIONS.map((it) => [it.path, { post: ofAction(it) }] as const),
    ...OTHER_PATHS.map((it) => [it.path, { get: ofOther(it) }] as const),
  ];
  return {
    openapi: "3.1.0",
    info: {
      title: "Dormouse: the inspector",
      version,
      description: "Looking changes nothing. Every resource is JSON, and server-sent events for " +
        "who accepts `text/event-stream`. What only the other end of the tunnel knows is `null`. " +
        "Actions need the role `operate`, the header `x-dormouse-action: 1` and a JSON body; with " +
        "`dryRun` they say what they would do.",
    },
    security: [{ token: [] }, { cookie: [] }],
    tags: [
      { name: "look", description: "Resources: values, tables, logs" },
      { name: "act", description: "What a person or a program may do" },
      { name: "other", description: "Streams, exports, metrics and probes" },
    ],
    paths: Object.fromEntries(operations.toSorted(([a], [b]) => a < b ? -1 : 1)),
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of the wanted role" },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: "dormouse_session",
          description: "What `/login` gives for a token; not from other sites",
        },
      },
      schemas: {
        Error: {
          type: "object",
          required: ["group", "code", "message"],
          properties: {
            group: { type: "string" },
            code: { type: "string", description: "Stable: `group.code` names what went wrong" },
            message: { type: "string", description: "What was wrong and what is wanted" },
            metadata: {},
          },
        },
        ActAnswer: schemaOf(actAnswer, "output"),
      },
      responses: Object.fromEntries(
        Object.entries(ERRORS).map(([name, description]) => [
          name,
          { description, content: { "application/json": { schema: ref("schemas/Error") } } },
        ]),
      ),
    },
  };
}

const ERRORS = {
  BadRequest: "`api.bad_request`: what is asked is not valid; the message names the field",
  Unauthorized: "`api.unauthorized`: no token, or not this server's",
  Forbidden: "`api.host_not_allowed`, `api.origin_not_allowed`, `dashboard.role_too_low`; of " +
    "actions `dashboard.no_action_header`, `dashboard.read_only`",
  NotFound: "What the address names is not there: the code says what, as `actor.not_found`",
  CannotBeDone: "It cannot be done now: the code says why",
  TooLarge: "`dashboard.body_too_large`, `dashboard.too_many_targets`",
  NotJson: "`api.bad_request`: the body's type is not `application/json`",
  RateLimited: "`api.rate_limited`: the header `retry-after` says when it is worth another try",
  NoFeed: "`dashboard.no_feed`: too many watch, or the server is closing",
} as const;

function ofResource(resource: Resource): Json {
  const { path, about, query, needs = "view" } = resource;
  return {
    summary: about,
    operationId: operationId("get", path),
    tags: ["look"],
    "x-role": needs,
    parameters: [
      ...partsIn(path),
      ...Object.entries(query.entries).map(([name, schema]) => ({
        name,
        in: "query",
        required: false,
        schema: schemaOf(schema as v.GenericSchema, "output"),
      })),
    ],
    responses: {
      200: {
        description: "As it is now; as events: as it is, then each change, until the reader leaves",
        content: {
          "application/json": { schema: answerSchema(resource) },
          "text/event-stream": { schema: { type: "string" } },
        },
      },
      ...errors({ 400: "BadRequest", ...REFUSED, 404: "NotFound", 503: "NoFeed" }),
    },
  };
}

function answerSchema(resource: Resource): Json {
  if (resource.kind === "value") return schemaOf(resource.answer, "output");
  const whole = { type: "integer", minimum: 0 };
  const counts = resource.kind === "table" ? ["inAll"] : ["lastId", "forgotten"];
  return {
    type: "object",
    required: ["ts", "instance", ...counts, "rows"],
    properties: {
      ts: { type: "number", description: "The server's time, in ms since 1970" },
      instance: { type: "string", description: "Another after a restart" },
      ...Object.fromEntries(counts.map((name) => [name, whole])),
      rows: { type: "array", items: schemaOf(resource.row, "output") },
    },
  };
}

function ofAction({ path, verb, about, body }: Action): Json {
  return {
    summary: about,
    operationId: operationId("post", path),
    tags: ["act"],
    "x-role": "operate",
    "x-verb": verb,
    parameters: [...partsIn(path), {
      name: "x-dormouse-action",
      in: "header",
      required: true,
      schema: { const: "1" },
    }],
    requestBody: {
      required: true,
      content: { "application/json": { schema: schemaOf(body, "input") } },
    },
    responses: {
      200: {
        description: "What was done, or what would be; a target that failed has its own code",
        content: { "application/json": { schema: ref("schemas/ActAnswer") } },
      },
      ...errors({
        400: "BadRequest",
        ...REFUSED,
        404: "NotFound",
        409: "CannotBeDone",
        413: "TooLarge",
        415: "NotJson",
        429: "RateLimited",
      }),
    },
  };
}

function ofOther({ path, about, needs, answers, query = {}, also = {} }: OtherPath): Json {
  const type = answers === "application/json" ? { type: "object" } : { type: "string" };
  return {
    summary: about,
    operationId: operationId("get", path),
    tags: ["other"],
    ...(needs === null ? { security: [] } : { "x-role": needs }),
    parameters: [
      ...partsIn(path),
      ...Object.entries(query).map(([name, { about, isMany }]) => ({
        name,
        in: "query",
        description: about,
        required: true,
        schema: isMany ? { type: "array", items: { type: "string" } } : { type: "string" },
      })),
    ],
    responses: {
      200: { description: about, content: { [answers]: { schema: type } } },
      ...Object.fromEntries(
        Object.entries(also).map(([status, description]) => [status, { description }]),
      ),
      ...(needs === null ? {} : errors(REFUSED)),
    },
  };
}

const REFUSED = { 401: "Unauthorized", 403: "Forbidden" } as const;

function errors(of: Readonly<Record<number, keyof typeof ERRORS>>): Json {
  return Object.fromEntries(
    Object.entries(of).map(([status, name]) => [status, ref(`responses/${name}`)]),
  );
}

function ref(what: string): Json {
  return { $ref: `#/components/${what}` };
}

/** The parts of a path that have a name. */
function partsIn(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", minLength: 1 },
  }));
}

function operationId(method: string, path: string): string {
  return [method, ...path.split(/\W+/).filter((word) => word !== "")].join("_");
}

/** `input`: as it is sent; `output`: as it is understood, a number in a query as a number. */
function schemaOf(schema: v.GenericSchema, typeMode: "input" | "output"): Json {
  const { $schema: _, ...json } = toJsonSchema(schema, {
    target: "draft-2020-12",
    typeMode,
    // Checks that JSON Schema has no word for are told in the errors.
    errorMode: "ignore",
    overrideAction: ({ valibotAction, jsonSchema }) =>
      // A character has a byte at least.
      valibotAction.type === "max_bytes"
        ? {
          ...jsonSchema,
          maxLength: (valibotAction as unknown as { requirement: number }).requirement,
        }
        : undefined,
  });
  // What a number in a query is written as is no part of what it is.
  if (json.type !== "string") delete json.pattern;
  return json;
}
