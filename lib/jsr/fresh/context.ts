import { type AnyComponent, Fragment, h, type VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import type { Build } from "./build.ts";
import { NONCE, type PageProps, renderDocument, resolveComponent } from "./render.ts";

export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;
export type RouteComponent<State> = AnyComponent<PageProps<unknown, State>>;

export const AROUND: unique symbol = Symbol("around");

/** One request on its way through middleware and route. */
export class Context<State> {
  /** Shared by every middleware, handler and component of this request. */
  readonly state: State = {} as State;
  /** What was thrown, on the way to an error page. */
  error: unknown | null = null;
  /** What surrounds a page, outermost first, and the build that it is part of. */
  [AROUND]: { build: Build; app?: RouteComponent<State>; layouts: RouteComponent<State>[] };

  constructor(
    readonly req: Request,
    readonly url: URL,
    readonly info: Deno.ServeHandlerInfo,
    readonly params: Record<string, string>,
    /** Calls the next middleware, at last the route. */
    public next: () => Promise<Response>,
    build: Build,
  ) {
    this[AROUND] = { build, layouts: [] };
  }

  /** Sends the client elsewhere. A path that begins with "//" stays on this host. */
  redirect(pathOrUrl: string, status = 302): Response {
    const location = pathOrUrl.replace(/^\/{2,}/, "/");
    return new Response(null, { status, headers: { location } });
  }

  /** Renders a page inside its layouts and the app wrapper. */
  async render(vnode: VNode | null, init: ResponseInit = {}): Promise<Response> {
    const { app, build, layouts } = this[AROUND];
    const props = { ...this, data: undefined };
    let page = vnode;
    for (const layout of layouts.toReversed()) {
      const child = page;
      const resolved = await resolveComponent(layout, { ...props, Component: () => child });
      if (resolved instanceof Response) return resolved;
      page = resolved;
    }
    let inner: VNode | null = null;
    const document = await resolveComponent(app, { ...props, Component: () => inner });
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
