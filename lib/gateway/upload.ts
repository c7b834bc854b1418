import { BodySource } from "../body/body_source.ts";
import type { LinkTurns } from "../body/link_turns.ts";
import { OutgoingBody } from "../body/outgoing_body.ts";
import { readWhole, type RequestBody } from "./request_body.ts";

/** One client's body on its way to an actor: at hand, or read from the client as it is wanted. */
export class Upload {
  #body: RequestBody;
  #source: BodySource | undefined;
  #outgoing: OutgoingBody | undefined;
  #isGathering = false;

  constructor(body: RequestBody) {
    this.#body = body;
  }

  /** Its bytes, `null` for none; `undefined` while they are still with the client. */
  get atHand(): Uint8Array | null | undefined {
    return this.#body instanceof ReadableStream ? undefined : this.#body;
  }

  /** Whether it is being read whole: it can be sent when it is. */
  get isGathering(): boolean {
    return this.#isGathering;
  }

  /** Whether nothing of it has gone: all of it can be sent. */
  get isUnsent(): boolean {
    return this.#outgoing === undefined;
  }

  /** Reads it whole, so that it is at hand. Rejects with what the client is to be told. */
  async gather(limitBytes: number): Promise<void> {
    this.#isGathering = true;
    this.#body = await readWhole(this.#open(), limitBytes, "httpBodyBytes");
    this.#isGathering = false;
  }

  /** Sends it in chunks. Resolves with whether all of it went; rejects when the client's part fails. */
  stream(turns: LinkTurns, send: (chunk: Uint8Array) => void): Promise<boolean> {
    this.#outgoing = new OutgoingBody({ source: this.#open(), turns, send });
    return this.#outgoing.run();
  }

  /** The actor has room for more of it. */
  grant(): void {
    this.#outgoing?.grant();
  }

  /** The rest of it is not wanted. */
  stop(reason: unknown): void {
    this.#outgoing?.stop();
    if (this.#body instanceof ReadableStream) (this.#source ?? this.#open()).cancel(reason);
  }

  #open(): BodySource {
    return this.#source = new BodySource(this.#body as ReadableStream<Uint8Array>);
  }
}
