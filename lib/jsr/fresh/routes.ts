import { TrieRouter } from "hono/router/trie-router";
import type { Middleware } from "./context.ts";
import type { Method } from "./handlers.ts";

type Methods<State> = Map<Method | "ALL", Middleware<State>>;

/** Patterns with their handlers, each with the middlewares that were there before it. */
export class Routes<State> {
  readonly #layers: { at: string; rank: 0 | 1; middleware: Middleware<State> }[] = [];
  readonly #patterns = new Map<string, Methods<State>>();

  /** Those of rank 0 go round those of rank 1 at the same path, which is "" at the root. */
  surround(at: string, rank: 0 | 1, middlewares: readonly Middleware<State>[]): void {
    for (const middleware of middlewares) this.#layers.push({ at, rank, middleware });
  }

  add(method: Method | "ALL", pattern: string, at: string, handlers: Middleware<State>[]): void {
    const methods = this.#patterns.get(pattern) ?? new Map() as Methods<State>;
    this.#patterns.set(pattern, methods);
    if (!methods.has(method)) methods.set(method, compose([...this.#layersAt(at), ...handlers]));
  }

  /** Finds what answers a path. Patterns without parameters win over those with. */
  finder(): (path: string) => { methods?: Methods<State>; params: Record<string, string> } {
    const router = new TrieRouter<Methods<State>>();
    const isDynamic = (pattern: string) => Number(/[*:]/.test(pattern));
    const sorted = [...this.#patterns].sort(([a], [b]) => isDynamic(a) - isDynamic(b));
    for (const [pattern, methods] of sorted) {
      for (const path of triePaths(pattern)) router.add("ALL", path, methods);
    }
    return (path) => {
      const [[match]] = router.match("ALL", path.replace(/(?<=.)\/$/, ""));
      if (match === undefined) return { params: {} };
      const params = Object.entries(match[1]).map(([name, value]) => [name, decodeURI(`${value}`)]);
      return { methods: match[0], params: Object.fromEntries(params) };
    };
  }

  /** What a request passes that no route answers. */
  outside(): Middleware<State> {
    return compose(this.#layersAt(""));
  }

  #layersAt(path: string): Middleware<State>[] {
    return this.#layers
      .filter(({ at }) => `${path}/`.startsWith(`${at}/`))
      .sort((a, b) => a.at.split("/").length - b.at.split("/").length || a.rank - b.rank)
      .map(({ middleware }) => middleware);
  }
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
    const run = async ([middleware = last, ...others] = middlewares): Promise<Response> => {
      ctx.next = middleware === last ? last : () => run(others);
      return await middleware(ctx);
    };
    return run();
  };
}
