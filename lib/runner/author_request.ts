import type { RequestStart } from "./http_request.ts";

/** A token of RFC 9110, section 5.6.2: what methods and the names of headers are made of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What the Fetch standard lets nobody make a `Request` of. */
const FORBIDDEN_METHOD = /^(connect|trace|track)$/i;
/** The properties in which Deno keeps what a `Request` is: all that its methods look at. */
const INSIDES = Object.getOwnPropertySymbols(new Request("http://actor/"));

/** What a `Request` is made of. */
export interface RequestParts extends Pick<RequestStart, "method" | "path" | "headers"> {
  /** Nobody else has it. */
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /** Called once, when the author has looked at more than the method. */
  readonly signal: () => AbortSignal;
}

/**
 * The `Request` that an author sees. Throws when it has a method or a header that HTTP does not
 * allow.
 *
 * To make one costs as much as the rest of the runner's work for a short request, and many handlers
 * look at the method alone. So it is made when more of it is wanted.
 */
export function authorRequest(parts: RequestParts): Request {
  if (INSIDES.length === 0 || !isAllowed(parts)) return make(parts);
  return new LateRequest(parts) as unknown as Request;
}

/** A request that is one for everybody, Deno's own `fetch` and `new Request(request)` included. */
class LateRequest {
  readonly #parts: RequestParts;
  #made: Request | undefined;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  get method(): string {
    return this.#made?.method ?? this.#parts.method;
  }

  static made(request: LateRequest): Request {
    return request.#made ??= make(request.#parts);
  }
}
Object.setPrototypeOf(LateRequest.prototype, Request.prototype);
for (const inside of INSIDES as unknown as (keyof Request)[]) {
  Object.defineProperty(LateRequest.prototype, inside, {
    get(this: LateRequest) {
      return LateRequest.made(this)[inside];
    },
    set(this: LateRequest, value: unknown) {
      Object.assign(LateRequest.made(this), { [inside]: value });
    },
  });
}

function make({ method, path, headers, body, signal }: RequestParts): Request {
  const hasBody = body !== null && method !== "GET" && method !== "HEAD";
  return new Request(urlOf(path, headers.get("host")), {
    method,
    headers: [...headers],
    signal: signal(),
    redirect: "manual",
    ...(hasBody && { body }),
  });
}

/** Whether a `Request` with these can be made. */
function isAllowed({ method, headers }: RequestParts): boolean {
  // What is not written in capitals the standard may write so, or leave as it is.
  if (!TOKEN.test(method) || method !== method.toUpperCase() || FORBIDDEN_METHOD.test(method)) {
    return false;
  }
  for (const [name, value] of headers) {
    if (!TOKEN.test(name) || !HEADER_VALUE.test(value)) return false;
  }
  return true;
}

function urlOf(path: string, host: string | undefined): string {
  const rooted = path.startsWith("/") ? path : `/${path}`;
  // Not every header is a host; what is not must not decide where the path begins.
  const isHost = host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`);
  return `http://${isHost ? host : "actor"}${rooted}`;
}
