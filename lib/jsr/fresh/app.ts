import { STATUS_CODES } from "node:http";
import type { AnyComponent } from "preact";
import { type Build, type Island, NO_BUILD } from "./build.ts";
import { Context, type Middleware } from "./context.ts";
import { HttpError } from "./error.ts";
import { mountFiles } from "./fs_routes.ts";
import type { Method } from "./handlers.ts";
import { registerIslands } from "./render.ts";
import { Routes } from "./routes.ts";
import { setBuildId } from "./runtime.ts";

export type ListenOptions = Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>;

export type Handler = (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

/** Middlewares and routes, put together in order: a route has what came before it. */
export class App<State> {
  readonly #steps: ((routes: Routes<State>) => void)[] = [];
  #build = NO_BUILD;

  /** Adds middlewares that every request passes. */
  use(...middlewares: Middleware<State>[]): this {
    return this.#step((routes) => routes.surround("/", 1, middlewares));
  }

  get(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#step((routes) => routes.add("GET", path, path, middlewares));
  }

  post(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#step((routes) => routes.add("POST", path, path, middlewares));
  }

  all(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#step((routes) => routes.add("ALL", path, path, middlewares));
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
    return async (request, info = UNKNOWN_PEER) => {
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(/\/+/g, "/");
      const { handler, last, pattern, params } = find(request.method as Method, url.pathname);
      const ctx = new Context<State>(request, url, info, pattern, params, last, build);
      try {
        const response = await handler(ctx);
        return request.method === "HEAD" ? new Response(null, response) : response;
      } catch (error) {
        return answerError(error);
      }
    };
  }

  async listen(options: ListenOptions = {}): Promise<void> {
    await Deno.serve({ port: 8000, ...options }, this.handler()).finished;
  }

  /** Joins an app with what was built for it. Called by the generated `_fresh/server.js`. */
  static serve<State>(
    app: App<State>,
    build: Build,
    islands: Iterable<[AnyComponent, Island]>,
  ): { fetch: Handler } {
    registerIslands(islands);
    setBuildId(build.id);
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
