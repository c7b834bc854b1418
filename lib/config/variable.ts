import type { Kind } from "./kind.ts";

/** One environment variable. */
export interface Variable<T> {
  readonly name: string;
  /** What it is for, in a line of Markdown. */
  readonly meaning: string;
  readonly kind: Kind<T>;
  readonly fallback: T;
  /** The default in words, where a value does not say it. */
  readonly fallbackText?: string;
  /** Never shown, not even when it is wrong. */
  readonly secret: boolean;
}

export function variable<T>(
  name: string,
  kind: Kind<T>,
  fallback: T,
  meaning: string,
  more: { readonly secret?: boolean; readonly fallbackText?: string } = {},
): Variable<T> {
  return { name, meaning, kind, fallback, secret: false, ...more };
}

/** What a table of variables is read into. */
export type ValuesOf<Table> = {
  readonly [K in keyof Table]: Table[K] extends Variable<infer T> ? T : never;
};
