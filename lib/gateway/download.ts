import { IncomingBody } from "../body/incoming_body.ts";
import { ReceiveCredit, ReceiveLimit } from "../delivery/mod.ts";
import type { GatewayContext } from "./context.ts";
import { type GatewayError, GONE } from "./errors.ts";

/** One actor's answer on its way to its client, in chunks. */
export class Download {
  readonly #context: GatewayContext;
  readonly #limit: "streamWindowBytes" | "responseBufferBytes";
  readonly #body: IncomingBody;

  /**
   * @param streams Whether the runner is one of ours, and waits for credit.
   * @param on What is to be done when there is room for more, and when the client wants no more.
   */
  constructor(
    context: GatewayContext,
    streams: boolean,
    on: { grant(): void; onCancel(): void },
  ) {
    const { bodies, options } = context;
    this.#context = context;
    this.#limit = streams ? "streamWindowBytes" : "responseBufferBytes";
    const value = options[this.#limit];
    const intake = streams ? new ReceiveCredit(value) : new ReceiveLimit(value);
    this.#body = new IncomingBody({ intake, occupancy: bodies, ...on });
  }

  get stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#body.stream;
  }

  /**
   * The next chunk. An error is what the answer must end with: a runner of ours had no credit for
   * it; any other cannot be slowed down, and the client is too slow.
   */
  take(chunk: Uint8Array): GatewayError | undefined {
    if (this.#body.push(chunk)) return undefined;
    const value = this.#context.options[this.#limit];
    this.#context.observer.limitReached?.(this.#limit, value);
    return this.#limit === "streamWindowBytes" ? GONE.overrun() : GONE.slowConsumer(value);
  }

  /** That was all. */
  end(): void {
    this.#body.end();
  }

  /** The answer breaks off: so does what the client gets. */
  fail(error: GatewayError): void {
    this.#body.fail(error);
  }
}
