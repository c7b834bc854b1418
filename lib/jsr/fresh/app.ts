import { STATUS_CODES } from "node:http";
import type { AnyComponent } from "preact";
import type { Build, Island } from "./build.ts";
import { Context, type Middleware } from "./context.ts";
import { HttpError } from "./error.ts";
import { mountFiles } from "./fs_routes.ts";
import type { Method } from "./handlers.ts";
import { registerIslands } from "./render.ts";
import { Routes } from "./routes.ts";
import { build as running } from "./runtime.ts";

export type Handler = (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

/** Middlewares and routes, put together in order: a route has what came before it. */
export class App<State> {
  readonly #steps: ((routes: Routes<State>) => void)[] = [];
  #build: Build = { id: "", root: ".", entry: "", styles: [], files: {}, routes: {} };

  /** Adds middlewares that every request passes. */
  use(...middlewares: Middleware<State>[]): this {
    return this.#step((routes) => routes.surround("", 1, middlewares));
  }

  get(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#step((routes) => routes.add("GET", path, path, middlewares));
  }

  /** Puts the files of `routes/` here. They are known once the app was built. */
  fsRoutes(): this {
    return this.#step((routes) => mountFiles(routes, this.#build.routes));
  }

  /** What answers requests: for `Deno.serve`, and for tests. */
  handler(): Handler {
    const routes = new Routes<State>();
    const build = this.#build;
    for (const step of this.#steps) step(routes);
    const find = routes.finder();
    const outside = routes.outside();
    return async (request, info = UNKNOWN_PEER) => {
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(/\/+/g, "/");
      const { methods, params } = find(url.pathname);
      const last = () => Promise.reject(new HttpError(methods ? 405 : 404));
      const ctx = new Context<State>(request, url, info, params, last, build);
      const isHead = request.method === "HEAD";
      const handler = methods?.get(isHead ? "GET" : request.method as Method);
      try {
        const response = await (handler ?? methods?.get("ALL") ?? outside)(ctx);
        return isHead ? new Response(null, response) : response;
      } catch (error) {
        return answerError(error);
      }
    };
  }

  /** Joins an app with what was built for it. Called by the generated `_fresh/server.js`. */
  static serve<State>(
    app: App<State>,
    build: Build,
    islands: Iterable<[AnyComponent, Island]>,
  ): { fetch: Handler } {
    registerIslands(islands);
    running.id = build.id;
    app.#build = build;
    return { fetch: app.handler() };
  }

  #step(step: (routes: Routes<State>) => void): this {
    this.#steps.push(step);
    return this;
  }
}

function answerError(error: unknown): Response {
  const status = error instanceof HttpError ? error.status : 500;
  if (status >= 500) console.error(error);
  const message = error instanceof HttpError ? error.message : "Internal server error";
  return new Response(message || STATUS_CODES[status], { status });
}

const UNKNOWN_PEER: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 1234 },
  completed: Promise.resolve(),
};
