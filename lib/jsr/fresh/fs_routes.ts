import { AROUND, type Context, type Middleware, pageProps } from "./context.ts";
import type { RouteComponent, Surroundings } from "./context.ts";
import { HttpError } from "./error.ts";
import type { Method, PageResponse, RouteConfig, RouteHandler } from "./handlers.ts";
import { resolveComponent } from "./render.ts";
import type { Routes } from "./routes.ts";

/** What a file of `routes/` may export. */
interface RouteModule<State> {
  readonly config?: RouteConfig;
  readonly handler?: RouteHandler<unknown, State>;
  readonly handlers?: RouteHandler<unknown, State>;
  readonly default?: RouteComponent<State>;
}

/** In this order, so that each stands around what comes after it. */
const SPECIAL = ["_app", "_layout", "_error", "_middleware"];

/** Adds files in order: the special ones from the root down, names, then parameters. */
export function mountFiles<State>(
  routes: Routes<State>,
  files: Readonly<Record<string, unknown>>,
): void {
  const key = (path: string) => {
    const special = SPECIAL.indexOf(path.slice(path.lastIndexOf("/") + 1));
    const ranked = path.replaceAll("[...", "~~").replaceAll("[", "~");
    return special < 0 ? `~${ranked}` : `${path.split("/").length}${special}`;
  };
  const paths = Object.keys(files).sort((a, b) => key(a) < key(b) ? -1 : 1);
  for (const path of paths) mount(routes, path, files[path] as RouteModule<State>);
}

function mount<State>(routes: Routes<State>, path: string, module: RouteModule<State>): void {
  const { default: component } = module;
  const handler = module.handlers ?? module.handler;
  const slash = path.lastIndexOf("/") + 1;
  const folder = `/${path.slice(0, slash)}`;
  const surround = (middleware: Middleware<State>) => routes.surround(folder, 0, [middleware]);
  switch (path.slice(slash)) {
    case "_app":
      return surround((ctx) => within(ctx, { app: component }));
    case "_layout":
      return surround((ctx) => {
        const inherited = module.config?.skipInheritedLayouts ? [] : ctx[AROUND].layouts;
        return within(ctx, { layouts: component ? [...inherited, component] : inherited });
      });
    case "_error":
      return surround((ctx) => catching(ctx, module));
    case "_middleware":
      return routes.surround(
        folder,
        1,
        [component as unknown as Middleware<State> | Middleware<State>[]].flat(),
      );
  }
  const methods = new Set<Method | "ALL">(
    typeof handler === "function" ? ["ALL"] : Object.keys(handler ?? {}) as Method[],
  );
  if (component !== undefined && typeof handler !== "function") methods.add("GET");
  if (methods.size === 0) {
    throw new Error(`routes/${path} exports neither a handler nor a component`);
  }
  const pattern = module.config?.routeOverride ?? toPattern(path);
  const at = folder.slice(0, -1);
  for (const method of methods) routes.add(method, pattern, at, [(ctx) => answer(ctx, module)]);
}

async function within<State>(
  ctx: Context<State>,
  inside: Partial<Surroundings<State>>,
): Promise<Response> {
  const outside = ctx[AROUND];
  ctx[AROUND] = { ...outside, ...inside };
  try {
    return await ctx.next();
  } finally {
    ctx[AROUND] = outside;
  }
}

async function catching<State>(ctx: Context<State>, module: RouteModule<State>): Promise<Response> {
  try {
    return await ctx.next();
  } catch (error) {
    ctx.error = error;
    return await answer(ctx, module, error instanceof HttpError ? error.status : 500);
  }
}

/** Asks a route's handler, and renders its component when that answers with data. */
async function answer<State>(
  ctx: Context<State>,
  module: RouteModule<State>,
  status = 200,
): Promise<Response> {
  const { config = {}, default: component, handlers, handler = handlers } = module;
  const method = ctx.req.method as Method;
  const handle = typeof handler === "function"
    ? handler
    : handler?.[method] ?? (method === "HEAD" ? handler?.GET : undefined);
  const result: Response | PageResponse<unknown> = await handle?.(ctx) ?? { data: undefined };
  if (result instanceof Response) return result;
  const page = component &&
    await resolveComponent(component, pageProps(ctx, result.data, () => null));
  if (page instanceof Response) return page;
  const { headers = {} } = result;
  return await ctx.render(page ?? null, { status: result.status ?? status, headers }, config);
}

/** From a file's path to a pattern: `a/[b]/[...c]` is `/a/:b/:c*`, `(group)` and `index` nothing. */
function toPattern(path: string): string {
  const parts = path.replace(/(^|\/)index$/, "").split("/").filter((part) =>
    !/^(\(.*\))?$/.test(part)
  );
  return `/${parts.join("/")}`.replace(/\[\.\.\.(\w+)\]/, ":$1*").replace(/\[(\w+)\]/g, ":$1");
}
