import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { bearerToken, tokenMatches } from "../access/mod.ts";
import { actorRoutes } from "./api/actor_routes.ts";
import { namespaceRoutes } from "./api/namespace_routes.ts";
import type { Route } from "./api/route.ts";
import { runnerConfigRoutes } from "./api/runner_config_routes.ts";
import { runnerRoutes } from "./api/runner_routes.ts";
import { serviceRoutes } from "./api/service_routes.ts";
import { GatewayError } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { StoreError } from "./gateway_store.ts";

export interface ManagementSetup {
  readonly gateway: Gateway;
  /** What callers must give as `Authorization: Bearer`, but for `/health` and `/metadata`. */
  readonly token: string;
  /** Of this program, as `/health` tells it. */
  readonly version: string;
}

/**
 * The management API of `wire.md`, with the engine's shapes, so that a client written for the
 * engine works here (`docs/management-api.md`).
 *
 * What the caller did wrong is a response; what went wrong in here rejects, for whoever serves it
 * to log.
 */
export function createManagementApi(
  { gateway, token, version }: ManagementSetup,
): (request: Request) => Promise<Response> {
  const routes = [
    ...serviceRoutes(version),
    ...actorRoutes,
    ...namespaceRoutes,
    ...runnerRoutes,
    ...runnerConfigRoutes,
  ];
  const app = new Hono();
  app.use(methodNotAllowed({ app, onMethodNotAllowed: (c, allowed) => notAllowed(c, allowed) }));
  for (const route of routes) {
    app.on(route.method, route.path, async ({ req }) => {
      if (!route.isPublic) authorize(req.raw.headers, token);
      const part = (name: string): string => req.param(name)!;
      const call = { gateway, request: req.raw, url: new URL(req.url), part };
      return Response.json(await route.answer(call));
    });
  }
  app.notFound(({ req }) => notFound(req.path, routes).toResponse());
  app.onError((error) => tell(error));
  return async (request) => await app.fetch(request);
}

function authorize(headers: Headers, token: string): void {
  const given = bearerToken(headers);
  if (given === null) {
    throw new GatewayError(
      401,
      "api",
      "unauthorized",
      "The token is missing; the header `Authorization: Bearer <token>` is wanted",
    );
  }
  if (!tokenMatches(given, token)) {
    throw new GatewayError(403, "api", "forbidden", "The token is not this gateway's");
  }
}

function tell(thrown: unknown): Response {
  const error = thrown instanceof StoreError ? fromStore(thrown) : thrown;
  if (!(error instanceof GatewayError)) throw error;
  const response = error.toResponse();
  // RFC 9110, section 15.5.2: a 401 names the scheme that it wants.
  if (error.status === 401) response.headers.set("www-authenticate", "Bearer");
  return response;
}

/** What the store refuses for the caller's sake. Its failures stay what they are. */
function fromStore(error: StoreError): GatewayError | StoreError {
  const { code, message } = error;
  if (code.startsWith("kv.")) return new GatewayError(400, "kv", code.slice(3), message);
  if (code === "store.overloaded") return new GatewayError(503, "guard", "too_busy", message);
  if (code === "store.closed") return new GatewayError(503, "guard", "gateway_shutdown", message);
  return error;
}

function notAllowed({ req }: Context, allowed: string[]): Response {
  const response = new GatewayError(
    405,
    "api",
    "method_not_allowed",
    `${req.path} takes ${allowed.join(", ")}, not ${req.method}`,
    { allowed },
  ).toResponse();
  response.headers.set("allow", allowed.join(", "));
  return response;
}

/** Tells the routes that begin as the path does; all of them when none does. */
function notFound(path: string, routes: readonly Route[]): GatewayError {
  const [, first] = path.split("/");
  const near = routes.filter((route) => route.path.split("/")[1] === first);
  const there = (near.length > 0 ? near : routes).map(({ method, path }) => `${method} ${path}`);
  return new GatewayError(
    404,
    "api",
    "not_found",
    `There is no ${path}; there are ${there.join(", ")}`,
    { routes: there },
  );
}
