import type { ActorId, MessageId, ToServerTunnelBody } from "../protocol/mod.ts";
import type { RunnerContext } from "./context.ts";
import {
  HttpExchange,
  type RequestNotes,
  type RequestOwner,
  type RequestStart,
} from "./http_request.ts";
import { LooseChannel } from "./loose_channel.ts";
import type { OutputPath } from "./output_path.ts";
import { errorResponse } from "./response_start.ts";

/** The actor whose requests these are. */
export interface RequestRoomOwner {
  readonly actorId: ActorId;
  readonly outputs: OutputPath;
  /** The author's handler, when there is one. */
  readonly fetch: ((request: Request) => Response | Promise<Response>) | undefined;
  handlerFailed(handler: string, error: unknown): void;
  /** A request is done: the actor may have changed. */
  requestEnded(): void;
}

/** One actor's HTTP requests in flight. They wait until the actor runs, and are told when it stops. */
export class RequestRoom implements RequestOwner {
  readonly #context: RunnerContext;
  readonly #owner: RequestRoomOwner;
  /** Those whose answers take more than a call of the handler. */
  readonly #requests = new Set<HttpExchange>();
  /** Those that came before the actor ran; `undefined` from then on. */
  #waiting: HttpExchange[] | undefined = [];
  #onEmpty: (() => void) | undefined;
  #isClosed = false;

  constructor(context: RunnerContext, owner: RequestRoomOwner) {
    this.#context = context;
    this.#owner = owner;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** A client's request has come. */
  take(ids: MessageId, start: RequestStart): void {
    let exchange: HttpExchange;
    try {
      exchange = new HttpExchange(this.#context, this, ids, start);
    } catch (error) {
      // A method or header that HTTP does not allow.
      const answer = errorResponse(400, "http.invalid_request", String(error));
      return this.#owner.outputs.sayNow(new LooseChannel(ids.gatewayId, ids.requestId), answer);
    }
    const { host, observer } = this.#context;
    if (observer.requestEnded !== undefined) {
      exchange.notes = {
        method: start.method,
        path: start.path,
        startedAt: host.now(),
        startedTs: host.epoch(),
        status: 499,
        error: "request.aborted",
      };
    }
    if (this.#waiting === undefined) this.#respond(exchange);
    else this.#waiting.push(exchange);
    // Most are answered by now: nothing can have come for them, and nobody waits for their end.
    if (!exchange.hasEnded) this.#keep(exchange);
  }

  /** The actor runs. */
  begin(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const exchange of waiting) this.#respond(exchange);
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

  /** The actor has left: what its handlers still answer goes nowhere. */
  close(): void {
    this.#isClosed = true;
    this.abort("The actor has stopped");
    this.#waiting = undefined;
  }

  output(exchange: HttpExchange, body: ToServerTunnelBody, bytes: number): boolean {
    if (this.#isClosed) return false;
    this.#note(exchange, body);
    const { outputs } = this.#owner;
    const outcome = outputs.say(exchange, body, bytes);
    if (outcome === "taken") return true;
    const limit = this.#context.options[outcome];
    this.#context.observer.limitReached?.(outcome, limit);
    outputs.sayLast(exchange, { kind: "responseAbort" });
    exchange.abort(`${outcome}=${limit}`);
    return false;
  }

  sayNow(exchange: HttpExchange, body: ToServerTunnelBody): void {
    if (!this.#isClosed) this.#owner.outputs.sayNow(exchange, body);
  }

  handlerFailed(handler: string, error: unknown): void {
    this.#owner.handlerFailed(handler, error);
  }

  ended(exchange: HttpExchange): void {
    this.#requests.delete(exchange);
    if (exchange.notes !== undefined) this.#tell(exchange, exchange.notes);
    if (this.#requests.size === 0) this.#onEmpty?.();
    this.#owner.requestEnded();
  }

  #keep(exchange: HttpExchange): void {
    // Its own handler may have ended the actor.
    if (this.#isClosed) return exchange.abort("The actor has stopped");
    this.#requests.add(exchange);
    exchange.listen();
  }

  /** Keeps what there is to tell of an answer. */
  #note(exchange: HttpExchange, body: ToServerTunnelBody): void {
    const { notes } = exchange;
    if (notes === undefined) return;
    if (body.kind === "responseStart") {
      notes.status = body.status;
      notes.error = body.stream
        ? "actor.response_aborted"
        : body.headers.get("x-rivet-error") ?? null;
    } else if (body.kind === "responseChunk" && body.finish) notes.error = null;
  }

  #tell({ requestId }: HttpExchange, { startedAt, ...notes }: RequestNotes): void {
    const { observer, host } = this.#context;
    const { actorId } = this.#owner;
    observer.requestEnded?.({ actorId, requestId, ...notes, durationMs: host.now() - startedAt });
  }

  #respond(exchange: HttpExchange): void {
    const { fetch } = this.#owner;
    if (fetch !== undefined) return void exchange.respond(fetch);
    exchange.refuse(404, "actor.no_fetch_handler", "This actor answers no HTTP requests");
  }
}
