/** The browser's part: finds the islands of a page and brings them to life. */
import { type AnyComponent, type Attributes, type ContainerNode, h, render } from "preact";
import { signal } from "@preact/signals";
import { parse } from "devalue";
import type { Island } from "../fresh/build.ts";
import { build } from "../fresh/runtime.ts";

interface PageState {
  readonly buildId: string;
  readonly islands: readonly Island[];
  readonly roots: readonly { name: string; props: Record<string, unknown> }[];
}

/** Reads the page's data, loads the islands it names, and renders each where it stands. */
export async function boot(): Promise<void> {
  const data = document.getElementById("__FRSH_STATE")?.textContent;
  if (!data) return;
  const state: PageState = parse(data, { Signal: ([value]) => signal(value) });
  build.id = state.buildId;
  const components = new Map<string, AnyComponent>();
  await Promise.all(state.islands.map(async ({ chunk, name }) => {
    const module: { default: AnyComponent } = await import(/* @vite-ignore */ chunk);
    components.set(name, module.default);
  }));
  for (const { index, start, end } of findIslands()) {
    const root = state.roots[index];
    const component = root && components.get(root.name);
    if (component) render(h(component, root.props as Attributes), between(start, end));
  }
}

function findIslands(): { index: number; start: Comment; end: Comment }[] {
  const found: { index: number; start: Comment; end: Comment }[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
  let start: Comment | null = null;
  while (walker.nextNode()) {
    const node = walker.currentNode as Comment;
    if (node.data.startsWith("frsh:island:")) start = node;
    if (node.data !== "/frsh:island" || start === null) continue;
    found.push({ index: Number(start.data.slice("frsh:island:".length)), start, end: node });
  }
  return found;
}

/** The place between two nodes, as a parent that Preact can render into. */
function between(start: Comment, end: Comment): ContainerNode {
  const parent = start.parentNode;
  if (parent === null || parent !== end.parentNode) {
    throw new Error("The browser moved a part of an island: its HTML is nested wrongly");
  }
  const childNodes: Node[] = [];
  for (let node = start.nextSibling; node !== null && node !== end; node = node.nextSibling) {
    childNodes.push(node);
  }
  return {
    nodeType: Node.ELEMENT_NODE,
    parentNode: parent,
    firstChild: childNodes[0] ?? null,
    childNodes,
    contains: (node: Node) => parent.contains(node),
    insertBefore: (node: Node, before: Node | null) => parent.insertBefore(node, before ?? end),
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
  } as unknown as ContainerNode;
}
