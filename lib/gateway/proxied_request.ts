import type { LinkTurns } from "../body/link_turns.ts";
import type { Timer } from "../host/host.ts";
import {
  type MessageIndex,
  messageIndex,
  type RequestId,
  type ToClientTunnelBody,
  type ToServerTunnelBody,
} from "../protocol/mod.ts";
import type { ActorEntry } from "./actor_entry.ts";
import { actorResponse, isBodiless, type ResponseStart } from "./actor_response.ts";
import type { ClientRequest } from "./client_link.ts";
import type { GatewayContext } from "./context.ts";
import { Download } from "./download.ts";
import { bodyTooLarge, GatewayError, GONE } from "./errors.ts";
import type { RequestFollower } from "./observer.ts";
import { bodyCutOff, type RequestBody } from "./request_body.ts";
import type { RunnerSession } from "./runner_session.ts";
import { Upload } from "./upload.ts";
import type { RequestView } from "./view.ts";

/** Methods that may be sent twice (RFC 9110, section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);
const EMPTY = new Uint8Array(0);

/**
 * One HTTP request on its way to an actor and back.
 *
 * It gets exactly one end. It is sent again, after a cut or a stop, only when its method is
 * idempotent, its body at hand and no byte of the answer seen; else it is answered 503 at once. After a
 * cut it waits `resendTimeoutMs` for a runner, and no longer. Each sending has an id of its own, so
 * that a late answer to an earlier one is nobody's.
 *
 * To a runner of ours a body that is not at hand goes in chunks, and so comes the answer, each with
 * credit. For any other runner the body is read to its end first.
 */
export class ProxiedRequest {
  readonly actor: ActorEntry;
  readonly #context: GatewayContext;
  readonly #request: ClientRequest;
  readonly #upload: Upload;
  readonly #startedAt: number;
  readonly #startedTs: number;
  readonly #answer = Promise.withResolvers<Response>();
  /** Whoever waits for its end: a gateway that shuts down. */
  #ended: PromiseWithResolvers<void> | undefined;
  #requestId: RequestId;
  #isOpen = true;
  #nextIndex = 0;
  #sentAt: number | undefined;
  /** Since when its answer is awaited: when it was first sent, or more of its body was. */
  #awaitedSince: number | undefined;
  #download: Download | undefined;
  #status: number | undefined;
  #resendTimer: Timer | undefined;
  /** Whether it waits for its turn on a runner's tunnel. */
  #isQueued = false;
  /** Whoever wants to hear more of it: most often nobody. */
  readonly #follower: RequestFollower | undefined;

  constructor(
    context: GatewayContext,
    actor: ActorEntry,
    request: ClientRequest,
    body: RequestBody,
  ) {
    this.#context = context;
    this.actor = actor;
    this.#request = request;
    this.#upload = new Upload(body);
    this.#requestId = context.newRequestId();
    this.#startedAt = context.host.now();
    this.#startedTs = context.host.epoch();
    this.#follower = context.observer.followRequest?.({
      requestId: this.#requestId,
      actorId: actor.record.actorId,
      method: request.method,
      path: request.path,
      headers: request.headers,
    });
    context.requests.set(this.#requestId, this);
    actor.addRequest(this);
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
    if (!this.isOpen) return Promise.resolve();
    this.#ended ??= Promise.withResolvers<void>();
    return this.#ended.promise;
  }

  /** Whether it has not ended. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether an actor that sleeps is to wake for it. */
  get wantsActor(): boolean {
    return !this.#upload.isGathering;
  }

  /** Whether it still has to be sent. */
  get isWaiting(): boolean {
    return this.#sentAt === undefined;
  }

  view(): RequestView {
    const { method, path } = this.#request;
    return {
      requestId: this.#requestId,
      actorId: this.actor.record.actorId,
      method,
      path,
      status: this.#status ?? null,
      startedTs: this.#startedTs,
      isSent: this.#sentAt !== undefined,
    };
  }

  /** The actor runs: sends the request, if it is not there already. */
  actorReady(): void {
    if (this.#sentAt !== undefined || this.#upload.isGathering) return;
    this.#resendTimer?.cancel();
    const session = this.actor.session!;
    if (session.isFull) return this.#waitForRoom(session);
    const { streams, turns } = session;
    const { httpBodyBytes } = this.#context.options;
    const { atHand } = this.#upload;
    if (!streams && atHand === undefined) return void this.#gather();
    if (!streams && atHand !== null && atHand!.length > httpBodyBytes) {
      return this.#bodyFailed(bodyTooLarge("httpBodyBytes", httpBodyBytes));
    }
    this.#sentAt = this.#context.host.now();
    this.#awaitedSince ??= this.#sentAt;
    const { method, path, headers } = this.#request;
    const { actorId } = this.actor.record;
    const body = atHand ?? null;
    const stream = atHand === undefined;
    this.#follower?.sent(this.#requestId, body);
    this.#say({ kind: "requestStart", actorId, method, path, headers, body, stream });
    if (stream) void this.#stream(turns);
  }

  /** Whatever carried it is gone. It waits to be sent again where that is allowed; else it ends. */
  interrupted(error: GatewayError): void {
    if (this.#sentAt === undefined) return;
    const isUntouched = this.#status === undefined && this.#upload.isUnsent;
    if (isUntouched && IDEMPOTENT.has(this.#request.method)) this.#becomeAnother();
    else this.fail(error);
  }

  /** The tunnel that carried it broke: when no runner can take it before long, it ends. */
  tunnelLost(): void {
    if (this.#sentAt === undefined) return;
    this.interrupted(GONE.tunnel());
    if (!this.isOpen) return;
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
    else this.#download?.fail(error);
    this.#end(this.#status ?? error.status, error.reason);
  }

  /** The client no longer waits. */
  abort(): void {
    this.giveUp(GONE.client());
  }

  /** The client no longer waits when the signal says so. */
  abortWith(signal: AbortSignal): void {
    if (signal.aborted) return this.abort();
    signal.addEventListener("abort", () => this.abort(), { once: true });
  }

  /** Nobody waits any longer: the actor is told to break off. */
  giveUp(error: GatewayError): void {
    if (!this.isOpen) return;
    if (this.#sentAt !== undefined) this.#say({ kind: "requestAbort" });
    this.fail(error);
  }

  /**
   * Whether `responseStartTimeoutMs` went by without an answer since it was first sent, or its body
   * last moved: an actor that sleeps again and again instead of answering does not prolong it.
   */
  isOverdue(now: number): boolean {
    return this.#status === undefined && this.#awaitedSince !== undefined &&
      now - this.#awaitedSince >= this.#context.options.responseStartTimeoutMs;
  }

  fromRunner(_index: MessageIndex, body: ToServerTunnelBody): void {
    switch (body.kind) {
      case "responseStart":
        return this.#start(body);
      case "responseChunk":
        return this.#chunk(body.body, body.finish);
      case "responseAbort":
        return this.fail(GONE.aborted());
      case "webSocketOpen":
      case "webSocketMessage":
      case "webSocketMessageAck":
      case "webSocketClose":
        return this.#drop(`${body.kind} for an HTTP request`);
      case "tunnelAck":
        return;
    }
  }

  /** The runner's tunnel is full: what is on its way there goes first. */
  #waitForRoom(session: RunnerSession): void {
    this.#awaitedSince ??= this.#context.host.now();
    if (this.#isQueued) return;
    this.#isQueued = true;
    const { observer, options } = this.#context;
    observer.limitReached?.("tunnelBufferBytes", options.tunnelBufferBytes);
    session.turns.wait(() => {
      this.#isQueued = false;
      if (this.isOpen && this.actor.isReachable) this.actorReady();
    });
  }

  #say(body: ToClientTunnelBody): void {
    this.actor.send(this.#requestId, messageIndex(this.#nextIndex++ & 0xffff), body);
  }

  /** Reads its body whole, for a runner that takes it in one piece only. */
  async #gather(): Promise<void> {
    try {
      await this.#upload.gather(this.#context.options.httpBodyBytes);
    } catch (error) {
      return this.#bodyFailed(error);
    }
    if (!this.isOpen) return;
    if (this.actor.isReachable) this.actorReady();
    else this.actor.wake("request");
  }

  async #stream(turns: LinkTurns): Promise<void> {
    try {
      const isComplete = await this.#upload.stream(turns, (body) => {
        this.#awaitedSince = this.#context.host.now();
        this.#follower?.bodySent(body);
        this.#say({ kind: "requestChunk", body, finish: false });
      });
      if (isComplete) this.#say({ kind: "requestChunk", body: EMPTY, finish: true });
    } catch (error) {
      this.#bodyFailed(error);
    }
  }

  #bodyFailed(error: unknown): void {
    const failure = error instanceof GatewayError ? error : bodyCutOff(error);
    const { observer, options } = this.#context;
    if (failure.code === "body_too_large") {
      observer.limitReached?.("httpBodyBytes", options.httpBodyBytes);
    }
    this.giveUp(failure);
  }

  #start(start: ResponseStart): void {
    if (this.#status !== undefined) return this.#drop("second responseStart");
    const { status } = start;
    const isStreamed = start.stream && !isBodiless(this.#request.method, status);
    const download = isStreamed ? this.#receive() : undefined;
    let response: Response;
    try {
      const whole = start.stream ? null : start.body as Uint8Array<ArrayBuffer> | null;
      response = actorResponse(start, download?.stream ?? whole);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return start.stream ? this.giveUp(error) : this.fail(error);
    }
    this.#status = status;
    this.#download = download;
    this.#follower?.answered(status, start.headers);
    if (!start.stream && start.body !== null) this.#follower?.bodyCame(start.body);
    this.actor.progressed();
    this.#answer.resolve(response);
    if (download !== undefined) return this.#take(download, start.body ?? EMPTY);
    // What follows a head that has no body is for nobody.
    if (start.stream) this.#say({ kind: "requestAbort" });
    this.#end(status, null);
  }

  #receive(): Download {
    return new Download(this.#context, this.actor.session!.streams, {
      grant: () => {
        if (this.isOpen) this.#say({ kind: "requestChunk", body: EMPTY, finish: false });
      },
      onCancel: () => this.abort(),
    });
  }

  #chunk(body: Uint8Array, finish: boolean): void {
    if (body.length === 0 && !finish && this.actor.session!.streams) return this.#upload.grant();
    const download = this.#download;
    if (download === undefined) return this.#drop("responseChunk before its start");
    this.#take(download, body);
    if (!finish || !this.isOpen) return;
    download.end();
    this.#end(this.#status!, null);
  }

  #take(download: Download, body: Uint8Array): void {
    this.#follower?.bodyCame(body);
    const failure = download.take(body);
    if (failure !== undefined) this.giveUp(failure);
  }

  #becomeAnother(): void {
    const { requests, newRequestId } = this.#context;
    const id = newRequestId();
    requests.delete(this.#requestId);
    requests.set(id, this);
    this.#requestId = id;
    this.#nextIndex = 0;
    this.#sentAt = undefined;
  }

  #end(status: number, error: string | null): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#context.requests.delete(this.#requestId);
    this.actor.removeRequest(this);
    this.#resendTimer?.cancel();
    this.#upload.stop(error ?? "The answer is complete");
    this.#ended?.resolve();
    const summary = {
      actorId: this.actor.record.actorId,
      requestId: this.#requestId,
      method: this.#request.method,
      path: this.#request.path,
      status,
      startedTs: this.#startedTs,
      durationMs: this.#context.host.now() - this.#startedAt,
      error,
    };
    this.#follower?.ended(summary);
    this.#context.observer.requestEnded?.(summary);
    this.actor.released();
  }

  #drop(why: string): void {
    this.#context.observer.frameDropped?.(why);
  }
}
