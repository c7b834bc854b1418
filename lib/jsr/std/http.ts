/**
 * Stands in for `jsr:@std/http@1`, which npm does not have: the names and signatures that the web
 * app here uses.
 */
import { serialize } from "hono/utils/cookie";

/** HTTP status codes by name (RFC 9110; 431: RFC 6585), those in use here. */
export const STATUS_CODE = {
  SwitchingProtocols: 101,
  OK: 200,
  Created: 201,
  Accepted: 202,
  NoContent: 204,
  Found: 302,
  SeeOther: 303,
  NotModified: 304,
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestTimeout: 408,
  Conflict: 409,
  Gone: 410,
  ContentTooLarge: 413,
  UnsupportedMediaType: 415,
  MisdirectedRequest: 421,
  UpgradeRequired: 426,
  TooManyRequests: 429,
  RequestHeaderFieldsTooLarge: 431,
  InternalServerError: 500,
  NotImplemented: 501,
  BadGateway: 502,
  ServiceUnavailable: 503,
  GatewayTimeout: 504,
} as const;

export type StatusCode = typeof STATUS_CODE[keyof typeof STATUS_CODE];

/** A status that says that something went wrong (4xx and 5xx). */
export type ErrorStatus = Exclude<StatusCode, 101 | 200 | 201 | 202 | 204 | 302 | 303 | 304>;

/** One event of a stream. Only `data` and `comment` may have line breaks. */
export interface ServerSentEventMessage {
  comment?: string;
  event?: string;
  data?: string;
  id?: string | number;
  /** Milliseconds a client waits before it connects again. */
  retry?: number;
}

/** Turns messages into the bytes of a `text/event-stream` body (WHATWG HTML, section 9.2). */
export class ServerSentEventStream
  extends TransformStream<ServerSentEventMessage, Uint8Array<ArrayBuffer>> {
  constructor() {
    const encoder = new TextEncoder();
    super({
      transform: (message, controller) => controller.enqueue(encoder.encode(format(message))),
    });
  }
}

const LINE_BREAK = /\r\n|\r|\n/;

function format({ comment, event, data, id, retry }: ServerSentEventMessage): string {
  let text = "";
  if (comment !== undefined) {
    for (const line of comment.split(LINE_BREAK)) text += `:${line}\n`;
  }
  if (event !== undefined) text += `event:${oneLine(event, "event")}\n`;
  if (data !== undefined) { for (const line of data.split(LINE_BREAK)) text += `data:${line}\n`; }
  if (id !== undefined) text += `id:${oneLine(String(id), "id")}\n`;
  if (retry !== undefined) text += `retry:${retry}\n`;
  return `${text}\n`;
}

function oneLine(value: string, field: string): string {
  if (!LINE_BREAK.test(value)) return value;
  throw new SyntaxError(`The "${field}" of an event has a line break, wanted a single line`);
}

/** A cookie to be set (RFC 6265, section 4.1). */
export interface Cookie {
  name: string;
  value: string;
  /** A date, or milliseconds since the epoch. */
  expires?: Date | number;
  /** Seconds. */
  maxAge?: number;
  domain?: string;
  path?: string;
  secure?: boolean;
  httpOnly?: boolean;
  sameSite?: "Strict" | "Lax" | "None";
}

/** The cookies of a request, as they were sent: nothing is decoded. */
export function getCookies(headers: Headers): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const pair of headers.get("Cookie")?.split(";") ?? []) {
    const [name, ...value] = pair.split("=");
    if (name !== undefined) cookies[name.trim()] = value.join("=");
  }
  return cookies;
}

const COOKIE_OCTETS = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/** Adds a `Set-Cookie` header. Throws a `SyntaxError` when the value has a character it may not. */
export function setCookie(headers: Headers, cookie: Cookie): void {
  const { name, value, expires, ...attributes } = cookie;
  if (!COOKIE_OCTETS.test(value)) {
    throw new SyntaxError(`The cookie "${name}" has a value with a character that is not allowed`);
  }
  const dated = expires === undefined ? attributes : { ...attributes, expires: new Date(expires) };
  // The name alone goes through `serialize`: it would encode the value, which the original does not.
  headers.append("Set-Cookie", serialize(name, "", dated).replace("=", () => `=${value}`));
}
