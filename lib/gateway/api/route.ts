import type { Gateway } from "../gateway.ts";

/** One call of the management API, as its routes see it. */
export interface Call {
  readonly gateway: Gateway;
  readonly request: Request;
  readonly url: URL;
  /** A named part of the path, decoded. */
  readonly part: (name: string) => string;
}

/** One method of one path. `:name` in the path is a part, see {@link Call.part}. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Whether it answers without a token. */
  readonly isPublic?: true;
  /** The answer's JSON value. Throws a {@link GatewayError} for what the caller did wrong. */
  readonly answer: (call: Call) => unknown;
}
