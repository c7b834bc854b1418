import { takeBodyAtHand } from "../body/body_at_hand.ts";
import { BodySource } from "../body/body_source.ts";
import { IncomingBody } from "../body/incoming_body.ts";
import { OutgoingBody } from "../body/outgoing_body.ts";
import { takeUntouchedText, type UntouchedText } from "../body/untouched_text.ts";
import { ReceiveCredit, ReceiveLimit } from "../delivery/mod.ts";
import {
  type GatewayId,
  keptText,
  type MessageIndex,
  messageIndex,
  type RequestId,
  type ToClientTunnelBody,
  type ToServerTunnelBody,
} from "../protocol/mod.ts";
import { authorRequest } from "./author_request.ts";
import type { Channel } from "./channel.ts";
import type { RunnerContext } from "./context.ts";
import { errorResponse, type ResponseStart, responseStart } from "./response_start.ts";

export type RequestStart = Extract<ToClientTunnelBody, { kind: "requestStart" }>;

/** Whoever holds an actor's requests, as a request sees it. */
export interface RequestOwner {
  /** Takes a part of the answer, to go out when its time has come; false when there is no room. */
  output(exchange: HttpExchange, body: ToServerTunnelBody, bytes: number): boolean;
  /** Says at once what is no part of the answer. */
  sayNow(exchange: HttpExchange, body: ToServerTunnelBody): void;
  /** The author's handler, or its response's body, has failed. */
  handlerFailed(handler: string, error: unknown): void;
  ended(exchange: HttpExchange): void;
}

/** What is told of a request when it has ended. Until it is answered, nobody has been. */
export interface RequestNotes {
  readonly method: string;
  readonly path: string;
  readonly startedAt: number;
  readonly startedTs: number;
  status: number;
  error: string | null;
}

/** Why a request ends before its answer is complete. */
export class RequestAborted extends Error {
  override readonly name = "RequestAborted";
}

const EMPTY = new Uint8Array(0);

/**
 * One HTTP request of a client, from its start on the tunnel to the last byte of the answer.
 *
 * The author gets a `Request` and returns a `Response`. A short body that is at hand goes with the
 * start. Any other is streamed where the tunnel can do that, the request's as the author reads it and
 * the response's as the client does; else it is read to its end first.
 */
export class HttpExchange implements Channel {
  readonly gatewayId: GatewayId;
  readonly requestId: RequestId;
  readonly outlivesCut = false;
  readonly life = null;
  lastIndex: MessageIndex = messageIndex(-1);
  readonly request: Request;
  /** Where somebody is told of it. */
  notes: RequestNotes | undefined;
  readonly #context: RunnerContext;
  readonly #owner: RequestOwner;
  /** Whether the tunnel carries bodies with credit. It does not outlive the tunnel. */
  readonly #streams: boolean;
  /** Made when the author looks for the signal. */
  #abort: AbortController | undefined;
  /** Why the author's work is not wanted any more. */
  #aborted: RequestAborted | undefined;
  #incoming: IncomingBody | undefined;
  #source: BodySource | undefined;
  #outgoing: OutgoingBody | undefined;
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
    this.#streams = context.connection.isOurs;
    this.gatewayId = ids.gatewayId;
    this.requestId = ids.requestId;
    if (start.stream) this.#incoming = this.#receive();
    this.request = authorRequest({
      method: start.method,
      path: start.path,
      headers: start.headers,
      // A frame's bytes are its tunnel's: it may put the next frame there.
      body: this.#incoming?.stream ?? start.body?.slice() ?? null,
      signal: () => this.#signal(),
    });
    if (start.stream && start.body !== null) this.#take(start.body);
  }

  /** Whether the answer is complete, or will never be. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Takes what comes for it from now on. */
  listen(): void {
    this.#context.requests.set(this.gatewayId, this.requestId, this);
  }

  /** More of the request's body, or credit for more of the response's. */
  chunk(body: Uint8Array, finish: boolean): void {
    if (this.#streams && body.length === 0 && !finish) return this.#outgoing?.grant();
    this.#take(body);
    if (finish) this.#incoming?.end();
  }

  /** Answers with what the author's handler gives. */
  async respond(fetch: (request: Request) => Response | Promise<Response>): Promise<void> {
    try {
      const answer = fetch(this.request);
      const response = answer instanceof Response ? answer : await answer;
      if (!(response instanceof Response)) {
        throw new TypeError("The fetch handler returned no Response");
      }
      if (this.#ended) return void response.body?.cancel().catch(() => {});
      const { httpBodyBytes, responseBufferBytes } = this.#context.options;
      const limit = this.#streams ? responseBufferBytes : httpBodyBytes;
      const untouched = takeUntouchedText(response, limit);
      if (untouched !== undefined) return this.#text(untouched);
      const body = takeBodyAtHand(response, limit);
      if (typeof body === "string") this.#whole(response, keptText(body));
      else if (body !== undefined) this.#whole(response, body);
      else await this.#send(response);
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

  #signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#aborted !== undefined) this.#abort.abort(this.#aborted);
    return this.#abort.signal;
  }

  #receive(): IncomingBody {
    const { options, bodies } = this.#context;
    return new IncomingBody({
      intake: this.#streams
        ? new ReceiveCredit(options.streamWindowBytes)
        : new ReceiveLimit(options.httpBodyBytes),
      occupancy: bodies,
      grant: () => {
        if (this.#ended) return;
        this.#owner.sayNow(this, { kind: "responseChunk", body: EMPTY, finish: false });
      },
    });
  }

  #take(body: Uint8Array): void {
    if (this.#incoming === undefined || this.#incoming.push(body)) return;
    const limit = this.#streams ? "streamWindowBytes" : "httpBodyBytes";
    const value = this.#context.options[limit];
    this.#context.observer.limitReached?.(limit, value);
    const why = `${limit}=${value}: more of the body has come than its handler read`;
    if (this.#streams) return this.#overrun(why);
    this.refuse(413, "http.body_too_large", why);
  }

  /** The gateway does not keep to its credit: nothing it says of this request can be relied on. */
  #overrun(why: string): void {
    this.#output({ kind: "responseAbort" }, 0);
    this.#end(why);
  }

  async #send(response: Response): Promise<void> {
    if (response.body === null) return this.#whole(response, null);
    const { httpBodyBytes, responseBufferBytes } = this.#context.options;
    const source = this.#source = new BodySource(response.body);
    if (!this.#streams) {
      const bytes = await source.whole(httpBodyBytes);
      if (bytes !== undefined) return this.#whole(response, bytes);
      const what = `The response's body has more than httpBodyBytes=${httpBodyBytes} bytes`;
      throw new RangeError(`${what}, and the gateway takes no stream`);
    }
    const opening = await source.opening(responseBufferBytes + 1);
    if (this.#ended) return;
    const isShort = opening.bytes.length <= responseBufferBytes;
    if (opening.done && isShort) return this.#whole(response, opening.bytes);
    const send = (body: Uint8Array): Promise<void> =>
      this.#part({ kind: "responseChunk", body, finish: false }, body.length);
    this.#outgoing = new OutgoingBody({ source, turns: this.#context.turns, send });
    this.#started = true;
    const [first, rest] = this.#outgoing.begin(opening.bytes);
    await this.#part(responseStart(response, first, true), first.length);
    if (!await this.#outgoing.run(rest) || this.#ended) return;
    this.#output({ kind: "responseChunk", body: EMPTY, finish: true }, 0);
    this.#end(null);
  }

  #text({ text, type }: UntouchedText): void {
    const headers = new Map([["content-type", type]]);
    this.#answer({
      kind: "responseStart",
      status: 200,
      headers,
      body: keptText(text),
      stream: false,
    });
  }

  #whole(response: Response, body: Uint8Array | null): void {
    if (this.#ended) return;
    this.#answer(responseStart(response, body, false));
  }

  #answer(start: ResponseStart): void {
    this.#started = true;
    this.#output(start, start.body?.length ?? 0);
    this.#end(null);
  }

  /** Sends a part of the answer and waits until it is on the tunnel: the state may have to go first. */
  async #part(body: ToServerTunnelBody, bytes: number): Promise<void> {
    const left = new Promise<void>((resolve) => this.#released = resolve);
    this.#output(body, bytes);
    await left;
  }

  #output(body: ToServerTunnelBody, bytes: number): void {
    if (!this.#owner.output(this, body, bytes)) this.sent();
  }

  #end(why: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.requests.delete(this.gatewayId, this.requestId, this);
    this.#incoming?.fail(new RequestAborted(why ?? "The answer is complete"));
    if (why !== null) {
      const reason = new RequestAborted(why);
      this.#outgoing?.stop();
      this.#source?.cancel(reason);
      this.#aborted = reason;
      this.#abort?.abort(reason);
    }
    this.sent();
    this.#owner.ended(this);
  }
}
