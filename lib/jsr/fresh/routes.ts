import { TrieRouter } from "hono/router/trie-router";
import type { Middleware } from "./context.ts";
import { HttpError } from "./error.ts";
import type { Method } from "./handlers.ts";

type Methods<State> = Map<Method | "ALL", Middleware<State>>;

/** A middleware and the path it stands at. Rank 0 goes round those of rank 1 at the same path. */
interface Layer<State> {
  readonly at: string;
  readonly rank: 0 | 1;
  readonly middleware: Middleware<State>;
}

/** What answers a request. `last` is what the handler's own `next` leads to. */
interface Found<State> {
  readonly handler: Middleware<State>;
  readonly last: () => Promise<Response>;
  readonly pattern: string | null;
  readonly params: Record<string, string>;
}

/** Patterns with their handlers, each with the layers that were there before it. */
export class Routes<State> {
  readonly #layers: Layer<State>[] = [];
  readonly #patterns = new Map<string, Methods<State>>();

  surround(path: string, rank: 0 | 1, middlewares: readonly Middleware<State>[]): void {
    const at = path.replace(/\/$/, "");
    for (const middleware of middlewares) this.#layers.push({ at, rank, middleware });
  }

  add(method: Method | "ALL", pattern: string, at: string, handlers: Middleware<State>[]): void {
    const methods = this.#patterns.get(pattern) ?? new Map<Method | "ALL", Middleware<State>>();
    this.#patterns.set(pattern, methods);
    if (!methods.has(method)) methods.set(method, compose([...this.#layersAt(at), ...handlers]));
  }

  /** Patterns without parameters win over those with. */
  finder(): (method: Method, path: string) => Found<State> {
    const router = new TrieRouter<[string, Methods<State>]>();
    const isDynamic = (pattern: string) => Number(/[*:]/.test(pattern));
    const sorted = [...this.#patterns].sort(([a], [b]) => isDynamic(a) - isDynamic(b));
    for (const item of sorted) for (const path of triePaths(item[0])) router.add("ALL", path, item);
    const outside = compose(this.#layersAt(""));

    return (method, path) => {
      const [[match]] = router.match("ALL", path.replace(/(?<=.)\/$/, ""));
      if (match === undefined) {
        return { handler: outside, last: fail(404), pattern: null, params: {} };
      }
      const [[pattern, methods], raw] = match;
      const params = Object.fromEntries(
        Object.entries(raw).map(([k, v]) => [k, decodeURI(String(v))]),
      );
      const get = method === "HEAD" ? methods.get("GET") : undefined;
      const handler = methods.get(method) ?? get ?? methods.get("ALL");
      return { handler: handler ?? outside, last: fail(handler ? 404 : 405), pattern, params };
    };
  }

  #layersAt(path: string): Middleware<State>[] {
    const depth = ({ at }: Layer<State>) => at.split("/").length;
    return this.#layers
      .filter(({ at }) => `${path}/`.startsWith(`${at}/`))
      .sort((a, b) => depth(a) - depth(b) || a.rank - b.rank)
      .map(({ middleware }) => middleware);
  }
}

function fail(status: 404 | 405): () => Promise<Response> {
  return () => Promise.reject(new HttpError(status));
}

/** Hono has no `/:name*`, nothing or more: it is two paths there. */
function triePaths(pattern: string): string[] {
  const [, before, name] = /^(.*)\/:(\w+)\*$/.exec(pattern) ?? [];
  return before === undefined ? [pattern] : [before || "/", `${before}/:${name}{.+}`];
}

/** One middleware that runs many, each as the `next` of the one before. */
function compose<State>(middlewares: readonly Middleware<State>[]): Middleware<State> {
  return (ctx) => {
    const last = ctx.next;
    const run = async (index: number): Promise<Response> => {
      const middleware = middlewares[index];
      ctx.next = middleware === undefined ? last : () => run(index + 1);
      return await (middleware === undefined ? last() : middleware(ctx));
    };
    return run(0);
  };
}
