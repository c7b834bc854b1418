import type { ActorId, MessageId, ToServerTunnelBody } from "../protocol/mod.ts";
import { HttpExchange, type RequestOwner, type RequestStart } from "../runner/http_request.ts";
import { LooseChannel } from "../runner/loose_channel.ts";
import { errorResponse } from "../runner/response_start.ts";
import type { CallbackContext } from "./context.ts";
import { idBuffer } from "./ids.ts";

/** One actor's HTTP requests in flight, answered by the user's `fetch`. */
export class RequestDesk implements RequestOwner {
  readonly #context: CallbackContext;
  readonly #actorId: ActorId;
  readonly #requests = new Set<HttpExchange>();
  #onEmpty: (() => void) | undefined;
  #isClosed = false;

  constructor(context: CallbackContext, actorId: ActorId) {
    this.#context = context;
    this.#actorId = actorId;
  }

  get all(): ReadonlySet<HttpExchange> {
    return this.#requests;
  }

  /** A client's request has come. */
  take(ids: MessageId, start: RequestStart): void {
    let exchange: HttpExchange;
    try {
      exchange = new HttpExchange(this.#context, this, ids, start);
    } catch (error) {
      // A method or header that HTTP does not allow.
      const answer = errorResponse(400, "http.invalid_request", String(error));
      return void this.#context.outbox.send(new LooseChannel(ids.gatewayId, ids.requestId), answer);
    }
    this.#requests.add(exchange);
    exchange.listen();
    const { runner } = this.#context;
    const gatewayId = idBuffer(ids.gatewayId);
    const requestId = idBuffer(ids.requestId);
    void exchange.respond((request) =>
      runner.config.fetch(runner, this.#actorId, gatewayId, requestId, request) ??
        new Response("Not Implemented", { status: 501 })
    );
  }

  /** Resolves when none is left; what takes longer than `graceMs` is broken off. */
  async finish(graceMs: number): Promise<void> {
    if (this.#requests.size === 0) return;
    const timer = this.#context.host.after(graceMs, () => {
      for (const exchange of [...this.#requests]) exchange.breakOff("The actor is stopping");
    });
    await new Promise<void>((resolve) => this.#onEmpty = resolve);
    timer.cancel();
  }

  /** No answer can arrive any more. */
  abort(why: string): void {
    for (const exchange of [...this.#requests]) exchange.abort(why);
  }

  /** The actor has left: what is still answered goes nowhere. */
  leave(): void {
    this.#isClosed = true;
    this.abort("The actor has stopped");
  }

  output(exchange: HttpExchange, body: ToServerTunnelBody): boolean {
    if (this.#isClosed) return false;
    this.#context.outbox.send(exchange, body);
    exchange.sent();
    return true;
  }

  sayNow(exchange: HttpExchange, body: ToServerTunnelBody): void {
    if (!this.#isClosed) this.#context.outbox.send(exchange, body);
  }

  handlerFailed(handler: string, error: unknown): void {
    this.#context.observer.handlerFailed?.(this.#actorId, handler, error);
  }

  ended(exchange: HttpExchange): void {
    this.#requests.delete(exchange);
    if (this.#requests.size === 0) this.#onEmpty?.();
  }
}
