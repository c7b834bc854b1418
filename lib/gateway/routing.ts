import { type ActorId, actorId } from "../protocol/mod.ts";
import { SESSION_COOKIE } from "../access/session.ts";
import { GatewayError } from "./errors.ts";
import { type ActorSpec, fullNameOf } from "./actor_registry.ts";
import type { CrashPolicy } from "./gateway_store.ts";
import type { RequestUrl } from "./request_url.ts";

/** Which actor a client wants (`wire.md`, "Client side of the gateway"), and what the actor sees. */
export interface Target {
  readonly actor:
    | { readonly by: "id"; readonly actorId: ActorId }
    | {
      readonly by: "name";
      readonly create: boolean;
      readonly spec: ActorSpec;
      /** Of the spec: it is looked for with each request. */
      readonly fullName: string;
    };
  /** The gateway token that the client gave, `null` for none. */
  readonly token: string | null;
  /** Path and query as the actor is to see them. */
  readonly path: string;
}

const GATEWAY_PATH = /^\/gateway\/([^/@]+)(?:@([^/]*))?(\/.*)?$/;
const PARAMETERS: ReadonlySet<string> = new Set([
  "rvt-namespace",
  "rvt-method",
  "rvt-runner",
  "rvt-key",
  "rvt-input",
  "rvt-crash-policy",
]);
const CRASH_POLICIES: ReadonlySet<string> = new Set(["restart", "sleep", "destroy"]);

/** Reads the actor that a path names. `undefined` for none. Throws 400 `guard.invalid_target`. */
export function pathTarget(url: RequestUrl): Target | undefined {
  const match = GATEWAY_PATH.exec(url.pathname);
  return match === null ? undefined : fromPath(url, match);
}

/**
 * Reads the actor that headers or subprotocols name, in this order. `undefined` for none. Throws 400
 * `guard.missing_header`.
 */
export function headerTarget(url: RequestUrl, headers: Headers): Target | undefined {
  const path = url.pathname + url.search;
  if (headers.get("x-rivet-target") === "actor") {
    const id = headers.get("x-rivet-actor");
    if (id === null) throw missing("the header x-rivet-actor");
    return byId(id, headers.get("x-rivet-token"), path);
  }
  const protocols = subprotocols(headers);
  if (!protocols.includes("rivet_target.actor")) return undefined;
  const id = valueOf(protocols, "rivet_actor.");
  if (id === null) throw missing("the subprotocol rivet_actor.{id}");
  return byId(id, valueOf(protocols, "rivet_token."), path);
}

/** The subprotocols that a client offers, in order. */
export function subprotocols(headers: Headers): string[] {
  return namesIn(headers.get("sec-websocket-protocol") ?? "");
}

/** The rest of the first subprotocol that begins with `prefix`. */
export function valueOf(protocols: readonly string[], prefix: string): string | null {
  return protocols.find((name) => name.startsWith(prefix))?.slice(prefix.length) ?? null;
}

/** All headers by their names in lower case; what came twice is joined. */
export function headersOf(given: Headers): Map<string, string> {
  const headers = new Map<string, string>();
  // Its iterator costs five times as much.
  given.forEach((value, name) => void headers.set(name, value));
  return headers;
}

/**
 * Leaves the headers that the actor sees: all but what is meant for the gateway alone. The token must
 * not reach an author's code or logs, nor the dashboard's cookie, which browsers send to every port of
 * the host.
 *
 * Throws 431 `guard.headers_too_large` when all names and values are more than `limitBytes` together.
 */
export function keepForActor(headers: Map<string, string>, limitBytes: number): void {
  let bytes = 0;
  for (const [name, value] of headers) bytes += name.length + value.length;
  if (bytes > limitBytes) throw headersTooLarge(bytes, limitBytes);
  headers.delete("x-rivet-token");
  const offered = headers.get("sec-websocket-protocol");
  if (offered?.includes("rivet_token.")) {
    const shown = namesIn(offered).filter((name) => !name.startsWith("rivet_token."));
    headers.set("sec-websocket-protocol", shown.join(", "));
  }
  const cookies = headers.get("cookie");
  if (cookies?.includes(SESSION_COOKIE)) {
    const shown = cookies.split(/;\s*/).filter((pair) => !pair.startsWith(SESSION_COOKIE));
    if (shown.length === 0) headers.delete("cookie");
    else headers.set("cookie", shown.join("; "));
  }
}

function namesIn(list: string): string[] {
  return list.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

function fromPath(url: RequestUrl, [, name, token, rest]: RegExpExecArray): Target {
  const { parameters, others } = split(url.search);
  const path = (rest ?? "/") + others;
  const decodedToken = token === undefined ? null : decode(token);
  if (parameters.size === 0) return byId(decode(name!), decodedToken, path);

  const method = parameters.get("rvt-method");
  if (method !== "get" && method !== "getOrCreate") {
    throw invalid(`rvt-method is ${quote(method)}; get or getOrCreate is wanted`);
  }
  const crashPolicy = parameters.get("rvt-crash-policy") ?? "sleep";
  if (!CRASH_POLICIES.has(crashPolicy)) {
    throw invalid(`rvt-crash-policy is ${quote(crashPolicy)}; restart, sleep or destroy is wanted`);
  }
  const spec: ActorSpec = {
    namespace: parameters.get("rvt-namespace") ?? "default",
    name: decode(name!),
    key: parameters.get("rvt-key") ?? null,
    input: decodeInput(parameters.get("rvt-input")),
    runnerNameSelector: parameters.get("rvt-runner") ?? "default",
    crashPolicy: crashPolicy as CrashPolicy,
  };
  return {
    actor: { by: "name", create: method === "getOrCreate", spec, fullName: fullNameOf(spec) },
    token: decodedToken,
    path,
  };
}

/** A query's `rvt-*` parameters, and the rest of it as it was written. */
function split(search: string): { parameters: ReadonlyMap<string, string>; others: string } {
  const parameters = new Map<string, string>();
  let others = "";
  if (search === "") return { parameters, others };
  for (const pair of search.slice(1).split("&")) {
    if (!pair.startsWith("rvt-")) {
      others += `${others === "" ? "?" : "&"}${pair}`;
      continue;
    }
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (!PARAMETERS.has(key)) {
      throw invalid(`${key} is not known; known are ${[...PARAMETERS].join(", ")}`);
    }
    if (parameters.has(key)) throw invalid(`${key} is given twice`);
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    parameters.set(key, decode(value.replaceAll("+", " ")));
  }
  return { parameters, others };
}

function byId(id: string, token: string | null, path: string): Target {
  return { actor: { by: "id", actorId: actorId(id) }, token, path };
}

function decodeInput(input: string | undefined): Uint8Array | null {
  if (input === undefined) return null;
  try {
    const text = atob(input.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  } catch {
    throw invalid("rvt-input is not base64");
  }
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalid(`${quote(segment)} is not valid percent-encoding`);
  }
}

const quote = (value: string | undefined): string =>
  value === undefined ? "missing" : JSON.stringify(value);

const missing = (what: string): GatewayError =>
  new GatewayError(
    400,
    "guard",
    "missing_header",
    `The target is an actor, but ${what} is missing`,
  );

const invalid = (why: string): GatewayError =>
  new GatewayError(400, "guard", "invalid_target", `The gateway path cannot be read: ${why}`);

const headersTooLarge = (bytes: number, limitBytes: number): GatewayError =>
  new GatewayError(
    431,
    "guard",
    "headers_too_large",
    `The headers are ${bytes} bytes; at most headerBytes=${limitBytes} are taken`,
  );
