import type { AnyComponent, Attributes, ComponentChildren, ComponentType } from "preact";
import type { FunctionComponent, VNode } from "preact";
import { createContext, Fragment, h, isValidElement, options } from "preact";
import { useContext } from "preact/hooks";
import { renderToString } from "preact-render-to-string";
import { Signal } from "@preact/signals";
import { stringify } from "devalue";
import type { Build, Island } from "./build.ts";
import type { Context } from "./context.ts";

export type PageProps<Data = unknown, T = unknown> =
  & Pick<Context<T>, "url" | "req" | "params" | "info" | "state" | "error">
  & { data: Data; Component: ComponentType };

/** Where a response carries the nonce of its page to `csp()`. */
export const NONCE: unique symbol = Symbol("nonce");

type Props = Record<string, unknown> & { children?: ComponentChildren };

type Resolved = VNode | null | Response;

/** Async components may await, and may answer the request themselves. */
export async function resolveComponent<P>(
  of: AnyComponent<P> | undefined,
  props: P,
): Promise<Resolved> {
  if (of?.constructor.name !== "AsyncFunction") {
    return of ? h(of as AnyComponent<Props>, props as Props) : null;
  }
  const resolved: unknown = await (of as (props: P) => unknown)(props);
  return resolved instanceof Response || isValidElement(resolved) ? resolved : null;
}

/** The page that is being rendered: the kinds of islands it has, and each one's place and props. */
let current: {
  readonly build: Build;
  readonly nonce: string;
  readonly islands: Set<Island>;
  readonly roots: { name: string; props: Props }[];
} | null = null;

/** Renders a whole document, with what its islands need in the browser. */
export function renderDocument(
  build: Build,
  render: (renderToString: (vnode: VNode) => string) => string,
): { html: string; nonce: string } {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  current = { build, nonce, islands: new Set(), roots: [] };
  try {
    return { html: `<!DOCTYPE html>${render(renderToString)}`, nonce };
  } finally {
    current = null;
  }
}

function HeadEnd(): ComponentChildren {
  if (current === null) return null;
  const { build, islands, nonce } = current;
  const chunks = [...islands].flatMap(({ chunk }) => [build.entry, chunk]);
  return [
    ...build.styles.map((href) => h("link", { rel: "stylesheet", href })),
    ...[...new Set(chunks)].map((href) => h("link", { rel: "modulepreload", href, nonce })),
  ];
}

/** The islands' props as data, and the script that reads them. */
function BodyEnd(): ComponentChildren {
  if (current === null || current.islands.size === 0) return null;
  const { build, islands, roots } = current;
  const __html = stringify({ buildId: build.id, islands: [...islands], roots }, {
    Signal: (value) => value instanceof Signal && [value.peek()],
    JSX: (value) => {
      if (!isValidElement(value)) return false;
      throw new TypeError("An island's props have JSX, wanted values that can be sent as data");
    },
  });
  const data = { id: "__FRSH_STATE", type: "application/json" };
  return [
    h("script", { ...data, dangerouslySetInnerHTML: { __html } }),
    h("script", { type: "module", src: build.entry }),
  ];
}

/** Tags that a page does not render as they stand. */
const TAGS: Readonly<Record<string, FunctionComponent<Props>>> = {
  script: (props) => own("script", { nonce: current?.nonce, ...props }),
  style: (props) => own("style", { nonce: current?.nonce, ...props }),
  head: (props) => own("head", { ...props, children: [props.children, h(HeadEnd, null)] }),
  body: (props) => own("body", { ...props, children: [props.children, h(BodyEnd, null)] }),
};

const comment = (text: string) => h(Fragment, { UNSTABLE_comment: text } as Record<string, string>);
const InsideIsland = createContext(false);
const boundaries = new WeakMap<AnyComponent, FunctionComponent<Props>>();

/** Has islands rendered between two comments that say where their DOM begins and ends. */
export function registerIslands(islands: Iterable<[AnyComponent, Island]>): void {
  for (const [component, island] of islands) {
    boundaries.set(component, (props) => {
      const vnode = own(component, props);
      if (useContext(InsideIsland) || current === null) return vnode;
      current.islands.add(island);
      const index = current.roots.push({ name: island.name, props }) - 1;
      const marks = [comment(`frsh:island:${index}`), vnode, comment("/frsh:island")];
      return h(InsideIsland.Provider, { value: true, children: marks });
    });
  }
}

/** An element as it is: made as another, which nothing takes the place of. */
function own(type: AnyComponent | string, props: Props): VNode {
  return Object.assign(h(Fragment, props as Attributes), { type }) as VNode;
}

const inherited = options.vnode;
options.vnode = (vnode) => {
  const taken = typeof vnode.type === "string" ? TAGS[vnode.type] : boundaries.get(vnode.type);
  if (taken !== undefined) vnode.type = taken as typeof vnode.type;
  inherited?.(vnode);
};
