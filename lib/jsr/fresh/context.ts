import { type AnyComponent, Fragment, h, type VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import type { Build } from "./build.ts";
import type { RouteConfig } from "./handlers.ts";
import { NONCE, type PageProps, renderDocument, resolveComponent } from "./render.ts";

export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;
export type RouteComponent<State> = AnyComponent<PageProps<unknown, State>>;

/** What surrounds a page, outermost first, and the build that it is part of. */
export interface Surroundings<State> {
  readonly build: Build;
  readonly app: RouteComponent<State> | undefined;
  readonly layouts: readonly RouteComponent<State>[];
}

export const AROUND: unique symbol = Symbol("around");

/** One request on its way through middleware and route. */
export class Context<State> {
  /** Shared by every middleware, handler and component of this request. */
  readonly state: State = {} as State;
  /** What was thrown, on the way to an error page. */
  error: unknown | null = null;
  [AROUND]: Surroundings<State>;

  constructor(
    readonly req: Request,
    readonly url: URL,
    readonly info: Deno.ServeHandlerInfo,
    /** The pattern that matched. */
    readonly route: string | null,
    readonly params: Record<string, string>,
    /** Calls the next middleware, at last the route. */
    public next: () => Promise<Response>,
    build: Build,
  ) {
    this[AROUND] = { build, app: undefined, layouts: [] };
  }

  /** Sends the client elsewhere. A path that begins with "//" stays on this host. */
  redirect(pathOrUrl: string, status = 302): Response {
    const [, path = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(pathOrUrl) ?? [];
    const location = path.startsWith("/") ? path.replace(/\/+/g, "/") + rest : pathOrUrl;
    return new Response(null, { status, headers: { location } });
  }

  /** Renders a page inside its layouts and the app wrapper. */
  async render(
    vnode: VNode | null,
    init: ResponseInit = {},
    config: Omit<RouteConfig, "routeOverride"> = {},
  ): Promise<Response> {
    const { app, build, layouts } = this[AROUND];
    let page = vnode;
    for (const layout of config.skipInheritedLayouts ? [] : layouts.toReversed()) {
      const child = page;
      const resolved = await resolveComponent(layout, pageProps(this, undefined, () => child));
      if (resolved instanceof Response) return resolved;
      page = resolved;
    }
    let inner: VNode | null = null;
    const document = config.skipAppWrapper
      ? null
      : await resolveComponent(app, pageProps(this, undefined, () => inner));
    if (document instanceof Response) return document;

    const { html, nonce } = renderDocument(build, (renderToString) => {
      // The page goes first: its islands are known when the document's head is rendered.
      inner = jsxTemplate([renderToString(page ?? h(Fragment, null))]);
      return renderToString(document ?? inner);
    });
    const headers = new Headers(init.headers);
    headers.set("Content-Type", "text/html; charset=utf-8");
    return Object.assign(new Response(html, { ...init, headers }), { [NONCE]: nonce });
  }
}

/** What a page, a layout or the app wrapper is given. */
export function pageProps<State>(
  { url, req, params, info, state, error, route }: Context<State>,
  data: unknown,
  Component: () => VNode | null,
): PageProps<unknown, State> {
  return { url, req, params, info, state, error, route, data, Component };
}
