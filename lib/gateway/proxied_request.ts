import type { Timer } from "../host/host.ts";
import { messageIndex, type RequestId, type ToServerTunnelBody } from "../protocol/mod.ts";
import type { ActorEntry } from "./actor_entry.ts";
import type { ClientRequest } from "./client_link.ts";
import type { GatewayContext } from "./context.ts";
import { GatewayError, GONE } from "./errors.ts";

/** Methods that may be sent twice (RFC 9110, section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);
/** Statuses whose response has no body (RFC 9110, section 15; Fetch, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
/** Headers that speak of one connection only (RFC 9110, section 7.6.1), and what we count ourselves. */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "content-length",
]);

/**
 * One HTTP request on its way to an actor and back.
 *
 * It gets exactly one end. It is sent again, after a cut or a stop, only when its method is
 * idempotent and no byte of the answer was seen; else it is answered 503 at once. After a cut it waits
 * `resendTimeoutMs` for a runner, and no longer. Each sending has an id of its own, so that a late
 * answer to an earlier one is nobody's.
 */
export class ProxiedRequest {
  readonly actor: ActorEntry;
  readonly #context: GatewayContext;
  readonly #request: ClientRequest;
  readonly #body: Uint8Array | null;
  readonly #startedAt: number;
  readonly #startedTs: number;
  readonly #answer = Promise.withResolvers<Response>();
  readonly #ended = Promise.withResolvers<void>();
  #requestId: RequestId;
  #sentAt: number | undefined;
  #firstSentAt: number | undefined;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #status: number | undefined;
  #resendTimer: Timer | undefined;

  constructor(
    context: GatewayContext,
    actor: ActorEntry,
    request: ClientRequest,
    body: Uint8Array | null,
  ) {
    this.#context = context;
    this.actor = actor;
    this.#request = request;
    this.#body = body;
    this.#requestId = context.newRequestId();
    this.#startedAt = context.host.now();
    this.#startedTs = context.host.epoch();
    context.requests.set(this.#requestId, this);
    actor.requests.set(this.#requestId, this);
  }

  get requestId(): RequestId {
    return this.#requestId;
  }

  /** The actor's answer, or the gateway's own when there is none. Never rejects. */
  get response(): Promise<Response> {
    return this.#answer.promise;
  }

  /** Resolves when the whole answer is through, or will never be. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether it still has to be sent. */
  get isWaiting(): boolean {
    return this.#sentAt === undefined;
  }

  /** The actor runs: sends the request, if it is not there already. */
  actorReady(): void {
    if (this.#sentAt !== undefined) return;
    this.#resendTimer?.cancel();
    this.#sentAt = this.#context.host.now();
    this.#firstSentAt ??= this.#sentAt;
    const { method, path, headers } = this.#request;
    this.actor.send(this.#requestId, messageIndex(0), {
      kind: "requestStart",
      actorId: this.actor.record.actorId,
      method,
      path,
      headers,
      body: this.#body,
      stream: false,
    });
  }

  /** Whatever carried it is gone. It waits to be sent again where that is allowed; else it ends. */
  interrupted(error: GatewayError): void {
    if (this.#sentAt === undefined) return;
    const unseen = this.#status === undefined;
    if (unseen && IDEMPOTENT.has(this.#request.method)) this.#becomeAnother();
    else this.fail(error);
  }

  /** The tunnel that carried it broke: when no runner can take it before long, it ends. */
  tunnelLost(): void {
    if (this.#sentAt === undefined) return;
    this.interrupted(GONE.tunnel());
    if (!this.#context.requests.has(this.#requestId)) return;
    const { host, observer, options } = this.#context;
    this.#resendTimer = host.after(options.resendTimeoutMs, () => {
      if (this.actor.session?.isConnected) return;
      observer.limitReached?.("resendTimeoutMs", options.resendTimeoutMs);
      this.fail(GONE.tunnel());
    });
  }

  /** Ends it with an error: as the answer, or by breaking off the answer that has begun. */
  fail(error: GatewayError): void {
    if (this.#status === undefined) this.#answer.resolve(error.toResponse());
    else this.#stream?.error(error);
    this.#end(this.#status ?? error.status, error.reason);
  }

  /** The client no longer waits. */
  abort(): void {
    this.giveUp(
      new GatewayError(499, "guard", "client_closed_request", "The client went away"),
    );
  }

  /** Nobody waits any longer: the actor is told to break off. */
  giveUp(error: GatewayError): void {
    if (!this.#context.requests.has(this.#requestId)) return;
    if (this.#sentAt !== undefined) {
      this.actor.send(this.#requestId, messageIndex(1), { kind: "requestAbort" });
    }
    this.fail(error);
  }

  /**
   * Whether `responseStartTimeoutMs` went by without an answer since it was first sent: an actor that
   * sleeps again and again instead of answering does not prolong it.
   */
  isOverdue(now: number): boolean {
    return this.#status === undefined && this.#firstSentAt !== undefined &&
      now - this.#firstSentAt >= this.#context.options.responseStartTimeoutMs;
  }

  fromRunner(body: ToServerTunnelBody): void {
    switch (body.kind) {
      case "responseStart":
        return this.#start(body);
      case "responseChunk":
        return this.#chunk(body.body, body.finish);
      case "responseAbort":
        return this.fail(
          new GatewayError(502, "actor", "response_aborted", "The actor broke off its answer"),
        );
      case "webSocketOpen":
      case "webSocketMessage":
      case "webSocketMessageAck":
      case "webSocketClose":
        return this.#drop(`${body.kind} for an HTTP request`);
      case "tunnelAck":
        return;
    }
  }

  #start(start: Extract<ToServerTunnelBody, { kind: "responseStart" }>): void {
    if (this.#status !== undefined) return this.#drop("second responseStart");
    let response: Response;
    const { status } = start;
    try {
      // Deno takes 101 too, which is for upgrades and no answer.
      if (status < 200) throw new RangeError(`its status is ${status}; 200 to 599 is wanted`);
      response = new Response(this.#bodyOf(start), {
        status,
        headers: [...start.headers].filter(([name]) => !DROPPED_HEADERS.has(name.toLowerCase())),
      });
    } catch (error) {
      // A status outside 200 to 599, or a header that HTTP does not allow.
      const invalid = new GatewayError(
        502,
        "actor",
        "invalid_response",
        `The actor's answer is not valid: ${error}`,
      );
      return start.stream ? this.giveUp(invalid) : this.fail(invalid);
    }
    this.#status = status;
    this.actor.progressed();
    this.#answer.resolve(response);
    if (this.#stream === undefined) this.#end(status, null);
  }

  #bodyOf(
    start: Extract<ToServerTunnelBody, { kind: "responseStart" }>,
  ): BodyInit | null {
    if (BODILESS.has(start.status)) return null;
    if (!start.stream) return start.body as Uint8Array<ArrayBuffer> | null;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
        if (start.body !== null) controller.enqueue(start.body);
      },
      cancel: () => this.abort(),
    }, { highWaterMark: this.#context.options.responseBufferBytes, size: (part) => part.length });
  }

  #chunk(body: Uint8Array, finish: boolean): void {
    if (this.#stream === undefined) return this.#drop("responseChunk before its start");
    if (body.length > 0) this.#stream.enqueue(body);
    if (this.#stream.desiredSize! < 0) return this.#tooSlow();
    if (!finish) return;
    this.#stream.close();
    this.#end(this.#status!, null);
  }

  /** The wire cannot slow an answer down: one that the client does not read is broken off. */
  #tooSlow(): void {
    const { observer, options } = this.#context;
    const value = options.responseBufferBytes;
    observer.limitReached?.("responseBufferBytes", value);
    this.giveUp(
      new GatewayError(
        503,
        "guard",
        "slow_consumer",
        `The client left more than responseBufferBytes=${value} unread`,
      ),
    );
  }

  #becomeAnother(): void {
    const { requests, newRequestId } = this.#context;
    const id = newRequestId();
    for (const map of [requests, this.actor.requests]) {
      map.delete(this.#requestId);
      map.set(id, this);
    }
    this.#requestId = id;
    this.#sentAt = undefined;
  }

  #end(status: number, error: string | null): void {
    if (!this.#context.requests.delete(this.#requestId)) return;
    this.actor.requests.delete(this.#requestId);
    this.#resendTimer?.cancel();
    this.#ended.resolve();
    this.#context.observer.requestEnded?.({
      actorId: this.actor.record.actorId,
      requestId: this.#requestId,
      method: this.#request.method,
      path: this.#request.path,
      status,
      startedTs: this.#startedTs,
      durationMs: this.#context.host.now() - this.#startedAt,
      error,
    });
    this.actor.released();
  }

  #drop(why: string): void {
    this.#context.observer.frameDropped?.(why);
  }
}
