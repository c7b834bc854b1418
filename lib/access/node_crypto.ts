import process from "node:process";

/**
 * Node's module, which is loaded when it is first asked for: it takes a share of the start, and the
 * clients of actors bring no token.
 */
export function nodeCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}
