import type { Config } from "./config.ts";

/**
 * The effective values, one `NAME=value` each, with secrets redacted: all of them, or those that
 * someone set.
 */
export function describeConfig({ settings }: Config, which: "all" | "set"): string[] {
  return settings
    .filter(({ isDefault }) => which === "all" || !isDefault)
    .map(({ name, value, isDefault }) => `${name}=${value}${isDefault ? " (default)" : ""}`);
}
