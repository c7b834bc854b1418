import { GatewayError } from "../../gateway/errors.ts";
import { parseQuery } from "../../input/mod.ts";
import type { Inspected } from "../inspected.ts";
import { RESOURCES } from "./mod.ts";
import type { Look, Parts, Resource, Sight } from "./resource.ts";

/** The resource at a path, and the named parts of that; `undefined` when there is none. */
export function findResource(pathname: string): { resource: Resource; parts: Parts } | undefined {
  for (const resource of RESOURCES) {
    const parts = partsOf(resource.path, pathname);
    if (parts !== undefined) return { resource, parts };
  }
  return undefined;
}

/** A look at what is at an address, as who may see so much has it. Throws `api.bad_request` for a query that is not wanted. */
export function lookAt(
  inspected: Inspected,
  address: URL,
  sight: Sight = "payload",
): { resource: Resource; look: Look } {
  const found = findResource(address.pathname);
  if (found === undefined) {
    const known = RESOURCES.map(({ path }) => path).join(", ");
    throw new GatewayError(
      404,
      "dashboard",
      "no_resource",
      `There is nothing at ${JSON.stringify(address.pathname)}; there are ${known}`,
    );
  }
  const { resource, parts } = found;
  return {
    resource,
    look: { inspected, parts, query: parseQuery(resource.query, address), sight },
  };
}

/** The named parts of a path that a pathname fits, decoded. */
export function partsOf(path: string, pathname: string): Parts | undefined {
  const wanted = path.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [at, piece] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    if (name === undefined) {
      if (piece !== given[at]) return undefined;
    } else {
      const part = decoded(given[at]!);
      if (part === undefined || part === "") return undefined;
      parts[name] = part;
    }
  }
  return parts;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
