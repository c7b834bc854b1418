import { AROUND, type Context, type Middleware, type RouteComponent } from "./context.ts";
import { HttpError } from "./error.ts";
import type { Method, PageResponse, RouteHandler } from "./handlers.ts";
import { resolveComponent } from "./render.ts";
import type { Routes } from "./routes.ts";

/** What a file of `routes/` may export. */
interface RouteModule<State> {
  readonly handler?: RouteHandler<unknown, State>;
  readonly default?: RouteComponent<State>;
}

/** In this order each stands around what comes after it. */
const SPECIAL = ["_app", "_layout", "_error", "_middleware"];

/** Adds the special files from the root down, then routes: names before parameters. */
export function mountFiles<State>(routes: Routes<State>, files: Record<string, unknown>): void {
  const key = (path: string) => {
    const special = SPECIAL.indexOf(path.slice(path.lastIndexOf("/") + 1));
    if (special >= 0) return `${path.split("/").length}${special}`;
    return `~${path.replaceAll("[...", "~~").replaceAll("[", "~")}`;
  };
  const paths = Object.keys(files).sort((a, b) => key(a) < key(b) ? -1 : 1);
  for (const path of paths) mount(routes, path, files[path] as RouteModule<State>);
}

function mount<State>(routes: Routes<State>, path: string, module: RouteModule<State>): void {
  const { default: component, handler } = module;
  const folder = path.slice(0, path.lastIndexOf("/") + 1).replace(/^(?=.)/, "/").replace(/\/$/, "");
  const surround = (middleware: Middleware<State>) => routes.surround(folder, 0, [middleware]);
  switch (path.slice(path.lastIndexOf("/") + 1)) {
    case "_app":
      return surround((ctx) => {
        if (component) ctx[AROUND] = { ...ctx[AROUND], app: component };
        return ctx.next();
      });
    case "_layout":
      return surround((ctx) => {
        const layouts = [...ctx[AROUND].layouts, ...component ? [component] : []];
        ctx[AROUND] = { ...ctx[AROUND], layouts };
        return ctx.next();
      });
    case "_error":
      return surround((ctx) => catching(ctx, module));
    case "_middleware":
      return routes.surround(folder, 1, [component as unknown as Middleware<State>].flat());
  }
  const methods = typeof handler === "function" ? ["ALL"] : Object.keys(handler ?? {});
  if (component !== undefined && typeof handler !== "function") methods.push("GET");
  if (methods.length === 0) throw new Error(`routes/${path} has neither handler nor component`);
  for (const method of methods as Method[]) {
    routes.add(method, toPattern(path), folder, [(ctx) => answer(ctx, module)]);
  }
}

async function catching<State>(ctx: Context<State>, module: RouteModule<State>): Promise<Response> {
  const around = ctx[AROUND];
  try {
    return await ctx.next();
  } catch (error) {
    Object.assign(ctx, { error, [AROUND]: around });
    return await answer(ctx, module, error instanceof HttpError ? error.status : 500);
  }
}

/** Asks a route's handler, and renders its component when that answers with data. */
async function answer<State>(
  ctx: Context<State>,
  { default: component, handler }: RouteModule<State>,
  status = 200,
): Promise<Response> {
  const method = ctx.req.method === "HEAD" ? "GET" : ctx.req.method as Method;
  const handle = typeof handler === "function" ? handler : handler?.[method];
  const result: Response | PageResponse<unknown> = await handle?.(ctx) ?? { data: undefined };
  if (result instanceof Response) return result;
  const props = { ...ctx, data: result.data, Component: () => null };
  const page = await resolveComponent(component, props);
  if (page instanceof Response) return page;
  return await ctx.render(page, { status, ...result });
}

/** From a file's path to a pattern: `a/[b]/[...c]` is `/a/:b/:c*`, `(group)` and `index` nothing. */
function toPattern(path: string): string {
  const parts = path.replace(/(^|\/)index$/, "").split("/");
  const pattern = parts.filter((part) => !/^(\(.*\))?$/.test(part)).join("/");
  return `/${pattern.replace(/\[\.\.\.(\w+)\]/, ":$1*").replace(/\[(\w+)\]/g, ":$1")}`;
}
