import {
  type GatewayId,
  type MessageIndex,
  messageIndex,
  type RequestId,
  type ToClientTunnelBody,
  type ToServerTunnelBody,
} from "../protocol/mod.ts";
import type { RunnerContext } from "./context.ts";
import type { Channel } from "./outbox.ts";
import { streamedBody } from "./streamed_body.ts";

export type RequestStart = Extract<ToClientTunnelBody, { kind: "requestStart" }>;
type ResponseStart = Extract<ToServerTunnelBody, { kind: "responseStart" }>;

/** Whoever holds an actor's requests, as a request sees it. */
export interface RequestOwner {
  /** Takes a part of the answer, to go out when its time has come; false when there is no room. */
  output(exchange: HttpExchange, body: ToServerTunnelBody, bytes: number): boolean;
  /** The author's handler, or its response's body, has failed. */
  handlerFailed(handler: string, error: unknown): void;
  ended(exchange: HttpExchange): void;
}

/** Why a request ends before its answer is complete. */
export class RequestAborted extends Error {
  override readonly name = "RequestAborted";
}

/**
 * One HTTP request of a client, from its start on the tunnel to the last byte of the answer.
 *
 * The author gets a `Request` and returns a `Response`. A body that is at hand goes with the start;
 * one that takes time or is long goes in chunks, each when the one before has left.
 */
export class HttpExchange implements Channel {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly outlivesCut = false;
  readonly request: Request;
  readonly #context: RunnerContext;
  readonly #owner: RequestOwner;
  readonly #abort = new AbortController();
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  #unread = 0;
  #nextIndex = 0;
  #started = false;
  #ended = false;
  #released: (() => void) | undefined;

  constructor(
    context: RunnerContext,
    owner: RequestOwner,
    ids: { readonly gatewayId: GatewayId; readonly requestId: RequestId },
    start: RequestStart,
  ) {
    this.#context = context;
    this.#owner = owner;
    this.gatewayId = ids.gatewayId;
    this.requestId = ids.requestId;
    this.request = this.#toRequest(start);
    context.requests.set(this.gatewayId, this.requestId, this);
  }

  nextIndex(): MessageIndex {
    const index = messageIndex(this.#nextIndex);
    this.#nextIndex = (index + 1) & 0xffff;
    return index;
  }

  /** More of the request's body. */
  chunk(body: Uint8Array, finish: boolean): void {
    const stream = this.#body;
    if (stream === undefined || this.#ended) return;
    const { httpBodyBytes } = this.#context.options;
    this.#unread = httpBodyBytes - (stream.desiredSize ?? 0);
    if (this.#unread + body.length > httpBodyBytes) {
      this.#context.observer.limitReached?.("httpBodyBytes", httpBodyBytes);
      const why = `httpBodyBytes=${httpBodyBytes}: more of the body has come than its handler read`;
      this.#body = undefined;
      stream.error(new RequestAborted(why));
      return this.refuse(413, "http.body_too_large", why);
    }
    if (body.length > 0) stream.enqueue(body.slice());
    if (!finish) return;
    this.#body = undefined;
    stream.close();
  }

  /** Answers with what the author's handler gives. */
  async respond(fetch: (request: Request) => Response | Promise<Response>): Promise<void> {
    try {
      const response = await fetch(this.request);
      if (!(response instanceof Response)) {
        throw new TypeError("The fetch handler returned no Response");
      }
      if (this.#ended) return void response.body?.cancel().catch(() => {});
      await this.#send(response);
    } catch (error) {
      if (this.#ended) return;
      this.#owner.handlerFailed("fetch", error);
      if (this.#started) this.#output({ kind: "responseAbort" }, 0);
      else this.refuse(500, "actor.handler_failed", "The actor's fetch handler failed");
      this.#end("the handler failed");
    }
  }

  /** Answers without the author. */
  refuse(status: number, code: string, message: string): void {
    if (this.#ended || this.#started) return;
    this.#started = true;
    const response = errorResponse(status, code, message);
    this.#output(response, response.body?.length ?? 0);
    this.#end(code);
  }

  /** Ends an answer that takes too long, so that the client knows. */
  breakOff(why: string): void {
    if (!this.#started) return this.refuse(503, "actor.stopping", why);
    this.#output({ kind: "responseAbort" }, 0);
    this.#end(why);
  }

  /** The client is gone, or the tunnel: nothing of the answer can arrive. */
  abort(reason: string): void {
    this.#end(reason);
  }

  /** A part of the answer has left, or never will: the next may follow. */
  sent(): void {
    const released = this.#released;
    this.#released = undefined;
    released?.();
  }

  async #send(response: Response): Promise<void> {
    const { status, body } = response;
    const headers = headersOf(response);
    if (body === null) return this.#whole(status, headers, null);
    const { options } = this.#context;
    const parts = streamedBody(body, options.peerStreams ? options.responseBufferBytes : Infinity);
    this.#abort.signal.addEventListener("abort", () => void parts.cancel().catch(() => {}));
    const first = await parts.first(options.httpBodyBytes);
    if (this.#ended) return;
    if (first.done) return this.#whole(status, headers, first.bytes);
    this.#started = true;
    const start = { kind: "responseStart", status, headers, body: first.bytes, stream: true };
    await this.#part(start as ResponseStart, first.bytes.length);
    for (let next = await parts.next(); !this.#ended; next = await parts.next()) {
      if (next === undefined) {
        this.#output({ kind: "responseChunk", body: new Uint8Array(0), finish: true }, 0);
        return this.#end(null);
      }
      await this.#part({ kind: "responseChunk", body: next, finish: false }, next.length);
    }
  }

  #whole(status: number, headers: ReadonlyMap<string, string>, body: Uint8Array | null): void {
    this.#started = true;
    const bytes = body?.length ?? 0;
    this.#output({ kind: "responseStart", status, headers, body, stream: false }, bytes);
    this.#end(null);
  }

  /** Sends a part and waits until it is on the link and the link has room for another. */
  async #part(body: ToServerTunnelBody, bytes: number): Promise<void> {
    const left = new Promise<void>((resolve) => this.#released = resolve);
    this.#output(body, bytes);
    await left;
    const { connection, host, options } = this.#context;
    while (!this.#ended && connection.bufferedBytes > options.linkBufferBytes) {
      await new Promise<void>((resolve) => host.after(options.linkPollMs, resolve));
    }
  }

  #output(body: ToServerTunnelBody, bytes: number): void {
    if (!this.#owner.output(this, body, bytes)) this.sent();
  }

  #end(why: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.requests.delete(this.gatewayId, this.requestId, this);
    if (why !== null) this.#abort.abort(new RequestAborted(why));
    try {
      this.#body?.error(new RequestAborted(why ?? "The answer is complete"));
    } catch {
      // The author has cancelled the body already.
    }
    this.#body = undefined;
    this.sent();
    this.#owner.ended(this);
  }

  #toRequest({ method, path, headers, body, stream }: RequestStart): Request {
    const init: RequestInit = {
      method,
      headers: [...headers],
      signal: this.#abort.signal,
      redirect: "manual",
    };
    if (stream) {
      const { httpBodyBytes } = this.#context.options;
      const strategy = { highWaterMark: httpBodyBytes, size: (part: Uint8Array) => part.length };
      init.body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          this.#body = controller;
          if (body !== null) controller.enqueue(body.slice());
        },
        cancel: () => {
          this.#body = undefined;
        },
      }, strategy as QueuingStrategy<Uint8Array>);
    } else if (body !== null && method !== "GET" && method !== "HEAD") {
      init.body = body.slice();
    }
    return new Request(urlOf(path, headers.get("host")), init);
  }
}

/** An error as an answer, in the shape that the gateway uses for its own. */
export function errorResponse(status: number, code: string, message: string): ResponseStart {
  const [group, name] = code.split(".");
  const text = JSON.stringify({ group, code: name, message, metadata: null });
  return {
    kind: "responseStart",
    status,
    headers: new Map([["content-type", "application/json"], ["x-rivet-error", code]]),
    body: new TextEncoder().encode(text),
    stream: false,
  };
}

function urlOf(path: string, host: string | undefined): URL {
  const rooted = path.startsWith("/") ? path : `/${path}`;
  // Not every header is a host; what is not must not decide where the path begins.
  const isHost = host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`);
  return new URL(`http://${isHost ? host : "actor"}${rooted}`);
}

/**
 * A response's headers as a map. The wire has no room for a name twice, and cookies cannot be
 * joined: each further `set-cookie` is written in another case, which HTTP does not tell apart.
 */
export function headersOf(response: Response): Map<string, string> {
  const headers = new Map<string, string>();
  let cookies = 0;
  for (const [name, value] of response.headers) {
    headers.set(name === "set-cookie" ? cookieName(cookies++) : name, value);
  }
  return headers;
}

function cookieName(count: number): string {
  return [..."setcookie"].map((letter, bit) => count >> bit & 1 ? letter.toUpperCase() : letter)
    .join("").replace(/^(...)/, "$1-");
}
